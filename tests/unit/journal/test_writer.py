"""The writer: durable when answered, one commit for many, alive after every failure."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.entries import Draft, Kind
from console.errors import JournalError
from console.journal.api import Appended, Snapshot
from console.journal.ledger import Ledger
from console.journal.sqlite import SqliteWriter, open_reader, open_writer
from tests.unit.journal.drafts import START, call_drafts, event_draft


def note(text: str = "x", size: int = 0) -> Draft:
    return Draft(kind=Kind.NOTE, received_at=START, body=b"." * size, reason=text)


def seqs(path: Path) -> list[int]:
    with closing(open_reader(path)) as reader:
        return [entry.seq for entry in reader.read()]


@contextmanager
def other_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """What another program would have open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def test_writer_numbers_entries_in_order(writer: SqliteWriter, path: Path) -> None:
    """Numbers follow the order of append, from 1, without holes."""
    results = await asyncio.gather(*(writer.append(note()) for _ in range(5)))

    assert results == [Appended(seq, False) for seq in range(1, 6)]
    assert seqs(path) == [1, 2, 3, 4, 5]


async def test_writer_goes_on_counting_after_reopening(path: Path) -> None:
    """A new writer continues where the last one stopped."""
    for _ in range(2):
        writer = open_writer(path)
        await writer.append(note())
        await writer.aclose()

    assert seqs(path) == [1, 2]


async def test_writer_tells_repetitions(writer: SqliteWriter, path: Path) -> None:
    """The first delivery of an event is the event; later ones, in the same batch or not, are duplicates of it."""
    first = event_draft()
    again = replace(first, attempt=2, received_at=START + 1)
    other = event_draft()

    together = await asyncio.gather(*(writer.append(draft) for draft in (first, again, other)))
    later = await writer.append(again)

    assert together == [Appended(1, False), Appended(2, True), Appended(3, False)]
    assert later == Appended(4, True)
    with closing(open_reader(path)) as reader:
        assert first.event_key is not None
        assert [e.seq for e in reader.deliveries(first.event_key)] == [1, 2, 4]
        assert [e.duplicate for e in reader.read()] == [False, True, False, True]


async def test_writer_refused_entry_takes_no_events_place(writer: SqliteWriter) -> None:
    """An unverified body that quotes an event's id must not make the real event a duplicate."""
    real = event_draft()

    await writer.append(replace(real, kind=Kind.REFUSED, verified=False))

    assert not (await writer.append(real)).duplicate


async def test_writer_refused_entry_opens_and_ends_no_leg(writer: SqliteWriter, path: Path) -> None:
    """Nothing unverified is acted on, in the journal's index either."""
    await writer.append(event_draft("call.initiated"))
    await writer.append(replace(event_draft("call.hangup"), kind=Kind.REFUSED, verified=False))
    await writer.append(replace(event_draft(leg="B"), kind=Kind.REFUSED, verified=False))

    with closing(open_reader(path)) as reader:
        assert reader.live_legs() == ["A"]
        assert [entry.seq for entry in reader.of_legs(["A", "B"])] == [1]


