"""An export read into a journal of its own, so that everything that shows a journal shows it: same numbers, same times.

What cannot be read is left out, and counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from console.errors import JournalError, PayloadError
from console.journal.faults import DATABASE_ERRORS, explain
from console.journal.interchange import Made, Numbered, made_of, read
from console.journal.ledger import Ledger
from console.journal.rows import storable
from console.journal.schema import open_file, prepare

BATCH = 500
_BUSY_S = 1.0


class Loaded(NamedTuple):
    """What came of reading a file."""

    entries: int
    skipped: int
    why: str
    """What was wrong with the first line that was skipped; empty where none was."""
    made: Made | None
    """How the export was made, if it says so."""


def load(lines: Iterable[str], path: Path) -> Loaded:
    """Fills a new journal at `path`, in the order of the entries' numbers. Raises `JournalError`."""
    found: dict[int, Numbered] = {}
    made: Made | None = None
    skipped, why = 0, ""
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not found and made is None and (made := made_of(line)) is not None:
            continue
        try:
            numbered = read(line)
            if numbered.seq in found:
                raise PayloadError(f"number {numbered.seq} stands in it twice")
            found[numbered.seq] = numbered
        except PayloadError as error:
            skipped += 1
            why = why or f"line {place}: {error.user_message}"
    try:
        _write([found[seq] for seq in sorted(found)], path)
    except DATABASE_ERRORS as error:
        raise explain(error, path) from error
    return Loaded(len(found), skipped, why, made)


def _write(entries: list[Numbered], path: Path) -> None:
    connection = open_file(path, busy_timeout_s=_BUSY_S)
    try:
        prepare(connection, path)
        # It can be made again from the export: nothing here has to survive a crash.
        connection.execute("PRAGMA synchronous = OFF")
        ledger = Ledger(connection)
        for run in _runs(entries):
            ledger.last_seq = run[0].seq - 1
            results = ledger.commit([storable(each.draft) for each in run])
            wrong = [
                (each.duplicate, each.seq)
                for each, appended in zip(run, results, strict=True)
                if each.duplicate and not appended.duplicate
            ]
            # Of a part of a journal the first delivery may be missing.
            connection.executemany("UPDATE entry SET duplicate = ? WHERE seq = ?", wrong)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.IntegrityError as error:
        raise JournalError(f"{path} cannot be filled: {error}.") from error
    finally:
        connection.close()


def _runs(entries: list[Numbered]) -> Iterable[list[Numbered]]:
    """Entries whose numbers follow each other, not too many at once."""
    run: list[Numbered] = []
    for each in entries:
        if run and (each.seq != run[-1].seq + 1 or len(run) >= BATCH):
            yield run
            run = []
        run.append(each)
    if run:
        yield run
