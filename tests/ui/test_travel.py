"""Time travel: the desk as it was, moved and played under a banner, while the live desk goes on."""

from __future__ import annotations

import pytest

from console.domain.times import local_clock
from console.ui.options import UiOptions
from console.ui.screens.past_desk import PastDesk
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, START, Desk, text_of


def past(desk: Desk) -> PastDesk:
    """The desk that shows the past."""
    assert isinstance(desk.app.screen, PastDesk), desk.app.screen
    return desk.app.screen


def shown(desk: Desk) -> str:
    """Everything on the screen."""
    return text_of(desk.app.screen)


async def settled(desk: Desk) -> None:
    """The past has been read and drawn."""
    for _ in range(3):
        past(desk)._tick()
        await desk.pilot.pause()


async def goes_to(desk: Desk, typed: str) -> None:
    """Asks for a moment."""
    await desk.press("at")
    await desk.type(typed)
    await desk.press("enter")
    await settled(desk)


async def two_calls(desk: Desk) -> None:
    """A rings, is answered and ends; B rings: entries 1 to 4, a second apart."""
    await desk.answered("A")
    await desk.ended("A")
    await desk.ringing("B", from_="+14155550177")


async def test_travel_shows_the_desk_as_it_was(desk: Desk) -> None:
    """The banner says so; calls, timeline and events are those of the moment; Escape comes back."""
    await two_calls(desk)
    await desk.selects("A")
    await goes_to(desk, "-2s")

    picture = shown(desk)
    assert f"◀◀ NOT LIVE  {local_clock(START + 2 * SECOND)}  paused" in picture
    assert "esc: back to live" in picture
    assert "entry 2 of 4" in picture
    assert "answered" in picture
    assert "call.hangup" not in picture
    assert "415 555 0177" not in picture
    assert past(desk).calls.selected == "v3:A"

    await desk.press("escape")
    assert desk.is_on_top
    assert desk.selected == "A"
    assert "NOT LIVE" not in desk.text
    assert desk.app.desk.id == "desk"


async def test_travel_steps_entry_by_entry(desk: Desk) -> None:
    """Each key shows what the next entry changed; at both ends it says so."""
    await two_calls(desk)
    await goes_to(desk, "-2s")
    await desk.press("right")
    await settled(desk)
    assert "entry 3 of 4" in shown(desk)
    assert "call.hangup" in shown(desk)
    await desk.press("left", "left")
    await settled(desk)
    assert "entry 1 of 4" in shown(desk)
    assert "ringing" in shown(desk)
    await desk.press("left")
    assert "the record begins here" in desk.notices
    await desk.press("full_stop", "full_stop", "full_stop", "full_stop")
    assert "the last entry so far" in desk.notices
    assert "entry 4 of 4" in shown(desk)


async def test_travel_moves_by_minutes(desk: Desk) -> None:
    """Not before the record begins, and not into the future."""
    await desk.ringing("A")
    desk.clock.now += 700 * SECOND
    await desk.ringing("B")
    await goes_to(desk, "-1s")
    await desk.press("less_than_sign")
    assert f"NOT LIVE  {local_clock(desk.clock.now - 61 * SECOND)}" in shown(desk)
    await desk.press("left_curly_bracket", "left_curly_bracket")
    await settled(desk)
    assert f"NOT LIVE  {local_clock(START + SECOND)}" in shown(desk)
    assert "the record begins at" in desk.notices
    await desk.press("right_curly_bracket", "right_curly_bracket", "greater_than_sign")
    await settled(desk)
    assert f"NOT LIVE  {local_clock(desk.clock.now)}" in shown(desk)
    assert "has not been yet" in desk.notices
    assert "entry 2 of 2" in shown(desk)


async def test_travel_plays_at_a_chosen_speed(desk: Desk) -> None:
    """Time passes ten times as fast until it is stopped, or the present is reached."""
    await two_calls(desk)
    desk.clock.now += 100 * SECOND
    await desk.selects("A")
    await goes_to(desk, local_clock(START + SECOND))
    await desk.press("right_square_bracket", "right_square_bracket", "right_square_bracket", "p")
    assert "×10" in shown(desk)
    desk.clock.now += SECOND // 10
    past(desk)._tick()
    past(desk).feed.look()
    await desk.pilot.pause()
    assert f"NOT LIVE  {local_clock(START + 2 * SECOND)}  ×10" in shown(desk)
    assert "answered" in shown(desk)
    desk.clock.now += 60 * SECOND
    await settled(desk)
    past(desk).feed.look()
    await settled(desk)
    assert "paused" in shown(desk)
    assert "this is the present" in desk.notices
    assert "415 555 0177" in shown(desk)


async def test_speed_has_ends(desk: Desk) -> None:
    """The keys say why they do nothing."""
    await two_calls(desk)
    await goes_to(desk, "-1s")
    await desk.press("left_square_bracket")
    assert "as fast as it was already" in desk.notices
    await desk.press(*["right_square_bracket"] * 5)
    assert "as fast as it plays" in desk.notices


@pytest.mark.parametrize(
    "key", ["a", "t", "b", "r", "h", "d", "c", "s", "P", "K", "C", "n", "R", "v", "A", "S"]
)
async def test_nothing_is_sent_from_the_past(desk: Desk, key: str) -> None:
    """A call that rings in the past may be long over: every such key says what is shown, and does nothing."""
    await two_calls(desk)
    await desk.selects("A")
    await goes_to(desk, "-3s")
    await desk.press(key)

    assert "not live" in desk.notices
    assert isinstance(desk.app.screen, PastDesk)
    assert desk.sent == []
    assert desk.operator.reconciled == 0
    assert desk.operator.written == []


