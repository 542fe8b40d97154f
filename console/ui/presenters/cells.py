"""Text measured in terminal cells: spans of text with a role, fitted to an exact width.

A role names what a piece of text *is* (`RINGING`, `DIM`, `BAD`); widgets turn roles into styles, so nothing here
knows a colour. Every text that reaches a span from outside goes through `fit` or `shown`, which leave no control
character and never split a wide or a combined character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len, split_graphemes

from console.domain.text import clean


class Role(StrEnum):
    """What a piece of text is. How each looks stands in `widgets/colours.py`."""

    TEXT = "line--text"
    DIM = "line--dim"
    STRONG = "line--strong"
    ACCENT = "line--accent"
    GOOD = "line--good"
    WARN = "line--warn"
    BAD = "line--bad"
    KEY = "line--key"
    HEADER = "line--header"
    FOUND = "line--found"
    FOUND_HERE = "line--found-here"
    BANNER = "line--banner"
    RINGING = "leg--ringing"
    DIALING = "leg--dialing"
    ANSWERED = "leg--answered"
    BRIDGED = "leg--bridged"
    QUEUED = "leg--queued"
    CONFERENCE = "leg--conference"
    ENDED = "leg--ended"
    UNKNOWN = "leg--unknown"
    JSON_KEY = "json--key"
    JSON_STRING = "json--string"
    JSON_NUMBER = "json--number"
    JSON_LITERAL = "json--literal"


class Span(NamedTuple):
    """A run of text of one role; its text is clean."""

    text: str
    role: Role = Role.TEXT


Line = tuple[Span, ...]
Align = Literal["left", "right"]

_VARIATION = "\ufe0f"
_MARKS_PER_CELL = 8
"""Code points kept per cell: enough for any real script, and a bound for text made of combining marks."""


def shown(text: str) -> str:
    """The text as it may be drawn: clean, and without the emoji selector whose width terminals disagree about."""
    safe = text if text.isprintable() else clean(text)
    return safe.replace(_VARIATION, "") if _VARIATION in safe else safe


def width_of(text: str) -> int:
    """Cells that clean text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, align: Align = "left", *, ellipsis: str = "…") -> str:
    """Clean text cut or padded to exactly `width` cells; what is cut ends in an ellipsis."""
    if width <= 0:
        return ""
    limit = (width + 1) * _MARKS_PER_CELL
    cut = len(text) > limit
    safe = shown(text[:limit] if cut else text)
    size = width_of(safe)
    if not cut and size <= width:
        pad = " " * (width - size)
        return pad + safe if align == "right" else safe + pad
    return _crop(safe, width, ellipsis)


def _crop(text: str, width: int, ellipsis: str) -> str:
    room = width - len(ellipsis)
    if room < 0:
        return ellipsis[:width]
    if text.isascii():
        kept, used = text[:room], min(len(text), room)
    else:
        spans, _total = split_graphemes(text)
        used = end = 0
        for _start, stop, size in spans:
            if used + size > room:
                break
            used += size
            end = stop
        kept = text[:end]
    return kept + ellipsis + " " * (room - used)


def line_width(line: Iterable[Span]) -> int:
    """Cells that a line takes."""
    return sum(width_of(span.text) for span in line)


def fit_line(line: Sequence[Span], width: int) -> Line:
    """A line of exactly `width` cells: padded with blanks, or cut with an ellipsis."""
    used = 0
    for index, span in enumerate(line):
        size = width_of(span.text)
        if used + size > width:
            last = Span(fit(span.text, width - used), span.role)
            return (*line[:index], last) if last.text else tuple(line[:index])
        used += size
    if used < width:
        return (*line, Span(" " * (width - used)))
    return tuple(line)


def join(parts: Iterable[Sequence[Span]], gap: str = "  ") -> Line:
    """Parts of a line with a gap between them; empty parts leave no gap."""
    out: list[Span] = []
    for part in parts:
        if not part:
            continue
        if out:
            out.append(Span(gap))
        out.extend(part)
    return tuple(out)


def spread(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """A line with one part at each end; the left part gives way where there is too little room."""
    room = width - line_width(right)
    if room < 1:
        return fit_line(left, width)
    return (*fit_line(left, room), *right)


@lru_cache(maxsize=64)
def blanks(count: int) -> Span:
    """A run of blanks."""
    return Span(" " * max(0, count))


def grouped(number: int) -> str:
    """`12 345`: a count that can be read."""
    return f"{number:,}".replace(",", " ")
