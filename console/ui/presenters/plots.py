"""Small plots in cells: blocks, braille or ASCII; no value is a gap, a threshold is a line of its own sign with its number."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from console.ui.presenters.cells import Line, Role, Span

Values = Sequence[float | None]

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""Braille dots of the left and the right column, from the bottom up."""
_BRAILLE = 0x2800


class PlotStyle(StrEnum):
    """What a plot is drawn with."""

    BLOCK = "block"
    BRAILLE = "braille"
    ASCII = "ascii"


def next_style(style: PlotStyle, *, ascii_only: bool) -> PlotStyle:
    """The next one that the terminal can draw."""
    if ascii_only:
        return PlotStyle.ASCII
    styles = list(PlotStyle)
    return styles[(styles.index(style) + 1) % len(styles)]


def ceiling(values: Values, *others: float | None) -> float:
    """A round number that nothing exceeds: 1, 2 or 5 times a power of ten; 100 for what is at most that and near."""
    top = max((each for each in (*values, *others) if each is not None), default=0.0)
    if top <= 0:
        return 1.0
    size = 1.0
    while size < top:
        size *= 10
    while size / 10 >= top:
        size /= 10
    return next(step for step in (size / 5, size / 2, size) if step >= top)


def resampled(values: Values, columns: int) -> list[float | None]:
    """As many values as there is room for: the largest of those that fall together, or each of them repeated."""
    count = len(values)
    if not count or columns <= 0:
        return []
    if count <= columns:
        wide = columns // count
        return [each for each in values for _ in range(wide)]
    found: list[float | None] = []
    for column in range(columns):
        some = [
            v
            for v in values[column * count // columns : (column + 1) * count // columns]
            if v is not None
        ]
        found.append(max(some) if some else None)
    return found


def spark(values: Values, width: int, bars: str, top: float | None = None) -> str:
    """One row of bars, one for each value; a gap is a blank."""
    cells = resampled(values, width)
    top = ceiling(values) if top is None else top
    steps = len(bars) - 1
    return "".join(
        " "
        if value is None
        else bars[0 if value <= 0 else max(1, min(steps, round(value / top * steps)))]
        for value in cells
    )


def plot(
    values: Values,
    width: int,
    height: int,
    *,
    style: PlotStyle,
    top: float,
    threshold: float | None = None,
) -> list[Line]:
    """`height` lines of at most `width` cells."""
    per_cell = 2 if style is PlotStyle.BRAILLE else 1
    cells = resampled(values, width * per_cell)
    steps = {PlotStyle.BLOCK: 8, PlotStyle.BRAILLE: 4, PlotStyle.ASCII: 1}[style]
    full = height * steps
    heights = [
        -1 if value is None else 0 if value <= 0 else max(1, min(full, round(value / top * full)))
        for value in cells
    ]
    mark = -1
    if threshold is not None and 0 <= threshold <= top:
        mark = min(height - 1, int(threshold / top * height - 1e-9))
    lines: list[Line] = []
    for row in range(height - 1, -1, -1):
        if style is PlotStyle.BRAILLE:
            text = _braille_row(heights, row)
        else:
            text = "".join(_cell(each, row, steps, style) for each in heights)
        lines.append(_marked(text, style) if row == mark else (Span(text, Role.ACCENT),))
    return lines


def _cell(filled: int, row: int, steps: int, style: PlotStyle) -> str:
    if filled < 0:
        return " "
    left = filled - row * steps
    if style is PlotStyle.ASCII:
        return "#" if left > 0 else ("_" if row == 0 else " ")
    return _EIGHTHS[max(0, min(8, left))] if left > 0 or row else "▁"


def _braille_row(heights: Sequence[int], row: int) -> str:
    text = []
    for place in range(0, len(heights), 2):
        bits = 0
        for side, filled in enumerate(heights[place : place + 2]):
            dots = max(0, min(4, filled - row * 4))
            if filled == 0 and row == 0:
                dots = 1
            for dot in range(dots):
                bits |= _DOTS[side][dot]
        text.append(chr(_BRAILLE + bits) if bits else " ")
    return "".join(text)


def _marked(text: str, style: PlotStyle) -> Line:
    """The row of the threshold: its sign wherever the plot leaves room."""
    sign = "-" if style is PlotStyle.ASCII else "┄"
    spans: list[Span] = []
    for char in text:
        part = Span(sign, Role.WARN) if char == " " else Span(char, Role.ACCENT)
        if spans and spans[-1].role is part.role:
            spans[-1] = Span(spans[-1].text + part.text, part.role)
        else:
            spans.append(part)
    return tuple(spans)


def bars(
    counts: Sequence[tuple[str, int]], width: int, height: int, *, ascii_only: bool
) -> list[tuple[str, str, int]]:
    """(word, bar, count) for the most frequent, the rest together as one; the bars' lengths are in proportion."""
    shown = list(counts[:height])
    if len(counts) > height > 0:
        shown = [
            *counts[: height - 1],
            ("all others", sum(often for _w, often in counts[height - 1 :])),
        ]
    most = max((often for _word, often in shown), default=0)
    sign = "#" if ascii_only else "█"
    return [
        (word, sign * max(1, round(often / most * width)) if often > 0 and width > 0 else "", often)
        for word, often in shown
    ]
