"""Typed digits: in order, each once, however fast, and never half a number after a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ui.digits import DIGITS, DigitQueue, Fate, digit_of


class Line:
    """What was handed on."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.queue = DigitQueue(self.sent.append, lambda: len(self.sent))

    def type(self, digits: str) -> None:
        for digit in digits:
            self.queue.press(digit)

    @property
    def fates(self) -> list[tuple[str, Fate]]:
        return [(batch.digits, batch.fate) for batch in self.queue.batches]


def test_first_digit_goes_out_at_once() -> None:
    """Nothing is waited for."""
    line = Line()
    line.type("1")

    assert line.sent == ["1"]
    assert line.fates == [("1", Fate.UNDER_WAY)]


def test_digits_typed_meanwhile_go_out_together() -> None:
    """One command under way, one waiting."""
    line = Line()
    line.type("123#")
    assert line.fates == [("1", Fate.UNDER_WAY), ("23#", Fate.WAITING)]
    line.queue.settled(None, "91 ms")

    assert line.sent == ["1", "23#"]
    assert line.fates == [("1", Fate.SENT), ("23#", Fate.UNDER_WAY)]
    line.queue.settled(None)
    assert line.queue.is_idle


def test_refusal_drops_what_waits() -> None:
    """The rest of a number without its beginning is not sent; what is typed later is."""
    line = Line()
    line.type("123")
    line.queue.settled("this call has ended")
    assert line.fates == [("1", Fate.REFUSED), ("23", Fate.DROPPED)]
    line.type("4")

    assert line.sent == ["1", "4"]


def test_unknown_outcome_is_not_called_a_refusal() -> None:
    """Nobody claims what nobody knows; the rest is not sent either."""
    line = Line()
    line.type("12")
    line.queue.settled("the engine went away", is_known=False)

    assert line.fates == [("1", Fate.UNKNOWN), ("2", Fate.DROPPED)]


@given(st.lists(st.one_of(st.sampled_from(DIGITS), st.none()), max_size=60))
def test_nothing_is_lost_or_doubled(steps: list[str | None]) -> None:
    """None is the moment at which the command under way is answered."""
    line = Line()
    for step in steps:
        if step is not None:
            line.queue.press(step)
        elif not line.queue.is_idle:
            line.queue.settled(None)
    while not line.queue.is_idle:
        line.queue.settled(None)

    assert "".join(line.sent) == "".join(step for step in steps if step)


@pytest.mark.parametrize(
    ("typed", "digit"),
    [("1", "1"), ("a", "A"), ("D", "D"), ("w", "w"), ("W", "W"), ("#", "#"), ("e", None), ("", None),
     (None, None), ("12", None)],
)  # fmt: skip
def test_keys_and_their_digits(typed: str | None, digit: str | None) -> None:
    """Letters are tones, without shift too; the two pauses differ by it."""
    assert digit_of(typed) == digit
