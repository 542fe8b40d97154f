"""Digits sent and received, as lines: when, which way, which, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import local_clock
from console.ui.digits import Batch, Fate
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs

_DIGITS = 10

ROWS: tuple[str, ...] = ("123A", "456B", "789C", "*0#D", "wW")
"""The keypad as it is drawn; w and W are pauses."""
CELL = 5
"""Cells that one key takes."""

_ROLES = {
    Fate.WAITING: Role.DIM,
    Fate.UNDER_WAY: Role.WARN,
    Fate.SENT: Role.GOOD,
    Fate.REFUSED: Role.BAD,
    Fate.UNKNOWN: Role.WARN,
    Fate.DROPPED: Role.BAD,
}


class Received(NamedTuple):
    """A digit that came from the far end."""

    at: Micros
    digit: str


class LogLine(NamedTuple):
    """One line of the log; `fate` is None for digits that came."""

    at: Micros
    digits: str
    fate: Fate | None = None
    words: str = ""


def present_log(batches: Sequence[Batch], received: Sequence[Received]) -> list[LogLine]:
    """Everything in the order in which it happened here; digits that came one after the other share a line."""
    sent = [LogLine(each.at, each.digits, each.fate, each.words) for each in batches]
    lines: list[LogLine] = []
    for each in sorted([*sent, *(LogLine(at, digit) for at, digit in received)], key=_at):
        last = lines[-1] if lines else None
        if each.fate is None and last is not None and last.fate is None:
            lines[-1] = last._replace(digits=last.digits + each.digits)
        else:
            lines.append(each)
    return lines


def _at(line: LogLine) -> Micros:
    return line.at


def present_log_line(line: LogLine, width: int, glyphs: Glyphs = UNICODE) -> Line:
    """`12:04:31 ▶ 4711  sent, 91 ms`; the latest digits are those that are seen."""
    digits = shown(line.digits)
    if len(digits) > _DIGITS:
        digits = glyphs.ellipsis + digits[1 - _DIGITS :]
    sign = glyphs.incoming if line.fate is None else glyphs.outgoing
    role = Role.ACCENT if line.fate is None else _ROLES[line.fate]
    word = "received" if line.fate is None else line.fate.value
    if line.words:
        word = f"{word}, {shown(line.words)}"
    return fit_line(
        (
            Span(f"{local_clock(line.at)} ", Role.DIM),
            Span(f"{sign} ", role),
            Span(f"{fit(digits, _DIGITS)} ", Role.STRONG),
            Span(word, role),
        ),
        width,
    )


def key_under(x: int, y: int) -> str | None:
    """The key that is drawn at a cell of the grid."""
    row = ROWS[y] if 0 <= y < len(ROWS) else ""
    place = x // CELL
    return row[place] if 0 <= place < len(row) else None
