"""What the latest requests to Telnyx told about the way there and about the rate limit. Pure."""

from __future__ import annotations

from console.errors import ConsoleError
from console.telnyx.client import Answer
from console.telnyx.problems import explain


class ApiState:
    """`resets_at_s` is on the loop's clock: when Telnyx counts anew; None while it has not said."""

    __slots__ = ("error", "latency_ms", "rate_limit_remaining", "resets_at_s")

    def __init__(self) -> None:
        self.error: str | None = None
        self.latency_ms: float | None = None
        self.rate_limit_remaining: int | None = None
        self.resets_at_s: float | None = None

    def answered(self, answer: Answer) -> None:
        """Takes an answer, whatever it says; one of 5xx counts as an error of the way."""
        self.latency_ms = answer.latency_ms
        if answer.rate_limit_remaining is not None:
            self.rate_limit_remaining = answer.rate_limit_remaining
        if answer.status >= 500 or answer.status in (401, 429):
            self.error = explain(answer.status, answer.errors).sentence
        else:
            self.error = None

    def exhausted(self, resets_at_s: float) -> None:
        """Telnyx takes nothing until then."""
        self.rate_limit_remaining = 0
        self.resets_at_s = resets_at_s

    def begin_period(self) -> None:
        """What is left is not known until the next answer."""
        self.rate_limit_remaining = None
        self.resets_at_s = None

    def failed(self, error: ConsoleError) -> None:
        self.error = error.user_message

    def reset_in_s(self, now_s: float) -> float | None:
        """Seconds until Telnyx counts anew."""
        if self.resets_at_s is None or self.resets_at_s <= now_s:
            return None
        return round(self.resets_at_s - now_s, 1)
