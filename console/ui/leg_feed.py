"""The entries of one leg, each once and in the journal's order: the history first, then whatever is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.entries import Entry, Fact

if TYPE_CHECKING:
    from console.store.store import Store

Pair = tuple[Entry, Fact]


class LegFeed:
    """Asking costs next to nothing while nothing is new, and never more than what is new."""

    def __init__(self, store: Store, any_id: str) -> None:
        self._store = store
        self._id = any_id
        self._seq: int | None = None

    def news(self) -> Sequence[Pair]:
        """What the store has taken in since the last time. Raises `JournalError`."""
        store, before = self._store, self._seq
        if before == store.seq:
            return ()
        leg = store.leg(self._id)
        ids = {self._id}
        if leg is not None:
            ids |= {each for each in (leg.call_control_id, leg.call_leg_id) if each}
        if before is None or not self._reaches(before):
            found = [pair for pair in store.entries_of([self._id]) if pair[0].seq > (before or 0)]
        else:
            found = self._recent(before)
        self._seq = store.seq
        return [
            pair
            for pair in found
            if pair[0].seq <= store.seq and not ids.isdisjoint(_ids_of(*pair))
        ]

    def _reaches(self, before: int) -> bool:
        """Whether the ring of recent entries goes back far enough."""
        recent = self._store.recent
        return bool(recent) and recent[0][0].seq <= before + 1

    def _recent(self, before: int) -> list[Pair]:
        found: list[Pair] = []
        for pair in reversed(self._store.recent):
            if pair[0].seq <= before:
                break
            found.append(pair)
        return found[::-1]


def _ids_of(entry: Entry, fact: Fact) -> set[str | None]:
    return {entry.call_control_id, entry.call_leg_id, getattr(fact, "call_control_id", None)}
