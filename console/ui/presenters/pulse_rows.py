"""The figures of the line as rows, and the one under the cursor with its plot, formula, parameters and counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from console.domain.metrics import names as n
from console.domain.metrics.figures import Figure, Moment, State, Window
from console.domain.metrics.honesty import Ratio
from console.domain.metrics.parameters import spell
from console.domain.metrics.series import COURSES, Series
from console.domain.times import SECOND, local_clock
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.plots import PlotStyle, bars, ceiling, plot, spark
from console.ui.presenters.rows import Rows
from console.ui.presenters.wrapping import wrapped

_WIDE = 100
"""Cells from which everything is written in full."""
PLOT_HEIGHT = 6
LEAST_PLOT = 2
_AXIS = 8
_LEAST_COURSE = 12
_STATE_ROLES = {State.FINE: Role.GOOD, State.MISSED: Role.WARN, State.NONE: Role.TEXT}
_STATE_SIGNS = {State.FINE: "+", State.MISSED: "!", State.NONE: " "}


class _Widths(NamedTuple):
    """Cells of the columns; `course` is what is left for the small plot, 0 where that is too little."""

    title: int
    value: int
    state: int
    course: int


def _widths(width: int) -> _Widths:
    """In a narrow terminal `off target` is `off` under its heading, so that the small plots stay."""
    title, value, state = (34, 26, 12) if width >= _WIDE else (28, 24, 6)
    title = max(12, min(title, width - value - state - 4))
    room = width - title - value - state - 6
    return _Widths(title, value, state, room if room >= _LEAST_COURSE else 0)


class FigureRows(Rows[str]):
    """Rows by the figure's id: title, value, how it stands to its target, its course."""

    header_lines = 1

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self._glyphs = glyphs
        self._figures: Sequence[Figure] = ()
        self._index: dict[str, int] = {}
        self._courses: Mapping[str, Series] = {}
        self.window = Window.ROLLING

    def show(self, figures: Sequence[Figure], courses: Mapping[str, Series]) -> None:
        """Replaces everything."""
        self._figures, self._courses = figures, courses
        self._index = {each.id: place for place, each in enumerate(figures)}

    def figure(self, key: str | None) -> Figure | None:
        """The figure of a row."""
        place = self._index.get(key or "")
        return None if place is None else self._figures[place]

    def __len__(self) -> int:
        return len(self._figures)

    def key_at(self, index: int) -> str:
        return self._figures[index].id

    def index_of(self, key: str) -> int | None:
        return self._index.get(key)

    def stamp(self, key: str) -> Hashable:
        figure = self.figure(key)
        course = self._courses.get(key)
        return (
            figure and (figure.title, figure.value, figure.state, figure.note),
            course and tuple(course.values),
        )

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        cells = _widths(width)
        words = f"  {fit('figure', cells.title)} {fit('value', cells.value)} {fit('target', cells.state)}"
        if cells.course:
            words += f"  {self.window.value}"
        return fit_line((Span(words, Role.HEADER),), width)

    def draw(self, key: str, sub: int, width: int) -> Line:  # noqa: ARG002
        figure = self.figure(key)
        if figure is None:
            return (Span("  "),)
        cells = _widths(width)
        ellipsis = self._glyphs.ellipsis
        value = (
            f"{figure.value} ({figure.note})"
            if figure.note and figure.value.endswith("%")
            else figure.value
        )
        word = figure.state.value if width >= _WIDE else figure.state.value.partition(" ")[0]
        state = f"{_STATE_SIGNS[figure.state]} {word}"
        line = [
            Span("  "),
            Span(fit(self._plain(figure.title), cells.title, ellipsis=ellipsis) + " "),
            Span(fit(shown(value), cells.value, ellipsis=ellipsis) + " ", Role.STRONG),
            Span(fit(state, cells.state), _STATE_ROLES[figure.state]),
        ]
        course = self._courses.get(key)
        if course is not None and cells.course:
            line.append(
                Span(
                    "  "
                    + spark(course.values, min(cells.course, 60), self._glyphs.bars, _top(course)),
                    Role.ACCENT,
                )
            )
        return fit_line(line, width)

    def _plain(self, text: str) -> str:
        return text.replace("≤", "<=") if self._glyphs.ascii else text


