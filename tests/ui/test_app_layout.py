"""Layouts: three panes, two, one at a time, and a plain word where nothing fits."""

from __future__ import annotations

import pytest

from console.ui.screens.layout import Arrangement, Shape, shape_of
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (200, 60, Shape.THREE),
        (140, 20, Shape.THREE),
        (139, 40, Shape.TWO),
        (100, 20, Shape.TWO),
        (99, 40, Shape.ONE),
        (200, 19, Shape.ONE),
        (80, 24, Shape.ONE),
        (60, 16, Shape.ONE),
        (59, 40, Shape.TOO_SMALL),
        (200, 15, Shape.TOO_SMALL),
    ],
)
def test_shape_follows_the_size(width: int, height: int, shape: Shape) -> None:
    """The limits of the manual, and the cells on both sides of them."""
    assert shape_of(width, height) is shape


def test_arrangement_always_shows_the_active_pane() -> None:
    """Whatever fits, the pane in focus is seen."""
    for shape in (Shape.ONE, Shape.TWO, Shape.THREE):
        for pane in ("calls", "timeline", "events"):
            arrangement = Arrangement()
            arrangement.shape = shape
            arrangement.activate(pane)
            assert pane in arrangement.visible
            arrangement.zoomed = True
            assert arrangement.visible == (pane,)


def test_arrangement_sizes_stay_within_limits() -> None:
    """No pane can be shrunk away."""
    arrangement = Arrangement()
    for _ in range(100):
        arrangement.resize(-1)
    assert arrangement.weights["calls"] == 2
    for _ in range(100):
        arrangement.resize(1)
    assert arrangement.weights["calls"] == 30


async def test_wide_terminal_shows_three_panes(desk: Desk) -> None:
    """Calls and timeline beside each other, events below."""
    await desk.ringing()

    panes = [desk.app.desk.query_one(f"#pane-{name}") for name in ("calls", "timeline", "events")]
    assert all(pane.display for pane in panes)
    assert panes[0].region.y == panes[1].region.y
    assert panes[2].region.y >= panes[0].region.bottom
    assert "too small" not in desk.text


async def test_middle_terminal_shows_two_panes(open_desk: OpenDesk) -> None:
    """The timeline is under the calls, the events take its place on demand."""
    async with open_desk(size=(110, 30)) as desk:
        await desk.ringing()
        assert "[2 Timeline] 3 Events" in desk.text
        assert desk.app.desk.query_one("#pane-timeline").region.y > 3

        await desk.press("3")

        assert "2 Timeline [3 Events]" in desk.text
        assert "Calls" in desk.text


async def test_small_terminal_shows_one_pane_with_tabs(open_desk: OpenDesk) -> None:
    """1, 2 and 3 change between them; Tab goes round."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.ringing()
        assert "[1 Calls] 2 Timeline 3 Events" in desk.text
        assert "call.initiated" not in desk.text

        await desk.press("2")
        assert "1 Calls [2 Timeline] 3 Events" in desk.text
        assert "call.initiated" in desk.text
        await desk.press("tab")
        assert "[3 Events]" in desk.text
        await desk.press("tab")
        assert "[1 Calls]" in desk.text


async def test_enter_on_a_call_opens_its_timeline(open_desk: OpenDesk) -> None:
    """And Escape comes back to the calls."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.ringing()

        await desk.press("enter")
        assert "[2 Timeline]" in desk.text
        await desk.press("escape")

        assert "[1 Calls]" in desk.text


@pytest.mark.parametrize("size", [(59, 24), (80, 15), (48, 6)])
async def test_tiny_terminal_says_what_is_needed(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """The size that is there, the size that is needed, and nothing else."""
    async with open_desk(size=size) as desk:
        await desk.ringing()

        assert "60×16" in desk.text
        assert "Calls ─" not in desk.text
        assert "+1 312" not in desk.text


async def test_tiny_terminal_takes_no_keys_but_quit(open_desk: OpenDesk) -> None:
    """Nothing is done that cannot be seen."""
    async with open_desk(size=(50, 14)) as desk:
        await desk.ringing()

        await desk.press("a", "h", "d", "slash")

        assert desk.sent == []
        assert not desk.dialog.is_open


async def test_resizing_keeps_selection_and_focus(desk: Desk) -> None:
    """From wide to tiny and back: the same call, the same pane."""
    await desk.ringing("A")
    await desk.ringing("B")
    await desk.selects("B")
    await desk.press("2")
    focused = desk.app.desk.focused

    for width, height in ((110, 30), (80, 24), (40, 10), (80, 24), (150, 40)):
        await desk.pilot.resize_terminal(width, height)
        await desk.settled()

    assert desk.selected == "B"
    assert desk.app.desk.focused is focused
    assert desk.app.desk.panes.arrangement.active == "timeline"


async def test_zoom_gives_the_screen_to_one_pane_and_back(desk: Desk) -> None:
    """Also by Escape."""
    await desk.ringing()
    await desk.press("3", "z")
    assert not desk.app.desk.query_one("#pane-calls").display

    await desk.press("escape")

    assert desk.app.desk.query_one("#pane-calls").display


async def test_grow_and_shrink_change_the_pane_in_focus(desk: Desk) -> None:
    """The others give way."""
    calls = desk.app.desk.query_one("#pane-calls")
    before = calls.size.width

    await desk.press("plus", "plus")
    assert calls.size.width > before
    await desk.press("underscore", "underscore", "underscore")

    assert calls.size.width < before
