"""A ladder in cells: for the screen a row at a time, for a file as a whole.

Every cell has an ink that says what it belongs to; whoever shows it turns inks into colours, or leaves them out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from console.domain.ladder import TELNYX, Ladder, Step, StepKind
from console.domain.text import clean
from console.domain.times import local_clock, offset_words

TIME = 13
"""Cells of the column of times, with the blank behind it."""
LEAST_PITCH = 20
"""Cells from one lane to the next, at least: a short event type and its arrow fit between two."""
MOST_PITCH = 36
TAIL = 26
"""Cells behind the last lane, for what came of a command."""
LEAST_TAIL = 14
"""So many where the lanes need the room."""

_VARIATION = "\ufe0f"


class Ink(StrEnum):
    """What a cell belongs to."""

    BLANK = "blank"
    LANE = "lane"
    TIME = "time"
    EVENT = "event"
    COMMAND = "command"
    BRIDGE = "bridge"
    TEXT = "text"
    DIM = "dim"
    LATE = "late"
    PROBLEM = "problem"


class Strokes(NamedTuple):
    """The signs that a ladder is drawn with, each one cell wide."""

    lane: str = "│"
    single: str = "─"
    double: str = "═"
    cross: str = "┼"
    cross_double: str = "╪"
    left: str = "◀"
    right: str = "▶"
    remark: str = "·"
    gap: str = "┄"
    ellipsis: str = "…"
    check: str = "✓"
    times: str = "×"


STROKES = Strokes()
PLAIN_STROKES = Strokes("|", "-", "=", "+", "+", "<", ">", "*", ".", "~", "+", "x")
"""ASCII only."""

_PLAIN = str.maketrans(
    {"…": "~", "✓": "+", "×": "x", "→": ">", "—": "-", "·": "-", "“": '"', "”": '"'}
)

Run = tuple[str, Ink]


class Plan(NamedTuple):
    """Where the lanes are."""

    lanes: int
    pitch: int
    tail: int = TAIL

    def x(self, lane: int) -> int:
        """The column of a lane."""
        return TIME + 1 + lane * self.pitch

    @property
    def width(self) -> int:
        """Cells of a row."""
        return self.x(self.lanes - 1) + 1 + self.tail


def plan_for(ladder: Ladder, width: int) -> Plan:
    """The lanes spread over `width` cells, if there is room; else as close as can be read."""
    lanes = len(ladder.lanes)
    room = (width - TIME - 2 - TAIL) // max(1, lanes - 1)
    pitch = max(LEAST_PITCH, min(MOST_PITCH, room))
    left = width - TIME - 2 - (lanes - 1) * pitch
    return Plan(lanes, pitch, left if LEAST_TAIL <= left < TAIL else TAIL)


class _Row:
    """Cells of one row; what is written later covers what was written before."""

    def __init__(self, width: int) -> None:
        self._text = [" "] * width
        self._ink = [Ink.BLANK] * width

    def put(self, x: int, sign: str, ink: Ink) -> None:
        """One sign of one cell."""
        if 0 <= x < len(self._text):
            self._text[x], self._ink[x] = sign, ink

    def write(self, x: int, text: str, ink: Ink) -> None:
        """Text from a column on; wide characters take two cells, combining marks none."""
        for char in text:
            size = cells_of(char)
            if size == 0:
                if 0 < x <= len(self._text):
                    self._text[x - 1] += char
                continue
            if x + size > len(self._text):
                return
            self.put(x, char, ink)
            if size == 2:
                self.put(x + 1, "", ink)
            x += size

    def runs(self, start: int = 0, width: int | None = None) -> tuple[Run, ...]:
        """The cells from `start` on as runs of one ink; a wide character that is cut in two becomes a blank."""
        stop = len(self._text) if width is None else min(len(self._text), start + width)
        text, ink = self._text[start:stop], self._ink[start:stop]
        if text and text[0] == "":
            text[0] = " "
        if stop < len(self._text) and self._text[stop] == "" and text:
            text[-1] = " "
        return tuple(
            ("".join(part for part, _ink in group), key)
            for key, group in groupby(zip(text, ink, strict=True), key=lambda cell: cell[1])
        )


def cells_of(char: str) -> int:
    """Cells that one character of clean text takes."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width_of(text: str) -> int:
    """Cells that clean text takes."""
    return len(text) if text.isascii() else sum(map(cells_of, text))


def cut(text: str, room: int, strokes: Strokes = STROKES) -> str:
    """Clean text of at most `room` cells; what is cut ends in an ellipsis."""
    safe = clean(text[: 4 * max(0, room) + 40]).replace(_VARIATION, "")
    if strokes is PLAIN_STROKES:
        safe = safe.translate(_PLAIN)
    if room <= 0 or width_of(safe) <= room:
        return safe if room > 0 else ""
    kept = ""
    for char in safe:
        if width_of(kept) + cells_of(char) > room - 1:
            break
        kept += char
    return kept + strokes.ellipsis


