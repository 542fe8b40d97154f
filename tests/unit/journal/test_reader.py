"""Reading while another process writes, by number, by leg, by session, by time and by type."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from console.errors import JournalError
from console.journal.reader import SCAN_BATCH, SqliteReader
from console.journal.sqlite import SqliteWriter, open_reader, open_writer
from tests.unit.journal.drafts import START, call_drafts, event_draft


@pytest.fixture
def reader(writer: SqliteWriter, path: Path) -> Iterator[SqliteReader]:
    with closing(open_reader(path)) as reader:
        yield reader


async def test_reader_missing_journal_is_said(path: Path) -> None:
    """There is nothing to read yet, and nothing is made."""
    with pytest.raises(JournalError, match="no journal at"):
        open_reader(path)

    assert "journal.db" not in os.listdir(path.parent)


async def test_reader_empty_file_is_said(path: Path) -> None:
    """A file that a writer has only just made is not an error of another kind."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))

    with pytest.raises(JournalError, match="no journal at"):
        open_reader(path)


async def test_reader_changed_tells_of_commits_only(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """The first call says yes; after that only what was committed since the last call counts."""
    assert reader.changed()
    assert not reader.changed()

    await writer.append(event_draft())

    assert reader.changed()
    reader.read()
    assert not reader.changed()


async def test_reader_reads_windows(writer: SqliteWriter, reader: SqliteReader) -> None:
    """After, until and limit bound a read; tail counts from the end."""
    for _ in range(6):
        await writer.append(event_draft())

    assert [e.seq for e in reader.read(2)] == [3, 4, 5, 6]
    assert [e.seq for e in reader.read(2, limit=2)] == [3, 4]
    assert [e.seq for e in reader.read(2, until=3)] == [3]
    assert [e.seq for e in reader.tail(2)] == [5, 6]
    assert [e.seq for e in reader.tail(2, before=5)] == [3, 4]
    assert reader.last_seq() == 6
    assert reader.get(7) is None


async def test_reader_finds_legs_and_sessions(writer: SqliteWriter, reader: SqliteReader) -> None:
    """By call_control_id and call_leg_id, each entry once and in order."""
    await writer.append(event_draft(leg="A", leg_id="LA", session="S"))
    await writer.append(event_draft(leg="B", leg_id="LB", session="S"))
    await writer.append(event_draft(leg=None, leg_id="LC", session="S"))
    await writer.append(event_draft(leg="A", leg_id=None, session=None))

    assert [e.seq for e in reader.of_legs(["A", "LA", "LB"])] == [1, 2, 4]
    assert [e.seq for e in reader.of_legs(["A"], after=1)] == [4]
    assert [e.seq for e in reader.of_legs(["A"], until=3)] == [1]
    assert reader.of_legs(["nobody"]) == []
    assert reader.legs_of_session("S") == ["A", "B", "LC"]
    assert reader.first_seq_of("LA") == 1
    assert reader.first_seq_of("nobody") is None
    assert reader.first_seqs_of({"A", "LB", "LC", "nobody"}) == {"A": 1, "LB": 2, "LC": 3}
    assert reader.first_seqs_of(set()) == {}


async def test_reader_reads_many_legs_in_order(writer: SqliteWriter, reader: SqliteReader) -> None:
    """More legs than one query takes."""
    await asyncio.gather(
        *(writer.append(draft) for number in range(900) for draft in call_drafts(number)[:2])
    )

    found = reader.of_legs(f"v3:{number:05d}" for number in reversed(range(900)))

    assert [entry.seq for entry in found] == list(range(1, 1801))


async def test_reader_live_legs_are_those_of_live_conversations(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """An ended leg counts while another leg of its session lives."""
    for draft in (*call_drafts(1), *call_drafts(2, ends=False)):
        await writer.append(draft)
    await writer.append(event_draft("call.hangup", leg="x", leg_id="X", session="ses-00002"))
    await writer.append(event_draft("call.hangup", leg="y", leg_id="Y", session="gone"))

    assert reader.live_legs() == ["v3:00002", "x"]


async def test_reader_live_legs_of_a_session_of_thousands(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """The work grows with the legs, not with their square."""
    legs, steps = 3_000, 0
    for number in range(1, legs):
        writer.append_soon(event_draft(leg=f"v3:{number}", leg_id=None), lambda _result: None)
    await writer.append(event_draft(leg="v3:last", leg_id=None))

    def count() -> int:
        nonlocal steps
        steps += 1000
        return 0

    reader._connection.set_progress_handler(count, 1000)
    for live in (reader.live_legs, partial(reader.legs.live_at, legs, START)):
        steps = 0
        assert len(live()) == legs
        assert steps < 100 * legs


async def test_reader_seq_at_bisects(writer: SqliteWriter, reader: SqliteReader) -> None:
    """The last entry received at or before an instant, also across numbers that were pruned."""
    for second in range(10):
        await writer.append(event_draft(at=START + second * 10))
    with closing(sqlite3.connect(writer.path, isolation_level=None)) as other:
        other.execute("DELETE FROM entry WHERE seq IN (1, 4, 5, 6)")

    expected = {0: 0, -1: 0, 10: 2, 15: 2, 20: 3, 59: 3, 60: 7, 90: 10, 1000: 10}
    assert {at: reader.seq_at(START + at) for at in expected} == expected


async def test_reader_seq_at_of_an_empty_journal(reader: SqliteReader) -> None:
    """Nothing was received at any time."""
    assert reader.seq_at(START) == 0


async def test_reader_scan_goes_through_everything(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """Batch by batch, with a glob over types; what is appended meanwhile is seen."""
    await asyncio.gather(*(writer.append(event_draft("call.answered")) for _ in range(SCAN_BATCH)))
    await writer.append(event_draft("call.hangup"))
    await writer.append(event_draft("conference.created"))

    scan = reader.scan()
    first = next(scan)
    await writer.append(event_draft("call.hangup"))

    assert [first.seq, *(entry.seq for entry in scan)] == list(range(1, SCAN_BATCH + 4))
    assert [e.seq for e in reader.scan(event_type="call.h*", after=SCAN_BATCH + 1)] == [
        SCAN_BATCH + 3
    ]
    assert [e.event_type for e in reader.scan(event_type="conf*")] == ["conference.created"]


async def test_reader_cannot_write(writer: SqliteWriter, reader: SqliteReader) -> None:
    """Not even by mistake."""
    with pytest.raises(JournalError, match="cannot be written"):
        reader._rows("DELETE FROM entry")


async def test_reader_works_after_the_writer_has_gone(path: Path) -> None:
    """The log was folded in and removed; the file alone is enough."""
    writer = open_writer(path)
    await writer.append(event_draft())
    await writer.aclose()

    with closing(open_reader(path)) as reader:
        assert reader.last_seq() == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_reader_works_in_a_folder_that_cannot_be_written(path: Path) -> None:
    """A journal on a read-only medium."""
    writer = open_writer(path)
    await writer.append(event_draft())
    await writer.aclose()
    os.chmod(path.parent, 0o500)
    try:
        with closing(open_reader(path)) as reader:
            assert reader.last_seq() == 1
    finally:
        os.chmod(path.parent, 0o700)


async def test_reader_sees_none_of_a_batch_that_failed(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """What was not acknowledged is not there in part."""
    await writer.append(event_draft())
    impossible = replace(event_draft(), received_at=2**70)

    with pytest.raises(JournalError):
        await writer.append(impossible)

    assert [entry.seq for entry in reader.read()] == [1]


async def test_reader_idle_check_reads_no_rows(writer: SqliteWriter, reader: SqliteReader) -> None:
    """Asked at the paint rate for ever, so it asks SQLite for one number and nothing else."""
    await writer.append(event_draft())
    reader.changed()
    asked: list[str] = []
    reader._connection.set_trace_callback(asked.append)

    assert not any(reader.changed() for _ in range(3))

    assert asked == ["PRAGMA data_version"] * 3


async def test_reader_quick_check_finds_a_sound_file_sound(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    """Nothing to report."""
    await writer.append(event_draft())

    assert reader.quick_check() == []
