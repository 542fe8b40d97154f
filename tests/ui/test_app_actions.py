"""The registry: one list from which bindings, bar, help and palette are made."""

from __future__ import annotations

from console.domain.legality import allowed
from console.ui.actions import ACTIONS, BY_ID, Action, Danger, Scope, available, in_bar
from console.ui.keymap import clashes


def test_actions_have_unique_ids_and_no_key_twice() -> None:
    """A key means one thing in one place."""
    assert len(BY_ID) == len(ACTIONS)
    assert clashes() == ()


def test_clash_is_named() -> None:
    """Who defines the same key twice is told which and where."""
    twice = Action(id="x", keys=("a",), scope=Scope.DESK, title="x", description="x")
    assert clashes([*ACTIONS, twice]) == ("a is both call.answer and x",)
    everywhere = Action(id="x", keys=("y",), scope=Scope.EVERYWHERE, title="x", description="x")
    copies = [action.id for action in ACTIONS if "y" in action.keys]
    assert clashes([*ACTIONS, everywhere]) == tuple(f"y is both {id_} and x" for id_ in copies)


def test_keys_of_the_contract_are_there() -> None:
    """The keys that the manual names."""
    desk = (Scope.DESK, Scope.EVERYWHERE)
    keys = {key: action.id for action in ACTIONS for key in action.keys if action.scope in desk}
    for key, wanted in {
        "a": "call.answer",
        "t": "call.transfer",
        "b": "call.bridge",
        "r": "call.reject",
        "h": "call.hangup",
        "d": "call.dial",
        "slash": "filter",
        "question_mark": "help",
        "ctrl+p": "palette",
        "colon": "palette",
        "R": "reconcile",
        "z": "pane.zoom",
        "plus": "pane.grow",
        "underscore": "pane.shrink",
        "ctrl+q": "quit",
    }.items():
        assert keys[key] == wanted


def test_what_ends_a_call_says_so() -> None:
    """Danger is data, so that settings and dialogs can ask for it."""
    assert {a.command for a in ACTIONS if a.danger is Danger.ENDS} == {"reject", "hangup"}
    assert all(action.command for action in ACTIONS if action.danger is not Danger.NONE)


def test_read_only_has_no_action_that_sends() -> None:
    """They are not dimmed, they are gone."""
    assert not [action for action in available(read_only=True) if action.command]
    assert not [action for action in in_bar(Scope.DESK, read_only=True) if action.command]
    assert len(available()) == len(ACTIONS)


def test_every_command_is_known_to_the_rules() -> None:
    """An action whose command the domain does not know would always be refused with a strange reason."""
    for action in ACTIONS:
        if action.command:
            assert allowed(action.command, None) in (None, "no call is selected")