async def test_nothing_is_sent_from_what_opens_over_the_past(desk: Desk) -> None:
    """Not by the palette, and not by a pane."""
    await two_calls(desk)
    await desk.selects("A")
    await goes_to(desk, "-3s")
    await desk.press("T", "s")
    assert "not live" in desk.notices
    await desk.press("escape", "ctrl+p")
    await desk.type("answer")
    await desk.pilot.pause()
    await desk.press("down", "enter")
    await desk.settled()
    assert desk.sent == []


async def test_live_recording_goes_on_meanwhile(desk: Desk) -> None:
    """New calls do not show in the past; they are there after Escape, and the selection is kept."""
    await two_calls(desk)
    await desk.selects("B")
    live = desk.app.desk
    await goes_to(desk, "-3s")
    await desk.ringing("C", from_="+16175550155")
    live.feed.look()
    await settled(desk)
    assert "entry 1 of 5" in shown(desk)
    assert past(desk).calls.view.total == 1
    await desk.press("escape")
    await desk.settled()
    assert desk.selected == "B"
    assert "617 555 0155" in desk.pane("calls")


async def test_travel_opens_flow_and_events_as_they_were(desk: Desk) -> None:
    """Panes over the past know nothing of what came later; Escape leads back one at a time."""
    await desk.answered("A")
    await desk.ended("A")
    await goes_to(desk, "-1s")
    await desk.press("f")
    assert "call.answered" in shown(desk)
    assert "call.hangup" not in shown(desk)
    await desk.press("escape", "3", "enter")
    assert "call.answered" in shown(desk)
    assert "verified" in shown(desk)
    await desk.press("escape", "q")
    assert desk.is_on_top


@pytest.mark.parametrize(
    ("typed", "words"),
    [("25:00", "no time"), ("2999-01-01 10:00", "has not been yet"), ("soon", "type hh:mm")],
)
async def test_a_moment_that_cannot_be_shown(desk: Desk, typed: str, words: str) -> None:
    """The dialog stays open and says what is wrong."""
    await two_calls(desk)
    await desk.press("at")
    await desk.type(typed)
    await desk.press("enter")
    assert words in shown(desk)
    await desk.press("escape")
    assert desk.is_on_top


async def test_relative_times_count_from_the_moment_shown(desk: Desk) -> None:
    """A second journey from the past: back, and on again."""
    await two_calls(desk)
    await goes_to(desk, "-2s")
    await goes_to(desk, "-1s")
    assert "entry 1 of 4" in shown(desk)
    await desk.press("at")
    await desk.type("+")
    await desk.type("2s")
    await desk.press("enter")
    await settled(desk)
    assert "entry 3 of 4" in shown(desk)


async def test_a_journal_that_breaks_is_told(desk: Desk) -> None:
    """One sentence; the way back stays open."""
    await two_calls(desk)
    await goes_to(desk, "-2s")
    desk.journal.broken = "the disk is gone"
    await desk.press("less_than_sign", "left", "right")
    assert "the disk is gone" in desk.notices
    desk.journal.broken = None
    await desk.press("escape")
    assert desk.is_on_top


async def test_the_past_of_an_empty_journal(desk: Desk) -> None:
    """There is nothing, and nothing breaks."""
    await goes_to(desk, "-5m")
    assert "NOT LIVE" in shown(desk)
    await desk.press("left", "right", "p", "space", "enter", "f", "2", "3", "escape")
    assert desk.is_on_top


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_travel_fits_a_small_terminal(open_desk: OpenDesk, ascii_only: bool) -> None:
    """The banner keeps its word, the moment, how it moves and the way back."""
    async with open_desk(UiOptions(ascii=ascii_only), size=(80, 24)) as desk:
        await two_calls(desk)
        await goes_to(desk, "-2s")
        first = shown(desk).split("\n")[0]
        assert "NOT LIVE" in first
        assert "paused" in first
        assert "esc: back to live" in first
        assert first.isascii() or not ascii_only


async def test_a_call_that_comes_in_meanwhile_says_that_it_is_live(desk: Desk) -> None:
    """The notice lies over the past; nobody may take it for a part of that."""
    await two_calls(desk)
    live = desk.app.desk
    desk.clock.now += 60 * SECOND
    live.feed.look()
    await goes_to(desk, "-62s")
    await desk.ringing("C", from_="+16175550155")
    live.feed.look()
    await settled(desk)
    assert "Incoming call, live: +1 617 555 0155" in desk.notices


async def test_travel_in_a_file(open_desk: OpenDesk) -> None:
    """No engine, and a clock that stands still: it plays to the end of the record and no further."""
    async with open_desk(UiOptions(offline="calls.jsonl")) as desk:
        await two_calls(desk)
        await goes_to(desk, "-3s")
        assert "esc: back to the file" in shown(desk)
        assert f"ends {local_clock(desk.clock.now)}" in shown(desk)
        await desk.press("p", *["right_square_bracket"] * 4)
        while "the record ends here" not in desk.notices:
            past(desk)._tick()
            await desk.pilot.pause(0.01)
        past(desk).feed.look()
        await settled(desk)
        assert "entry 4 of 4" in shown(desk)
        await desk.press("a")
        assert "not live" in desk.notices
        await desk.press("escape", "H", "at")
        assert isinstance(desk.app.screen, PastDesk)
