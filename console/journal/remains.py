"""What an engine left behind that the next one has to know, found without reading what lies between."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.entries import Entry, Micros
from console.journal.legs import Rows
from console.journal.rows import SELECT, entry_of


class Remains:
    """Belongs to a `SqliteReader`. All raise `JournalError`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def commands(self, count: int) -> Sequence[Entry]:
        """The last `count` commands and outcomes, in order, however much came after them."""
        # In the words of the index on them.
        query = f"{SELECT} WHERE e.kind IN ('command', 'outcome') ORDER BY e.seq DESC LIMIT ?"
        return [entry_of(row) for row in reversed(self._rows(query, count))]

    def last_heard(self, after: int) -> Micros | None:
        """When the last verified webhook beyond entry `after` was received; None if there is none."""
        rows = self._rows(
            "SELECT received_at FROM entry WHERE seq > ? AND kind = 'webhook' AND verified"
            " ORDER BY seq DESC LIMIT 1",
            after,
        )
        return int(rows[0][0]) if rows else None

    def counter(self, name: str) -> int | None:
        """A number that a writer keeps beside the entries (`SqliteWriter.count`); None where there is none."""
        rows = self._rows("SELECT value FROM counter WHERE name = ?", name)
        return int(rows[0][0]) if rows else None
