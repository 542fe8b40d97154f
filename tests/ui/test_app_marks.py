"""Marks on calls: one by one, in ranges, and what is done to all of them at once."""

from __future__ import annotations

from textual.widgets import Button

from console.ui.dialogs.many import ManyDialog
from console.ui.dialogs.note import NoteDialog
from console.ui.options import UiOptions
from console.ui.screens.flow import FlowPane
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


async def _three(desk: Desk) -> None:
    for call, number in (("A", "+13125550101"), ("B", "+14155550177"), ("C", "+12065550142")):
        await desk.answered(call, from_=number)
    await desk.selects("A")


def _many(desk: Desk) -> ManyDialog:
    screen = desk.app.screen
    assert isinstance(screen, ManyDialog), screen
    return screen


def _text(desk: Desk) -> str:
    return text_of(_many(desk).query_one("#dialog"))


async def test_space_marks_the_call_and_follows_in_the_events(desk: Desk) -> None:
    """The same key means what the pane is about; the row shows a sign, the title how many."""
    await _three(desk)
    await desk.press("space")
    assert [leg.key for leg in desk.app.desk.selection] == ["v3:A"]
    assert "1 marked" in desk.text
    assert "▶✓" in desk.text

    await desk.press("3", "space")
    assert not desk.app.desk.tail.following
    await desk.press("1", "space")
    assert "marked" not in desk.text


async def test_range_is_marked_and_escape_clears(desk: Desk) -> None:
    """From the last mark to the cursor, whichever way; Escape takes marks before the filter."""
    await _three(desk)
    await desk.press("space", "end", "V")
    assert len(desk.app.services.marks) == 3
    await desk.press("escape")
    assert not desk.app.services.marks
    assert [leg.key for leg in desk.app.desk.selection] == [desk.app.desk.calls.selected]


async def test_hang_up_of_marked_asks_once_and_sends_each_with_its_own_id(desk: Desk) -> None:
    """Cancel has the focus; who cannot be hung up is told why; results are listed per call."""
    await _three(desk)
    await desk.press("space", "down", "space", "down", "space")
    await desk.ended("B")
    await desk.press("h")
    assert "Hang up 3 marked calls?" in _text(desk)
    assert _text(desk).count("will hang up") == 2
    assert "has ended" in _text(desk)
    focused = _many(desk).focused
    assert isinstance(focused, Button)
    assert focused.id == "cancel"
    assert desk.sent == []

    _many(desk).action_confirm()
    await desk.settled()
    assert sorted(call or "" for _action, call, _params in desk.sent) == ["A", "C"]
    assert len({intent.command_id for intent in desk.operator.sent}) == 2
    assert "2 of 3 taken by Telnyx, 1 not" in _text(desk)
    assert list(desk.app.services.marks) == ["v3:B"]


async def test_refusals_are_listed_and_stay_marked(desk: Desk) -> None:
    """One list in place of a notice for each."""
    await _three(desk)
    desk.operator.refuses("90018", "Call has already ended")
    await desk.press("space", "down", "space", "h")
    _many(desk).action_confirm()
    await desk.settled()
    assert _text(desk).count("refused: Call has already ended") == 2
    assert len(desk.app.services.marks) == 2
    assert not any("not done" in notice.title for notice in desk.app.services.notices.all())


async def test_closed_dialog_lets_the_rest_go_on(desk: Desk) -> None:
    """At most four are under way at a time; what became of all is said at the end."""
    for number in range(6):
        await desk.answered(f"N{number}")
    await desk.press("home", "space", "end", "V", "h")
    desk.operator.hold()
    _many(desk).action_confirm()
    await desk.settled()
    assert len(desk.operator.sent) == 4
    assert "2 to come" in _text(desk) or "6 to come" in _text(desk)
    await desk.press("escape")
    desk.operator.release()
    await desk.settled()
    await desk.settled()
    assert len(desk.operator.sent) == 6
    assert any("6 of 6 taken" in notice.text for notice in desk.app.services.notices.all())


async def test_hidden_marked_call_is_named_as_hidden(desk: Desk) -> None:
    """A filter hides rows; it changes neither marks nor what is done to them, but that is said."""
    await _three(desk)
    await desk.press("space", "down", "space", "slash")
    await desk.type("from:+1206*")
    await desk.press("enter")
    assert "2 marked (2 hidden)" in desk.text
    await desk.press("h")
    assert _text(desk).count("hidden by the filter") == 2


async def test_flow_and_note_take_what_is_marked(desk: Desk) -> None:
    """Both know several calls."""
    await _three(desk)
    await desk.press("space", "down", "space", "f")
    assert isinstance(desk.app.screen, FlowPane)
    await desk.press("escape", "n")
    assert isinstance(desk.app.screen, NoteDialog)
    assert "2 calls" in text_of(desk.app.screen.query_one("#dialog"))


async def test_marks_without_unicode(open_desk: OpenDesk) -> None:
    """The sign has an ASCII form, beside the cursor, too."""
    async with open_desk(UiOptions(ascii=True), size=(80, 24)) as desk:
        await _three(desk)
        await desk.press("space")
        assert ">+" in desk.text


async def test_call_hidden_while_typing_is_selected_again(desk: Desk) -> None:
    """A filter that widens gives the cursor back to its call, unless it was moved meanwhile."""
    await _three(desk)
    await desk.selects("B")
    await desk.press("slash")
    await desk.type("206")
    assert desk.selected == "C"
    await desk.press("backspace", "backspace", "backspace")
    assert desk.selected == "B"
