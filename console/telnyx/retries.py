"""When a request to Telnyx is tried again, and how long to wait before: httpx-retries' `Retry`, with Telnyx's rules.

VOICE (a): retry 5XX and lost answers with the same command_id; 429 says in `x-ratelimit-reset` how many seconds
remain, `Retry-After` is honoured where a proxy sends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from console.telnyx.http import Retry, httpx

Pause = Callable[[float], Awaitable[None]]

NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""What is raised where nothing can have been sent."""
BACKOFF_S = 0.25
MAX_BACKOFF_S = 8.0


class WaitTooLong(Exception):
    """Telnyx asks for a longer pause than we are willing to make; carries what is left of its answer."""

    def __init__(self, status: int, wait_s: float, headers: Mapping[str, str]) -> None:
        super().__init__(f"asked to wait {wait_s:.0f} s")
        self.status = status
        self.wait_s = wait_s
        self.headers = headers


class Patience(Retry):
    """Repeats lost connections, time-outs, 429 and 5xx, with growing pauses and jitter; both are bounded."""

    pause: Pause

    @classmethod
    def of(cls, *, attempts: int, max_wait_s: float, pause: Pause) -> Self:
        """At most `attempts` in all, with at most `max_wait_s` of pauses between them."""
        retry = cls(
            total=max(0, attempts - 1),
            allowed_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            backoff_factor=BACKOFF_S,
            backoff_jitter=0.5,
            max_backoff_wait=MAX_BACKOFF_S,
            total_timeout=max_wait_s,
        )
        retry.pause = pause
        return retry

    def copy_with(self, *args: Any, **changes: Any) -> Self:
        """A copy that pauses in the same way."""
        copy = super().copy_with(*args, **changes)
        assert isinstance(copy, type(self))
        copy.pause = self.pause
        return copy

    def is_retryable_status_code(self, status_code: int) -> bool:
        """Too many requests, and everything that went wrong over there."""
        return status_code == 429 or status_code >= 500

    async def asleep(self, response: httpx.Response | Exception) -> None:
        """The pause before the next attempt. Raises `WaitTooLong` if more is asked than is left."""
        wait_s = self.backoff_strategy()
        left_s = (self.total_timeout or 0.0) - self.elapsed_sleep
        if isinstance(response, httpx.Response):
            asked_s = asked_pause_s(self, response)
            if asked_s is not None:
                if asked_s > left_s:
                    raise WaitTooLong(response.status_code, asked_s, response.headers)
                wait_s = max(asked_s, wait_s)
        wait_s = min(wait_s, left_s)
        self.elapsed_sleep += wait_s
        await self.pause(wait_s)


class NoBudgetWaits(Patience):
    """For whoever keeps a queue: an exhausted rate limit is an answer, so that more urgent requests can go first."""

    def is_retryable_status_code(self, status_code: int) -> bool:
        """Everything that went wrong over there."""
        return status_code >= 500


class ConnectOnly(Patience):
    """For commands without a command_id: repeats only what certainly never arrived."""

    def is_retryable_status_code(self, status_code: int) -> bool:  # noqa: ARG002 - the base class asks so
        """An answer means that it arrived."""
        return False

    def is_retryable_exception(self, exception: Exception) -> bool:
        """Whether there was no connection to send it on."""
        return isinstance(exception, NOT_CONNECTED)


def asked_pause_s(retry: Retry, response: httpx.Response) -> float | None:
    """The pause an answer asks for: `Retry-After`, for a 429 else `x-ratelimit-reset`; None if it asks for none."""
    after = response.headers.get("retry-after", "").strip()
    if after:
        try:
            return retry.parse_retry_after(after)
        except ValueError:
            pass
    return told_reset_s(response) if response.status_code == 429 else None


def told_reset_s(response: httpx.Response) -> float | None:
    """Seconds until Telnyx counts anew (`x-ratelimit-reset`, VOICE a; `Retry-After` of a proxy); None if not said."""
    for name in ("x-ratelimit-reset", "retry-after"):
        told = response.headers.get(name, "").strip()
        if told.isascii() and told.isdigit():
            return float(told[:9])
    return None
