"""Callers to ring back: who is on the list, who leaves it, and that memory and cost stay bounded."""

from __future__ import annotations

from console.domain.ring_back import KEEP_FOR, MAX_CALLS, RingBacks

ANN, BOB = "+13125550101", "+14155550111"


def numbers(rings: RingBacks) -> list[str]:
    return [each.number for each in rings.due()]


def test_caller_is_listed_once_with_how_often_and_the_latest_wait() -> None:
    """Who gave up longest ago is first."""
    rings = RingBacks()
    rings.abandoned("a", ANN, "Ann", since=0, at=10)
    rings.abandoned("b", BOB, "", since=5, at=20)
    rings.abandoned("c", ANN, "", since=30, at=37)

    bob, ann = rings.due()

    assert (bob.number, bob.times) == (BOB, 1)
    assert (ann.key, ann.name, ann.at, ann.waited, ann.times) == ("c", "Ann", 37, 7, 2)


def test_caller_leaves_when_reached_afterwards_and_comes_back_when_giving_up_again() -> None:
    """A call before they gave up settles nothing."""
    rings = RingBacks()
    rings.reached("early", ANN, 5)
    rings.abandoned("a", ANN, "", since=0, at=10)
    assert numbers(rings) == [ANN]

    rings.reached("out", ANN, 20)
    assert numbers(rings) == []
    rings.unreached("out")
    assert numbers(rings) == [ANN]
    rings.reached("out", ANN, 20)
    rings.abandoned("b", ANN, "", since=25, at=30)
    (again,) = rings.due()

    assert again.times == 1


def test_mark_settles_and_can_be_taken_back() -> None:
    """The latest word counts, in whatever order they come."""
    rings = RingBacks()
    rings.abandoned("a", ANN, "", since=0, at=10)
    rings.mark("a", 30, False)
    rings.mark("a", 20, True)
    assert numbers(rings) == [ANN]

    rings.mark("a", 40, True)
    assert numbers(rings) == []
    rings.withdraw("a")
    assert numbers(rings) == []


def test_mark_before_the_call_is_known_counts() -> None:
    """The journal may be read in any order."""
    rings = RingBacks()
    rings.mark("a", 30, True)
    rings.abandoned("a", ANN, "", since=0, at=10)

    assert numbers(rings) == []


def test_nobody_without_a_number_and_nothing_older_than_half_a_day() -> None:
    """Hidden numbers cannot be dialled."""
    rings = RingBacks()
    rings.abandoned("a", "", "", since=0, at=10)
    rings.abandoned("b", BOB, "", since=0, at=10)
    assert numbers(rings) == [BOB]

    rings.advance(KEEP_FOR + 11)

    assert numbers(rings) == []


def test_memory_is_bounded_and_the_reached_stay_settled() -> None:
    """However many calls come after."""
    rings = RingBacks()
    rings.abandoned("a", ANN, "", since=0, at=10)
    rings.reached("out", ANN, 20)
    for call in range(2 * MAX_CALLS + 10):
        rings.reached(f"r{call}", f"+1{call}", 100 + call)
    assert numbers(rings) == []
    for call in range(MAX_CALLS + 10):
        rings.abandoned(f"c{call}", f"+2{call}", "", since=0, at=100 + call)

    assert len(rings.due()) == MAX_CALLS
