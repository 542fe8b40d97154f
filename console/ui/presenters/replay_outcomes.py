"""What came of webhooks that are sent again: the latest as lines, all of them counted. Each line is made once."""

from __future__ import annotations

from collections import deque

from console.domain.text import clean
from console.replaying import ReplayOutcome
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.wrapping import wrapped

KEPT = 2_000
"""Outcomes that are listed, the latest."""


class Outcomes:
    """Those of one sending."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing was sent yet."""
        self._sent = self._taken = 0
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._keys: dict[str, None] = {}

    def add(self, outcome: ReplayOutcome) -> None:
        """One more has been sent."""
        self._sent += 1
        self._taken += outcome.ok
        self._lines.append(outcome_line(outcome))
        if outcome.signed_with:
            self._keys[outcome.signed_with] = None

    def words(self, wanted: int) -> str:
        """How many were taken, how many were not, how many are not sent."""
        sent, taken = self._sent, self._taken
        failed = f", {sent - taken} not" if sent > taken else ""
        rest = f", {wanted - sent} not sent yet" if wanted > sent else ""
        return f"{taken} of {wanted} taken{failed}{rest}"

    def lines(self, width: int) -> list[Line]:
        """One each, then the keys that signed them, broken into lines of so many cells."""
        return [
            *self._lines,
            *(
                (Span("  "), Span(row, Role.DIM))
                for key in self._keys
                for row in wrapped(f"public key: {key}", width)
            ),
        ]


def outcome_line(outcome: ReplayOutcome) -> Line:
    """What was answered, how fast, to which event; a failed one with a sign and the reason."""
    status = "no answer" if outcome.status is None else str(outcome.status)
    words = f"{status:>9} {outcome.latency_ms:6.0f} ms  {outcome.event_type or '?'}"
    role = Role.TEXT if outcome.ok else Role.BAD
    return (
        Span("  " if outcome.ok else "! ", role),
        Span(clean(words), role),
        Span(f"  {clean(outcome.error)}", Role.DIM),
    )
