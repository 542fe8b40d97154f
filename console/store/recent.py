"""The latest entries, for the tail of events: kept as received, decoded when looked at.

A decoded event takes several times the memory of its bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import overload

from console.domain.entries import Entry, Fact
from console.journal.facts import fact_of

Pair = tuple[Entry, Fact]


class Recent(Sequence[Pair]):
    """A ring of entries that reads as a sequence of (entry, fact), oldest first."""

    def __init__(self, size: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)

    def extend(self, entries: Iterable[Entry]) -> None:
        """Adds newer entries, dropping the oldest beyond the size."""
        self._entries.extend(entries)

    def clear(self) -> None:
        """Drops everything."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Pair: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Pair]: ...

    def __getitem__(self, index: int | slice) -> Pair | Sequence[Pair]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self._entries))
            if step > 0:
                return [_pair(entry) for entry in islice(self._entries, start, stop, step)]
            return [_pair(self._entries[place]) for place in range(start, stop, step)]
        return _pair(self._entries[index])

    def __iter__(self) -> Iterator[Pair]:
        return map(_pair, self._entries)

    def __reversed__(self) -> Iterator[Pair]:
        return map(_pair, reversed(self._entries))


def _pair(entry: Entry) -> Pair:
    return entry, fact_of(entry)
