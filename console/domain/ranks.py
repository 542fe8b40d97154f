"""Who is live, who waits, who talks, who ended when: kept up to date leg by leg, asked for in constant time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, KeysView, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple, overload

from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState


class Counts(NamedTuple):
    """How many legs there are of each sort. `waiting` and `talking` are among the live."""

    live: int
    waiting: int
    talking: int
    ended: int


class EndedKeys(Sequence[LegKey]):
    """The keys of the ended legs, earliest end first: a view, not a copy."""

    def __init__(self, pairs: list[tuple[Micros, LegKey]]) -> None:
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, index: int) -> LegKey: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LegKey]: ...
    def __getitem__(self, index: int | slice) -> LegKey | Sequence[LegKey]:
        if isinstance(index, slice):
            return [key for _, key in self._pairs[index]]
        return self._pairs[index][1]


class Ranks:
    """Indexes over legs by what they are doing. `place` after every change of a leg, `drop` before it goes."""

    def __init__(self) -> None:
        self._live: dict[LegKey, None] = {}
        self._waiting: dict[LegKey, Micros] = {}
        self._talking: set[LegKey] = set()
        self._ended_at: dict[LegKey, Micros] = {}
        self._ended: list[tuple[Micros, LegKey]] = []
        self._queue: list[tuple[Micros, LegKey]] = []
        """A heap of waiting legs; entries that no longer hold are skipped, and swept when they are too many."""

    def place(self, leg: Leg) -> None:
        """Puts the leg where it belongs now."""
        key = leg.key
        if leg.state is LegState.ENDED:
            self._end(key, leg.ended_at or 0)
            return
        if key not in self._live:
            self._unend(key)
            self._live[key] = None
        if leg.is_talking:
            self._talking.add(key)
        else:
            self._talking.discard(key)
        self._wait(key, leg.waiting_since)

    def drop(self, key: LegKey) -> None:
        """Forgets a leg."""
        self._live.pop(key, None)
        self._talking.discard(key)
        self._waiting.pop(key, None)
        self._unend(key)

    def drop_ended(self, keys: Iterable[LegKey]) -> None:
        """Forgets many legs at once."""
        gone = set(keys)
        for key in gone & self._live.keys():
            self.drop(key)
        gone &= self._ended_at.keys()
        if len(gone) < 8:
            for key in gone:
                self._unend(key)
            return
        for key in gone:
            del self._ended_at[key]
        self._ended[:] = [pair for pair in self._ended if pair[1] not in gone]

    @property
    def counts(self) -> Counts:
        """How many legs there are of each sort."""
        return Counts(len(self._live), len(self._waiting), len(self._talking), len(self._ended))

    @property
    def live(self) -> KeysView[LegKey]:
        """Keys of the legs that have not ended."""
        return self._live.keys()

    @property
    def ended(self) -> Sequence[LegKey]:
        """Keys of the legs that have, earliest end first."""
        return EndedKeys(self._ended)

    def longest_waiting(self) -> LegKey | None:
        """The leg that has waited longest."""
        queue, waiting = self._queue, self._waiting
        while queue:
            since, key = queue[0]
            if waiting.get(key) == since:
                return key
            heappop(queue)
        return None

    def _wait(self, key: LegKey, since: Micros | None) -> None:
        if since is None:
            self._waiting.pop(key, None)
            return
        if self._waiting.get(key) == since:
            return
        self._waiting[key] = since
        if len(self._queue) > 2 * len(self._waiting) + 64:
            self._queue = [(at, waiter) for waiter, at in self._waiting.items()]
            heapify(self._queue)
        else:
            heappush(self._queue, (since, key))

    def _end(self, key: LegKey, at: Micros) -> None:
        present = self._ended_at.get(key)
        if present == at:
            return
        if present is not None:
            self._unend(key)
        self._live.pop(key, None)
        self._talking.discard(key)
        self._waiting.pop(key, None)
        self._ended_at[key] = at
        insort(self._ended, (at, key))

    def _unend(self, key: LegKey) -> None:
        at = self._ended_at.pop(key, None)
        if at is not None:
            del self._ended[bisect_left(self._ended, (at, key))]
