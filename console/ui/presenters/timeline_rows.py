"""The timeline of one conversation as rows of lines: when, which way, what, and what came of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from console.domain.closing import Closing, closings
from console.domain.entries import Micros
from console.domain.legs import Leg
from console.domain.times import local_clock, offset_words
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, line_width, shown, width_of
from console.ui.presenters.entries import lag_words
from console.ui.presenters.glyphs import Glyphs
from console.ui.presenters.legs import PLAIN_LOOK, Look, other_party
from console.ui.presenters.numbers import readable_within
from console.ui.presenters.rows import Rows

if TYPE_CHECKING:
    from console.domain.timeline import TimelineLine

_CLOCK = 12
_OFFSET = 9
_GAP = 7
_RULE = -1
"""The key of the rule between the lines and the reasons why legs ended."""
_ALL_TIMES = 104
"""From this width on every time is shown."""
_TWO_TIMES = 76
_TIES = 50
"""From this width on a tie is drawn between a command and its effect; two beside one another from `_TWO_TIMES` on."""


class Times(StrEnum):
    """Which time a line begins with, where there is not room for all."""

    START = "since start"
    CLOCK = "clock"
    GAP = "since previous"


def times_shown(times: Times, width: int) -> str:
    """In words, which times there is room for."""
    if width >= _ALL_TIMES:
        return "clock, since start, previous"
    if width >= _TWO_TIMES and times is not Times.GAP:
        return "since start, previous" if times is Times.START else "clock, since previous"
    return times.value


class TimelineRows(Rows[int]):
    """Rows by `seq`; below them, under negative keys, a rule and how each ended leg closed."""

    def __init__(self, look: Look = PLAIN_LOOK) -> None:
        self.times = Times.START
        self._look = look
        self._lines: tuple[TimelineLine, ...] = ()
        self._index: dict[int, int] = {}
        self._footer: tuple[Line, ...] = ()
        self._labels = False
        self._ties: Sequence[str] = ()

    def show(
        self, lines: Sequence[TimelineLine], legs: Sequence[Leg], closed: Sequence[Closing] = ()
    ) -> None:
        """Replaces everything. `closed`: how legs closed; from the legs alone where it is not given."""
        self._lines = tuple(lines)
        self._index = {line.seq: index for index, line in enumerate(self._lines)}
        self._labels = len(legs) > 1
        self._ties = ties(self._lines, self._look.glyphs)
        self._footer = tuple(present_closings(closed or closings((), legs), legs, self._look))

    def __len__(self) -> int:
        return len(self._lines) + len(self._footer)

    def key_at(self, index: int) -> int:
        body = len(self._lines)
        return self._lines[index].seq if index < body else body - index - 1

    def index_of(self, key: int) -> int | None:
        if key >= 0:
            return self._index.get(key)
        index = len(self._lines) - key - 1
        return index if index < len(self) else None

    def index_at(self, at: Micros) -> int | None:
        """The first line at or after a time, else the last line; None where there is none."""
        if not self._lines:
            return None
        place = bisect_left(self._lines, at, key=lambda line: line.at)
        return min(place, len(self._lines) - 1)

    def time_of(self, key: int | None) -> Micros | None:
        """When a line happened; of no line or of a closing one, the last time there is."""
        index = self._index.get(key) if key is not None else None
        if index is None:
            return self._lines[-1].at if self._lines else None
        return self._lines[index].at

    def stamp(self, key: int) -> Hashable:
        index = self._index.get(key)
        if index is None:
            return self._footer_line(key)
        return (self._lines[index], self._labels, self._ties[index], self.times)

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        index = self._index.get(key)
        if index is None:
            if key == _RULE and self._footer:
                return (Span("  "), Span(self._look.glyphs.rule * (width - 2), Role.DIM))
            return self._footer_line(key)
        line, tie = self._lines[index], self._ties[index]
        return present_timeline_line(
            line, width, labels=self._labels, look=self._look, times=self.times, tie=tie
        )

    def text(self, key: int) -> str:
        index = self._index.get(key)
        if index is None:
            return "".join(span.text for span in self._footer_line(key))
        line = self._lines[index]
        aside = "".join(span.text for span in _aside(line))
        detail = readable_within(line.detail)
        parts = (local_clock(line.at, millis=True), line.title, line.leg_label, detail, aside)
        return "  ".join(part for part in parts if part)

    def _footer_line(self, key: int) -> Line:
        index = -key - 1
        return self._footer[index] if 0 <= index < len(self._footer) else ()


def ties(lines: Sequence[TimelineLine], glyphs: Glyphs) -> tuple[str, ...]:
    """For every line two cells: `╭` at a command, `╰` at the event that confirms it, `│` on the way between.

    A third tie at the same time is left out; the event still says in words what it confirms.
    """
    spans: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        if line.tie is not None:
            spans.setdefault(line.tie, []).append(place)
    drawn = [[" ", " "] for _ in lines]
    busy_until = [-1, -1]
    for places in sorted(spans.values()):
        first, last = places[0], places[-1]
        column = next((each for each in (0, 1) if busy_until[each] < first), None)
        if first == last or column is None:
            continue
        busy_until[column] = last
        for place in range(first, last + 1):
            drawn[place][column] = glyphs.tie[1]
        drawn[first][column], drawn[last][column] = glyphs.tie[0], glyphs.tie[2]
    return tuple("".join(reversed(cells)) for cells in drawn)


def present_timeline_line(
    line: TimelineLine,
    width: int,
    *,
    labels: bool,
    look: Look = PLAIN_LOOK,
    times: Times = Times.START,
    tie: str = "  ",
) -> Line:
    """One line, exactly `width` cells; the first two are left for the cursor's mark.

    `labels` says which leg it is about, where there are several.
    """
    dots = look.glyphs.ellipsis
    role = _role(line)
    title_role = Role.STRONG if line.arrow == "▶" and not line.problem else role
    left = [Span("  "), Span(_when(line, width, times), Role.DIM)]
    if width >= _TIES:
        left.append(Span(tie if width >= _TWO_TIMES else tie[1:], Role.ACCENT))
    left += [
        Span(f"{_arrow(line, look)} ", title_role),
        Span(fit(line.title, 20 if width >= 76 else 16, ellipsis=dots), title_role),
        Span(" "),
    ]
    if labels:
        left.append(Span(f"{fit(line.leg_label, 2)} ", Role.ACCENT))
    room = width - line_width(left)
    detail = readable_within(shown(line.detail[: 8 * width]))
    if line.outcome and width_of(detail) > room:
        detail = readable_within(shown(line.detail_from_outcome[: 8 * width]))
    least = min(8, width_of(detail))
    right: Line = ()
    for aside in (_aside(line), _aside(line, brief=True)):
        gap = line_width(aside) + (2 if line.detail else 0)
        if aside and room - gap >= least:
            right, room = aside, room - gap
            break
    left.append(Span(fit(detail, max(0, room), ellipsis=dots), role))
    between = Span("  " if line.detail else "")
    return fit_line((*left, between, *right) if right else left, width)


def _role(line: TimelineLine) -> Role:
    if line.problem:
        return Role.BAD
    if line.title == "note":
        return Role.ACCENT
    return Role.DIM if line.late else Role.TEXT


def _when(line: TimelineLine, width: int, times: Times) -> str:
    """The times there is room for, each in its column; the first line has its clock in the place of a distance."""
    clock = local_clock(line.at, millis=True)
    offset = clock if line.offset is None else offset_words(line.offset)
    gap = "" if line.gap is None else lag_words(line.gap)
    if width >= _ALL_TIMES:
        since = "" if line.offset is None else offset
        return f"{clock:<{_CLOCK}} {since:>{_OFFSET}} {gap:>{_GAP}} "
    first = clock if times is Times.CLOCK else offset
    if times is Times.GAP:
        return f"{gap or clock:<{_CLOCK}} "
    if width >= _TWO_TIMES:
        return f"{first:<{_CLOCK}} {gap:>{_GAP}} "
    return f"{first:<{_CLOCK}} "


def _arrow(line: TimelineLine, look: Look) -> str:
    if line.title == "gap" and line.problem:
        return look.glyphs.bad
    if line.unsigned:
        return look.glyphs.recorded
    signs = {"◀": look.glyphs.incoming, "▶": look.glyphs.outgoing}
    return signs.get(line.arrow, look.glyphs.dot)


def _aside(line: TimelineLine, *, brief: bool = False) -> Line:
    """What came of it, or how it came: confirmation with its latency (not when `brief`), late, delivered again."""
    words: list[Span] = []
    if line.confirms:
        took = f", {lag_words(line.latency)}" if line.latency is not None and not brief else ""
        words.append(Span(f"confirms {shown(line.confirms)}{took}", Role.GOOD))
    if line.late:
        by = f" {lag_words(line.lag)}" if line.lag is not None and not brief else ""
        words.append(Span(f"{' ' if words else ''}late{by}", Role.WARN))
    if line.unsigned:
        words.append(Span(f"{' ' if words else ''}unsigned", Role.DIM))
    if line.deliveries > 1:
        words.append(Span(f"{' ' if words else ''}×{line.deliveries}", Role.DIM))
    return tuple(words)


def present_closings(
    closed: Sequence[Closing], legs: Sequence[Leg], look: Look = PLAIN_LOOK
) -> list[Line]:
    """Room for a rule, and for each ended leg why it ended, how it sounded and what it cost; nothing while none has."""
    if not closed:
        return []
    lines: list[Line] = [()]
    for closing in closed:
        who = f"{other_party(closing.leg, look)}: " if len(legs) > 1 else "hangup: "
        lines.append((Span("  "), Span(shown(who), Role.DIM), Span(shown(closing.ended))))
        more = ", ".join(part for part in (closing.quality, closing.cost) if part)
        if more:
            lines.append(
                (Span("  "), Span(" " * min(8, width_of(shown(who)))), Span(shown(more), Role.DIM))
            )
    return lines
