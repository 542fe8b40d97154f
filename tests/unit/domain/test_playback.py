"""The clock of a desk that shows the past."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.playback import SPEEDS, Playback

SECOND = 1_000_000
WALL = 1_795_000_000 * SECOND


def test_a_paused_moment_stands_still() -> None:
    """However late it gets."""
    shown = Playback(at=WALL - 60 * SECOND)

    assert shown.now(WALL) == shown.now(WALL + 9 * SECOND) == WALL - 60 * SECOND
    assert not shown.has_caught_up(WALL + 9 * SECOND)


def test_time_passes_at_the_chosen_speed() -> None:
    """Changing the speed, pausing and going on keep the moment."""
    shown = Playback(at=WALL - 600 * SECOND).at_speed(3, WALL).playing(WALL)
    assert shown.speed == 10
    assert shown.now(WALL + SECOND) == WALL - 590 * SECOND

    faster = shown.at_speed(1, WALL + SECOND)
    assert faster.speed == 60
    assert faster.now(WALL + 2 * SECOND) == WALL - 530 * SECOND
    paused = faster.paused(WALL + 2 * SECOND)
    assert paused.now(WALL + 99 * SECOND) == WALL - 530 * SECOND


def test_playing_ends_in_the_present() -> None:
    """It never shows a time that has not been."""
    shown = Playback(at=WALL - SECOND, speed=60).playing(WALL)

    assert shown.now(WALL + 5 * SECOND) == WALL + 5 * SECOND
    assert shown.has_caught_up(WALL + 5 * SECOND)
    assert Playback(at=WALL).moved(WALL + SECOND, WALL).at == WALL


def test_a_record_that_does_not_go_on_has_an_end() -> None:
    """A file is played to its last entry, whatever the time is now."""
    shown = Playback(at=WALL - 900 * SECOND, end=WALL - 890 * SECOND).playing(WALL)

    assert shown.now(WALL + 5 * SECOND) == WALL - 895 * SECOND
    assert shown.now(WALL + 50 * SECOND) == WALL - 890 * SECOND
    assert shown.has_caught_up(WALL + 50 * SECOND)
    assert shown.moved(WALL, WALL).at == WALL - 890 * SECOND


@given(
    back=st.integers(0, 10**13),
    steps=st.lists(st.tuples(st.sampled_from("+-pm"), st.integers(0, 10**9)), max_size=12),
)
def test_a_journey_never_leaves_the_past(back: int, steps: list[tuple[str, int]]) -> None:
    """Whatever is pressed in whatever order: the speed is one of those there are, the moment not after the present."""
    wall = WALL
    shown = Playback(at=wall - back)
    for key, later in steps:
        wall += later
        match key:
            case "+":
                shown = shown.at_speed(1, wall)
            case "-":
                shown = shown.at_speed(-1, wall)
            case "p":
                shown = shown.paused(wall) if shown.is_playing else shown.playing(wall)
            case _:
                shown = shown.moved(shown.now(wall) + later, wall)
        assert shown.speed in SPEEDS
        assert shown.now(wall) <= wall
