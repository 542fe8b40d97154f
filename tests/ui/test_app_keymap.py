"""Keys of the operator's own: what they do, what is shown of them, and what is said of those that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from console.ui.actions import ACTIONS, BY_ID, rekey
from console.ui.keymap import PRESETS, clashes, key_name, keymap
from console.ui.options import UiOptions
from console.ui.screens.help import HelpScreen
from tests.ui.conftest import OpenDesk
from tests.ui.driver import text_of


def test_preset_has_no_fault_and_no_clash() -> None:
    """What it displaces has another key."""
    for name in PRESETS:
        found = keymap({"preset": name})
        assert found.faults == ()
        try:
            rekey(found.keys)
            actions = tuple(BY_ID.values())
        finally:
            rekey({})
        assert clashes(actions) == ()
        assert all(action.keys for action in actions)
    assert tuple(BY_ID.values()) == ACTIONS


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"call.anser": "x"}, 'keys."call.anser": there is no action call.anser; the nearest is call.answer'),
        ({"call.answer": "b"}, "b is call.bridge already"),
        ({"call.answer": "contrl+p"}, "there is no key 'contrl+p'"),
        ({"call.answer": "pgupp"}, "did you mean pgup?"),
        ({"call.answer": 3}, "expected a key"),
        ({"call.answer": "^i"}, "a terminal sends ctrl+i as tab"),
        ({"list.down": "a"}, "a is call.answer already"),
        ({"quit": ""}, "must keep a key"),
        ({"dialog.cancel": []}, "must keep a key"),
        ({"preset": "emacs"}, "keys.preset: there is no preset emacs; there is vim"),
        ({"preset": "vim", "notices": "x"}, "x is call.hangup already"),
        ({"menu.speak": "p"}, "p is menu.playback_start already"),
        ({"call.dial": "\x1b"}, "there is no key '\\x1b'"),
    ],
)  # fmt: skip
def test_fault_names_the_line_and_what_is_right(lines: Mapping[str, object], words: str) -> None:
    """A line with a fault is left out, and only that."""
    found = keymap({**lines, "call.pin": "f6"})
    (fault,) = found.faults
    assert words in str(fault)
    assert found.keys["call.pin"] == ("f6",)


def test_two_may_swap_their_keys() -> None:
    """Only what is left at the end can clash."""
    found = keymap({"call.answer": "t", "call.transfer": "a", "call.hangup": []})
    assert found.faults == ()
    assert found.keys == {"call.answer": ("t",), "call.transfer": ("a",), "call.hangup": ()}


def test_later_of_two_lines_gives_way() -> None:
    """A line that falls may bring its own key back, which then counts."""
    found = keymap({"call.dial": "f7", "call.answer": "f7"})
    assert [fault.id for fault in found.faults] == ["call.answer"]


@pytest.mark.parametrize(
    ("written", "name"),
    [("?", "question_mark"), ("^p", "ctrl+p"), ("PgUp", "pageup"), ("shift+d", "D"), ("D", "D"), ("/", "slash"),
     (";", "semicolon"), ("CTRL+Right", "ctrl+right"), ("é", "é"), ("esc", "escape"), ("+", "plus")],
)  # fmt: skip
def test_keys_are_written_as_people_write_them(written: str, name: str) -> None:
    """Textual's names need not be known."""
    assert key_name(written) == (name, "")


async def test_keymap_binds_and_is_shown_everywhere(open_desk: OpenDesk) -> None:
    """The key does it, the old one does not, bar and help say so; a disabled action has no key."""
    lines = {"call.answer": ["f5"], "call.transfer": "", "call.nonsense": "x"}
    async with open_desk(UiOptions(keys=lines)) as desk:
        await desk.ringing()
        await desk.press("a")
        assert desk.sent == []
        assert "f5 answer" in desk.text
        await desk.press("f5")
        assert [action for action, _call, _params in desk.sent] == ["answer"]
        await desk.press("t")
        assert desk.is_on_top
        assert "there is no action call.nonsense" in desk.notices
        await desk.press("question_mark")
        assert isinstance(desk.app.screen, HelpScreen)
        assert "f5" in text_of(desk.app.screen)


async def test_vim_preset_moves_and_does_not_hang_up(open_desk: OpenDesk) -> None:
    """h and l go through the panes, g and G through the list; x hangs up."""
    async with open_desk(UiOptions(keys={"preset": "vim"})) as desk:
        for call in "ABC":
            await desk.answered(call)
        await desk.press("G")
        assert desk.selected == "C"
        await desk.press("g", "g")
        assert desk.selected == "A"
        for key, pane in (("l", "timeline"), ("h", "calls"), ("h", "events")):
            await desk.press(key)
            assert desk.app.desk.panes.arrangement.active == pane
        await desk.press("l", "x")
        assert desk.dialog.is_open
    async with open_desk() as plain:
        assert BY_ID["call.hangup"].keys == ("h",)
        await plain.answered()
        await plain.press("h")
        assert plain.dialog.is_open
