"""How numbers are written so that they claim no more than is known.

With none there is "-", never a percentage of nothing; fewer than five are counts; what is not all is never rounded to all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import SECOND, span

FEW = 5
NONE = "-"


class Ratio(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """To one decimal; None of nothing. Only all is 100, only none is 0."""
        if self.whole <= 0:
            return None
        percent = round(100 * self.part / self.whole, 1)
        if self.part < self.whole:
            percent = min(percent, 99.9)
        return max(percent, 0.1) if self.part > 0 else percent

    @property
    def is_telling(self) -> bool:
        """Whether there are enough for a percentage."""
        return self.whole >= FEW

    def __str__(self) -> str:
        percent = self.percent
        if percent is None:
            return NONE
        return f"{percent:.1f} %" if self.is_telling else f"{self.part} of {self.whole}"


class Mean(NamedTuple):
    """A sum over so many."""

    total: int
    calls: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.total / self.calls if self.calls > 0 else None


def short_span(micros: Micros | float) -> str:
    """`21.0 s` below a minute and a half, `3:12` beyond."""
    if abs(micros) < 90 * SECOND:
        return f"{micros / SECOND:.1f} s"
    return span(round(micros))


def mean_span(mean: Mean) -> str:
    """An average duration; few are said to be few."""
    value = mean.value
    if value is None:
        return NONE
    few = f" (of {mean.calls})" if mean.calls < FEW else ""
    return f"{short_span(value)}{few}"


def percentile(distribution: Iterable[tuple[int, int]], share: float) -> int | None:
    """The smallest value that `share` of the counted do not exceed, from (value, how often); None of nothing."""
    pairs = sorted(distribution)
    total = sum(often for _value, often in pairs)
    if total <= 0:
        return None
    needed = share * total
    seen = 0
    for value, often in pairs:
        seen += often
        if seen >= needed:
            return value
    return pairs[-1][0]
