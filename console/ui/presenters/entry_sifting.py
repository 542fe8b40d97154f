"""What a filter leaves of the tail: asked in slices, newest first; the texts of an entry are made once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from console.domain.entries import Micros
from console.domain.filter import EntryText, Filter, LegText, Shows
from console.domain.legs import LegKey
from console.ui.presenters.legs import Look
from console.ui.presenters.numbers import readable
from console.ui.presenters.tail_rows import EntryFilter, LegOf, Pair

_CHUNK = 16
"""Entries between two looks at the watch."""


class EntrySieve:
    """Belongs to one `TailRows`, whose list of all entries it shares."""

    def __init__(
        self,
        everything: list[Pair],
        look: Look,
        leg_of: LegOf,
        stopwatch: Callable[[], float],
    ) -> None:
        self.filter: EntryFilter | None = None
        self.shown: list[int] = []
        """Numbers of the entries that passed, oldest first."""
        self._all = everything
        self._shows = Shows(name_of=look.name_of, readable=readable, app_of=look.app_of)
        self._leg_of = leg_of
        self._stopwatch = stopwatch
        self._texts: dict[int, EntryText] = {}
        self._legs: dict[LegKey, LegText] = {}
        self._todo: list[Pair] = []
        """Not asked about yet, oldest first: taken from its end."""
        self._next: list[int] | None = None
        """What is found while everything is asked again; takes the place of `shown` at the end."""

    @property
    def is_sifting(self) -> bool:
        """Whether some entries have not been asked about yet."""
        return bool(self._todo)

    def use(self, wanted: EntryFilter, now: Micros, budget_s: float | None) -> None:
        """Another filter; begins with the newest entries."""
        self._todo = self._source(wanted)
        self.filter = wanted
        self.shown, self._next = [], None
        self.sift(now, budget_s)

    def _source(self, wanted: EntryFilter) -> list[Pair]:
        before = self.filter
        is_narrower = (
            isinstance(wanted, Filter) and isinstance(before, Filter) and wanted.narrows(before)
        )
        if not is_narrower or self._next is not None:
            return list(self._all)
        passed = set(self.shown)
        return [*self._todo, *(pair for pair in self._all if pair[0].seq in passed)]

    def sift(self, now: Micros, budget_s: float | None) -> bool:
        """Asks on for as long as the budget lasts; true while there is more to ask."""
        deadline = None if budget_s is None else self._stopwatch() + budget_s
        found: list[int] = []
        while self._todo:
            chunk = self._todo[-_CHUNK:]
            del self._todo[-_CHUNK:]
            found += [pair[0].seq for pair in reversed(chunk) if self._passes(pair, now)]
            if deadline is not None and self._stopwatch() >= deadline:
                break
        found.reverse()
        if self._next is not None:
            self._next[:0] = found
            if not self._todo:
                self.shown, self._next = self._next, None
        else:
            self.shown[:0] = found
        return self.is_sifting

    def again(self, now: Micros) -> bool:  # noqa: ARG002
        """Begins to ask about everything again, if answers change by themselves; what is shown stays until the end."""
        if self.filter is None or not self.filter.follows_legs or self.is_sifting:
            return False
        self._todo, self._next = list(self._all), []
        self._legs.clear()
        return self.is_sifting

    def extend(self, new: list[Pair], now: Micros) -> int:
        """New entries at the end; how many are shown."""
        fresh = [pair[0].seq for pair in new if self._passes(pair, now)]
        self.shown += fresh
        if self._next is not None:
            self._next += fresh
        return len(fresh)

    def trim(self, oldest: int, excess: int) -> None:
        """Entries before `oldest` have left the ring."""
        for seqs in filter(None, (self.shown, self._next)):
            del seqs[: bisect_left(seqs, oldest)]
        if self._todo:
            del self._todo[: bisect_left(self._todo, oldest, key=lambda pair: pair[0].seq)]
        if len(self._texts) > len(self._all) + excess:
            self._texts = {seq: text for seq, text in self._texts.items() if seq >= oldest}

    def _passes(self, pair: Pair, now: Micros) -> bool:
        wanted = self.filter
        if wanted is None:
            return False
        entry, fact = pair
        text = self._texts.get(entry.seq)
        if text is None:
            text = self._texts[entry.seq] = EntryText(entry, fact, None, self._shows)
        text.leg = self._leg(pair) if wanted.follows_legs else None
        return wanted.passes_entry(text, now)

    def _leg(self, pair: Pair) -> LegText | None:
        """The texts of the leg that an entry is about."""
        any_id = pair[0].call_control_id or pair[0].call_leg_id
        leg = self._leg_of(any_id) if any_id is not None else None
        if leg is None:
            return None
        held = self._legs.get(leg.key)
        if held is None or not held.is_of(leg):
            held = self._legs[leg.key] = LegText(leg, self._shows)
        return held
