"""Counts by time: single minutes for the last while, five minutes together for the day, and the day's total.

Adding and taking away cost the same however much is held. What is older than the day, and than the rolling window, is
let go of; taking away from what is gone does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.domain.entries import Micros
from console.domain.metrics.names import Count
from console.domain.metrics.parameters import MINUTE
from console.domain.metrics.record import Part
from console.domain.times import SECOND

Counts = Mapping[Count, int]

WINDOW_MIN = 30
GROUP_MIN = 5
_SINGLE_MIN = 40
"""Minutes kept one by one: the window, and some for what comes late."""
SLOT: Micros = 10 * SECOND
_DAY_AT_MOST = 27 * 60


class Tally:
    """Counts, which may be corrected at any time, of minutes since 1970."""

    def __init__(self) -> None:
        self._minutes: dict[int, dict[Count, int]] = {}
        self._groups: dict[int, dict[Count, int]] = {}
        self._single_from = 0
        self._oldest = 0
        self.day_from = 0
        """The minute in which the day began."""
        self.today: dict[Count, int] = {}

    def add(self, parts: Iterable[Part], sign: int = 1) -> None:
        """Counts the parts in, or with -1 out again."""
        for minute, name, amount in parts:
            if minute < self._oldest:
                continue
            bucket = self._bucket(minute)
            _count(bucket, name, sign * amount)
            if minute >= self.day_from:
                _count(self.today, name, sign * amount)

    def _bucket(self, minute: int) -> dict[Count, int]:
        held, index = self._minutes, minute
        if minute < self._single_from:
            held, index = self._groups, minute // GROUP_MIN
        bucket = held.get(index)
        if bucket is None:
            bucket = held[index] = {}
        return bucket

    def advance(self, now: Micros, day: Micros) -> None:
        """Time has passed: minutes are put together, what is too old goes; another day begins with what belongs to it."""
        minute, day_from = now // MINUTE, day // MINUTE
        single_from = (minute - _SINGLE_MIN) // GROUP_MIN * GROUP_MIN
        if single_from > self._single_from:
            self._single_from = single_from
            for index in [each for each in self._minutes if each < single_from]:
                group = self._groups.setdefault(index // GROUP_MIN, {})
                for name, amount in self._minutes.pop(index).items():
                    _count(group, name, amount)
        oldest = max(min(day_from, minute - WINDOW_MIN), minute - _DAY_AT_MOST)
        oldest = oldest // GROUP_MIN * GROUP_MIN
        if oldest > self._oldest:
            self._oldest = oldest
            for index in [each for each in self._groups if each < oldest // GROUP_MIN]:
                del self._groups[index]
        if day_from != self.day_from:
            self.day_from = day_from
            self.today = self.total(day_from, 1 << 62)

    def total(self, first: int, end: int) -> dict[Count, int]:
        """The counts of `first <= minute < end`; older than the single minutes by whole groups."""
        total: dict[Count, int] = {}
        for index, bucket in self._groups.items():
            if first <= index * GROUP_MIN < end:
                _merge(total, bucket)
        for index, bucket in self._minutes.items():
            if first <= index < end:
                _merge(total, bucket)
        return total

    def series(self, first: int, end: int, step: int) -> list[Counts]:
        """The counts of each `step` minutes from `first` on; of groups where the minutes are gone."""
        columns: list[dict[Count, int]] = [{} for _ in range(max(0, -(-(end - first) // step)))]
        for index, bucket in self._groups.items():
            if first <= index * GROUP_MIN < end:
                _merge(columns[(index * GROUP_MIN - first) // step], bucket)
        for index, bucket in self._minutes.items():
            if first <= index < end:
                _merge(columns[(index - first) // step], bucket)
        return list(columns)

    @property
    def size(self) -> int:
        """How many stretches of time are held."""
        return len(self._minutes) + len(self._groups)


class Levels:
    """How many legs were open, at every tenth second: beginnings and ends, summed backwards from now."""

    def __init__(self) -> None:
        self._deltas: dict[int, int] = {}
        self.open = 0

    def begin(self, at: Micros, sign: int = 1) -> None:
        """A leg began (sign -1: it did not)."""
        self.open += sign
        self._delta(at // SLOT, sign)

    def end(self, at: Micros, sign: int = 1) -> None:
        """A leg ended (sign -1: it did not)."""
        self.open -= sign
        self._delta(at // SLOT, -sign)

    def _delta(self, slot: int, amount: int) -> None:
        left = self._deltas.get(slot, 0) + amount
        if left:
            self._deltas[slot] = left
        else:
            self._deltas.pop(slot, None)

    def advance(self, oldest: Micros) -> None:
        """Lets go of what is older."""
        for slot in [each for each in self._deltas if each < oldest // SLOT]:
            del self._deltas[slot]

    def peaks(self, since: Micros, until: Micros, columns: int) -> list[int]:
        """The highest level within each of so many equal stretches."""
        first, last = since // SLOT, until // SLOT
        wide = max(1, -(-(last - first + 1) // columns))
        peaks = [0] * columns
        level = self.open
        later = [slot for slot in self._deltas if slot > last]
        level -= sum(self._deltas[slot] for slot in later)
        for slot in range(last, first - 1, -1):
            column = min(columns - 1, (slot - first) // wide)
            peaks[column] = max(peaks[column], level)
            level -= self._deltas.get(slot, 0)
        return peaks


def _count(bucket: dict[Count, int], name: Count, amount: int) -> None:
    left = bucket.get(name, 0) + amount
    if left:
        bucket[name] = left
    else:
        bucket.pop(name, None)


def _merge(into: dict[Count, int], other: Counts) -> None:
    for name, amount in other.items():
        into[name] = into.get(name, 0) + amount
