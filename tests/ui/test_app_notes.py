"""Notes and tags on calls, written on the desk."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from console.errors import EngineError
from console.ui.dialogs.note import NoteDialog, TagSuggester, changed_tags, common_tags
from console.ui.options import UiOptions
from console.ui.remarks import open_note
from console.ui.screens.notices import NoticesScreen
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


def frame(desk: Desk) -> str:
    """All that is written in the dialog."""
    assert isinstance(desk.app.screen, NoteDialog)
    return text_of(desk.app.screen.query_one("#dialog"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_note_is_written_and_read_again(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """On a call that ended, too; the next dialog shows it with its author, and the tags stand in their field."""
    async with open_desk(size=size) as desk:
        await desk.answered()
        await desk.ended()

        await desk.press("n")
        assert "Note on +1 312 555 0101" in frame(desk)
        await desk.press("enter")
        assert "type a note, or change the tags" in frame(desk)
        await desk.type("asked for [b]Ann[/b]")
        await desk.press("tab")
        await desk.type("vip, Sales")
        await desk.press("enter")

        assert desk.is_on_top
        assert desk.operator.written == [("v3:A", "asked for [b]Ann[/b]", ("vip", "Sales"), None)]
        leg = desk.leg()
        assert leg is not None
        assert (leg.tags, leg.notes) == (("vip", "Sales"), 1)
        await desk.press("n")
        assert "asked for [b]Ann[/b]" in frame(desk)
        assert desk.app.screen.query_one("#tags", Input).value == "vip, Sales"
        await desk.press("escape")
        assert desk.is_on_top
        assert len(desk.operator.written) == 1


async def test_tags_alone_leave_the_notes_alone(desk: Desk) -> None:
    """Only what changed is written."""
    await desk.ringing()

    await desk.press("n", "tab")
    await desk.type("vip")
    await desk.press("enter")
    await desk.press("n", "tab")
    await desk.press(*["backspace"] * 3, "enter")

    assert desk.operator.written == [("v3:A", None, ("vip",), None), ("v3:A", None, (), None)]


async def test_note_that_was_not_kept_stays_in_its_dialog(desk: Desk) -> None:
    """Nothing typed is lost when the engine is away; the reason stands below."""
    await desk.ringing()
    await desk.press("n")
    await desk.type("important")
    desk.operator.lost = "no engine serves this journal"

    await desk.press("enter")

    assert "not written: no engine serves this journal" in frame(desk)
    desk.operator.lost = None
    await desk.press("enter")
    assert desk.is_on_top
    assert desk.operator.written == [("v3:A", "important", None, None)]


async def test_note_needs_a_call_and_leave_to_write(open_desk: OpenDesk) -> None:
    """The key says why it does nothing."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.press("n")
        assert "no call is selected" in desk.notices
        await desk.ringing()
        await desk.press("n")
        assert "read-only: nothing is written" in desk.notices
        assert desk.is_on_top


async def test_notices_moved_to_a_capital(desk: Desk) -> None:
    """`N` opens and closes them."""
    await desk.press("N")
    assert isinstance(desk.app.screen, NoticesScreen)
    await desk.press("N")
    assert desk.is_on_top


async def test_note_on_several_calls_changes_what_they_have_in_common(desk: Desk) -> None:
    """Tags that only one has stay with it."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    for call, tags in (("v3:A", ("vip", "old")), ("v3:B", ("old", "x"))):
        await desk.operator.annotate(call, tags=tags)
    await desk.settled()
    legs = [leg for leg in (desk.leg("A"), desk.leg("B")) if leg is not None]
    desk.operator.written.clear()

    open_note(desk.app, desk.app.services, legs)
    await desk.settled()
    assert "Note on 2 calls" in frame(desk)
    await desk.type("both")
    await desk.press("tab", *["backspace"] * 3)
    await desk.type("new")
    await desk.press("enter")

    assert desk.operator.written == [
        ("v3:A", "both", ("vip", "new"), None),
        ("v3:B", "both", ("x", "new"), None),
    ]
    assert "written on 2 calls" in desk.notices


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("v", "vip"),
        ("sales, V", "sales, Vip"),
        ("vip, v", None),
        ("vip", None),
        ("", None),
        ("vip,", None),
        ("x", None),
    ],
)
async def test_tags_are_completed_from_those_in_use(typed: str, completed: str | None) -> None:
    """The last one of the line, unless it stands there already."""
    assert await TagSuggester(["vip", "sales"]).get_suggestion(typed) == completed


def test_changed_tags() -> None:
    """One call: as typed. Several: what they had in common goes, what is new comes."""
    assert common_tags([]) == ()
    assert changed_tags(("a", "b"), ("a", "b"), ("b", "c")) == ("b", "c")
    assert changed_tags(("x", "a"), ("a",), ("b",)) == ("x", "b")


async def test_note_goes_on_where_it_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On several calls: what is written already is not written a second time, and what is left is said."""
    for call, number in (("A", "+13125550101"), ("B", "+14155550100"), ("C", "+12065550147")):
        await desk.answered(call, from_=number)
    write = desk.operator.annotate

    async def fails_once(call: str, **said: Any) -> None:
        if len(desk.operator.written) == 1:
            monkeypatch.setattr(desk.operator, "annotate", write)
            raise EngineError("the journal takes nothing")
        await write(call, **said)

    monkeypatch.setattr(desk.operator, "annotate", fails_once)
    await desk.press("home", "space", "down", "space", "down", "space", "n")
    await desk.type("storm")
    await desk.press("enter")
    assert "not written on 2 of 3: the journal takes nothing" in frame(desk)

    await desk.press("enter")

    assert desk.is_on_top
    assert sorted(call for call, *_ in desk.operator.written) == ["v3:A", "v3:B", "v3:C"]


async def test_tag_that_came_meanwhile_stays(desk: Desk) -> None:
    """Another desk tagged the call while the dialog was open."""
    await desk.answered()
    await desk.press("n")
    await desk.operator.annotate("v3:A", tags=("urgent",))
    await desk.settled()

    await desk.press("tab")
    await desk.type("vip")
    await desk.press("enter")

    leg = desk.leg()
    assert leg is not None
    assert leg.tags == ("urgent", "vip")
