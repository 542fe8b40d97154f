"""The timeline of one conversation as rows of lines: when, which way, what, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from console.domain.endings import ender_of, hangup_sentence
from console.domain.legs import Leg, LegState
from console.domain.timeline import TimelineLine
from console.domain.times import local_clock, offset_words
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, line_width, shown, width_of
from console.ui.presenters.entries import lag_words
from console.ui.presenters.legs import PLAIN_LOOK, Look, other_party
from console.ui.presenters.numbers import readable
from console.ui.presenters.rows import Rows

_TIME = 12
_NUMBER = re.compile(r"\+[0-9]{7,15}\b")
_RULE = -1
"""The key of the rule between the lines and the reasons why legs ended."""


class TimelineRows(Rows[int]):
    """Rows by `seq`; below them, under negative keys, a rule and why each ended leg ended."""

    def __init__(self, look: Look = PLAIN_LOOK) -> None:
        self._look = look
        self._lines: tuple[TimelineLine, ...] = ()
        self._index: dict[int, int] = {}
        self._footer: tuple[Line, ...] = ()
        self._labels = False

    def show(self, lines: Sequence[TimelineLine], legs: Sequence[Leg]) -> None:
        """Replaces everything."""
        self._lines = tuple(lines)
        self._index = {line.seq: index for index, line in enumerate(self._lines)}
        self._labels = len(legs) > 1
        self._footer = tuple(present_endings(legs, self._look))

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

    def stamp(self, key: int) -> Hashable:
        index = self._index.get(key)
        return self._footer_line(key) if index is None else (self._lines[index], self._labels)

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        index = self._index.get(key)
        if index is None:
            if key == _RULE and self._footer:
                return (Span("  "), Span(self._look.glyphs.rule * (width - 2), Role.DIM))
            return self._footer_line(key)
        line = self._lines[index]
        return present_timeline_line(line, width, labels=self._labels, look=self._look)

    def _footer_line(self, key: int) -> Line:
        index = -key - 1
        return self._footer[index] if 0 <= index < len(self._footer) else ()


def present_timeline_line(
    line: TimelineLine, width: int, *, labels: bool, look: Look = PLAIN_LOOK
) -> Line:
    """One line, exactly `width` cells; the first two are left for the cursor's mark.

    `labels` says which leg it is about, where there are several.
    """
    dots = look.glyphs.ellipsis
    role = Role.BAD if line.problem else (Role.DIM if line.late else Role.TEXT)
    title_role = Role.BAD if line.problem else (Role.STRONG if line.arrow == "▶" else role)
    left = [
        Span("  "),
        Span(f"{fit(_when(line), _TIME)} ", Role.DIM),
        Span(f"{_arrow(line, look)} ", title_role),
        Span(fit(line.title, 20 if width >= 76 else 16, ellipsis=dots), title_role),
        Span(" "),
    ]
    if labels:
        left.append(Span(f"{fit(line.leg_label, 2)} ", Role.ACCENT))
    room = width - line_width(left)
    detail = _NUMBER.sub(_readable, shown(line.detail[: 8 * width]))
    least = min(12, width_of(detail))
    right: Line = ()
    for aside in (_aside(line), _aside(line, brief=True)):
        gap = line_width(aside) + (2 if line.detail else 0)
        if aside and room - gap >= least:
            right, room = aside, room - gap
            break
    left.append(Span(fit(detail, max(0, room), ellipsis=dots), role))
    between = Span("  " if line.detail else "")
    return fit_line((*left, between, *right) if right else left, width)


def _readable(number: re.Match[str]) -> str:
    """Groups only, never a contact's name: a caller may choose to be called like somebody's number."""
    return readable(number.group())


def _when(line: TimelineLine) -> str:
    """The clock on the first line, then seconds since: `+0.884`, `-0.120` for what was reported late."""
    if line.offset is None or line.offset == 0:
        return local_clock(line.at, millis=True)
    return offset_words(line.offset)


def _arrow(line: TimelineLine, look: Look) -> str:
    signs = {"◀": look.glyphs.incoming, "▶": look.glyphs.outgoing}
    return signs.get(line.arrow, look.glyphs.dot)


def _aside(line: TimelineLine, *, brief: bool = False) -> Line:
    """What came of it, or how it came: confirmation with its latency (not when `brief`), late, delivered again."""
    words: list[Span] = []
    if line.confirms:
        took = f", {lag_words(line.latency)}" if line.latency is not None and not brief else ""
        words.append(Span(f"confirms {shown(line.confirms)}{took}", Role.GOOD))
    if line.late:
        words.append(Span(" late" if words else "late", Role.WARN))
    if line.deliveries > 1:
        words.append(Span(f"{' ' if words else ''}×{line.deliveries}", Role.DIM))
    return tuple(words)


def present_endings(legs: Sequence[Leg], look: Look = PLAIN_LOOK) -> list[Line]:
    """Room for a rule, and a sentence for each ended leg; nothing while none has ended."""
    ended = [leg for leg in legs if leg.state is LegState.ENDED]
    if not ended:
        return []
    lines: list[Line] = [()]
    for leg in ended:
        who = f"{other_party(leg, look)}: " if len(legs) > 1 else "hangup: "
        words = hangup_sentence(
            leg.hangup_cause, leg.hangup_source, leg.sip_hangup_cause, ender_of(leg)
        )
        lines.append((Span("  "), Span(shown(who), Role.DIM), Span(shown(words))))
    return lines
