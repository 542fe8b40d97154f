"""The latest gather of a leg: its digits as they come, and how it ended."""

from __future__ import annotations

import pytest

from console.domain.entries import CommandDone, Entry, Fact, Kind
from console.domain.gathering import Gathering, gathering
from tests.unit.domain.histories import History


def gather(h: History, maximum_digits: int = 128) -> None:
    h.sent("gather", "A", maximum_digits=maximum_digits)


def typed(h: History, digits: str) -> None:
    for digit in digits:
        h.event("call.dtmf.received", "A", digit=digit)


def ended(h: History, digits: str, status: str = "valid") -> None:
    h.event("call.gather.ended", "A", digits=digits, status=status)


def of(h: History) -> Gathering:
    found = gathering(h.pairs)
    assert found is not None
    return found


def test_digits_show_while_they_come() -> None:
    """What was asked, and what has been typed so far."""
    h = History()
    gather(h, maximum_digits=4)
    assert of(h).words == "waiting for digits"
    typed(h, "12")

    found = of(h)

    assert (found.digits, found.is_over, found.words) == ("12", False, "waiting for more digits")
    assert found.params == {"maximum_digits": 4}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("valid", "complete"),
        ("timeout", "time ran out"),
        ("call_hangup", "the call ended first"),
        ("martian", "martian"),
    ],
)
def test_result_is_said_in_words(status: str, words: str) -> None:
    """Statuses that Telnyx may invent later are shown as they are."""
    h = History()
    gather(h)
    typed(h, "12")
    ended(h, "12", status)

    found = of(h)

    assert (found.result, found.words, found.is_over) == ("12", words, True)


def test_order_within_the_gather_does_not_matter() -> None:
    """Digits are told in the order in which they were typed."""
    h = History()
    gather(h)
    typed(h, "4711")
    ended(h, "4711")
    one = of(h)

    assert gathering([*reversed(h.pairs), *h.pairs]) == one
    assert one.digits == "4711"


def test_digits_before_and_after_are_not_of_the_gather() -> None:
    """Somebody may press keys at any time."""
    h = History()
    typed(h, "9")
    gather(h)
    typed(h, "1")
    ended(h, "1")
    typed(h, "7")

    assert of(h).digits == "1"


def test_second_gather_takes_the_place_of_the_first() -> None:
    """The end of the one before, which comes after the new command, is not the end of the new one."""
    h = History()
    gather(h)
    typed(h, "12")
    gather(h)
    ended(h, "12", "cancelled")
    typed(h, "3")

    assert (of(h).digits, of(h).is_over) == ("3", False)
    ended(h, "3")
    assert of(h).words == "complete"


def test_gather_we_stopped_is_over() -> None:
    """A stop of our own is told from the end of an earlier gather."""
    h = History()
    gather(h)
    gather(h)
    h.sent("gather_stop", "A")
    ended(h, "", "cancelled")

    assert of(h).words == "stopped before it was complete"


def test_refused_gather_says_why() -> None:
    """Nothing is waited for."""
    h = History()
    command_id = h.sent("gather", "A")
    no = CommandDone(command_id, "gather", "A", False, 422, "90034", "not answered yet", 9.0, 1, {})
    h.add(Kind.OUTCOME, no, h.tick(), call_control_id="A")

    assert of(h).words == "refused: not answered yet"


def test_gather_of_the_application_behind() -> None:
    """Digits are shown although we did not ask for them; the next ones begin anew."""
    h = History()
    typed(h, "12")
    assert of(h).digits == "12"
    ended(h, "12")
    assert (of(h).digits, of(h).result) == ("12", "12")
    typed(h, "3")
    assert (of(h).digits, of(h).is_over) == ("3", False)


def test_no_gather_is_none() -> None:
    """A leg that was never asked."""
    empty: list[tuple[Entry, Fact]] = []

    assert gathering(empty) is None
