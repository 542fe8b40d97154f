"""Events dated so that nobody can believe it: what waits, waits since it arrived."""

from __future__ import annotations

import pytest

from console.domain.entries import Kind, Micros
from console.domain.filtering.clocks import lag_of, wait_of
from console.domain.times import SECOND, happened, parse_iso
from tests.unit.domain.histories import START, History, board_of

DAY: Micros = 86_400 * SECOND


def at(written: str) -> Micros:
    """An instant."""
    moment = parse_iso(written)
    assert moment is not None
    return moment


ABSURD = [at("0001-01-01T00:00:00Z"), 0, START + 2 * DAY, at("9999-12-31T23:59:59Z")]


@pytest.mark.parametrize("occurred", ABSURD)
def test_leg_with_an_absurd_date_waits_since_it_arrived(occurred: Micros) -> None:
    """It leads nobody's list by hours, nor is it behind all others for ever."""
    h = History()
    h.event("call.initiated", "ODD", at=occurred, lag=START - occurred, direction="incoming")
    board = board_of(h.pairs)

    waiting = board.longest_waiting()
    assert waiting is not None
    assert waiting.waiting_since == START
    clock = wait_of(waiting)
    assert clock is not None
    assert clock.length(START + 7 * SECOND) == 7 * SECOND


@pytest.mark.parametrize("occurred", ABSURD)
def test_absurd_date_has_no_lag(occurred: Micros) -> None:
    """A lag of two thousand years is no lag."""
    h = History()
    entry, _fact = h.event("call.initiated", "ODD", at=occurred, lag=START - occurred)

    assert entry.kind is Kind.WEBHOOK
    assert lag_of(entry) is None


@pytest.mark.parametrize("age", [-DAY, -5 * SECOND, 0, 60 * SECOND, 3 * DAY, 300 * DAY])
def test_happened_believes_what_is_possible(age: Micros) -> None:
    """Clocks differ, and records are read days later."""
    assert happened(START - age, START) == START - age


def test_happened_without_a_date_is_the_arrival() -> None:
    """There is nothing else."""
    assert happened(None, START) == START
