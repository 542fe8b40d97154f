"""Opening a journal to read it: all that a desk needs of the journal, which never loads what writes it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import quote

from console.errors import JournalError, NoJournalYet
from console.journal.faults import explain
from console.journal.reader import SqliteReader
from console.journal.schema import identify, open_file

READER_BUSY_S = 2.0


def open_reader(path: Path, *, still: bool = False) -> SqliteReader:
    """A reader of the journal at `path`. Raises `NoJournalYet`, or `JournalError` when it is not one of ours.

    `still`: a file to be looked at. Where it has no log nobody writes it, and nothing is put beside it either.
    """
    path = Path(os.path.realpath(path))
    refuse_what_is_no_file(path)
    if _size_of(path) == 0:
        raise NoJournalYet(
            f"There is no journal at {path} yet; it is made by: call-console, call-console listen."
        )
    error: JournalError | None = None
    modes = ("mode=ro", "mode=ro&immutable=1")
    if still and _size_of(_log_of(path)) == 0 and not _log_of(path).exists():
        modes = modes[::-1]
    for mode in modes:
        if error is not None and _size_of(_log_of(path)) > 0:
            break  # Somebody writes it, or died writing it: what is in the log must not be passed over.
        connection = open_file(
            path, uri=f"file:{quote(str(path))}?{mode}", busy_timeout_s=READER_BUSY_S
        )
        try:
            version = identify(connection, path)
            connection.execute("PRAGMA query_only = ON")
        except JournalError as problem:
            connection.close()
            error = problem
            continue
        if version == 0:
            connection.close()
            raise NoJournalYet(f"The journal at {path} is empty: nothing has been recorded yet.")
        return SqliteReader(path, connection)
    raise error or JournalError(f"The journal {path} cannot be opened.")


def refuse_what_is_no_file(path: Path) -> None:
    """Raises `JournalError` for a folder, a device or a pipe, and where looking is not allowed."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise explain(error, path) from error
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a file"
        raise JournalError(f"{path} is {what}, not a journal; name a file with --journal.")


def _size_of(path: Path) -> int:
    """0 for a file that is not there. Raises `JournalError` where looking is not allowed."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise explain(error, path) from error


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
