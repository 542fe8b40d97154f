"""The history: every call of the journal, found and opened though the board has let go of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import JournalError
from console.exports import Order
from console.ui.options import UiOptions
from console.ui.screens.flow import FlowPane
from console.ui.screens.history import HistoryScreen
from console.ui.screens.past_call import PastCallPane
from console.ui.screens.past_desk import PastDesk
from console.ui.widgets.history import HistoryList
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, Desk, text_of


def shown(desk: Desk) -> str:
    """Everything on the screen."""
    return text_of(desk.app.screen)


def history(desk: Desk) -> HistoryScreen:
    """The history, on top."""
    assert isinstance(desk.app.screen, HistoryScreen), desk.app.screen
    return desk.app.screen


async def searched(desk: Desk) -> None:
    """Everything has been asked about."""
    while "searching" in shown(desk) or "reading" in shown(desk):
        await desk.pilot.pause(0.01)
    await desk.settled()


async def many(desk: Desk, count: int) -> None:
    """Calls that have ended, from numbers that end in their place."""
    for number in range(count):
        name = f"c{number:03}"
        await desk.event(
            "call.initiated", name, from_=f"+1312555{number:04}", state="parked", settle=False
        )
        await desk.event(
            "call.hangup",
            name,
            hangup_cause="normal_clearing",
            hangup_source="caller",
            settle=False,
        )
    await desk.settled()


async def test_history_shows_the_newest_first(desk: Desk) -> None:
    """Live calls and ended ones in one list, with when they began and why they ended; new ones come in above."""
    await many(desk, 3)
    await desk.ringing("L", from_="+14155550177")
    await desk.press("H")

    lines = [line for line in shown(desk).split("\n") if "+1 " in line and ":" in line]
    assert "415 555 0177" in lines[0]
    assert "ringing" in lines[0]
    assert "312 555 0002" in lines[1]
    assert "normal_clearing by caller" in lines[1]
    assert "History ─ 4" in shown(desk)

    await desk.ringing("N", from_="+16175550155")
    await desk.pilot.pause()
    history(desk).look()
    await desk.pilot.pause()
    assert "History ─ 5" in shown(desk)
    assert "617 555 0155" in shown(desk)
    assert history(desk).query_one(HistoryList).selected == 4
    await desk.press("escape")
    assert desk.is_on_top


async def test_history_is_filtered_in_slices(desk: Desk) -> None:
    """The same language; how many of how many; Escape clears it, then closes."""
    await many(desk, 60)
    await desk.press("H", "slash")
    await desk.type("number:00")
    await desk.type("4*")
    await desk.press("backspace", "backspace")
    await searched(desk)
    assert "60 of 60" in shown(desk)
    await desk.press(*["backspace"] * 9)
    await desk.type("from:*0042")
    await desk.press("enter")
    await searched(desk)
    assert "1 of 60" in shown(desk)
    assert history(desk).found_legs() == ("v3:c042",)
    assert history(desk).selected_legs() == ("v3:c042",)
    await desk.press("escape")
    assert "History ─ 60" in shown(desk)
    await desk.press("escape")
    assert desk.is_on_top


async def test_a_wrong_filter_says_where(desk: Desk) -> None:
    """The caret line is that of the desk; what was in force stays."""
    await many(desk, 2)
    await desk.press("H", "slash")
    await desk.type("(ann")
    assert "^" in shown(desk)
    assert "History ─ 2" in shown(desk)


async def test_marked_calls_are_the_selected_ones(desk: Desk) -> None:
    """Space marks and goes on; without marks it is the call under the cursor."""
    await many(desk, 3)
    await desk.press("H")
    assert history(desk).selected_legs() == ("v3:c002",)
    await desk.press("space", "down", "space")
    assert history(desk).selected_legs() == ("v3:c002", "v3:c000")
    assert "2 marked" in shown(desk)
    await desk.press("escape")
    assert "marked" not in shown(desk)


async def test_a_call_that_left_memory_is_opened(desk: Desk) -> None:
    """Timeline, event and flow come from the journal; the board of the desk stays as it was."""
    await desk.answered("A")
    await desk.ended("A")
    desk.app.services.store.board.forget(["v3:A"])
    await desk.press("H", "enter")

    assert isinstance(desk.app.screen, PastCallPane)
    assert "call.answered" in shown(desk)
    assert "caller hung up" in shown(desk)
    await desk.press("home", "enter")
    assert "verified" in shown(desk)
    await desk.press("escape", "f")
    assert isinstance(desk.app.screen, FlowPane)
    assert "call.hangup" in shown(desk)
    await desk.press("escape", "escape", "escape")
    assert desk.is_on_top
    assert "v3:A" not in desk.app.services.store.board.legs


async def test_history_leads_to_the_moment(desk: Desk) -> None:
    """@ shows the desk as it was when the call began, with the call selected."""
    await many(desk, 3)
    await desk.press("H", "down", "at")
    assert isinstance(desk.app.screen, PastDesk)
    for _ in range(3):
        desk.app.screen._tick()
        await desk.pilot.pause()
    assert desk.app.screen.calls.selected == "v3:c001"
    assert "ringing" in shown(desk)
    await desk.press("H")
    assert "History ─ NOT LIVE" in shown(desk)
    assert "─ 2 ─" in shown(desk)
    await desk.press("at")
    assert "another moment is shown already" in desk.notices


async def test_an_empty_journal_has_no_history(desk: Desk) -> None:
    """Nothing to show, and every key says why."""
    await desk.press("H")
    assert "no calls yet" in shown(desk)
    await desk.press("enter", "space", "f")
    assert "no call is selected" in desk.notices


async def test_a_broken_journal_is_told(desk: Desk) -> None:
    """A sentence in the place of the calls; the screen goes on."""
    await many(desk, 2)
    desk.journal.broken = "the disk is gone"
    await desk.press("H")
    assert "the disk is gone" in shown(desk)
    desk.journal.broken = None


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_history_fits_a_small_terminal(open_desk: OpenDesk, ascii_only: bool) -> None:
    """80x24, and signs of ASCII only where that is asked for."""
    async with open_desk(UiOptions(ascii=ascii_only), size=(80, 24)) as desk:
        await many(desk, 30)
        await desk.press("H", "end")
        assert "312 555 0000" in shown(desk)
        assert "normal" in shown(desk)
        if ascii_only:
            rows = text_of(history(desk).query_one(HistoryList))
            # But for the scroll bar, which is Textual's.
            assert "".join(line[:79] for line in rows.split("\n")).isascii()


async def test_calls_of_the_history_are_exported(open_desk: OpenDesk, tmp_path: Path) -> None:
    """The marked ones, or what was found; without a way to export the key says so."""
    orders: list[Order] = []

    def export(order: Order, folder: Path | None, name: str, _replace: bool) -> Path:
        orders.append(order)
        return (folder or tmp_path) / name

    async with open_desk(UiOptions(export=export, export_folder=tmp_path)) as desk:
        await many(desk, 3)
        await desk.press("H", "space", "space", "E")
        assert "the 2 marked" in shown(desk)
        await desk.press("enter")
        while not orders:
            await desk.pilot.pause(0.01)
        assert orders[0].calls == ("v3:c002", "v3:c001")
        assert isinstance(desk.app.screen, HistoryScreen)


async def test_history_says_when_what_to_export_cannot_be_read(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence about the journal, and nothing is exported."""

    def export(_order: Order, _folder: Path | None, _name: str, _replace: bool) -> Path:
        raise AssertionError("nothing was chosen")

    def unreadable(_numbers: object) -> None:
        raise JournalError("the disk is gone")

    async with open_desk(UiOptions(export=export, export_folder=tmp_path)) as desk:
        await many(desk, 1)
        await desk.press("H")
        monkeypatch.setattr(desk.app.services.store.reader.legs, "ids", unreadable)

        await desk.press("E")

        assert "The journal cannot be read: the disk is gone" in desk.notices
        assert isinstance(desk.app.screen, HistoryScreen)


