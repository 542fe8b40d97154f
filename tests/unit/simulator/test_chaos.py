"""Faults at seeded probabilities, and limits."""

import pytest

from console.simulator.chaos import CALM, CHAOS, Chaos
from console.simulator.errors import ApiError
from console.simulator.fate import Fate
from console.simulator.limits import RateLimit


def test_calm_changes_nothing() -> None:
    """Without --chaos every event is sent once and at once, every request answered."""
    chaos = Chaos(Fate(1), CALM)

    assert {chaos.delivery_delays_s(str(number)) for number in range(100)} == {(0.0,)}
    assert {chaos.mishap().status for _ in range(100)} == {None}


def test_chaos_duplicates_delays_and_fails_now_and_then() -> None:
    """Everything that --chaos promises happens in a few hundred events and requests."""
    chaos = Chaos(Fate(1), CHAOS)
    sent = [chaos.delivery_delays_s(str(number)) for number in range(400)]
    answers = [chaos.mishap() for _ in range(400)]

    assert 20 < sum(len(delays) == 2 for delays in sent) < 120
    assert 60 < sum(delays[0] > 0 for delays in sent) < 180
    assert {mishap.status for mishap in answers} == {None, 429, 500, 503}
    assert any(mishap.delay_s > 0.2 for mishap in answers)
    assert {mishap.executed for mishap in answers if mishap.status == 500} == {True, False}
    assert sum(mishap.status is None for mishap in answers) > 300


def test_chaos_repeats_itself_with_the_seed() -> None:
    """Two runs with one seed have the same mishaps."""
    one, other = Chaos(Fate(9), CHAOS), Chaos(Fate(9), CHAOS)

    assert [one.mishap() for _ in range(50)] == [other.mishap() for _ in range(50)]
    assert one.delivery_delays_s("e") == other.delivery_delays_s("e")


def test_rate_limit_counts_down_and_starts_again() -> None:
    """429 with the three headers, and a fresh second."""
    limit = RateLimit(2)
    limit.count(10.0)
    assert limit.headers(10.1)["x-ratelimit-remaining"] == "1"
    limit.count(10.2)

    with pytest.raises(ApiError) as caught:
        limit.count(10.3)
    assert (caught.value.status, caught.value.code) == (429, "10011")
    assert caught.value.headers == {
        "x-ratelimit-limit": "2",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1",
    }

    limit.count(11.0)