def figure_lines(
    figure: Figure,
    course: Series | None,
    m: Moment,
    size: tuple[int, int],
    *,
    style: PlotStyle,
    glyphs: Glyphs,
) -> list[Line]:
    """The figure under the cursor: its course, or the mix of causes, then how the number was made.

    Where there is too little room (width and height) the plot gives way, never the formula.
    """
    width, height = size
    told: list[Line] = []
    for word, text in (
        ("formula", figure.formula),
        ("counts", figure.counts),
        ("with", spell(m.parameters)),
    ):
        for place, part in enumerate(wrapped(_ascii(text, glyphs), max(20, width - 12))):
            told.append((Span(f"  {word if not place else '':<8}", Role.DIM), Span(part)))
    title = _ascii(figure.title, glyphs)
    rest = glyphs.rule * max(0, width - len(title) - 4)
    head = (Span(f"{glyphs.rule} ", Role.DIM), Span(title, Role.ACCENT), Span(f" {rest}", Role.DIM))
    room = height - len(told) - 1
    if figure.id in ("causes", "sides"):
        mix = m.words(n.CAUSE if figure.id == "causes" else n.SOURCE)
        return [head, *_mix(mix, m, width, max(1, min(room, PLOT_HEIGHT + 1)), glyphs), *told]
    if course is None or room < LEAST_PLOT + 1:
        return [head, *told]
    tall = min(PLOT_HEIGHT, room - 1)
    return [head, *_plotted(figure, course, (width, tall), style, glyphs), *told]


def _plotted(
    figure: Figure, course: Series, size: tuple[int, int], style: PlotStyle, glyphs: Glyphs
) -> Iterator[Line]:
    top = _top(course)
    width, height = size
    room = max(10, width - _AXIS - 4)
    rows = plot(course.values, room, height, style=style, top=top, threshold=course.threshold)
    mark = None
    if course.threshold is not None and course.threshold <= top:
        mark = height - 1 - min(height - 1, int(course.threshold / top * height - 1e-9))
    for place, row in enumerate(rows):
        label, role = "", Role.DIM
        if place == mark and course.threshold is not None:
            label, role = f"{_number(course.threshold)} {course.unit}", Role.WARN
        elif place == 0:
            label = f"{_number(top)} {course.unit}"
        elif place == height - 1:
            label = f"0 {course.unit}"
        yield (Span("  " + fit(label.strip(), _AXIS, "right") + " ", role), *row)
    columns = len(course.values)
    begin = local_clock(course.since)[:5]
    end = local_clock(course.since + columns * course.step)[:5]
    step = f"{course.step // SECOND // 60} min each"
    caption = f"{begin} to {end}, {step}: {COURSES.get(figure.id, figure.title)}"
    yield (Span(" " * (_AXIS + 3)), Span(_ascii(caption, glyphs), Role.DIM))


def _top(course: Series) -> float:
    return 100.0 if course.unit == "%" else ceiling(course.values, course.threshold)


def _mix(
    mix: Sequence[tuple[str, int]], m: Moment, width: int, height: int, glyphs: Glyphs
) -> list[Line]:
    if not mix:
        return [(Span("  no leg has ended", Role.DIM),)]
    total = m.get(n.ENDED)
    found = bars(mix, max(4, width - 46), height, ascii_only=glyphs.ascii)
    return [
        (
            Span("  " + fit(shown(word), 20, ellipsis=glyphs.ellipsis) + " "),
            Span(f"{often:>6} {Ratio(often, total)!s:>10} ", Role.STRONG),
            Span(bar, Role.ACCENT),
        )
        for word, bar, often in found
    ]


def _ascii(text: str, glyphs: Glyphs) -> str:
    if not glyphs.ascii:
        return text
    return text.replace("≤", "<=").replace("Σ", "sum ").replace("·", "-")


def _number(value: float) -> str:
    return f"{value:g}"
