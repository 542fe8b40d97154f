"""Numbers and names of nobody."""

import random
import re

import pytest

from console.simulator import numbers

FICTION = re.compile(
    r"\+1[2-9]\d\d55501\d\d"
    r"|\+44(20794|113496|114496|115496|116496|117496|118496|121496|131496|141496|151496|161496|191498)\d{4,5}"
    r"|\+441632960\d{3}|\+447700900\d{3}"
    r"|sip:[a-z.]+@phones\.example\.com"
)


def test_callers_have_only_numbers_reserved_for_fiction() -> None:
    """Nobody's real telephone is on the screen of a demonstration."""
    rng = random.Random(5)
    parties = [numbers.caller(rng) for _ in range(3_000)]

    assert all(FICTION.fullmatch(party.number) for party in parties)
    assert len({party.number for party in parties}) > 500
    assert {party.name is None for party in parties} == {True, False}


def test_callers_do_not_carry_the_digits_that_choose_a_behaviour() -> None:
    """Calling a caller back reaches somebody who answers, not a test number."""
    rng = random.Random(6)

    assert all(int(numbers.us_number(rng)[-4:]) < 189 for _ in range(500))


@pytest.mark.parametrize(
    ("to", "good"),
    [
        ("+12125550190", True),
        ("+12125550190,123#", True),
        ("sip:desk@phones.example.com", True),
        ("sips:0191@phones.example.com;secure=srtp", True),
        ("12125550190", False),
        ("+1 212 555 0190", False),
        ("+0123456789", False),
        ("sip:nobody", False),
        ("", False),
    ],
)
def test_destination_is_a_number_or_a_sip_uri(to: str, good: bool) -> None:
    """What Telnyx would take, and nothing else."""
    assert numbers.is_destination(to) is good


@pytest.mark.parametrize(
    ("to", "digits"),
    [
        ("+12125550191", "0191"),
        ("+12125550191,55", "0191"),
        ("sip:+12125550193@phones.example.com", "0193"),
        ("sip:0194@10.0.0.1:5060", "0194"),
        ("sip:desk@phones.example.com", ""),
    ],
)
def test_last_four_digits_come_from_the_user_part(to: str, digits: str) -> None:
    """The digits that choose a behaviour are the destination's own."""
    assert numbers.last_four(to) == digits
