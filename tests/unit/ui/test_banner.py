"""The line that says that a desk is not live."""

from __future__ import annotations

import pytest

from console.domain.times import local_clock
from console.ui.presenters.banner import Moment, present_banner, when
from console.ui.presenters.cells import Role, line_width
from console.ui.presenters.glyphs import ASCII, UNICODE

SECOND = 1_000_000
WALL = 1_795_000_000 * SECOND
PAST = WALL - 120 * SECOND


def text(width: int, *, ascii_only: bool = False, **more: object) -> str:
    """The banner as text."""
    moment = Moment(at=PAST, wall=WALL, is_playing=False, speed=10, entry=7, entries=99)
    line = present_banner(moment._replace(**more), width, ASCII if ascii_only else UNICODE)  # type: ignore[arg-type]
    assert line_width(line) == width
    assert {span.role for span in line} == {Role.BANNER}
    return "".join(span.text for span in line)


def test_banner_says_it_by_word_sign_and_colour() -> None:
    """Which moment, how fast, the way back; more where there is room."""
    wide = text(120, is_playing=True)

    assert wide.startswith(f" ◀◀ NOT LIVE  {local_clock(PAST)}  ×10   entry 7 of 99   now ")
    assert wide.endswith("esc: back to live ")
    assert "paused" in text(120)
    assert "reading 43%" in text(120, progress=0.43)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_banner_keeps_what_matters(width: int) -> None:
    """Less room takes away the numbers first."""
    for part in ("NOT LIVE", local_clock(PAST), "paused", "esc: back to live"):
        assert part in text(width)
    assert text(width, ascii_only=True).isascii()
    assert "NOT LIVE" in text(30)


def test_another_day_is_named() -> None:
    """A time of another day is one with its date."""
    long_ago = when(WALL - 3 * 86_400 * SECOND, WALL)
    assert len(long_ago) == 19
    assert when(PAST, WALL) == local_clock(PAST)
    assert when(10**30, WALL) == "--:--:--"
