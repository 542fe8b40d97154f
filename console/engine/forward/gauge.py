"""How a target does: answers, failures of the last minute, latency. Pure; times on the loop's clock, in seconds."""

from __future__ import annotations

from collections import deque

KEPT = 512
"""Latencies that p50 and p95 are taken from …"""
WINDOW_S = 300.0
"""… none of them older than this."""
MINUTE_S = 60.0
MAX_FAILURES = 10_000


class Gauge:
    """Counts; reading it costs a sort of a few hundred numbers, noting an answer costs nothing to speak of."""

    __slots__ = (
        "_failures", "_latencies", "answered", "failed", "in_flight", "last_error", "last_latency_ms", "last_status",
    )  # fmt: skip

    def __init__(self) -> None:
        self._latencies: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._failures: deque[float] = deque(maxlen=MAX_FAILURES)
        self.answered = 0
        self.failed = 0
        self.in_flight = 0
        self.last_status: int | None = None
        self.last_error = ""
        self.last_latency_ms: float | None = None

    def took(self, status: int, latency_ms: float, now_s: float) -> None:
        """The application answered; one that says it failed (5xx) counts as a failure, too."""
        self.answered += 1
        self.last_status, self.last_error, self.last_latency_ms = status, "", latency_ms
        self._latencies.append((now_s, latency_ms))
        if status >= 500:
            self._fail(now_s)

    def missed(self, error: str, now_s: float) -> None:
        """No whole answer came."""
        self.last_status, self.last_error = None, error
        self._fail(now_s)

    def failures_of_last_minute(self, now_s: float) -> int:
        while self._failures and self._failures[0] < now_s - MINUTE_S:
            self._failures.popleft()
        return len(self._failures)

    def percentiles(self, now_s: float) -> tuple[float | None, float | None]:
        """p50 and p95 in ms of the recent answers (nearest rank); None while there are none."""
        recent = sorted(ms for at, ms in self._latencies if at >= now_s - WINDOW_S)
        if not recent:
            return None, None
        return _rank(recent, 50), _rank(recent, 95)

    def _fail(self, now_s: float) -> None:
        self.failed += 1
        self._failures.append(now_s)


def _rank(ordered: list[float], percent: int) -> float:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
