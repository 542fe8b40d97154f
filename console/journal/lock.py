"""One writer per journal: an advisory lock beside the file, given back by the system when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.errors import JournalError


class WriterLock:
    """Held from construction to `release`. Raises `JournalError` while another process holds it."""

    def __init__(self, journal: Path) -> None:
        path = journal.with_name(journal.name + ".lock")
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise JournalError(
                f"The journal's lock file {path} cannot be opened: {reason}."
            ) from error
        if not _try_lock(self._fd):
            holder = os.pread(self._fd, 20, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise JournalError(
                f"The journal {journal} is already written by {who}; "
                "end that one first, or name another file with --journal."
            )
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Gives the lock back; the file stays, so that nobody locks one that is being removed."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


if sys.platform == "win32":

    def _try_lock(_fd: int) -> bool:
        return True  # No flock there: best effort, SQLite's own locks still keep the file whole.

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
