"""Columns, order and named filters on the running desk: live, remembered, with keys and with the mouse."""

from __future__ import annotations

from pathlib import Path

from console.ui.dialogs.columns import ColumnsDialog
from console.ui.dialogs.named_filters import NamedFilters
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


async def three_calls(desk: Desk) -> None:
    """Two that wait and one that talks."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    await desk.answered("C", from_="+12065550147")
    await desk.selects("A")


def header(desk: Desk) -> list[str]:
    """The names over the calls."""
    return desk.pane("calls").splitlines()[1].split()


def rows(desk: Desk) -> list[str]:
    """The names over the calls and the calls, without the title."""
    return desk.pane("calls").splitlines()[1:]


def order(desk: Desk) -> list[str]:
    """The calls from the top."""
    return [key.removeprefix("v3:") for key in desk.app.desk.view.keys]


async def test_columns_follow_the_dialog_at_once(desk: Desk) -> None:
    """Space shows and leaves out, J and K move, the arrows widen, enter keeps."""
    await three_calls(desk)
    await desk.press("o")
    assert isinstance(desk.app.screen, ColumnsDialog)

    await desk.press("down", "down", "space")
    assert "to" not in header(desk)
    await desk.press("home", "down", "down", "K", "enter")

    assert header(desk)[:4] == ["state", "wait", "from", "talk"]
    assert desk.is_on_top


async def test_escape_leaves_columns_and_order_as_they_were(desk: Desk) -> None:
    """Also what was sorted meanwhile."""
    await three_calls(desk)
    before = rows(desk)
    await desk.press("o", "down", "space", "s", "J", "right", "escape")

    assert rows(desk) == before
    assert order(desk) == ["A", "B", "C"]


async def test_impossible_keys_say_why(desk: Desk) -> None:
    """The state stays, the rest has no order, what is not shown is not moved."""
    await desk.press("o", "space", "end", "K", "left", "0")
    assert "always shown" in desk.notices
    assert "it is not shown" in desk.notices
    await desk.press("home", *["down"] * 5, "s")
    assert "no order" in desk.notices


async def test_column_without_room_says_so(open_desk: OpenDesk) -> None:
    """In a narrow terminal a column is chosen in vain, until another one makes room for it."""
    async with open_desk(size=(60, 24)) as desk:
        await three_calls(desk)
        await desk.press("o")
        dialog = desk.app.screen
        assert "no room" not in text_of(dialog)
        await desk.press("end", "space")
        assert "app" not in header(desk)
        assert "no room for it here" in text_of(dialog)

        await desk.press("home", "down", "space", "home", "down", "space")

        assert "app" in header(desk)


async def test_reset_brings_back_the_beginning(desk: Desk) -> None:
    """Columns and order."""
    await three_calls(desk)
    before = rows(desk)

    await desk.press("o", "down", "space", "s", "J", "right", "R", "enter")

    assert rows(desk) == before


async def test_order_goes_round_with_the_key(desk: Desk) -> None:
    """The header shows the arrow; the cursor stays on its call; the last press is the first order again."""
    await three_calls(desk)

    await desk.press("O", "O", "O")
    assert "from▲" in header(desk)
    # In the title for a moment: nothing to be read again, and nothing over the calls.
    assert desk.pane("calls").splitlines()[0].endswith("from, from the beginning ─")
    assert "from the beginning" not in desk.notices
    assert not desk.app.screen.query("Toast")
    assert order(desk) == ["C", "A", "B"]
    assert desk.selected == "A"
    await desk.press("O")
    assert order(desk) == ["B", "A", "C"]
    await desk.press(*["O"] * 7)

    assert order(desk) == ["A", "B", "C"]
    assert header(desk) == ["state", "from", "to", "wait", "talk"]


async def test_click_on_a_name_sorts_by_it(desk: Desk) -> None:
    """Again: by its other end; a third time: as at first."""
    await three_calls(desk)
    table = desk.app.desk.calls
    x = desk.pane("calls").splitlines()[1].index("from")

    await desk.pilot.click(table, offset=(x, 0))
    await desk.settled()
    assert order(desk) == ["C", "A", "B"]
    await desk.pilot.click(table, offset=(x, 0))
    await desk.settled()
    assert order(desk) == ["B", "A", "C"]
    await desk.pilot.click(table, offset=(x, 0))
    await desk.settled()
    assert order(desk) == ["A", "B", "C"]
    assert desk.selected == "A"


async def test_choices_are_there_again_next_time(open_desk: OpenDesk, tmp_path: Path) -> None:
    """Columns, widths, order and what was typed; the configuration speaks where nothing was chosen."""
    options = UiOptions(
        memory=tmp_path / "memory.json", columns=("state", "who", "wait"), sort="-who"
    )
    async with open_desk(options) as desk:
        await three_calls(desk)
        assert header(desk) == ["state", "who▼", "wait"]
        await desk.press("o", "down", "space", "enter")
        assert header(desk) == ["state", "wait"]
        await desk.press("O", "slash")
        await desk.type("415")
        await desk.press("enter")

    async with open_desk(options) as desk:
        await three_calls(desk)
        assert header(desk) == ["state▲", "wait"]
        await desk.press("slash", "up")
        assert "1 of 3" in desk.text
        await desk.press("down", "escape", "o", "R", "enter")
        assert header(desk)[:2] == ["state", "who"]


async def test_columns_at_80_by_24(open_desk: OpenDesk) -> None:
    """What there is no room for gives way, the state last."""
    async with open_desk(
        UiOptions(columns=("state", "from", "leg", "session", "app", "note")), size=(80, 24)
    ) as desk:
        await three_calls(desk)

        assert header(desk)[:2] == ["state", "from"]
        await desk.press("o", "end", "space", "enter")
        assert "ringing" in desk.pane("calls")


async def test_named_filters_are_chosen_by_number(open_desk: OpenDesk) -> None:
    """For the calls or for the events, whichever is in focus; zero is none; a wrong one says where."""
    options = UiOptions(
        filters=(("waiting", "state:waiting"), ("hang-ups", "type:call.answered"), ("bad", "a ("))
    )
    async with open_desk(options) as desk:
        await three_calls(desk)

        await desk.press("F", "3")
        assert isinstance(desk.app.screen, NamedFilters)
        assert "filters.bad: at character 4" in desk.notices
        await desk.press("1")
        assert "2 of 3" in desk.text
        assert "/ waiting: state:waiting" in desk.text
        await desk.press("3", "F", "2")
        assert "call.initiated" not in desk.pane("events")
        assert "1 of 4" in desk.pane("events")
        await desk.press("1", "F", "0")

        assert "of 3" not in desk.pane("calls")


async def test_named_filter_is_chosen_with_the_arrows(open_desk: OpenDesk) -> None:
    """The cursor begins on what is in force, none at first: one line down is the first filter."""
    async with open_desk(UiOptions(filters=(("waiting", "state:waiting"),))) as desk:
        await three_calls(desk)

        await desk.press("F", "down", "enter")

        assert "/ waiting: state:waiting" in desk.text


async def test_without_named_filters_it_is_said_how_to_make_one(desk: Desk) -> None:
    """No empty menu."""
    await desk.press("F")

    assert "[filters]" in desk.notices
    assert desk.is_on_top
