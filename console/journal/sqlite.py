"""Opening the SQLite journal, to write it (one process) or to read it (any number, also while it is written)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from console.journal.faults import DATABASE_ERRORS, explain
from console.journal.lock import WriterLock
from console.journal.opening import open_reader, refuse_what_is_no_file
from console.journal.reader import SqliteReader
from console.journal.schema import open_file, prepare
from console.journal.writer import SqliteWriter

__all__ = ["SqliteReader", "SqliteWriter", "open_reader", "open_writer"]

WRITER_BUSY_S = 2.0
"""How long a commit waits for another program's lock; Telnyx waits longer for its answer."""


def open_writer(path: Path, *, busy_timeout_s: float = WRITER_BUSY_S) -> SqliteWriter:
    """The one writer of the journal at `path`, made (0600, its folder 0700) if there is none.

    Raises `JournalError` when another process writes it, when it is not a journal of ours, damaged or newer than this
    program, or cannot be written; nothing is changed in it then.
    """
    path = Path(os.path.realpath(path))
    refuse_what_is_no_file(path)
    _make_private(path)
    lock = WriterLock(path)
    try:
        connection = open_file(path, busy_timeout_s=busy_timeout_s)
        try:
            prepare(connection, path)
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
            return SqliteWriter(path, connection, lock)
        except BaseException:
            connection.close()
            raise
    except DATABASE_ERRORS as error:
        lock.release()
        raise explain(error, path) from error
    except BaseException:
        lock.release()
        raise


def _make_private(path: Path) -> None:
    """The file is made before SQLite sees it, so that it and its log are never readable by others."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise explain(error, path) from error
