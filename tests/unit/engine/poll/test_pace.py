"""When Telnyx's records are read next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.engine.poll.pace import (
    LONGEST_FAILING_S,
    LONGEST_LIMITED_S,
    Bounds,
    Sight,
    Tempo,
    affordable,
    after,
    begin,
)

BOUNDS = Bounds(2.0, 10.0)


def test_pace_is_short_while_calls_live() -> None:
    """However long it had waited before."""
    assert after(Tempo(10.0), Sight(is_busy=True), BOUNDS).wait_s == 2.0


def test_pace_grows_while_nothing_happens() -> None:
    """Step by step, up to the bound."""
    tempo, waits = begin(BOUNDS), []
    for _ in range(6):
        tempo = after(tempo, Sight(), BOUNDS)
        waits.append(tempo.wait_s)

    assert waits == sorted(waits)
    assert waits[0] == 3.0
    assert waits[-1] == 10.0


def test_pace_leaves_room_for_commands() -> None:
    """Ten requests are left for a minute: five are the operators', so one turn of two requests takes its time."""
    sight = Sight(is_busy=True, remaining=10, reset_s=60.0, requests=2)

    assert after(Tempo(2.0), sight, BOUNDS).wait_s == 24.0
    assert affordable(Sight(remaining=5, reset_s=60.0)) == 60.0
    assert affordable(Sight(remaining=10_000, reset_s=60.0)) < 0.1
    assert affordable(Sight()) == 0.0


def test_pace_waits_as_long_as_telnyx_says() -> None:
    """429 with a time is obeyed even beyond our own longest wait; without one the wait doubles."""
    told = after(Tempo(2.0), Sight(failed=True, limited=True, reset_s=300.0), BOUNDS)
    once = after(Tempo(2.0), Sight(failed=True, limited=True), BOUNDS)
    twice = after(once, Sight(failed=True, limited=True), BOUNDS)

    assert (told.wait_s, told.limited) == (300.0, True)
    assert (once.wait_s, twice.wait_s) == (4.0, 8.0)


def test_pace_backs_off_from_failures_and_is_itself_again() -> None:
    """Not for longer than half a minute; the first success counts."""
    tempo = begin(BOUNDS)
    for _ in range(20):
        tempo = after(tempo, Sight(failed=True), BOUNDS)

    assert tempo.wait_s == LONGEST_FAILING_S
    assert after(tempo, Sight(is_busy=True), BOUNDS) == Tempo(2.0)
    assert after(tempo, Sight(), BOUNDS).wait_s == 3.0


def test_pace_never_fills_all_of_the_time() -> None:
    """A turn that took long is followed by a rest as long."""
    assert after(Tempo(2.0), Sight(is_busy=True, took_s=7.0), BOUNDS).wait_s == 7.0


@given(
    wait=st.floats(0.2, 100),
    failures=st.integers(0, 50),
    busy=st.booleans(),
    took=st.floats(0, 60),
    requests=st.integers(0, 100),
    remaining=st.none() | st.integers(0, 1000),
    reset=st.none() | st.floats(0, 120),
    failed=st.booleans(),
    limited=st.booleans(),
)
def test_pace_is_bounded_whatever_happens(
    wait: float,
    failures: int,
    busy: bool,
    took: float,
    requests: int,
    remaining: int | None,
    reset: float | None,
    failed: bool,
    limited: bool,
) -> None:
    """Never below the shortest wait, never beyond what somebody asked for."""
    sight = Sight(busy, took, requests, remaining, reset, failed or limited, limited)

    wait_s = after(Tempo(wait, failures), sight, BOUNDS).wait_s

    assert BOUNDS.short_s <= wait_s
    assert wait_s <= max(LONGEST_LIMITED_S, BOUNDS.long_s, took, reset or 0.0)
