"""Keeping within the limits: oldest ended conversations first, a live one never."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.entries import Annotated, Draft
from console.errors import JournalError
from console.journal.records import annotation_draft, note_draft
from console.journal.retention import Pruned
from console.journal.sqlite import SqliteWriter, open_reader, open_writer
from tests.unit.journal.drafts import SECOND, START, call_drafts, event_draft

DAY = 86_400 * SECOND
PLENTY = 1e6


async def fill(writer: SqliteWriter, drafts: Sequence[Draft]) -> None:
    await asyncio.gather(*(writer.append(draft) for draft in drafts))


def remaining(path: Path) -> list[str | None]:
    with closing(open_reader(path)) as reader:
        return [entry.call_control_id or entry.reason for entry in reader.read()]


def size_of(path: Path) -> int:
    return path.stat().st_size


async def test_retention_by_age_removes_old_ended_conversations(
    writer: SqliteWriter, path: Path
) -> None:
    """What ended before the limit goes, with old entries of no leg; younger and live ones stay."""
    await fill(
        writer,
        [
            note_draft("old note", START),
            *call_drafts(1, at=START),
            *call_drafts(2, at=START, ends=False),
            *call_drafts(3, at=START + 2 * DAY),
            note_draft("new note", START + 2 * DAY),
        ],
    )

    pruned = await writer.prune(keep_days=1, keep_mb=PLENTY, now=START + 2 * DAY)

    assert pruned == Pruned(legs=1, entries=4)
    assert remaining(path) == ["v3:00002"] * 2 + ["v3:00003"] * 3 + ["new note"]


async def test_retention_keeps_the_ended_legs_of_a_live_conversation(
    writer: SqliteWriter, path: Path
) -> None:
    """A conversation is over when its last leg is; the legs that ended earlier wait for it."""
    await fill(
        writer,
        [
            event_draft("call.hangup", leg="A", leg_id="LA", session="S"),
            event_draft("call.answered", leg="B", leg_id="LB", session="S"),
            *call_drafts(1),
        ],
    )

    await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)
    assert remaining(path) == ["A", "B"]

    await writer.append(event_draft("call.hangup", leg="B", leg_id="LB", session="S"))
    await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)
    assert remaining(path) == []


async def test_retention_by_size_removes_the_oldest_and_gives_space_back(
    writer: SqliteWriter, path: Path
) -> None:
    """The file shrinks under the limit, the youngest conversations and the live one are still there."""
    for number in range(60):
        drafts = call_drafts(number, at=START + number * SECOND, ends=number != 0)
        await fill(writer, [replace(draft, body=os.urandom(20_000)) for draft in drafts])

    await writer.prune(keep_days=100, keep_mb=1, now=START + DAY)
    await writer.aclose()

    assert size_of(path) <= 1024 * 1024
    left = remaining(path)
    assert left[:2] == ["v3:00000"] * 2
    assert left[-3:] == ["v3:00059"] * 3
    assert len(left) > 30


async def test_retention_by_size_never_removes_live_conversations(
    writer: SqliteWriter, path: Path
) -> None:
    """Even if nothing else is left to remove."""
    drafts = [
        replace(d, body=os.urandom(20_000)) for n in range(20) for d in call_drafts(n, ends=False)
    ]
    await fill(writer, drafts)

    assert await writer.prune(keep_days=0, keep_mb=0, now=START + DAY) == Pruned(0, 0)
    assert len(remaining(path)) == 40


async def test_retention_by_size_removes_what_belongs_to_no_leg(
    writer: SqliteWriter, path: Path
) -> None:
    """A flood of refused deliveries cannot fill the disk."""
    notes = [note_draft(f"n{i}", START + i, body=os.urandom(5_000)) for i in range(1000)]
    await fill(writer, notes)

    await writer.prune(keep_days=100, keep_mb=1, now=START + DAY)

    left = remaining(path)
    assert 0 < len(left) < 250
    assert left[-1] == "n999"


async def test_retention_never_gives_a_number_twice(path: Path) -> None:
    """Also when everything was removed and the journal was closed in between."""
    writer = open_writer(path)
    await fill(writer, call_drafts(1))
    await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)
    await writer.aclose()

    writer = open_writer(path)
    appended = await writer.append(event_draft())
    await writer.aclose()

    assert appended.seq == 4


async def test_retention_goes_on_beside_appending(writer: SqliteWriter, path: Path) -> None:
    """Appends during a long pruning are answered in between, not after it."""
    await fill(writer, [draft for number in range(1000) for draft in call_drafts(number)])
    pruning = asyncio.ensure_future(writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY))
    answered_before = 0
    while not pruning.done():
        await writer.append(event_draft("call.initiated", leg="new", leg_id="N", session="T"))
        answered_before += not pruning.done()

    assert (await pruning).entries == 3000
    assert answered_before > 5
    assert set(remaining(path)) == {"new"}


async def test_retention_of_a_session_of_thousands(writer: SqliteWriter, path: Path) -> None:
    """Where one leg lives and the others have ended, the work grows with the legs, not with their square."""
    legs, steps = 2_000, 0
    ended = [
        event_draft("call.hangup", leg=f"v3:{n}", leg_id=None, at=START + n) for n in range(legs)
    ]
    await fill(writer, [*ended, event_draft(leg="v3:live", leg_id=None)])

    def count() -> int:
        nonlocal steps
        steps += 1000
        return 0

    writer._connection.set_progress_handler(count, 1000)
    pruned = await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)

    assert pruned == Pruned(legs=0, entries=0)
    assert len(remaining(path)) == legs + 1
    assert steps < 1000 * legs


async def test_retention_leg_that_comes_back_is_a_new_one(writer: SqliteWriter, path: Path) -> None:
    """A leg whose entries were removed can be heard of again."""
    drafts = call_drafts(1)
    await fill(writer, drafts)
    await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)

    again = await writer.append(drafts[2])

    assert not again.duplicate
    with closing(open_reader(path)) as reader:
        assert reader.first_seq_of("v3:00001") == again.seq
        assert reader.live_legs() == []


async def test_retention_takes_notes_with_their_conversation(
    writer: SqliteWriter, path: Path
) -> None:
    """A note written long after the end neither keeps its call nor outlives it."""
    late = Annotated("n", "v3:00001", None, START + 2 * DAY, "asked for Ann", ("vip",), None, "ann")
    await fill(writer, [*call_drafts(1, at=START), annotation_draft(late)])
    assert remaining(path) == ["v3:00001"] * 4

    await writer.prune(keep_days=1, keep_mb=PLENTY, now=START + 2 * DAY)

    assert remaining(path) == []


async def test_retention_failure_is_reported(writer: SqliteWriter, path: Path) -> None:
    """A file that cannot be written keeps everything, and the writer goes on."""
    await fill(writer, call_drafts(1))
    writer._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(JournalError, match="cannot be written"):
        await writer.prune(keep_days=0, keep_mb=PLENTY, now=START + DAY)
    writer._connection.execute("PRAGMA query_only = OFF")

    assert len(remaining(path)) == 3
    assert (await writer.append(event_draft())).seq == 4


async def test_retention_removes_legs_whose_end_was_never_heard(
    writer: SqliteWriter, path: Path
) -> None:
    """After a week of silence, with their conversation; one that was heard of since then may live."""
    await fill(
        writer,
        [
            *call_drafts(1, at=START, ends=False),
            event_draft("call.hangup", leg="A", leg_id="LA", session="S"),
            event_draft("call.answered", leg="B", leg_id="LB", session="S"),
            *call_drafts(2, at=START, ends=False),
            event_draft("call.hangup", leg="C", leg_id="LC", session="T", at=START + SECOND),
            event_draft("call.answered", leg="D", leg_id="LD", session="T", at=START + 3 * DAY),
        ],
    )
    again = event_draft("call.hold", leg="v3:00002", leg_id="leg-00002", session="ses-00002")
    await writer.append(replace(again, received_at=START + 5 * DAY))
    before = remaining(path)

    await writer.prune(keep_days=1, keep_mb=PLENTY, now=START + 6 * DAY)
    assert remaining(path) == before

    pruned = await writer.prune(keep_days=1, keep_mb=PLENTY, now=START + 8 * DAY)

    assert pruned == Pruned(legs=3, entries=4)
    assert remaining(path) == ["v3:00002", "v3:00002", "C", "D", "v3:00002"]


async def test_retention_by_size_takes_lost_legs_for_ended_ones(
    writer: SqliteWriter, path: Path
) -> None:
    """They go in their turn, by when they were last heard of."""
    drafts = [
        replace(draft, body=os.urandom(20_000))
        for number in range(60)
        for draft in call_drafts(number, at=START + number * SECOND, ends=number % 2 == 0)
    ]
    await fill(writer, drafts)

    await writer.prune(keep_days=100, keep_mb=1, now=START + 8 * DAY)

    left = [name for name in remaining(path) if name is not None]
    assert len(left) > 30
    assert left == sorted(left)
    assert left[0] > "v3:00020"
    assert left[-1] == "v3:00059"