@pytest.fixture
def batch_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each commit held."""
    sizes: list[int] = []
    commit = Ledger.commit

    def counting(self: Ledger, drafts: Sequence[Draft]) -> list[Appended]:
        sizes.append(len(drafts))
        return commit(self, drafts)

    monkeypatch.setattr(Ledger, "commit", counting)
    return sizes


async def test_writer_shares_commits_in_a_burst(
    writer: SqliteWriter, batch_sizes: list[int]
) -> None:
    """While 64 senders wait for their answers at least ten entries share a commit; a lone one is not kept waiting."""

    async def sender() -> None:
        for _ in range(20):
            await writer.append(note())

    await writer.append(note())
    assert batch_sizes == [1]
    await asyncio.gather(*(sender() for _ in range(64)))

    assert sum(batch_sizes) == 1 + 64 * 20
    assert len(batch_sizes) <= sum(batch_sizes) / 10


async def test_writer_tells_everybody_even_if_one_does_not_want_to_hear(
    writer: SqliteWriter,
) -> None:
    """Whoever fails at the news keeps it from nobody else in the batch, and the loop hears of the fault."""
    loop = asyncio.get_running_loop()
    faults: list[object] = []
    loop.set_exception_handler(lambda _loop, context: faults.append(context["exception"]))
    told: list[object] = []
    fault = RuntimeError("deaf")

    def deaf(_result: object) -> None:
        raise fault

    writer.append_soon(note(), told.append)
    writer.append_soon(note(), deaf)
    writer.append_soon(note(), told.append)
    assert not told
    await writer.append(note())

    assert told == [Appended(1, False), Appended(3, False)]
    assert faults == [fault]


async def test_writer_closed_takes_nothing(writer: SqliteWriter) -> None:
    """It says so at once, however it is asked."""
    await writer.append(note())
    await writer.aclose()

    with pytest.raises(JournalError, match="is closed"):
        writer.append_soon(note(), lambda _result: None)
    with pytest.raises(JournalError, match="is closed"):
        await writer.append(note())


async def test_writer_commits_singles_one_by_one(
    writer: SqliteWriter, batch_sizes: list[int]
) -> None:
    """Each entry that comes alone has a commit, so a sync, of its own."""
    for _ in range(10):
        await writer.append(note())

    assert batch_sizes == [1] * 10


async def test_writer_file_is_private(tmp_path: Path) -> None:
    """The file, its log and its lock are readable by their owner alone, the folder too."""
    path = tmp_path / "state" / "journal.db"
    old = os.umask(0)
    try:
        writer = open_writer(path)
        await writer.append(note())
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
        folder = stat.S_IMODE(path.parent.stat().st_mode)
        await writer.aclose()
    finally:
        os.umask(old)

    assert modes == dict.fromkeys(
        ("journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"), 0o600
    )
    assert folder == 0o700


async def test_writer_second_on_the_same_file_is_refused(writer: SqliteWriter, path: Path) -> None:
    """One sentence says who writes it; after that one has closed it is free."""
    with pytest.raises(JournalError, match=rf"already written by process {os.getpid()};"):
        open_writer(path)

    await writer.aclose()
    await open_writer(path).aclose()


async def test_writer_locked_by_another_program_reports_and_recovers(
    writer: SqliteWriter, path: Path
) -> None:
    """While somebody holds the file appends fail with a sentence; the next one after that is taken."""
    with other_connection(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="locked by another program"):
            await writer.append(note("lost"))
        other.execute("ROLLBACK")

    assert await writer.append(note("kept")) == Appended(1, False)
    assert seqs(path) == [1]


async def test_writer_full_disk_reports_and_recovers(writer: SqliteWriter, path: Path) -> None:
    """A batch that does not fit leaves nothing behind; when there is room again recording goes on."""
    await writer.append(event_draft())
    limit_pages(writer, 40)

    with pytest.raises(JournalError, match=r"disk of the journal .* is full"):
        await writer.append(replace(event_draft(leg="B", leg_id="leg-B"), body=b"." * 200_000))
    limit_pages(writer, 100_000)
    again = await writer.append(event_draft("call.hangup"))
    after = await writer.append(event_draft(leg="B", leg_id="leg-B"))

    assert (again.seq, after.seq) == (2, 3)
    with closing(open_reader(path)) as reader:
        assert [entry.seq for entry in reader.of_legs(["B"])] == [3]
        assert reader.live_legs() == ["A", "B"] or reader.live_legs() == ["B", "A"]


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
async def test_writer_failed_write_reports_and_recovers(writer: SqliteWriter, path: Path) -> None:
    """When the system refuses to write, the sentence says so, and afterwards recording goes on."""
    import resource

    await writer.append(note("first"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_of(path) + 500_000, hard))
    try:
        with pytest.raises(JournalError, match=r"[Tt]he disk .*journal"):
            await writer.append(note(size=3_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (await writer.append(note("second"))).seq == 2
    assert seqs(path) == [1, 2]


async def test_writer_read_only_file_reports(writer: SqliteWriter, path: Path) -> None:
    """A file that may not be written is said so."""
    writer._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(JournalError, match="cannot be written"):
        await writer.append(note())

    writer._connection.execute("PRAGMA query_only = OFF")
    assert (await writer.append(note())).seq == 1


async def test_writer_removed_file_is_noticed(writer: SqliteWriter, path: Path) -> None:
    """Writing into a file that nobody can open any more would lose everything silently."""
    await writer.append(note())
    os.rename(path, moved := path.with_name("moved.db"))

    with pytest.raises(JournalError, match="removed or replaced"):
        await writer.append(note())

    os.rename(moved, path)
    assert (await writer.append(note())).seq == 2


async def test_writer_entry_that_cannot_be_stored_spares_the_others(
    writer: SqliteWriter, path: Path
) -> None:
    """One impossible entry fails alone; one that can be mended is."""
    impossible = Draft(kind=Kind.NOTE, received_at=2**70, body=b"")
    mended = event_draft(leg="\ud800", leg_id="L\udfff", attempt=1)
    mended = replace(mended, call_control_id="\ud800", attempt=2**70)

    results = await asyncio.gather(
        *(writer.append(draft) for draft in (event_draft(), impossible, mended, event_draft())),
        return_exceptions=True,
    )

    assert [getattr(result, "seq", type(result)) for result in results] == [1, JournalError, 2, 3]
    with closing(open_reader(path)) as reader:
        kept = reader.get(2)
        assert kept is not None
        assert kept.call_control_id == "\ufffd"
        assert kept.attempt is None
        assert kept.body == mended.body


async def test_writer_goes_on_after_a_fault_of_its_own(
    writer: SqliteWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks in its thread: who waits is told, and the next entry is taken."""

    def explode(*_: object) -> None:
        raise KeyError("hunter2")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "commit", explode)
        broken.setattr(Ledger, "save_snapshot", explode)
        with pytest.raises(JournalError, match="KeyError"):
            await writer.append(event_draft())
        with pytest.raises(JournalError, match="KeyError"):
            await writer.save_snapshot(Snapshot(0, b"{}"))

    assert (await writer.append(event_draft())).seq == 1


