"""The latest questions to Telnyx, in memory: what was asked, by whom, and what came of it. Commands are in the journal.

Without headers and bodies, so without secrets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from console.domain.entries import Micros
from console.errors import ConsoleError
from console.reports import Asked
from console.telnyx.client import Answer
from console.telnyx.problems import explain
from console.telnyx.requests import Request

KEPT = 500


class RequestLog:
    """One per engine; `number` grows with every question, so that readers can tell which are new."""

    def __init__(self, clock: Callable[[], Micros]) -> None:
        self._clock = clock
        self._kept: deque[Asked] = deque(maxlen=KEPT)
        self._count = 0

    def latest(self) -> Sequence[Asked]:
        """Oldest first."""
        return tuple(self._kept)

    def began(self) -> Micros:
        """The moment to give back with the answer."""
        return self._clock()

    def answered(self, request: Request, purpose: str, began: Micros, answer: Answer) -> None:
        """Telnyx said something, whatever it was."""
        words = "" if answer.ok else explain(answer.status, answer.errors).sentence
        self._add(
            request, purpose, began,
            status=answer.status, latency_ms=answer.latency_ms, attempts=answer.attempts, message=words,
        )  # fmt: skip

    def failed(self, request: Request, purpose: str, began: Micros, error: ConsoleError) -> None:
        """Nothing was heard, or it was never sent."""
        attempts = getattr(error, "attempts", 0)
        latency_ms = (self._clock() - began) / 1000
        self._add(
            request, purpose, began,
            latency_ms=latency_ms, attempts=attempts, message=error.user_message,
        )  # fmt: skip

    def _add(
        self,
        request: Request,
        purpose: str,
        began: Micros,
        *,
        status: int | None = None,
        latency_ms: float,
        attempts: int,
        message: str,
    ) -> None:
        self._count += 1
        self._kept.append(
            Asked(
                number=self._count,
                at=began,
                method=request.method,
                path=request.path,
                query=dict(request.query),
                purpose=purpose,
                status=status,
                latency_ms=latency_ms,
                attempts=attempts,
                message=message,
            )
        )
