"""The event inspector and the comparison on the real screen."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from console.domain.entries import Draft, Entry, Kind
from console.journal.forwards import Forward, forward_draft
from console.ui.clipboard import ESCAPE_BYTES
from console.ui.screens.compare import CompareScreen
from console.ui.screens.event import EventScreen
from console.ui.widgets.event_view import EventView
from console.ui.widgets.line_list import LineList
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, Desk, text_of

SIZES = [(80, 24), (120, 36)]


@pytest.fixture
def copied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the terminal's clipboard."""
    found: list[str] = []
    monkeypatch.setattr(desk.app, "copy_to_clipboard", found.append)
    return found


def shown(desk: Desk) -> str:
    """All that is on top."""
    return text_of(desk.app.screen)


def view(desk: Desk) -> EventView:
    """The text of the inspector."""
    return desk.app.screen.query_one(EventView)


def compared(desk: Desk) -> str:
    """Every line of the comparison, also those that a toast lies over."""
    rows = desk.app.screen.query_one("#comparison", LineList).rows
    return "\n".join(rows.text(rows.key_at(place)) for place in range(len(rows)))


async def go(desk: Desk, wanted: Callable[[str], bool]) -> None:
    """Moves the cursor down to a line."""
    widget = view(desk)
    for place in range(len(widget.rows)):
        key = widget.rows.key_at(place)
        if wanted(widget.rows.text(key)):
            widget.select(key)
            await desk.settled()
            return
    raise AssertionError(f"no such line in\n{shown(desk)}")