async def test_writer_cancelled_sender_does_not_disturb_the_batch(
    writer: SqliteWriter, path: Path
) -> None:
    """A sender that went away loses its answer, nobody else's."""
    gone = asyncio.ensure_future(writer.append(note("gone")))
    stays = writer.append(note("stays"))
    gone.cancel()

    assert (await stays).seq == 2
    assert seqs(path) == [1, 2]


async def test_writer_close_commits_what_was_appended(path: Path) -> None:
    """Closing waits for everything handed over, folds the log in and refuses more."""
    writer = open_writer(path)
    pending = [writer.append(draft) for draft in call_drafts(1)]

    await writer.aclose()
    await writer.aclose()

    assert [(await result).seq for result in pending] == [1, 2, 3]
    assert not path.with_name("journal.db-wal").exists()
    assert seqs(path) == [1, 2, 3]
    with pytest.raises(JournalError, match="is closed"):
        writer.append(note())


async def test_writer_unused_can_be_closed(path: Path) -> None:
    """Nothing was appended, nothing is wrong."""
    await open_writer(path).aclose()

    assert seqs(path) == []


async def test_writer_keeps_the_latest_snapshot(writer: SqliteWriter, path: Path) -> None:
    """A snapshot replaces the one before."""
    await writer.save_snapshot(Snapshot(3, b"old"))
    await writer.save_snapshot(Snapshot(7, b"new"))

    with closing(open_reader(path)) as reader:
        assert reader.snapshot() == Snapshot(7, b"new")


async def test_writer_snapshot_on_a_locked_file_reports(writer: SqliteWriter, path: Path) -> None:
    """A snapshot that cannot be saved says so, and appending goes on afterwards."""
    await writer.append(note())
    with other_connection(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="locked"):
            await writer.save_snapshot(Snapshot(1, b"x"))
        other.execute("ROLLBACK")

    await writer.save_snapshot(Snapshot(1, b"x"))
    assert (await writer.append(note())).seq == 2


async def test_writer_log_stays_bounded(writer: SqliteWriter, path: Path) -> None:
    """However much is written, the write-ahead log is folded in and used again."""
    log = path.with_name("journal.db-wal")
    largest = 0
    for _ in range(25):
        await asyncio.gather(*(writer.append(note(size=20_000)) for _ in range(100)))
        largest = max(largest, size_of(log))

    assert size_of(path) + largest > 25 * 100 * 20_000
    assert largest < 40 * 1024 * 1024


def size_of(path: Path) -> int:
    return path.stat().st_size


def limit_pages(writer: SqliteWriter, pages: int) -> None:
    """What a full disk does, as SQLite sees it: no page more than this."""
    writer._connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
