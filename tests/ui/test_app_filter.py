"""The filter applies while it is typed, and never hides what it cannot read."""

from __future__ import annotations

from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


async def three_calls(desk: Desk) -> None:
    """Two that wait and one that talks."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    await desk.answered("C", from_="+12065550147")
    await desk.selects("A")


async def test_filter_applies_while_typing_and_counts(desk: Desk) -> None:
    """Every key changes the list; the title says how many of how many."""
    await three_calls(desk)

    await desk.press("slash")
    await desk.type("415")

    assert "1 of 3" in desk.text
    assert "+1 415 555 0100" in desk.pane("calls")
    assert "+1 206" not in desk.pane("calls")


async def test_enter_keeps_the_filter_and_escape_clears_it(desk: Desk) -> None:
    """Enter goes back to the list, Escape there clears."""
    await three_calls(desk)
    await desk.press("slash")
    await desk.type("state:ringing")

    await desk.press("enter")
    assert "2 of 3" in desk.text
    assert "/ state:ringing" in desk.text
    assert desk.app.desk.focused is desk.app.desk.calls
    await desk.press("escape")

    assert "of 3" not in desk.pane("calls")
    assert "+1 206" in desk.pane("calls")


async def test_escape_while_typing_clears(desk: Desk) -> None:
    """And gives the focus back to the calls."""
    await three_calls(desk)
    await desk.press("slash")
    await desk.type("415")

    await desk.press("escape")

    assert "+1 206" in desk.pane("calls")
    assert desk.app.desk.focused is desk.app.desk.calls


async def test_mistake_is_shown_in_place_and_the_last_filter_stays(desk: Desk) -> None:
    """A caret under the place, the words beside it; Enter does not leave."""
    await three_calls(desk)
    await desk.press("slash")
    await desk.type("state:ringing")

    await desk.type(" ~")

    assert "2 of 3" in desk.text
    line = next(line for line in desk.pane("calls").splitlines() if "^ " in line)
    assert line.index("^") >= len("state:ringing")
    await desk.press("enter")
    assert desk.app.desk.focused is not desk.app.desk.calls


async def test_cursor_stays_on_its_call_and_keys_act_on_what_is_seen(desk: Desk) -> None:
    """Where the call is hidden, the first that is shown is selected."""
    await three_calls(desk)
    await desk.selects("C")

    await desk.press("slash")
    await desk.type("206")
    assert desk.selected == "C"
    await desk.press("escape", "slash")
    await desk.type("415")

    assert desk.selected == "B"


async def test_filter_at_start(open_desk: OpenDesk) -> None:
    """From the command line."""

    def before(desk: Desk) -> None:
        desk.app.services.store.load()

    async with open_desk(UiOptions(filter="state:ringing"), before=before) as desk:
        await three_calls(desk)

        assert "2 of 3" in desk.text


async def test_wrong_filter_at_start_is_shown_for_correction(open_desk: OpenDesk) -> None:
    """Nothing is hidden, and the line is open."""
    async with open_desk(UiOptions(filter="state:ringing nope:x")) as desk:
        await three_calls(desk)

        assert desk.app.desk.calls_filter.display
        assert "+1 206" in desk.pane("calls")


async def test_events_have_a_filter_of_their_own(desk: Desk) -> None:
    """With the events in focus the same key filters them."""
    await three_calls(desk)
    await desk.press("3", "slash")

    await desk.type("type:call.answered")
    await desk.press("enter")

    assert "call.initiated" not in desk.pane("events")
    assert "call.answered" in desk.pane("events")
    assert "3" in desk.pane("calls").splitlines()[0]