async def open_last(desk: Desk) -> None:
    """The newest entry."""
    await desk.press("3", "end", "enter")
    assert isinstance(desk.app.screen, EventScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_event_tells_command_outcome_effect_and_application(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Tied together; each line leads to the other, and what comes later is added while it is open."""
    async with open_desk(size=size) as desk:
        await desk.ringing()
        await desk.press("a")
        heard = await desk.event("call.answered")

        await open_last(desk)
        text = shown(desk)
        assert "confirms" in text
        assert "answer  after" in text
        assert "3 of 3 in this conversation" in text
        await go(desk, lambda line: line.startswith("confirms"))
        await desk.press("enter")
        text = shown(desk)
        assert "outcome" in text
        assert "call.answered" in text
        await go(desk, lambda line: line.startswith("effect"))
        await desk.press("space")
        assert "answer  after" in shown(desk)

        desk.journal.append(answer_to(heard, 200))
        await desk.settled()
        desk.app.screen.look()  # type: ignore[attr-defined]
        await desk.settled()
        assert "app 200 41 ms" in shown(desk)


def answer_to(heard: Entry, status: int) -> Draft:
    """What the application answered to a webhook."""
    webhook = Draft(**{name: getattr(heard, name) for name in Draft.__dataclass_fields__})
    told = Forward(webhook, "http://127.0.0.1:3000/hooks", "front", status, latency_ms=41.2)
    return forward_draft(told, heard.received_at + SECOND, keep_bytes=1000)


async def test_event_neighbours_are_one_key_away(desk: Desk) -> None:
    """In the conversation; at the ends the key says so. What belongs to no call has those of the journal."""
    await desk.answered()
    await desk.ended()
    await open_last(desk)

    assert "call.hangup" in shown(desk)
    await desk.press("right_square_bracket")
    assert "this is the last" in desk.notices
    await desk.press("left_square_bracket")
    assert "2 of 3 in this conversation" in shown(desk)
    await desk.press("left_square_bracket", "left_square_bracket")
    assert "call.initiated" in shown(desk)
    assert "this is the first" in desk.notices
    await desk.press("escape")
    desk.journal.append(
        Draft(kind=Kind.REFUSED, received_at=desk.clock.now, body=b"x", reason="no signature")
    )
    await desk.settled()
    await open_last(desk)
    assert "refused: no signature" in shown(desk)
    await desk.press("left_square_bracket")
    assert "call.hangup" in shown(desk)


async def test_event_deliveries_are_listed(desk: Desk) -> None:
    """Every attempt of one event, this one marked; Enter opens another."""
    first = await desk.event("call.initiated", state="parked")
    again = Draft(**{name: getattr(first, name) for name in Draft.__dataclass_fields__})
    desk.journal.append(again)
    await desk.settled()

    await open_last(desk)

    assert "2 deliveries" in shown(desk)
    await go(desk, lambda line: f"entry {first.seq}" in line)
    await desk.press("enter")
    assert f"entry {first.seq}, this one" in shown(desk)


async def test_event_folds_searches_and_copies(desk: Desk, copied: list[str]) -> None:
    """By keys alone; the line above the keys says where the cursor is."""
    await desk.ringing(extra={"deep": {"needle": "in the hay"}})
    await open_last(desk)

    await desk.press("minus")
    assert "needle" not in shown(desk)
    await desk.press("slash")
    await desk.type("needle")
    assert '"needle": "in the hay"' in shown(desk)
    assert "1 of 1" in shown(desk)
    await desk.press("escape")
    assert isinstance(desk.app.screen, EventScreen)
    assert "data.payload.extra.deep.needle" in shown(desk)
    await desk.press("y", "p")
    assert copied == ["in the hay", "data.payload.extra.deep.needle"]
    await desk.press("left", "y")
    assert json.loads(copied[-1]) == {"needle": "in the hay"}
    await desk.press("left")
    assert '"needle"' not in shown(desk)
    await desk.press("right", "plus", "x")
    assert view(desk).is_raw
    await desk.press("minus")
    assert "bytes do not fold" in desk.notices
    await desk.press("escape")
    assert desk.is_on_top


async def test_event_copy_that_is_too_large_is_refused_honestly(
    desk: Desk, copied: list[str]
) -> None:
    """The escape has a limit that terminals share."""
    await desk.ringing(extra="x" * (ESCAPE_BYTES + 1))
    await open_last(desk)
    await go(desk, lambda line: '"extra"' in line)

    await desk.press("y")

    assert copied == []
    assert "more than terminals take by escape (74 994)" in desk.notices


@pytest.mark.parametrize("size", SIZES)
async def test_two_events_are_compared(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """Marked in one, compared in the other; by sign and word; what is the same on demand."""
    async with open_desk(size=size) as desk:
        await desk.ringing(tags=["a", "b"], old=1)
        await desk.event("call.answered", state="answered", tags=["a", "c", "b"], new={"k": None})
        await open_last(desk)
        await desk.press("c")
        assert "mark an event first" in desk.notices
        await desk.press("m")
        assert "marked" in shown(desk)
        await desk.press("c")
        assert "this is the marked one" in desk.notices
        await desk.press("left_square_bracket", "c")
        assert isinstance(desk.app.screen, CompareScreen)
        await desk.settled()

        text = compared(desk)
        assert "~ changed  data.payload.state" in text
        assert '- removed  data.payload.tags[1]  "c"' in text
        assert "+ added    data.payload.old  1" in text
        assert "- removed  data.payload.new.k  null" in text
        assert "the same" in text
        assert "data.payload.to" not in text
        await desk.press("u")
        assert "data.payload.to" in compared(desk)
        await desk.press("u", "s")
        await desk.settled()
        assert "+ added    data.payload.tags[1]" in compared(desk)
        await desk.press("slash")
        await desk.type("payload.new")
        assert "1 of 1" in shown(desk)
        await desk.press("escape", "y")
        assert "line sent to the terminal's clipboard" in desk.notices
        await desk.press("escape")
        assert isinstance(desk.app.screen, EventScreen)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_hostile_payloads_break_neither(desk: Desk, text: str) -> None:
    """As keys and values, in the inspector, raw, compared and copied."""
    await desk.ringing(extra={text: [text, {text: text}]}, caller_id_name=text)
    await open_last(desk)
    await desk.press("m", "x")
    assert is_safe(shown(desk).replace("\n", ""))
    await desk.press("x", "end", "up", "y", "p", "escape")
    await desk.event("call.answered", extra={text + "x": [text]})
    await open_last(desk)
    await desk.press("c")
    await desk.settled()

    assert isinstance(desk.app.screen, CompareScreen)
    assert is_safe(shown(desk).replace("\n", ""))
    assert desk.app.reported == []


async def test_two_events_are_compared_from_the_tail_and_the_timeline(desk: Desk) -> None:
    """Marked in one list, compared in the other; the title tells which is marked, and the keys say what is missing."""
    await desk.answered()
    await desk.event("call.bridged", "A")
    await desk.press("3", "m")
    assert "no event is under the cursor" in desk.notices
    await desk.press("end", "up", "M")
    assert "mark an event first" in desk.notices
    await desk.press("m")
    marked = desk.app.services.marked
    assert marked is not None
    assert f"entry {marked[0].seq} marked" in desk.text
    await desk.press("M")
    assert "this is the marked one" in desk.notices
    await desk.press("2", "home", "M")
    screen = desk.app.screen
    assert isinstance(screen, CompareScreen)
    assert f"entry {marked[0].seq} with entry" in text_of(screen)
    await desk.press("escape", "3", "m")
    assert desk.app.services.marked is None
    assert f"entry {marked[0].seq} marked" not in desk.text


async def test_two_events_are_compared_from_a_call_of_the_history(desk: Desk) -> None:
    """Its timeline has the same keys, and so has the event itself."""
    await desk.answered()
    await desk.press("H", "enter", "home", "m", "down", "enter", "M")
    assert isinstance(desk.app.screen, CompareScreen)
    await desk.press("escape", "escape", "M")
    assert isinstance(desk.app.screen, CompareScreen)


async def test_entry_that_is_gone_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retention took it while it was looked at: the key does not do nothing."""
    await desk.answered()
    monkeypatch.setattr(desk.app.services.store, "entry", lambda _seq: None)

    await desk.press("3", "enter")

    assert len(desk.app.screen_stack) == 1
    assert "entry 2 is not in the journal any more" in desk.notices
