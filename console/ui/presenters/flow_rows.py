"""The ladder as rows: the times stay in place, the lanes are seen through a window that moves sideways."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from console.domain.ladder import Ladder
from console.domain.ladder_text import (
    PLAIN_STROKES,
    STROKES,
    TIME,
    Drawing,
    Ink,
    Run,
    plan_for,
)
from console.ui.presenters.cells import Line, Role, Span, fit_line, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.numbers import readable_within
from console.ui.presenters.rows import Rows

_MARK = 2
"""Cells before the times, for the cursor's mark."""

_ROLES = {
    Ink.BLANK: Role.TEXT,
    Ink.LANE: Role.DIM,
    Ink.TIME: Role.DIM,
    Ink.EVENT: Role.ACCENT,
    Ink.COMMAND: Role.STRONG,
    Ink.BRIDGE: Role.GOOD,
    Ink.TEXT: Role.TEXT,
    Ink.DIM: Role.DIM,
    Ink.LATE: Role.WARN,
    Ink.PROBLEM: Role.BAD,
}


class FlowRows(Rows[int]):
    """Steps by `seq`; below them, under negative keys, a blank line and why each ended leg ended."""

    header_lines = 1

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self._glyphs = glyphs
        self._strokes = PLAIN_STROKES if glyphs.ascii else STROKES
        self._ladder: Ladder | None = None
        self._drawing: Drawing | None = None
        self._index: dict[int, int] = {}
        self._width = 80
        self.x = 0
        """The first column of the lanes that is seen."""

    def show(self, ladder: Ladder) -> None:
        """Replaces everything."""
        self._ladder = ladder
        self._index = {step.seq: place for place, step in enumerate(ladder.steps)}
        self._plan()

    def resize(self, width: int) -> None:
        self._width = width
        self._plan()

    def _plan(self) -> None:
        if self._ladder is not None:
            plan = plan_for(self._ladder, self._width - _MARK)
            self._drawing = Drawing(self._ladder, plan, self._strokes)
            self.x = min(self.x, self.most)

    # -- sideways

    @property
    def _window(self) -> int:
        return max(1, self._width - _MARK - TIME)

    @property
    def most(self) -> int:
        """The largest `x` that makes sense; 0 where everything is in sight."""
        if self._drawing is None:
            return 0
        return max(0, self._drawing.plan.width - TIME - self._window)

    @property
    def pitch(self) -> int:
        """Cells from lane to lane."""
        return self._drawing.plan.pitch if self._drawing is not None else 1

    def pan(self, cells: int) -> bool:
        """Moves the window; whether it moved."""
        before, self.x = self.x, max(0, min(self.x + cells, self.most))
        return self.x != before

    def reveal(self, key: int) -> bool:
        """Moves the window as little as shows the whole arrow, or at least where it points; whether it moved."""
        place = self._index.get(key)
        if place is None or self._drawing is None or self._ladder is None:
            return False
        step = self._ladder.steps[place]
        left, right = (edge - TIME for edge in self._drawing.span_of(place))
        if right - left >= self._window:
            head = self._drawing.plan.x(step.end) - TIME
            left, right = (head - self.pitch, head + 1) if step.end > step.start else (head, head + self.pitch)  # fmt: skip
        x = min(self.x, max(0, left - 1))
        x = max(x, right - self._window)
        return self.pan(x - self.x)

    # -- rows

    @property
    def _closings(self) -> Sequence[str]:
        closings = self._ladder.closings if self._ladder is not None else ()
        return ("", *closings) if closings else ()

    def __len__(self) -> int:
        return len(self._index) + len(self._closings)

    def key_at(self, index: int) -> int:
        body = len(self._index)
        if self._ladder is not None and index < body:
            return self._ladder.steps[index].seq
        return body - index - 1

    def index_of(self, key: int) -> int | None:
        if key >= 0:
            return self._index.get(key)
        index = len(self._index) - key - 1
        return index if index < len(self) else None

    def stamp(self, key: int) -> Hashable:
        place = self._index.get(key)
        if place is None or self._ladder is None:
            return self._closing(key)
        lives = tuple(begun <= place <= ended for begun, ended in self._ladder.lives)
        return (self._ladder.steps[place], lives, self.x, self._width, self.pitch)

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        if self._drawing is None:
            return ()
        return self._line(self._drawing.header(TIME + self.x, self._window), ())

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        place = self._index.get(key)
        if place is None or self._drawing is None:
            return (Span("  "), Span(shown(self._closing(key))))
        seen = self._drawing.step(place, TIME + self.x, self._window)
        return self._line(seen, self._drawing.step(place, 0, TIME))

    def _line(self, seen: Sequence[Run], time: Sequence[Run]) -> Line:
        clock = [Span(shown(text), _ROLES[ink]) for text, ink in time] or [Span(" " * TIME)]
        lanes = [Span(shown(text), _ROLES[ink]) for text, ink in seen]
        return fit_line((Span("  "), *clock, *lanes), self._width)

    def text(self, key: int) -> str:
        place = self._index.get(key)
        if place is None or self._ladder is None:
            return self._closing(key)
        step = self._ladder.steps[place]
        lanes = (self._ladder.lanes[lane] for lane in (step.start, step.end))
        names = (f"{lane.title} {lane.who}" for lane in lanes)
        title = "" if step.sentence.startswith(step.title) else step.title
        return "  ".join(part for part in (title, readable_within(step.sentence), *names) if part)

    def sentence(self, key: int | None) -> str:
        """All that a step says, and about which leg."""
        place = self._index.get(key) if key is not None else None
        if place is None or self._ladder is None:
            return ""
        step = self._ladder.steps[place]
        names = [self._ladder.lanes[lane].title for lane in dict.fromkeys((step.start, step.end))]
        return f"{self._glyphs.arrow.join(f' {name} ' for name in names).strip()}:  {readable_within(step.sentence)}"

    def _closing(self, key: int) -> str:
        place = -key - 1
        return self._closings[place] if 0 <= place < len(self._closings) else ""
