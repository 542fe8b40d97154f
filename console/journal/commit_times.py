"""How long commits take and how many entries each holds: two histograms, kept only while somebody wants them.

Written by the journal's thread, read by any other: a reader may see a commit in one count and not yet in another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0)
ENTRIES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


class Histogram:
    """Counts of values up to each bound, inclusive; what is above the last goes into one more."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulative(self) -> list[tuple[float, int]]:
        """Each bound (the last is infinite) and how many values are not above it."""
        found: list[tuple[float, int]] = []
        running = 0
        for bound, count in zip((*self.bounds, float("inf")), tuple(self.counts), strict=True):
            running += count
            found.append((bound, running))
        return found


class CommitTimes:
    """What a writer tells after each batch."""

    __slots__ = ("entries", "failed", "seconds")

    def __init__(self) -> None:
        self.seconds = Histogram(SECONDS)
        self.entries = Histogram(ENTRIES)
        self.failed = 0
        """Batches of which not every entry could be kept."""

    def note(self, entries: int, seconds: float, *, is_whole: bool) -> None:
        """One batch, in seconds from the first statement to the answer of the disk."""
        self.seconds.add(seconds)
        self.entries.add(entries)
        self.failed += not is_whole
