"""The journal's past, read a page at a time by whoever looks back: nothing of it is kept, but where the gaps are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.entries import Entry, Fact, Kind, Micros
from console.journal.facts import fact_of

if TYPE_CHECKING:
    from console.journal.api import JournalReader

Pair = tuple[Entry, Fact]


class Past:
    """Pages of entries by number or by time, in the journal's order. All raise `JournalError`."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._gaps: list[Pair] = []
        self._searched: tuple[int, int] | None = None
        """The entries among which every gap is known: after the first, up to the second."""

    def earlier(self, before: int, count: int) -> tuple[Pair, ...]:
        """The last `count` entries before number `before`, oldest first."""
        return _decoded(self._reader.tail(count, before=before))

    def later(self, after: int, count: int) -> tuple[Pair, ...]:
        """The first `count` entries after number `after`."""
        return _decoded(self._reader.read(after, limit=count))

    def seq_at(self, at: Micros) -> int:
        """Number of the last entry received at or before a time; 0 if there is none."""
        return self._reader.seq_at(at)

    def gaps(self, since: int) -> tuple[Pair, ...]:
        """Every gap in the record from entry `since` on. What was searched once is not searched again."""
        last = self._reader.last_seq()
        if self._searched is None:
            self._gaps = self._found(since - 1, last)
            self._searched = since - 1, last
        first, until = self._searched
        if since - 1 < first:
            self._gaps = self._found(since - 1, first) + self._gaps
            first = since - 1
        if last > until:
            self._gaps += self._found(until, last)
            until = last
        self._searched = first, until
        return tuple(pair for pair in self._gaps if pair[0].seq >= since)

    def _found(self, after: int, until: int) -> list[Pair]:
        return list(_decoded(self._reader.read(after, until=until, kind=Kind.GAP)))


def _decoded(entries: Sequence[Entry]) -> tuple[Pair, ...]:
    return tuple((entry, fact_of(entry)) for entry in entries)
