"""An export read into a journal of its own, so that everything that shows a journal shows it: same numbers, same times.

What cannot be read is left out, and counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from console.errors import PayloadError
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
    """Fills a new journal at `path`; needs memory for a part of the lines only. Raises `JournalError`."""
    reading = _Reading()
    try:
        connection = open_file(path, busy_timeout_s=_BUSY_S)
        try:
            prepare(connection, path)
            # It can be made again from the export: nothing here has to survive a crash.
            connection.execute("PRAGMA synchronous = OFF")
            ledger = Ledger(connection)
            for part in reading.parts(lines):
                for run in _runs(part):
                    _write(run, ledger, connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    except DATABASE_ERRORS as error:
        raise explain(error, path) from error
    return Loaded(len(reading.seen), reading.skipped, reading.why, reading.made)


class _Reading:
    """Lines become entries, some hundred at a time."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.skipped = 0
        self.why = ""
        self.made: Made | None = None

    def parts(self, lines: Iterable[str]) -> Iterator[list[Numbered]]:
        """In the order of their numbers, as far as the file is."""
        part: list[Numbered] = []
        for place, line in enumerate(lines, 1):
            numbered = self._entry(place, line)
            if numbered is not None:
                part.append(numbered)
            if len(part) >= BATCH:
                yield _sorted(part)
                part = []
        yield _sorted(part)

    def _entry(self, place: int, line: str) -> Numbered | None:
        if not line.strip():
            return None
        if not self.seen and self.made is None and (made := made_of(line)) is not None:
            self.made = made
            return None
        try:
            numbered = read(line)
            if numbered.seq in self.seen:
                raise PayloadError(f"number {numbered.seq} stands in it twice")
        except PayloadError as error:
            self.skipped += 1
            self.why = self.why or f"line {place}: {error.user_message}"
            return None
        self.seen.add(numbered.seq)
        return numbered


def _sorted(part: list[Numbered]) -> list[Numbered]:
    return sorted(part, key=lambda numbered: numbered.seq)


def _write(run: list[Numbered], ledger: Ledger, connection: sqlite3.Connection) -> None:
    ledger.last_seq = run[0].seq - 1
    results = ledger.commit([storable(each.draft) for each in run])
    wrong = [
        (each.seq,)
        for each, appended in zip(run, results, strict=True)
        if each.duplicate and not appended.duplicate
    ]
    # Of a part of a journal the first delivery may be missing.
    connection.executemany("UPDATE entry SET duplicate = 1 WHERE seq = ?", wrong)


def _runs(entries: list[Numbered]) -> Iterator[list[Numbered]]:
    """Entries whose numbers follow each other."""
    run: list[Numbered] = []
    for each in entries:
        if run and each.seq != run[-1].seq + 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
