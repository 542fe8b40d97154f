"""How much of what strangers send is kept: buckets that refill, so that a flood cannot fill the disk.

Times are seconds of a monotonic clock. No I/O.
"""

from __future__ import annotations


class Bucket:
    """Holds up to `capacity` units and refills by `per_s` units a second."""

    __slots__ = ("_at", "_capacity", "_left", "_per_s")

    def __init__(self, capacity: float, per_s: float) -> None:
        self._capacity = capacity
        self._per_s = per_s
        self._left = capacity
        self._at = 0.0

    def take(self, amount: float, now_s: float) -> bool:
        """Takes `amount` if that much is left."""
        elapsed_s = max(0.0, now_s - self._at)
        self._at = now_s
        self._left = min(self._capacity, self._left + elapsed_s * self._per_s)
        if amount > self._left:
            return False
        self._left -= amount
        return True


class ClockOffset:
    """This machine's clock minus Telnyx's in ms, from the whole-second timestamps of signed webhooks.

    Each sample is too large by the time the delivery took and by the part of a second that the timestamp leaves
    out, so the smallest of the last one to two windows is the closest.
    """

    __slots__ = ("_current", "_previous", "_until", "_window_s")

    def __init__(self, window_s: float = 120.0) -> None:
        self._window_s = window_s
        self._current: float | None = None
        self._previous: float | None = None
        self._until = 0.0

    def observe(self, offset_ms: float, now_s: float) -> None:
        """Takes one sample at `now_s`."""
        if now_s >= self._until:
            is_recent = now_s < self._until + self._window_s
            self._previous = self._current if is_recent else None
            self._current = offset_ms
            self._until = now_s + self._window_s
        elif self._current is None or offset_ms < self._current:
            self._current = offset_ms

    @property
    def value(self) -> float | None:
        """None before the first sample."""
        if self._current is None or self._previous is None:
            return self._current
        return min(self._current, self._previous)
