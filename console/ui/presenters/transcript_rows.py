"""A transcript as rows: when, who, what; text that may still change says so with an ellipsis."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence

from console.domain.entries import Micros
from console.domain.times import local_clock
from console.domain.transcript import INBOUND, OUTBOUND, Utterance
from console.ui.presenters.cells import Line, Role, Span, fit
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.presenters.wrapping import wrapped

Key = tuple[Micros, bytes]

_SPARE = 200
"""Wrapped texts that may be held beyond two for each utterance."""
_WHO = 7
_HEAD = 2 + 9 + _WHO + 1
"""Cells before the text: the cursor's mark, the clock, who."""


def speaker(track: str, direction: str | None) -> str:
    """Who is heard on a track of a leg: inbound is the leg's own far end, outbound is what it is sent. VOICE (b)."""
    if track == INBOUND:
        return {"incoming": "caller", "outgoing": "callee"}.get(direction or "", "far end")
    return "us" if track == OUTBOUND else track or "unknown"


class TranscriptRows(Rows[Key]):
    """Rows by the utterance's id; each of as many lines as its text takes."""

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self._glyphs = glyphs
        self._said: Sequence[Utterance] = ()
        self._direction: str | None = None
        self._index: dict[Key, int] = {}
        self._wrapped: dict[tuple[Key, str, bool], tuple[str, ...]] = {}
        self._ends: list[int] = []
        """Lines up to and with each row."""
        self._width = 80

    def show(self, said: Sequence[Utterance], direction: str | None) -> None:
        """Replaces everything."""
        self._said, self._direction = said, direction
        self._index = {each.id: place for place, each in enumerate(said)}
        if len(self._wrapped) > 2 * len(said) + _SPARE:
            # Mostly of what has been said better since.
            self._wrapped.clear()
        self._measure()

    def resize(self, width: int) -> None:
        if width != self._width:
            self._width = width
            self._wrapped.clear()
            self._measure()

    def _measure(self) -> None:
        self._ends.clear()
        lines = 0
        for each in self._said:
            lines += len(self._text(each))
            self._ends.append(lines)

    def _text(self, each: Utterance) -> tuple[str, ...]:
        key = (each.id, each.text, each.is_final)
        held = self._wrapped.get(key)
        if held is None:
            words = each.text if each.is_final else f"{each.text} {self._glyphs.ellipsis}"
            held = tuple(wrapped(words, self._width - _HEAD))
            self._wrapped[key] = held
        return held

    def __len__(self) -> int:
        return len(self._said)

    def key_at(self, index: int) -> Key:
        return self._said[index].id

    def index_of(self, key: Key) -> int | None:
        return self._index.get(key)

    def stamp(self, key: Key) -> Hashable:
        return (self._said[self._index[key]], self._direction) if key in self._index else None

    def draw(self, key: Key, sub: int, width: int) -> Line:  # noqa: ARG002
        place = self._index.get(key)
        if place is None:
            return (Span("  "),)
        each = self._said[place]
        text = self._text(each)
        words = Span(text[sub] if sub < len(text) else "", Role.TEXT if each.is_final else Role.DIM)
        if sub:
            return (Span("  "), Span(" " * (_HEAD - 2)), words)
        who = fit(speaker(each.track, self._direction), _WHO, ellipsis=self._glyphs.ellipsis)
        role = Role.ACCENT if each.track == INBOUND else Role.STRONG
        return (
            Span("  "),
            Span(f"{local_clock(each.at)} ", Role.DIM),
            Span(f"{who} ", role),
            words,
        )

    def line_count(self) -> int:
        return self._ends[-1] if self._ends else 0

    def line_of(self, index: int) -> int:
        return self._ends[index - 1] if index else 0

    def at_line(self, line: int) -> tuple[int, int]:
        index = bisect_right(self._ends, line)
        return index, line - self.line_of(index)
