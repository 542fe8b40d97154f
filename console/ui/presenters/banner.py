"""The line that nobody can take for the present: which moment a desk shows, and how it moves."""

from __future__ import annotations

import time
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import SECOND, local_clock
from console.ui.presenters.cells import Line, Role, Span, fit, width_of
from console.ui.presenters.glyphs import UNICODE, Glyphs


class Moment(NamedTuple):
    """`at` is the moment shown, `wall` the present, or the end of a file; `entry` the last entry's number of so many."""

    at: Micros
    wall: Micros
    is_playing: bool
    speed: int
    entry: int
    entries: int
    progress: float = 1.0
    """How much of the board has been read."""
    is_file: bool = False
    """Whether the way back leads to a file, and not to what goes on now."""
    is_redacted: bool = False


def present_banner(moment: Moment, width: int, glyphs: Glyphs = UNICODE) -> Line:
    """`◀◀ NOT LIVE  12:04:31  ×10 …  esc: back to live`, all of one striking colour, exactly `width` cells."""
    back = "<<" if glyphs.ascii else "◀◀"
    play = f"{'x' if glyphs.ascii else '×'}{moment.speed}" if moment.is_playing else "paused"
    words = f" {back} NOT LIVE  {when(moment.at, moment.wall)}  {play}"
    more = []
    if moment.progress < 1.0:
        more.append(f"reading {moment.progress:.0%}")
    if moment.is_redacted:
        more.append("redacted")
    more.append(f"entry {moment.entry} of {moment.entries}")
    more.append(f"{'ends' if moment.is_file else 'now'} {local_clock(moment.wall)}")
    end = f"{way_back(moment)} "
    for piece in more:
        if width_of(words) + 3 + width_of(piece) + 2 + width_of(end) <= width:
            words += f"   {piece}"
    room = width - width_of(end)
    if room < width_of(words):
        return (Span(fit(words, width, ellipsis=glyphs.ellipsis), Role.BANNER),)
    return (Span(fit(words, room, ellipsis=glyphs.ellipsis) + end, Role.BANNER),)


def way_back(moment: Moment) -> str:
    """How to leave, and where to."""
    return "esc: back to the file" if moment.is_file else "esc: back to live"


def when(at: Micros, wall: Micros) -> str:
    """`12:04:31`, with the day before it where that is not the present one."""
    clock = local_clock(at)
    try:
        day, today = (time.localtime(each // SECOND)[:3] for each in (at, wall))
    except (ValueError, OverflowError, OSError):
        return clock
    return clock if day == today else f"{day[0]}-{day[1]:02}-{day[2]:02} {clock}"
