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


async def test_half_the_name_of_a_field_hides_nothing(desk: Desk) -> None:
    """It is said what it may become; a space, or Enter, makes it a word."""
    await three_calls(desk)
    await desk.press("slash")

    await desk.type("wai")
    assert "wait>" in desk.pane("calls")
    assert "+1 206" in desk.pane("calls")
    await desk.type(" ")

    assert "0 of 3" in desk.text


async def test_up_brings_back_what_was_typed(desk: Desk) -> None:
    """Applied at once, as if it were typed; down leads back to the draft."""
    await three_calls(desk)
    for text in ("415", "206"):
        await desk.press("slash")
        await desk.type(text)
        await desk.press("enter", "escape")
    await desk.press("slash")
    await desk.type("x")

    await desk.press("up", "up")
    assert "/ 415" in desk.text
    await desk.press("down", "down")

    assert "0 of 3" in desk.text
    assert "/ x" in desk.text


async def test_calls_come_and_go_with_the_seconds(desk: Desk) -> None:
    """Nothing happens to them but time."""
    await three_calls(desk)
    await desk.press("slash")
    await desk.type("wait>20s state:waiting")
    await desk.press("enter")
    assert "0 of 3" in desk.text

    await desk.seconds(30)

    assert "2 of 3" in desk.text


async def test_terms_about_deliveries_say_that_they_hide_no_call(desk: Desk) -> None:
    """In place, while typing."""
    await three_calls(desk)
    await desk.press("slash")

    await desk.type("lag>1s")

    assert "hides no call" in desk.pane("calls")
    assert "+1 206" in desk.pane("calls")


async def test_events_are_found_by_their_calls(desk: Desk) -> None:
    """What the leg is now; when that changes, the events follow within a second."""
    await three_calls(desk)
    await desk.press("3", "slash")
    await desk.type("state:ended")
    await desk.press("enter")
    assert "0 of 4" in desk.pane("events")

    await desk.ended("A")
    await desk.seconds(1)

    assert "2 of 5" in desk.pane("events")


async def test_hidden_call_is_still_reached_by_id(desk: Desk) -> None:
    """Filters hide rows only."""
    await three_calls(desk)
    await desk.press("slash")
    await desk.type("206")
    await desk.press("enter")

    desk.app.jump("v3:B")
    await desk.settled()

    assert desk.selected == "B"


async def test_state_that_does_not_exist_is_said(desk: Desk) -> None:
    """A slip of the finger would only show an empty list; the beginning of a state is none."""
    await desk.ringing("A")
    await desk.press("slash")
    await desk.type("state:rnging")
    assert "no call is ever rnging: did you mean ringing?" in desk.pane("calls")
    desk.app.desk.calls_filter.use("state:xyz")
    await desk.settled()
    assert "no call is ever xyz: ringing, dialing" in desk.pane("calls")

    for text in (
        "state:ri",
        "state:wait",
        "state:live",
        "state:rec",
        "!state:*ed",
        "state:(held | e)",
    ):
        desk.app.desk.calls_filter.use(text)
        await desk.settled()
        assert "no call is ever" not in desk.pane("calls")
