"""A rate limit as Telnyx announces it: x-ratelimit headers, 429 with code 10011 when it is exceeded (VOICE a)."""

import math

from console.simulator import errors

WINDOW_S = 1.0


class RateLimit:
    """So many requests a second, counted in windows of one second."""

    def __init__(self, per_second: int) -> None:
        self._limit = per_second
        self._window = -1.0
        self._used = 0

    def count(self, now_s: float) -> None:
        """Counts a request. Raises `ApiError` (429) when there have been too many."""
        self._roll(now_s)
        if self._used >= self._limit:
            raise errors.too_many(self.headers(now_s))
        self._used += 1

    def headers(self, now_s: float) -> dict[str, str]:
        """What every answer says about the limit; the reset is in whole seconds."""
        self._roll(now_s)
        return {
            "x-ratelimit-limit": str(self._limit),
            "x-ratelimit-remaining": str(max(0, self._limit - self._used)),
            "x-ratelimit-reset": str(max(1, math.ceil(self._window + WINDOW_S - now_s))),
        }

    def _roll(self, now_s: float) -> None:
        if not self._window <= now_s < self._window + WINDOW_S:
            self._window = now_s
            self._used = 0