async def test_history_without_export_says_so(desk: Desk) -> None:
    """As any other key that does nothing."""
    await many(desk, 1)
    await desk.press("H", "E")
    assert "nothing to export" in desk.notices


def first_lines(desk: Desk, count: int) -> list[str]:
    """The last four digits of the callers on top."""
    lines = [line for line in shown(desk).split("\n") if "+1 312 555" in line]
    return [line.split("+1 312 555 ")[1][:4] for line in lines[:count]]


async def lasting(desk: Desk) -> None:
    """Calls of 30, 50, 10 and 20 seconds, one after the other."""
    for number, lasts in enumerate((30, 50, 10, 20)):
        name = f"c{number}"
        await desk.event("call.initiated", name, from_=f"+1312555000{number}", settle=False)
        desk.clock.now += lasts * SECOND
        await desk.event(
            "call.hangup",
            name,
            hangup_cause="normal_clearing",
            hangup_source="caller",
            settle=False,
        )
    await desk.settled()


async def test_history_has_three_orders(desk: Desk) -> None:
    """The newest, the oldest, the longest on top, with the cursor there, and back; the title says which."""
    await lasting(desk)
    await desk.press("H")
    assert first_lines(desk, 4) == ["0003", "0002", "0001", "0000"]
    for words, order in (
        ("oldest first", ["0000", "0001", "0002", "0003"]),
        ("longest first", ["0001", "0000", "0003", "0002"]),
        ("newest first", ["0003", "0002", "0001", "0000"]),
    ):
        await desk.press("O")
        await searched(desk)
        assert words in shown(desk)
        assert first_lines(desk, 4) == order
        (selected,) = history(desk).selected_legs()
        assert selected == f"v3:c{int(order[0])}"


async def test_order_and_filter_of_the_history_go_together(desk: Desk) -> None:
    """What comes in meanwhile takes its place; a filter narrows what is ordered."""
    await lasting(desk)
    await desk.press("H", "O", "O", "slash")
    await desk.type("!from:*0001")
    await desk.press("enter")
    await searched(desk)
    assert first_lines(desk, 3) == ["0000", "0003", "0002"]
    assert "3 of 4" in shown(desk)
    await desk.event("call.initiated", "c5", from_="+13125550005", settle=False)
    desk.clock.now += 40 * SECOND
    await desk.event("call.hangup", "c5", hangup_cause="normal_clearing", settle=False)
    await desk.settled()
    history(desk).look()
    await searched(desk)
    assert first_lines(desk, 4) == ["0005", "0000", "0003", "0002"]
    await desk.press("O", "O")
    await searched(desk)
    assert first_lines(desk, 4) == ["0000", "0002", "0003", "0005"]


async def test_named_filters_work_in_the_history(open_desk: OpenDesk) -> None:
    """With the same key as on the desk; without any, the words are the same, too."""
    options = UiOptions(filters=(("second", "from:*0001"),))
    async with open_desk(options) as desk:
        await lasting(desk)
        await desk.press("H", "F", "1")
        await searched(desk)
        assert "second: from:*0001" in shown(desk)
        assert first_lines(desk, 1) == ["0001"]
        await desk.press("F", "0")
        await searched(desk)
        assert first_lines(desk, 4) == ["0003", "0002", "0001", "0000"]
        assert desk.app.desk.calls_filter.text == ""
    async with open_desk() as desk:
        await desk.press("H", "F")
        assert "no filter has a name yet" in desk.notices
