"""When the write-ahead log is folded into the file: after enough pages, and when nothing else is to be done.

SQLite would do it inside a commit that somebody waits for; here it happens after the answers have gone out.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

PAGE_BYTES = 4096
CHECKPOINT_PAGES = 4_000
"""About 16 MB: two or three syncs and one pass over the changed pages per so much writing."""
BACKSTOP_PAGES = 16_000
"""SQLite's own checkpoint inside a commit, should ours be kept from finishing by a reader that never ends."""
_KEPT_BYTES = 64 * 1024 * 1024
_PAGES_PER_ROW = 3


class WriteAheadLog:
    """Estimates how far the log has grown; used from the writer's thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        connection.execute(f"PRAGMA wal_autocheckpoint = {BACKSTOP_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_KEPT_BYTES}")
        self._pages = _pages_of(path.with_name(path.name + "-wal"))

    @property
    def has_grown(self) -> bool:
        """Whether there is anything worth folding in when idle."""
        return self._pages > 0

    def wrote(self, rows: int, size: int) -> None:
        """Counts what one transaction wrote."""
        self._pages += 2 + _PAGES_PER_ROW * rows + size // PAGE_BYTES

    def checkpoint_if_due(self) -> None:
        """Folds in when the log has grown long. Raises `sqlite3.Error`."""
        if self._pages >= CHECKPOINT_PAGES:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Folds in what no reader still needs from the log, without waiting for anybody. Raises `sqlite3.Error`."""
        _busy, logged, folded = self._connection.execute(
            "PRAGMA wal_checkpoint(PASSIVE)"
        ).fetchone()
        self._pages = max(0, logged - folded)
        if self._pages >= CHECKPOINT_PAGES:
            # A reader holds an old state; asking again after every commit would gain nothing.
            self._pages = CHECKPOINT_PAGES // 2


def _pages_of(log: Path) -> int:
    try:
        return log.stat().st_size // PAGE_BYTES
    except FileNotFoundError:
        return 0
