"""Chance that can be repeated."""

import re
import uuid

from console.simulator.fate import Fate


def test_fate_repeats_itself_with_the_seed_and_differs_without() -> None:
    """The same seed and label give the same value; another seed or label another one."""
    assert Fate(7).token("leg", 1) == Fate(7).token("leg", 1)
    assert Fate(7).token("leg", 1) != Fate(8).token("leg", 1)
    assert Fate(7).token("leg", 1) != Fate(7).token("leg", 2)
    assert Fate(7).rng("callers").random() == Fate(7).rng("callers").random()


def test_fate_gives_identifiers_in_the_forms_of_telnyx() -> None:
    """A UUID with a version, and URL-safe text as long as a real call_control_id."""
    assert uuid.UUID(Fate(1).uuid("event", 1)).version == 4
    assert re.fullmatch(r"[A-Za-z0-9_-]{54}", Fate(1).token("leg", 1))


def test_fate_spreads_its_fractions() -> None:
    """Fractions fill the range evenly enough to be used as probabilities."""
    fractions = [Fate(3).fraction("x", number) for number in range(2_000)]

    assert all(0 <= fraction < 1 for fraction in fractions)
    assert 0.47 < sum(fractions) / len(fractions) < 0.53
