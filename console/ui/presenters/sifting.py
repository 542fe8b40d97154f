"""What a filter leaves of the calls: asked in slices where there are many, and never about what it cannot have changed.

A keystroke first asks about the rows on the screen and from the top, as far as its budget goes; what is shown is
always a part of the right answer in the right order. When a filter only becomes narrower, only what is shown is
asked about again. The texts of a leg are made once for each of its versions.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heappop, heappush

from console.domain.entries import Micros
from console.domain.filter import Filter, LegText, Shows
from console.domain.legs import Leg, LegKey
from console.ui.presenters.calls import LegFilter, Rank

_CHUNK = 64
"""Legs between two looks at the watch: well under a millisecond."""


class Sieve:
    """Belongs to one `CallsView`, which tells it of every change."""

    def __init__(
        self,
        legs: Mapping[LegKey, Leg],
        ranks: Mapping[LegKey, Rank],
        everything: list[Rank],
        shows: Callable[[], Shows],
        stopwatch: Callable[[], float],
    ) -> None:
        self.filter: LegFilter | None = None
        self.shown: list[Rank] = []
        self.passed: set[LegKey] = set()
        self._legs = legs
        self._ranks = ranks
        self._all = everything
        self._shows = shows()
        self._stopwatch = stopwatch
        self._texts: dict[LegKey, LegText] = {}
        self._todo: list[Rank] = []
        """Not asked about yet, in order, from `_at` on."""
        self._at = 0
        self._early: set[LegKey] = set()
        """Asked about out of turn."""
        self._due: list[tuple[Micros, LegKey]] = []
        self._due_of: dict[LegKey, Micros] = {}
        self._cold: Iterator[Rank] | None = None

    @property
    def is_sifting(self) -> bool:
        """Whether some legs have not been asked about yet."""
        return self._at < len(self._todo)

    def use(
        self, wanted: LegFilter | None, now: Micros, first: Iterable[LegKey], budget_s: float | None
    ) -> None:
        """Another filter; see `CallsView.set_filter`."""
        self._todo = self._source(wanted)
        self._at = 0
        self.filter = wanted
        self.shown, self.passed = [], set()
        self._early.clear()
        self._due.clear()
        self._due_of.clear()
        if wanted is None:
            self._todo = []
            return
        for key in first:
            self._ask_early(key, now)
        self.sift(now, budget_s)

    def _source(self, wanted: LegFilter | None) -> list[Rank]:
        """What the next filter has to be asked about."""
        before = self.filter
        if isinstance(wanted, Filter) and isinstance(before, Filter) and wanted.narrows(before):
            return sorted({*self.shown, *self._todo[self._at :]} if self.is_sifting else self.shown)
        return list(self._all)

    def sift(self, now: Micros, budget_s: float | None) -> bool:
        """Asks on for as long as the budget lasts; true while there is more to ask."""
        deadline = None if budget_s is None else self._stopwatch() + budget_s
        fresh: list[Rank] = []
        while self.is_sifting:
            chunk = self._todo[self._at : self._at + _CHUNK]
            self._at += len(chunk)
            fresh += [
                each for each in chunk if each[2] not in self._early and self._passes(each[2], now)
            ]
            if deadline is not None and self._stopwatch() >= deadline:
                break
        if fresh:
            is_in_order = not self.shown or self.shown[-1] < fresh[0]
            self.shown += fresh
            if not is_in_order:
                self.shown.sort()
            self.passed.update(each[2] for each in fresh)
        if not self.is_sifting:
            self._todo, self._at = [], 0
            self._early.clear()
        return self.is_sifting

    def _ask_early(self, key: LegKey, now: Micros) -> None:
        held = self._ranks.get(key)
        if held is None or key in self._early:
            return
        self._early.add(key)
        if self._passes(key, now):
            insort(self.shown, held)
            self.passed.add(key)

    def _passes(self, key: LegKey, now: Micros) -> bool:
        leg, wanted = self._legs.get(key), self.filter
        if leg is None or wanted is None:
            return False
        if wanted.is_timed and isinstance(wanted, Filter):
            self._watch(key, wanted.changes_at(leg, now))
        return wanted.passes(self._text(key, leg), now)

    def _text(self, key: LegKey, leg: Leg) -> LegText:
        held = self._texts.get(key)
        if held is None or not held.is_of(leg):
            held = self._texts[key] = LegText(leg, self._shows)
        return held

    # -- changes

    def place(self, key: LegKey, old: Rank | None, new: Rank | None, now: Micros) -> bool:
        """A leg has changed; true if the list did."""
        if new is None:
            self._texts.pop(key, None)
        if self.filter is None:
            return old != new
        was = key in self.passed
        if was and old is not None:
            del self.shown[bisect_left(self.shown, old)]
            self.passed.discard(key)
        if self.is_sifting:
            self._early.add(key)
        if new is None or not self._passes(key, now):
            return was
        insort(self.shown, new)
        self.passed.add(key)
        return not was or old != new

    def rank(self, ranks: Mapping[LegKey, Rank], everything: list[Rank], now: Micros) -> None:
        """Many have changed, or the order has: everything anew."""
        self._ranks, self._all = ranks, everything
        self._texts = {key: text for key, text in self._texts.items() if key in ranks}
        wanted, self.filter = self.filter, None
        self.use(wanted, now, (), None)

    # -- time

    def tick(self, now: Micros) -> bool:
        """Asks again where the time has changed the answer; true if the list did."""
        moved = False
        while self._due and self._due[0][0] <= now:
            at, key = heappop(self._due)
            if self._due_of.get(key) != at:
                continue
            del self._due_of[key]
            held = self._ranks.get(key)
            moved |= self.place(key, held, held, now)
        return moved

    def _watch(self, key: LegKey, at: Micros | None) -> None:
        if at is None:
            self._due_of.pop(key, None)
        elif self._due_of.get(key) != at:
            self._due_of[key] = at
            heappush(self._due, (at, key))

    # -- ahead of time

    def warm(self, budget_s: float) -> bool:
        """Makes texts before they are asked for; true while some are missing."""
        if self._cold is None:
            self._cold = iter(list(self._all))
        deadline = self._stopwatch() + budget_s
        for count, each in enumerate(self._cold, start=1):
            leg = self._legs.get(each[2])
            if leg is not None:
                self._text(each[2], leg)
            if count % _CHUNK == 0 and self._stopwatch() >= deadline:
                return True
        return False
