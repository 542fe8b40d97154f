"""What the journal knows beside one entry: its deliveries, what belongs to it, and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.domain.entries import Entry, Fact
from console.domain.timeline import timeline
from console.ui.presenters.event_head import HeadItem
from console.ui.presenters.event_ties import Place, line_seq, place_of, present_ties

if TYPE_CHECKING:
    from console.store.store import Store

Pair = tuple[Entry, Fact]


class Surroundings(NamedTuple):
    """As of one look at the journal."""

    deliveries: Sequence[Entry]
    ties: Sequence[HeadItem]
    place: Place


def surroundings(store: Store, pair: Pair) -> Surroundings:
    """Reads them. What belongs to no call has its neighbours in the journal. Raises `JournalError`."""
    entry, fact = pair
    deliveries = store.deliveries(entry.event_key) if entry.event_key else ()
    call = entry.call_control_id or entry.call_leg_id
    if call is None:
        return Surroundings(deliveries, (), _in_journal(store, entry))
    leg = store.leg(call)
    legs = store.board.conversation(leg.key) if leg is not None else ()
    pairs = store.entries_of([each.key for each in legs] or [call])
    lines = timeline(pairs, legs or ((leg,) if leg is not None else ()))
    return Surroundings(
        deliveries,
        present_ties(entry, fact, pairs, lines),
        place_of(line_seq(entry, fact, pairs), lines),
    )


def _in_journal(store: Store, entry: Entry) -> Place:
    before = store.earlier(entry.seq, 1)
    after = store.entry(entry.seq + 1)
    return Place(
        previous=before[0][0].seq if before else None,
        next=after[0].seq if after is not None else None,
    )
