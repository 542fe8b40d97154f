"""Looking at what happened, on the real screen: times, one leg, search, jumps, and the past beyond memory."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.widgets import OptionList

from console.domain.entries import Micros
from console.domain.times import local_clock
from console.journal.records import gap_draft
from console.ui.actions import BY_ID
from tests.ui.conftest import OpenDesk
from tests.ui.driver import CALLER, SECOND, START, Desk, text_of, webhook
from tests.ui.test_panes_flow import transferred


def old_entries(desk: Desk, count: int) -> None:
    """So many events of an old call, ten seconds apart, before the desk begins."""
    for number in range(count):
        desk.journal.append(
            webhook(
                "call.dtmf.received",
                START + number * 10 * SECOND,
                call_control_id="v3:old",
                call_leg_id="leg-old",
                call_session_id="session-old",
                digit=str(number % 10),
                **CALLER,
            )
        )
    desk.clock.now = START + count * 10 * SECOND


def here(desk: Desk) -> int | None:
    """The entry under the cursor of the events."""
    return desk.app.desk.tail.selected


async def test_timeline_shows_other_times(desk: Desk) -> None:
    """`w` goes round: since the start, on the clock, since the line before; the title says which."""
    await transferred(desk)
    await desk.selects("A")
    await desk.press("2")
    assert "since start" in desk.pane("timeline")
    assert "+1.000" in desk.pane("timeline")

    await desk.press("w")
    assert "─ clock ─" in desk.pane("timeline")
    await desk.press("w")
    assert "since previous" in desk.pane("timeline")
    await desk.press("w")
    assert "since start" in desk.pane("timeline")


async def test_timeline_shows_all_times_where_there_is_room(open_desk: OpenDesk) -> None:
    """Zoomed on a wide screen: clock, offset and gap side by side, and the tie from answer to its effect."""
    async with open_desk(size=(170, 40)) as desk:
        await transferred(desk)
        await desk.selects("A")
        await desk.press("2", "z")

        text = desk.pane("timeline")
        answered = next(line for line in text.splitlines() if "call.answered" in line)
        assert "+1.000" in answered
        assert "1.0 s" in answered
        assert "╰" in answered
        answer = next(line for line in text.splitlines() if "╭" in line)
        assert " answer " in answer


async def test_timeline_of_one_leg_says_so_on_a_small_screen(open_desk: OpenDesk) -> None:
    """Before it says which times it shows."""
    async with open_desk(size=(80, 24)) as desk:
        await transferred(desk)
        await desk.selects("B")
        await desk.press("2", "l")

        assert "leg B alone of 2" in desk.text


async def test_timeline_shows_one_leg_alone(desk: Desk) -> None:
    """`l` leaves out the other leg, but not the command that made this one; again, and all are back."""
    await transferred(desk)
    await desk.selects("B")
    await desk.press("l")

    text = desk.pane("timeline")
    assert "leg B alone of 2" in text
    assert "call.answered" not in text
    assert "transfer" in text
    await desk.press("l")
    assert "call.answered" in desk.pane("timeline")
    assert "alone" not in desk.pane("timeline")


async def test_timeline_of_one_leg_is_drawn_whole_as_it_comes_into_sight(
    open_desk: OpenDesk,
) -> None:
    """One pane at a time: what changes while the pane gets its size is drawn to its last line."""
    async with open_desk(size=(80, 24)) as desk:
        await transferred(desk)
        await desk.event("call.dtmf.received", "B", digit="1")
        await desk.selects("B")
        await desk.pilot.press("f", "escape", "l")
        await desk.settled()
        text = desk.pane("timeline")
        for title in ("transfer", "call.initiated", "call.bridged", "call.dtmf.received"):
            assert title in text


async def test_timeline_of_one_leg_says_so(desk: Desk) -> None:
    """There is nothing to leave out."""
    await desk.ringing()
    await desk.selects("A")
    await desk.press("l")

    assert "one leg only" in desk.notices


async def test_timeline_shows_a_gap_in_the_record(desk: Desk) -> None:
    """On a line of its own, though no leg is named in it."""
    await desk.ringing()
    begun = desk.clock.now
    desk.clock.now += 90 * SECOND
    desk.journal.append(
        gap_draft("no engine ran", desk.clock.now, since=begun, until=desk.clock.now)
    )
    await desk.event("call.answered")
    await desk.selects("A")

    assert "1:30 not recorded" in desk.pane("timeline")


async def test_timeline_is_searched(desk: Desk) -> None:
    """`/` in the timeline searches it: counted, marked, walked through, and closed without a trace."""
    await transferred(desk)
    await desk.selects("A")
    await desk.press("2", "slash")
    await desk.type("initiated")
    assert "1 of 2" in desk.pane("timeline")

    await desk.press("down")
    assert "2 of 2" in desk.pane("timeline")
    second = desk.app.desk.timeline.selected
    await desk.press("up", "up")
    assert desk.app.desk.timeline.selected == second
    await desk.press("escape")
    assert desk.app.desk.timeline.has_focus
    assert " of 2" not in desk.pane("timeline")
    await desk.press("slash")
    assert "of 2" in desk.pane("timeline")


async def test_timeline_search_says_when_nothing_is_found(desk: Desk) -> None:
    """And typing anything at all is harmless."""
    await desk.ringing()
    await desk.selects("A")
    await desk.press("2", "slash")
    await desk.type("[(*")

    assert "not found" in desk.pane("timeline")
    await desk.press("enter", "up", "escape", "q")


async def test_timeline_jumps_by_time(desk: Desk) -> None:
    """A minute on, ten minutes back, and to a time that is typed."""
    await desk.ringing()
    desk.clock.now += 120 * SECOND
    await desk.event("call.answered")
    await desk.selects("A")
    await desk.press("2", "home")
    lines = desk.app.desk.timeline

    await desk.press("greater_than_sign")
    assert lines.time_here == desk.clock.now
    await desk.press("left_curly_bracket")
    assert lines.time_here == START + SECOND
    await desk.press("g")
    await desk.type(local_clock(desk.clock.now))
    await desk.press("enter")
    assert lines.time_here == desk.clock.now


@pytest.mark.parametrize("typed", ["25:00", "12", "x", "12:61", "2026-02-31 10:00"])
async def test_wrong_times_are_explained(desk: Desk, typed: str) -> None:
    """In the dialog, which stays open."""
    await desk.ringing()
    await desk.press("g")
    await desk.type(typed)
    await desk.press("enter")

    assert not desk.is_on_top
    await desk.press("escape")
    assert desk.is_on_top


async def test_events_reach_back_beyond_memory(open_desk: OpenDesk) -> None:
    """Hours back: read from the journal; End is back at the newest, and follows."""
    async with open_desk(before=lambda desk: old_entries(desk, 2000)) as desk:
        await desk.press("3")
        assert desk.app.desk.tail.held[0][0].seq > 1700
        for _ in range(15):
            await desk.press("left_curly_bracket")

        at: Micros = desk.clock.now - 10 * SECOND - 15 * 600 * SECOND
        assert desk.app.desk.tail.time_here == at
        assert "past" in desk.pane("events")
        assert len(desk.app.desk.tail.held) <= 1500
        await desk.ringing()
        assert "1 new" in desk.pane("events")
        await desk.press("end")
        assert "following" in desk.pane("events")
        assert "call.initiated" in desk.pane("events")


async def test_events_scroll_back_page_by_page(open_desk: OpenDesk) -> None:
    """Home and Up go on at the oldest entry in memory, to the first of all; Down comes back to the present."""
    async with open_desk(before=lambda desk: old_entries(desk, 2200)) as desk:
        await desk.press("3")
        for _ in range(8):
            await desk.press("home", "up")
        assert here(desk) == 1

        tail = desk.app.desk.tail
        for _ in range(8):
            await desk.press("down")
            tail.select(tail.held[-1][0].seq)
            await desk.press("down")
        assert not tail.is_past
        assert here(desk) == 2200


async def test_events_scroll_back_through_a_filter(open_desk: OpenDesk) -> None:
    """Pages of which nothing passes are passed over."""
    async with open_desk(before=lambda desk: old_entries(desk, 1200)) as desk:
        first = webhook("call.initiated", START, call_control_id="v3:x", **CALLER)
        desk.journal.entries[3] = desk.journal.entries[3].__class__(
            **{
                **{name: getattr(first, name) for name in first.__dataclass_fields__},
                "seq": 4,
                "duplicate": False,
            }
        )
        await desk.press("3", "slash")
        await desk.type("type:call.initiated")
        await desk.press("enter", "home")

        await desk.press("up")
        assert "call.initiated" in desk.pane("events").split("\n", 1)[1]


async def test_help_is_searched(desk: Desk) -> None:
    """Typing leaves the keys that match, says how many, and marks what was typed."""
    await desk.press("question_mark")
    await desk.type("ladder")

    frame = desk.app.screen.query_one("#help")
    assert " of " in str(frame.border_subtitle)
    keys = desk.app.screen.query_one("#help-keys", OptionList)
    option = keys.get_option_at_index(0)
    assert isinstance(option.prompt, Content)
    marked = [option.prompt.plain[span.start : span.end] for span in option.prompt.spans]
    assert "ladder" in marked


async def test_help_tells_a_line_whole(open_desk: OpenDesk) -> None:
    """At 80 columns a description may be cut in the list; below, the line under the cursor is not, with its reason."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.ringing()
        await desk.press("question_mark")
        whole = desk.app.screen.query_one("#help-whole")
        assert "tell a line whole" in text_of(whole)

        await desk.press("down", "down", "down")

        wanted = f"{BY_ID['call.bridge'].description} (now: not answered yet)"
        assert wanted in " ".join(text_of(whole).split())
