"""What is read is kept once, in order, and reading goes on where it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx

from console.domain.entries import Kind
from console.domain.times import parse_iso
from console.engine.absence import Absence, make_up_for, record_absence
from console.engine.lookup import Lookup
from console.engine.poll import cursor
from console.engine.poll.intake import Intake
from console.engine.poll.reading import EVENTS, MEMORY, OVERLAP, event_draft, event_drafts
from console.engine.recorder import Outage, Recorder
from console.journal.records import webhook_draft
from console.journal.sqlite import open_reader, open_writer
from console.operator import Reconciled
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import MemoryWriter, now_micros
from tests.unit.engine.test_reconcile import (
    CONNECTION,
    Case,
    MemoryPicture,
    Telnyx,
    event_item,
    initiated,
)

NOW = 1_770_091_560_000_000
"""A minute after the events of the samples begin."""


async def test_intake_keeps_once_what_two_read_at_the_same_time(writer: MemoryWriter) -> None:
    """Both ask before either is durable."""
    intake = Intake(Recorder(writer), MemoryPicture(writer))
    writer.gate = asyncio.Event()
    draft = event_draft(initiated("a"), NOW)
    assert draft is not None

    both = [asyncio.ensure_future(intake.keep(draft)) for _ in range(2)]
    await writer.arrived.wait()
    writer.gate.set()

    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert len(writer.drafts) == 1


async def test_intake_keeps_in_order_and_tells_what_was_new(writer: MemoryWriter) -> None:
    """What the journal has is passed over."""
    intake = Intake(Recorder(writer), MemoryPicture(writer))
    items = [event_item("a", "call.speak.started", number) for number in range(50)]
    await intake.keep_all(event_drafts(items[:10], NOW))

    new = await intake.keep_all(event_drafts(items, NOW))

    assert len(new) == 40
    times = [draft.occurred_at for draft in writer.drafts]
    assert times == sorted(times, key=lambda at: at or 0)


async def test_cursor_is_where_a_stretch_ended(tmp_path: Path) -> None:
    """Events of single legs are ahead of their stretch and do not count; webhooks do where there is no stretch."""
    journal = tmp_path / "j.db"
    writer = open_writer(journal)
    reader = open_reader(journal)
    alone = event_draft(event_item("a", "call.hangup", 50), NOW)
    assert alone is not None
    await writer.append(alone)
    assert cursor.read_until(reader, NOW) is None
    assert cursor.start(reader, None, NOW) == NOW - cursor.FIRST_LOOK
    assert cursor.start(reader, NOW - 5, NOW) == NOW - 5

    for draft in event_drafts([initiated("b"), event_item("b", "call.answered", 9)], NOW):
        await writer.append(draft)
    raw = b'{"data":{"event_type":"call.answered","id":"x","occurred_at":"2026-02-03T04:05:59Z"}}'
    await writer.append(webhook_draft(decode(raw), raw, NOW))

    read = cursor.read_until(reader, NOW)
    assert read == NOW - 51_000_000
    assert cursor.start(reader, read - 1, NOW) == read
    assert cursor.read_until(reader, read - 1) == read - 1
    reader.close()
    await writer.aclose()


async def test_stretch_is_read_to_its_last_page(writer: MemoryWriter) -> None:
    """Items of three pages, one of them known; what is read says where it came from."""
    case = Case(Telnyx(), writer)
    items = [initiated("a"), *(event_item("a", "call.speak.started", n) for n in range(2, 6))]
    case.telnyx._answer = lambda request: case.telnyx._page(items, request.url.params, "number")  # type: ignore[method-assign]
    await case.heard(initiated("a"))
    lookup = Lookup(case.line, case.recorder, case.picture, lambda: NOW)

    found = await lookup.events_since(NOW, CONNECTION)

    assert len(found.new) == 4
    assert found.is_whole
    assert found.latest == NOW - 55_000_000
    assert {draft.remote for draft in found.new} == {EVENTS}


async def test_outage_of_the_journal_is_told_with_what_the_records_gave(
    writer: MemoryWriter,
) -> None:
    """The same entry says what was lost and what was read again."""
    case = Case(Telnyx(), writer)
    outage = Outage(NOW - 1_000_000, "the disk is full")
    outage.lost, outage.until = 2, NOW
    inner = case.telnyx._answer
    case.telnyx._answer = lambda request: (  # type: ignore[method-assign]
        case.telnyx._page([initiated("a")], request.url.params, "number")
        if request.url.path.endswith("/call_events")
        else inner(request)
    )

    await make_up_for(outage, case.recorder, case.reconciler)

    [gap] = [draft for draft in writer.drafts if draft.kind is Kind.GAP]
    assert "2 entries were not kept: the disk is full" in (gap.reason or "")
    assert "1 event was read from Telnyx's records" in (gap.reason or "")


class Asked(Telnyx):
    """Notes from when on stretches of events are asked for, and what is to happen at each."""

    def __init__(self) -> None:
        super().__init__()
        self.since: list[int] = []
        self.meanwhile: list[Callable[[], httpx.Response | None]] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/call_events"):
            return super()._answer(request)
        told = request.url.params["filter[occurred_at][gte]"]
        self.since.append(parse_iso(told) or 0)
        found = self.meanwhile.pop(0)() if self.meanwhile else None
        return found or self._page([], request.url.params, "number")


async def test_outage_does_not_forget_what_was_missed_before(writer: MemoryWriter) -> None:
    """Telnyx was not there to tell of it; the next comparison asks for all of it."""
    telnyx = Asked()
    case, now = Case(telnyx, writer), now_micros()
    telnyx.meanwhile.append(lambda: httpx.Response(500))
    case.reconciler.miss(now - 3_600_000_000)
    assert not (await case.run()).ok

    await make_up_for(Outage(now - 1_000_000, "the disk is full"), case.recorder, case.reconciler)

    assert [now - since for since in telnyx.since] == [3_600_000_000 + OVERLAP] * 2
    assert case.reconciler.missed_since is None


async def test_outage_while_events_are_read_is_asked_for_itself(writer: MemoryWriter) -> None:
    """The answer under way may be of the time before it."""
    telnyx = Asked()
    case, now = Case(telnyx, writer), now_micros()
    telnyx.meanwhile.append(lambda: case.reconciler.miss(now - 1_000_000))
    case.reconciler.miss(now - 3_600_000_000)

    assert (await case.run()).ok

    assert [now - since for since in telnyx.since] == [
        3_600_000_000 + OVERLAP,
        1_000_000 + OVERLAP,
    ]
    assert case.reconciler.missed_since is None


async def test_absence_of_days_stays_incomplete(writer: MemoryWriter) -> None:
    """Telnyx's records go back a day: what was before is said to be missing, with or without live calls."""
    found = Reconciled(ok=True, message="", extra={"missed": 3})
    absence = Absence(NOW - MEMORY - 3_600_000_000, NOW, None, live=0)

    await record_absence(Recorder(writer), absence, found, NOW)

    [gap] = writer.drafts
    assert "3 events were read" in (gap.reason or "")
    assert "go back 24 hours" in (gap.reason or "")
