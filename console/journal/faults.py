"""What went wrong with the journal's file, in one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from console.errors import JournalError

DATABASE_ERRORS = (sqlite3.Error, sqlite3.Warning, OSError)
"""What the file, the disk or another program can do to us."""

ROW_ERRORS = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    OverflowError,
    UnicodeError,
    TypeError,
    ValueError,
)
"""What a single entry can do to its transaction: the others are worth another try without it."""

_SENTENCES: dict[int, str] = {
    sqlite3.SQLITE_FULL: "The disk of the journal {path} is full; make room, recording goes on by itself.",
    sqlite3.SQLITE_BUSY: "The journal {path} is locked by another program; close what has it open.",
    sqlite3.SQLITE_LOCKED: "The journal {path} is locked by another program; close what has it open.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written; check the permissions of the file and its folder.",
    sqlite3.SQLITE_PERM: "The journal {path} cannot be written; check the permissions of the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "The journal {path} cannot be opened; check that its folder exists and may be read.",
    sqlite3.SQLITE_AUTH: "The journal {path} cannot be opened; check the permissions of the file and its folder.",
    sqlite3.SQLITE_IOERR: "The disk failed while the journal {path} was used; check the disk and its free space.",
    sqlite3.SQLITE_CORRUPT: "The journal {path} is damaged; nothing was changed in it. "
    "Move it away, or name another file with --journal.",
    sqlite3.SQLITE_NOTADB: "{path} is not a journal of Call Console; nothing was changed in it. "
    "Name another file with --journal.",
    sqlite3.SQLITE_TOOBIG: "An entry is too large for the journal {path}; it was not recorded.",
}


def explain(error: BaseException, path: Path) -> JournalError:
    """The `JournalError` for what SQLite or the system reported; never raises."""
    if isinstance(error, JournalError):
        return error
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte is the primary code; the rest says more than a person needs.
    sentence = _SENTENCES.get(code & 0xFF) if isinstance(code, int) else None
    if sentence is not None:
        return JournalError(sentence.format(path=path))
    if isinstance(error, PermissionError):
        return JournalError(
            f"The journal {path} may not be used by this user; "
            "check the permissions of the file and its folder."
        )
    if isinstance(error, OSError):
        reason = (error.strerror or "unknown reason").lower()
        return JournalError(f"The journal {path} cannot be used: {reason}.")
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return JournalError(
        f"The journal {path} refused an entry or a query ({name}); restart Call Console, or name another file with --journal."
    )
