"""Jump mode and the help page: letters lead to panes and rows, F1 in a filter explains filters."""

from __future__ import annotations

import pytest

from console.domain.filter import parse
from console.domain.filtering.terms import COMPARED, FIELDS
from console.ui.options import UiOptions
from console.ui.presenters.filter_help import FILTER_HELP
from console.ui.screens.help import HelpScreen
from console.ui.screens.jump import JumpScreen, labels
from console.ui.widgets.line_list import LineList
from console.ui.widgets.lines_view import LinesView
from tests.ui import test_panes_applications as applications
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


def _labels(desk: Desk) -> dict[str, tuple[int, int]]:
    screen = desk.app.screen
    assert isinstance(screen, JumpScreen), screen
    found = {}
    for label in screen.query(".jump-label"):
        found[str(label.render())] = (label.region.x, label.region.y)
    return found


@pytest.mark.parametrize("count", [0, 1, 26, 27, 600])
def test_no_label_begins_another(count: int) -> None:
    """So that the last key of a label decides at once."""
    found = labels(count)
    assert len(set(found)) == len(found) == count
    assert not [a for a in found for b in found if a != b and b.startswith(a)]


@pytest.mark.parametrize("size", [(150, 40), (120, 36), (80, 24)])
async def test_letter_leads_to_its_row(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """It stands on the row; the desk shows through; the pane of the row gets the focus."""
    async with open_desk(size=size) as desk:
        for call in "ABC":
            await desk.answered(call)
        await desk.press("J")
        calls = desk.app.desk.calls
        rows = dict(calls.finder.in_sight())
        line = next(y for y, key in rows.items() if key == "v3:C")
        wanted = (calls.region.x, calls.region.y + 1 + line)
        letter = next(name for name, at in _labels(desk).items() if at == wanted)
        assert "answered" in text_of(desk.app.screen)
        await desk.press(letter)
        assert desk.selected == "C"
        assert desk.is_on_top


async def test_digit_leads_to_a_pane_and_escape_leaves(desk: Desk) -> None:
    """As on the desk; anything that is no label leaves everything as it was."""
    await desk.answered()
    await desk.press("J", "3")
    assert desk.app.desk.panes.arrangement.active == "events"
    await desk.press("J", "escape")
    assert desk.is_on_top
    assert desk.app.desk.panes.arrangement.active == "events"
    await desk.press("J", "0")
    assert desk.is_on_top
    assert desk.sent == []


async def test_many_rows_have_two_letters(open_desk: OpenDesk) -> None:
    """The first one leaves only those that it begins."""
    async with open_desk(size=(150, 50)) as desk:
        for number in range(14):
            await desk.answered(f"N{number}")
        await desk.press("J")
        found = [name for name in _labels(desk) if not name.isdigit()]
        assert all(len(name) == 2 for name in found)
        last = found[-1]
        await desk.press(last[0])
        screen = desk.app.screen
        assert isinstance(screen, JumpScreen)
        assert set(screen.shown) == {name for name in found if name[0] == last[0]}
        await desk.press(last[1])
        assert desk.is_on_top


def test_help_of_filters_is_whole_and_true() -> None:
    """Every field is explained, every example is a filter."""
    terms = [term for term, _text in FILTER_HELP]
    for term in terms:
        parse(term)
    for name in (*FIELDS, *COMPARED, "since"):
        assert any(term.startswith((f"{name}:", f"{name}>")) for term in terms), name


async def test_f1_while_a_filter_is_typed_begins_with_filters(desk: Desk) -> None:
    """From the desk it comes after the keys; it can be searched from both."""
    await desk.press("slash", "f1")
    screen = desk.app.screen
    assert isinstance(screen, HelpScreen)
    assert "Both words somewhere in the row" in text_of(screen)
    await desk.press("escape", "escape", "question_mark")
    assert "Both words somewhere in the row" not in text_of(desk.app.screen)
    await desk.type("lag")
    assert "came later than this" in text_of(desk.app.screen)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_key_bar_and_help_without_unicode(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """No arrow for Enter where the terminal has none."""
    async with open_desk(UiOptions(ascii=True), size=size) as desk:
        await desk.answered()
        assert desk.text.replace("\n", "").isascii(), desk.text
        await desk.press("A")
        assert "↵" not in text_of(desk.app.screen)
        await desk.press("escape", "question_mark")
        assert "↵" not in text_of(desk.app.screen)


OVER_THE_DESK = [("H",), ("f",), ("3", "end", "enter"), ("u",), ("B",), ("H", "enter")]


@pytest.mark.parametrize("keys", OVER_THE_DESK, ids="-".join)
async def test_letter_leads_to_a_row_of_a_screen_over_the_desk(
    open_desk: OpenDesk, keys: tuple[str, ...]
) -> None:
    """Every screen with rows has letters on them, and the cursor goes where one of them stands."""
    async with open_desk(size=(120, 36)) as desk:
        await desk.answered("A")
        await desk.answered("B")
        await desk.app.desk.news.watch_line()
        line = desk.app.services.line
        assert line is not None
        line.read_all()
        await desk.press(*keys)
        await desk.settled()
        below = desk.app.screen
        await desk.press("J")
        if keys == ("B",):
            assert desk.app.screen is below
            assert "no row on this screen" in desk.notices
            return
        places = {at: name for name, at in _labels(desk).items() if not name.isdigit()}
        rows = below.query(LineList).first()
        last, key = rows.finder.in_sight()[-1]
        where = (rows.region.x, rows.region.y + rows.rows.header_lines + last)
        await desk.press(*places[where])
        assert desk.app.screen is below
        assert rows.selected == key
        assert rows.has_focus


async def test_letters_stand_on_rows_with_which_nothing_can_be_done(open_desk: OpenDesk) -> None:
    """Whether an alert can be acknowledged says nothing about going to it."""
    rule = {"watch": "longest_wait", "limit": 30, "clear": 10}
    rules = {"long": rule, "longer": {**rule, "limit": 60}}
    async with open_desk(UiOptions(alerts=rules), size=(120, 36)) as desk:
        await desk.app.desk.news.watch_line()
        await desk.press("exclamation_mark")
        await desk.settled()

        await desk.press("J")

        assert {name for name in _labels(desk) if not name.isdigit()} == {"a", "s"}


async def test_lists_of_a_screen_have_digits(open_desk: OpenDesk) -> None:
    """Where there is more than one to be in."""
    async with open_desk(size=(120, 36)) as desk:
        await applications.open_pane(desk)
        await desk.settled()
        below = desk.app.screen
        await desk.press("J")
        assert {name for name in _labels(desk) if name.isdigit()} == {"1", "2"}
        await desk.press("2")
        assert desk.app.screen is below
        assert isinstance(below.focused, LinesView)
