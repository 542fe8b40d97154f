"""Every command as an action: what the menu and the palette know of it, and what the selected call answers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import console.ui
from console.domain.legs import Leg, LegState
from console.telnyx.catalogue import load
from console.ui.actions import ACTIONS, Danger
from console.ui.commands import (
    ELSEWHERE,
    ENDING,
    MENU,
    MENU_ACTIONS,
    SYNONYMS,
    all_commands,
    found_by,
    is_question,
    known_params,
    preset_actions,
    why_not_here,
)
from console.ui.options import Prepared

CATALOGUE = load()


def leg(**more: object) -> Leg:
    """An answered leg."""
    found = Leg(key="v3:A", call_control_id="v3:A", state=LegState.ANSWERED)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def test_every_command_can_be_reached() -> None:
    """All of the catalogue, except those with a screen of their own."""
    names = {action.command for action in all_commands()}

    assert names == {name for name in CATALOGUE if not name.startswith(ELSEWHERE)}
    assert all(action.form and action.description for action in all_commands())


def test_tables_name_commands_of_the_catalogue() -> None:
    """Menu, synonyms and what cannot be taken back; no second key twice."""
    assert {second.command for second in MENU} <= set(CATALOGUE)
    assert set(SYNONYMS) <= set(CATALOGUE)
    assert set(CATALOGUE) >= ENDING
    keys = [second.key for second in MENU]
    assert len(keys) == len(set(keys))
    assert not {"escape", "c", "colon", *"123456789"} & set(keys)


def test_what_is_sent_at_once_needs_nothing_to_be_typed() -> None:
    """Each required parameter is answered by the call itself."""
    caller = leg(conference_id="conf", queue="support", connection_id="1")
    for second, action in zip(MENU, MENU_ACTIONS, strict=True):
        if not second.at_once:
            continue
        known = known_params(action, caller)
        for parameter in CATALOGUE[second.command].parameters:
            if parameter.required and parameter.where == "path":
                assert parameter.name == "call_control_id" or parameter.name in known, second
            elif parameter.required:
                assert parameter.name in known, second


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("mute", "conference.mute"),
        ("record", "record_start"),
        ("digits", "gather"),
        ("digits", "send_dtmf"),
        ("say", "speak"),
        ("music", "playback_start"),
        ("whisper", "switch_supervisor_role"),
        ("captions", "transcription_start"),
        ("websocket", "streaming_start"),
    ],
)
def test_commands_are_found_by_what_they_do(word: str, command: str) -> None:
    """Not only by their names."""
    assert command in {action.command for action in all_commands() if word in found_by(action)}


def test_questions_are_those_that_only_read() -> None:
    """The short list that spares reading the catalogue agrees with it."""
    for name, command in CATALOGUE.items():
        assert is_question(name) == (command.method == "GET")


def test_danger_is_known_of_every_command() -> None:
    """What ends something asks first."""
    ends = {action.command for action in all_commands() if action.danger is Danger.ENDS}

    assert ends == {name for name in ENDING if not name.startswith(ELSEWHERE)}


def test_telnyx_is_asked_for_the_events_of_the_selected_call() -> None:
    """Of any age: only without a leg its record goes back a day and no more (VOICE g)."""
    actions = {action.command: action for action in all_commands()}
    found = known_params(actions["call_events"], leg(call_leg_id="leg-1"))

    assert found == {"filter": {"leg_id": "leg-1"}}
    assert known_params(actions["call_events"], None) == {}


def test_selected_call_answers_what_it_can() -> None:
    """Its conference, its queue, and itself where the body names it."""
    actions = {action.command: action for action in all_commands()}
    caller = leg(conference_id="conf", queue="support", connection_id="1")

    assert known_params(actions["conference.hold"], caller) == {
        "id": "conf",
        "call_control_ids": ["v3:A"],
    }
    assert known_params(actions["conference.join"], caller) == {
        "id": "conf",
        "call_control_id": "v3:A",
    }
    assert known_params(actions["conference.participants"], caller) == {"conference_id": "conf"}
    assert known_params(actions["queue.show"], caller) == {"queue_name": "support"}
    assert known_params(actions["active_calls"], caller) == {"connection_id": "1"}
    assert known_params(actions["speak"], caller) == {}
    assert known_params(actions["conference.hold"], None) == {}


def test_hold_of_a_plain_leg_is_answered_honestly() -> None:
    """Telnyx has none, and the screen says so instead of sending something else."""
    hold = next(action for action in MENU_ACTIONS if action.command == "conference.hold")

    assert "conference only" in (why_not_here(hold, leg()) or "")
    assert why_not_here(hold, leg(conference_id="conf")) is None


def test_presets_become_actions() -> None:
    """The first nine under the digits; one whose command does not exist is left out."""
    presets = [Prepared(name=f"p{n}", action="transfer", params={}) for n in range(11)]
    presets.insert(0, Prepared(name="x", action="nothing", params={}))

    actions = preset_actions(presets)

    assert [action.keys for action in actions[8:]] == [("9",), (), ()]
    assert actions[0].preset == "p0"


def test_commands_go_to_the_engine_in_one_place() -> None:
    """No key, dialog or pane hands an intent to the engine but `sending`."""
    folder = Path(console.ui.__file__).parent
    found = set()
    for module in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node.func) in ("execute", "Intent"):
                found.add(module.relative_to(folder).as_posix())

    assert found == {"sending.py"}


def test_dialogs_of_their_own_are_few() -> None:
    """A command has one only where it behaves differently; all others have the form of the catalogue."""
    own = {
        action.command
        for action in ACTIONS
        if action.id.startswith("call.") and action.command and not action.form
    }

    assert own <= {
        "answer", "transfer", "bridge", "reject", "hangup", "dial", "send_dtmf", "gather",
    }  # fmt: skip


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
