"""What the next engine has to know, found by an index or a look at what is near."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from console.domain.entries import Intent
from console.journal.records import command_draft, note_draft
from console.journal.schema import MIGRATIONS
from console.journal.sqlite import SqliteWriter, open_reader, open_writer
from tests.unit.journal.drafts import SECOND, START, event_draft


def command(name: str) -> Intent:
    return Intent(command_id=name, action="hangup", call_control_id="v3:1")


async def test_remains_find_commands_behind_everything_else(
    writer: SqliteWriter, path: Path
) -> None:
    """Through an index: what came after them is not even looked at."""
    for name in ("a", "b", "c"):
        await writer.append(command_draft(command(name), {}, START))
    await asyncio.gather(*(writer.append(note_draft("x", START)) for _ in range(100)))

    with closing(open_reader(path)) as reader:
        found = reader.remains.commands(2)
        plan = reader._rows(
            "EXPLAIN QUERY PLAN SELECT seq FROM entry e"
            " WHERE e.kind IN ('command', 'outcome') ORDER BY e.seq DESC LIMIT 2"
        )

    assert [entry.seq for entry in found] == [2, 3]
    assert "entry_by_command" in plan[0][3]


async def test_remains_know_when_webhooks_were_last_heard(writer: SqliteWriter, path: Path) -> None:
    """The last verified one, beyond a given entry."""
    await writer.append(event_draft(at=START))
    await writer.append(note_draft("x", START + SECOND))

    with closing(open_reader(path)) as reader:
        assert reader.remains.last_heard(0) == START
        assert reader.remains.last_heard(1) is None


async def test_remains_counters_are_kept_and_removed(path: Path) -> None:
    """Beside the entries, over the end of the writer."""
    writer = open_writer(path)
    await writer.count({"a": 1, "b": 2})
    await writer.count({"a": None, "b": 3})
    await writer.aclose()

    with closing(open_reader(path)) as reader:
        assert [reader.remains.counter(name) for name in ("a", "b", "c")] == [None, 3, None]


async def test_remains_of_a_journal_of_the_first_format_are_found(path: Path) -> None:
    """It is brought forward when an engine opens it; nothing in it changes."""
    writer = open_writer(path)
    await writer.append(command_draft(command("a"), {}, START))
    await writer.aclose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX entry_by_command")
        connection.execute("PRAGMA user_version = 1")
    with closing(open_reader(path)) as reader:
        assert len(reader.remains.commands(9)) == 1

    await open_writer(path).aclose()

    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert version == len(MIGRATIONS)
    assert "entry_by_command" in names
