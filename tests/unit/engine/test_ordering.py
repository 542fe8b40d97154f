"""Chunk numbers: order, loss, repetition."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from console.engine.ordering import AT_FIRST, WINDOW, Order, Packet


def packet(chunk: int | None) -> Packet:
    return Packet(chunk, None, str(chunk).encode())


def run(order: Order, *chunks: int | None) -> list[tuple[int | None, int]]:
    """Number and gap of everything that is released, the rest included."""
    released = [each for chunk in chunks for each in order.take(packet(chunk))]
    released += order.flush()
    return [(each.packet.chunk, each.gap) for each in released]


def test_order_waits_until_it_knows_the_first() -> None:
    """The first packet to arrive need not be the first of the track."""
    order = Order()

    assert run(order, 2, 1, 3) == [(1, 0), (2, 0), (3, 0)]
    assert (order.packets, order.lost, order.reordered) == (3, 0, 1)


def test_order_counts_what_never_came() -> None:
    """A gap is waited for as long as the window is, then given up."""
    order = Order()

    released = run(order, 1, 2, 3, 6, *range(7, 7 + WINDOW))

    assert released[3] == (6, 2)
    assert (order.lost, order.reordered, order.late) == (2, 0, 0)


def test_order_takes_late_packets_out_of_the_loss() -> None:
    """What comes after its turn was not lost, but cannot be heard either."""
    order = Order()
    heard = run(order, 1, 2, 3, *range(5, 6 + WINDOW))

    assert order.lost == 1
    assert not order.take(packet(4))
    assert not order.take(packet(4))

    assert (4, 0) not in heard
    assert (order.lost, order.late, order.reordered, order.duplicates) == (0, 1, 1, 1)


def test_order_drops_repetitions() -> None:
    """A packet is heard once, whether it waits or has gone by."""
    order = Order()

    assert run(order, 1, 2, 3, 3, 5, 5, 4) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert (order.packets, order.duplicates, order.lost) == (7, 2, 0)


def test_order_begins_anew_with_a_new_numbering() -> None:
    """A jump of hours, or back to one, is no loss of hours."""
    order = Order()
    first = run(order, 900_001, 900_002, 900_003, 1, 2, 3)

    assert [chunk for chunk, _ in first] == [900_001, 900_002, 900_003, 1, 2, 3]
    assert order.lost == 0
    run(order, 10**15)
    assert order.lost == 0


def test_order_says_that_loss_is_not_known_without_numbers() -> None:
    """One packet without a number is enough; what waited comes first."""
    order = Order()

    assert run(order, 1, None, 3, 2) == [(1, 0), (None, 0), (3, 0), (2, 0)]
    assert order.lost is None
    assert order.packets == 4


@given(seed=st.integers(0, 10**6), lost=st.sets(st.integers(AT_FIRST + 1, 55), max_size=6))
def test_order_restores_any_order_within_the_window(seed: int, lost: set[int]) -> None:
    """Whatever arrives a little early or late comes out in order, once, and the books agree."""
    chunks = [chunk for chunk in range(1, 61) if chunk not in lost]
    rng = random.Random(seed)
    arrival = sorted(chunks, key=lambda chunk: chunk + rng.random() * (AT_FIRST - 1))
    order = Order()

    released = run(order, *arrival)

    assert [chunk for chunk, _ in released] == chunks
    assert sum(gap for _, gap in released) == order.lost == len(lost)
    assert order.packets == len(chunks)


@given(st.lists(st.one_of(st.none(), st.integers(0, 2**53)), max_size=200))
def test_order_survives_any_numbers(chunks: list[int | None]) -> None:
    """Memory stays bounded and nothing is heard twice in a row of one numbering."""
    order = Order()

    released = run(order, *chunks)

    assert len(released) <= len(chunks) == order.packets
    assert len(order._missing) <= 512
    assert order.lost is None or order.lost >= 0
