"""The journal's file: its identity, its tables, and how an older one is brought forward.

Whatever is not a journal of ours, is damaged, or was written by a newer version is refused with a sentence and left
exactly as it is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from console.errors import JournalError
from console.journal.faults import DATABASE_ERRORS, explain

APPLICATION_ID = 0x54434A31
"""Stands in the file's header; `file` and SQLite show it. The letters TCJ1."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE leg (
        n INTEGER PRIMARY KEY,
        call_control_id TEXT UNIQUE,
        call_leg_id TEXT,
        call_session_id TEXT,
        ended INTEGER
    );
    CREATE INDEX leg_by_leg_id ON leg (call_leg_id) WHERE call_leg_id IS NOT NULL;
    CREATE INDEX leg_by_session ON leg (call_session_id) WHERE call_session_id IS NOT NULL;
    CREATE INDEX leg_by_end ON leg (ended);

    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        verified INTEGER NOT NULL,
        duplicate INTEGER NOT NULL,
        attempt INTEGER,
        event_key BLOB,
        event_id,
        event_type TEXT,
        occurred_at INTEGER,
        leg INTEGER,
        lacks INTEGER NOT NULL,
        extra BLOB,
        body BLOB NOT NULL
    );
    CREATE UNIQUE INDEX entry_by_event ON entry (event_key) WHERE duplicate = 0 AND event_key IS NOT NULL;
    CREATE INDEX entry_by_repetition ON entry (event_key) WHERE duplicate = 1 AND event_key IS NOT NULL;
    CREATE INDEX entry_by_leg ON entry (leg);

    CREATE TABLE snapshot (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        body BLOB NOT NULL
    );

    CREATE TABLE counter (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    # Few rows among many: what an engine was killed over is found whatever came after.
    """
    CREATE INDEX entry_by_command ON entry (seq) WHERE kind IN ('command', 'outcome');
    """,
)
"""One script per version, oldest first; a published one is never changed.

`entry_by_leg` ends in the row number, which is `seq`: it serves (leg, seq). `leg.ended` is when we were told, our clock.
`entry.lacks` and `extra` are explained in `rows.py`. `counter` keeps `last_seq` when the last entry was pruned.
"""

VERSION = len(MIGRATIONS)


def open_file(path: Path, *, uri: str | None = None, busy_timeout_s: float) -> sqlite3.Connection:
    """A connection in autocommit mode that any one thread may use. Raises `JournalError`."""
    try:
        return sqlite3.connect(
            uri if uri is not None else str(path),
            timeout=busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
            uri=uri is not None,
        )
    except DATABASE_ERRORS as error:
        raise explain(error, path) from error


def identify(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of our journal, 0 for a file without content. Raises `JournalError` for all others."""
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except DATABASE_ERRORS as error:
        raise explain(error, path) from error
    if tables == 0 and version == 0 and application_id in (0, APPLICATION_ID):
        return 0
    if application_id != APPLICATION_ID:
        raise JournalError(
            f"{path} is a database, but not a journal of Call Console; nothing was changed in it. "
            "Name another file with --journal."
        )
    if version > VERSION:
        raise JournalError(
            f"The journal {path} was written by a newer version (format {version}, this one knows {VERSION}); "
            "nothing was changed in it. Update Call Console or name another file with --journal."
        )
    return int(version)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the file a journal of the present version, ready to be written. Raises `JournalError`."""
    version = identify(connection, path)
    try:
        if version == 0:
            # Only heard before the first table exists; gives pruned space back without rewriting the file.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise JournalError(
                f"The journal {path} is on a file system that SQLite cannot share safely (no WAL mode); "
                "name a file on a local disk with --journal."
            )
        connection.execute("PRAGMA synchronous = FULL")
        # macOS keeps what was merely synced in the drive's cache; elsewhere these two change nothing.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
        for script in MIGRATIONS[version:]:
            version += 1
            connection.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {APPLICATION_ID};"
                f"PRAGMA user_version = {version}; COMMIT;"
            )
    except DATABASE_ERRORS as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise explain(error, path) from error
