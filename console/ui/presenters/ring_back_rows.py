"""Callers to ring back as rows: when they gave up, who, how long they waited, how often."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from console.domain.entries import Micros
from console.domain.ring_back import RingBack
from console.domain.times import local_clock, span
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, shown
from console.ui.presenters.legs import Look, party
from console.ui.presenters.rows import Rows

_WHEN = 8
_AGO = 9
_WAITED = 7
_TIMES = 6


class RingBackRows(Rows[str]):
    """Rows by the number: somebody who gives up again keeps their row."""

    header_lines = 1

    def __init__(self, look: Look) -> None:
        self._look = look
        self._due: Sequence[RingBack] = ()
        self._index: dict[str, int] = {}
        self.now: Micros = 0

    def show(self, due: Sequence[RingBack], now: Micros) -> None:
        """Replaces everything."""
        self._due, self.now = due, now
        self._index = {each.number: place for place, each in enumerate(due)}

    def caller(self, key: str | None) -> RingBack | None:
        """The caller of a row."""
        place = self._index.get(key or "")
        return None if place is None else self._due[place]

    def __len__(self) -> int:
        return len(self._due)

    def key_at(self, index: int) -> str:
        return self._due[index].number

    def index_of(self, key: str) -> int | None:
        return self._index.get(key)

    def stamp(self, key: str) -> Hashable:
        caller = self.caller(key)
        return caller and (caller, (self.now - caller.at) // 1_000_000)

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        who = self._who_width(width)
        words = (
            f"  {fit('gave up', _WHEN)} {fit('ago', _AGO, 'right')} {fit('who', who)} "
            f"{fit('waited', _WAITED, 'right')} {fit('times', _TIMES, 'right')}"
        )
        return fit_line((Span(words, Role.HEADER),), width)

    def draw(self, key: str, sub: int, width: int) -> Line:  # noqa: ARG002
        caller = self.caller(key)
        if caller is None:
            return (Span("  "),)
        ellipsis = self._look.glyphs.ellipsis
        who = party(caller.number, self._look)
        if caller.name:
            who = f"{who} {shown(caller.name)}"
        return fit_line(
            (
                Span("  "),
                Span(f"{local_clock(caller.at)} ", Role.DIM),
                Span(fit(span(self.now - caller.at), _AGO, "right") + " "),
                Span(fit(who, self._who_width(width), ellipsis=ellipsis) + " ", Role.STRONG),
                Span(fit(span(caller.waited), _WAITED, "right") + " "),
                Span(
                    fit(str(caller.times), _TIMES, "right"),
                    Role.WARN if caller.times > 1 else Role.TEXT,
                ),
            ),
            width,
        )

    def _who_width(self, width: int) -> int:
        return max(10, min(48, width - 2 - _WHEN - _AGO - _WAITED - _TIMES - 5))
