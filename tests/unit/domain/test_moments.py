"""Points in time as people type them."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.entries import Micros
from console.domain.moments import moment
from console.domain.times import SECOND, local_clock

NOW: Micros = 1_795_000_000_000_000


@pytest.mark.parametrize("typed", ["10:20", "10:20:30", "00:00", "23:59:59", " 9:05 "])
def test_moment_is_the_latest_such_time(typed: str) -> None:
    """Today, or yesterday where it would be in the future; local, as clocks on walls are."""
    found = moment(typed, NOW)

    assert 0 <= NOW - found < 25 * 3600 * SECOND
    assert local_clock(found).startswith(typed.strip().zfill(5)[:5])


def test_moment_of_now_is_now() -> None:
    """A time of day that is reached this very second is today's."""
    assert moment(local_clock(NOW), NOW) == NOW // SECOND * SECOND


def test_moment_with_a_day_and_ago() -> None:
    """A day before the time; a number and a unit."""
    at = moment("2026-01-05 10:20", NOW) // SECOND

    assert time.localtime(at)[:5] == (2026, 1, 5, 10, 20)
    assert moment("10m", NOW) == NOW - 600 * SECOND
    assert moment("2H", NOW) == NOW - 7200 * SECOND


@pytest.mark.parametrize(
    "typed",
    ["", "12", "24:00", "12:60", "12:00:60", "2026-02-30 12:00", "2026-13-01 12:00", "later"],
)
def test_moment_refuses_what_is_none(typed: str) -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match=r"type hh:mm|no time|no day"):
        moment(typed, NOW)


@given(st.text(max_size=24))
def test_moment_never_fails_otherwise(typed: str) -> None:
    """Whatever is typed: an instant, or a sentence."""
    with suppress(ValueError):
        assert isinstance(moment(typed, NOW), int)
