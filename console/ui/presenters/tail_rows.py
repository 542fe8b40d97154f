"""The tail of the journal: a bounded ring of entries, filtered, each drawn when it comes into sight."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable
from typing import Protocol

from console.domain.endings import Enders
from console.domain.entries import Entry, Fact
from console.ui.presenters.cells import Line, Span
from console.ui.presenters.entries import present_entry
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.presenters.rows import Rows

Pair = tuple[Entry, Fact]


class EntryFilter(Protocol):
    """What the tail needs of `console.domain.filter.Filter`."""

    def matches_entry(self, entry: Entry, fact: Fact) -> bool: ...


class TailRows(Rows[int]):
    """Rows by `seq`, oldest first. At most `limit` entries are kept, shown or not; the journal has them all."""

    def __init__(self, *, limit: int = 5_000, look: Look = PLAIN_LOOK) -> None:
        self.limit = limit
        self.filter: EntryFilter | None = None
        self.dropped = 0
        self._look = look
        self._all: list[Pair] = []
        self._shown: list[Pair] = []
        self._seqs: list[int] = []
        self._enders = Enders()

    def __len__(self) -> int:
        return len(self._seqs)

    @property
    def kept(self) -> int:
        """Entries in the ring, shown or not."""
        return len(self._all)

    def key_at(self, index: int) -> int:
        return self._seqs[index]

    def index_of(self, key: int) -> int | None:
        index = bisect_left(self._seqs, key)
        return index if index < len(self._seqs) and self._seqs[index] == key else None

    def stamp(self, key: int) -> Hashable:
        return key

    def pair(self, key: int) -> Pair | None:
        """The entry that a row stands for."""
        index = self.index_of(key)
        return None if index is None else self._shown[index]

    def extend(self, pairs: Iterable[Pair]) -> int:
        """Adds entries newer than those held; answers how many of them are shown."""
        last = self._all[-1][0].seq if self._all else -1
        new = [pair for pair in pairs if pair[0].seq > last]
        if len(new) > self.limit:
            self.dropped += len(new) - self.limit
            new = new[-self.limit :]
        self._all += new
        for _entry, fact in new:
            self._enders.hear(fact)
        fresh = [pair for pair in new if self._passes(pair)]
        self._shown += fresh
        self._seqs += [pair[0].seq for pair in fresh]
        self._trim()
        return len(fresh)

    def set_filter(self, wanted: EntryFilter | None) -> None:
        """Shows what the filter lets through; None shows all."""
        self.filter = wanted
        self._shown = [pair for pair in self._all if self._passes(pair)]
        self._seqs = [pair[0].seq for pair in self._shown]

    def _passes(self, pair: Pair) -> bool:
        return self.filter is None or self.filter.matches_entry(*pair)

    def _trim(self) -> None:
        excess = len(self._all) - self.limit
        if excess <= 0:
            return
        self.dropped += excess
        oldest = self._all[excess][0].seq
        del self._all[:excess]
        gone = bisect_left(self._seqs, oldest)
        del self._shown[:gone]
        del self._seqs[:gone]

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        pair = self.pair(key)
        if pair is None:
            return (Span("  "),)
        return present_entry(*pair, width, self._look, ender=self._enders.of(pair[1]))