class Drawing:
    """Draws the rows of one ladder."""

    def __init__(self, ladder: Ladder, plan: Plan, strokes: Strokes = STROKES) -> None:
        self.ladder = ladder
        self.plan = plan
        self._strokes = strokes

    def header(self, start: int = 0, width: int | None = None) -> tuple[Run, ...]:
        """The names of the lanes, and whose they are."""
        row = _Row(self.plan.width)
        for place, lane in enumerate(self.ladder.lanes):
            x, room = self.plan.x(place), self.plan.pitch - 1
            name = cut(lane.title, room, self._strokes)
            row.write(x, name, Ink.TEXT)
            used = width_of(name) + 1
            row.write(x + used, cut(lane.who, room - used, self._strokes), Ink.DIM)
        return row.runs(start, width)

    def step(self, place: int, start: int = 0, width: int | None = None) -> tuple[Run, ...]:
        """The row of one step."""
        step = self.ladder.steps[place]
        row = _Row(self.plan.width)
        self._lanes(row, place)
        match step.kind:
            case StepKind.GAP:
                self._gap(row, step)
            case StepKind.REMARK:
                self._remark(row, step)
            case _:
                self._arrow(row, step, place)
                self._detail(row, step, place)
        self._time(row, place)
        return row.runs(start, width)

    def span_of(self, place: int) -> tuple[int, int]:
        """From which to which column a step is drawn, its outcome not counted."""
        step = self.ladder.steps[place]
        return self.plan.x(min(step.start, step.end)), self.plan.x(max(step.start, step.end)) + 1

    def _alive(self, lane: int, place: int) -> bool:
        begun, ended = self.ladder.lives[lane]
        return begun <= place <= ended

    def _lanes(self, row: _Row, place: int) -> None:
        for lane in range(self.plan.lanes):
            if self._alive(lane, place):
                row.put(self.plan.x(lane), self._strokes.lane, Ink.LANE)

    def _time(self, row: _Row, place: int) -> None:
        step = self.ladder.steps[place]
        words = (
            local_clock(step.at, millis=True) if step.offset is None else offset_words(step.offset)
        )
        row.write(0, words, Ink.TIME)

    def _arrow(self, row: _Row, step: Step, place: int) -> None:
        ink = _INKS[step.kind]
        strokes, is_bridge = self._strokes, step.kind is StepKind.BRIDGE
        low, high = sorted((self.plan.x(step.start), self.plan.x(step.end)))
        line = strokes.double if is_bridge else strokes.single
        for x in range(low + 1, high):
            row.put(x, line, ink)
        for lane in range(min(step.start, step.end) + 1, max(step.start, step.end)):
            if self._alive(lane, place):
                crossing = strokes.cross_double if is_bridge else strokes.cross
                row.put(self.plan.x(lane), crossing, ink)
        if step.start == step.end:
            row.put(low, strokes.remark, ink)
            return
        points_right = step.end > step.start
        if points_right or is_bridge:
            row.put(high - 1, strokes.right, ink)
        if not points_right or is_bridge:
            row.put(low + 1, strokes.left, ink)
        self._label(row, step, points_right=points_right, is_bridge=is_bridge)

    def _label(self, row: _Row, step: Step, *, points_right: bool, is_bridge: bool) -> None:
        """The title on the piece of the arrow beside the lane that it points at."""
        near = step.end - 1 if points_right else step.end
        if is_bridge:
            near = (step.start + step.end - 1) // 2
        left = self.plan.x(near)
        title = cut(step.title, self.plan.pitch - 5, self._strokes)
        gap = self.plan.pitch - 1 - width_of(title)
        ink = Ink.PROBLEM if step.problem else Ink.TEXT
        row.write(left + 1 + gap // 2 - 1, f" {title} ", ink)

    def _detail(self, row: _Row, step: Step, place: int) -> None:
        """Behind the arrow, up to the next lane."""
        last = max(step.start, step.end)
        after = (lane for lane in range(last + 1, self.plan.lanes) if self._alive(lane, place))
        stop = next((self.plan.x(lane) for lane in after), self.plan.width)
        x = self.plan.x(last) + 2
        ink = Ink.PROBLEM if step.problem else Ink.LATE if step.late else Ink.DIM
        row.write(x, cut(step.detail, stop - x - 1, self._strokes), ink)

    def _remark(self, row: _Row, step: Step) -> None:
        x = self.plan.x(step.start)
        if step.start != TELNYX:
            row.put(x, self._strokes.remark, Ink.TEXT)
        words = cut(step.sentence, self.plan.width - x - 4, self._strokes)
        row.write(x + 2, f"{words} ", Ink.PROBLEM if step.problem else Ink.DIM)

    def _gap(self, row: _Row, step: Step) -> None:
        low, high = self.plan.x(TELNYX), self.plan.width - self.plan.tail
        for x in range(low, high):
            row.put(x, self._strokes.gap, Ink.PROBLEM)
        row.write(low + 2, f" {cut(step.sentence, high - low - 6, self._strokes)} ", Ink.PROBLEM)


_INKS = {
    StepKind.EVENT: Ink.EVENT,
    StepKind.COMMAND: Ink.COMMAND,
    StepKind.BRIDGE: Ink.BRIDGE,
}


def ladder_text(
    ladder: Ladder, title: str = "", *, ascii_only: bool = False, width: int = 160
) -> str:
    """The ladder as plain text, one line for each step; wider than `width` only where there are many legs."""
    strokes = PLAIN_STROKES if ascii_only else STROKES
    drawing = Drawing(ladder, plan_for(ladder, width), strokes)
    lines = list(_lines(drawing, title, strokes))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(drawing: Drawing, title: str, strokes: Strokes) -> Iterator[str]:
    ladder = drawing.ladder
    if title:
        yield cut(title, 500, strokes)
    yield cut(ladder.summary, 500, strokes)
    yield ""
    yield _plain(drawing.header())
    for place in range(len(ladder.steps)):
        yield _plain(drawing.step(place))
    if ladder.closings:
        yield ""
    for closing in ladder.closings:
        yield cut(closing, 500, strokes)


def _plain(runs: Sequence[Run]) -> str:
    return "".join(text for text, _ink in runs)
