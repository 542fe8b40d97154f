"""Buckets and the distance of two clocks."""

from __future__ import annotations

from console.engine.limits import Bucket, ClockOffset


def test_bucket_refills_up_to_its_capacity() -> None:
    """It holds a burst, then gives what flowed in."""
    bucket = Bucket(2.0, 1.0)

    assert [bucket.take(1.0, 10.0) for _ in range(3)] == [True, True, False]
    assert bucket.take(1.0, 11.0)
    assert not bucket.take(1.0, 11.5)
    assert [bucket.take(1.0, 99.0) for _ in range(3)] == [True, True, False]


def test_bucket_is_not_fooled_by_a_clock_that_goes_back() -> None:
    """Time that runs backwards fills nothing."""
    bucket = Bucket(1.0, 1.0)
    bucket.take(1.0, 10.0)

    assert not bucket.take(1.0, 5.0)


def test_clock_offset_is_the_smallest_of_late() -> None:
    """Every sample is too large by delay and by the missing part of a second."""
    offset = ClockOffset(window_s=10.0)
    assert offset.value is None

    for at_s, sample in ((100.0, 900.0), (101.0, 120.0), (102.0, 700.0)):
        offset.observe(sample, at_s)

    assert offset.value == 120.0


def test_clock_offset_forgets_what_is_old() -> None:
    """A clock that was set right shows after one to two windows."""
    offset = ClockOffset(window_s=10.0)
    offset.observe(-5000.0, 100.0)

    offset.observe(40.0, 112.0)
    assert offset.value == -5000.0
    offset.observe(60.0, 123.0)
    assert offset.value == 40.0
    offset.observe(80.0, 200.0)
    assert offset.value == 80.0
