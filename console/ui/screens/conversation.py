"""What timeline and flow show: the conversation of a call, read again only when something of it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from console.domain.board import Board
from console.domain.closing import Closing, closings
from console.domain.effects import pending
from console.domain.entries import Entry, Fact, Kind
from console.domain.gaps import gaps_within
from console.domain.legs import Leg, LegKey
from console.domain.timeline import Kept, TimelineLine, label, of_leg, timeline
from console.store.store import entries_with, ids_of
from console.ui.services import Services
from console.ui.wording import route

if TYPE_CHECKING:
    from console.store.store import Store

Pair = tuple[Entry, Fact]


class Talk:
    """The legs and entries of one conversation, or of several, as of the last look at the journal."""

    def __init__(self, services: Services, keys: Iterable[LegKey] = ()) -> None:
        self._services = services
        self.keys: tuple[LegKey, ...] = tuple(keys)
        self.legs: tuple[Leg, ...] = ()
        self.pairs: Sequence[Pair] = ()
        self._own: tuple[Pair, ...] = ()
        """The legs' own entries as far as they were read, and from where: what is long is read once."""
        self._source: tuple[object, ...] = ()

    def concerns(self, changed: Collection[LegKey]) -> bool:
        """Whether a change of these legs could change the picture."""
        if not self.keys:
            return False
        if any(key in changed for key in self.keys) or any(leg.key in changed for leg in self.legs):
            return True
        sessions = {leg.call_session_id for leg in self.legs if leg.call_session_id}
        legs = self._services.store.board.legs
        return any(
            (leg := legs.get(key)) is not None and leg.call_session_id in sessions
            for key in changed
        )

    def read(self) -> None:
        """Reads it from the journal, with the gaps that fall into its time. Raises `JournalError`."""
        store = self._services.store
        self.legs = _legs_of(store, self.keys)
        pairs = self._entries()
        is_live = any(leg.is_live for leg in self.legs)
        gaps = (
            gaps_within(store.past.gaps(pairs[0][0].seq), pairs, is_live=is_live) if pairs else ()
        )
        self.pairs = (*pairs, *gaps)

    def _entries(self) -> tuple[Pair, ...]:
        """Only what came since the last look, unless it is about other legs, or drawn in another way, or earlier."""
        store = self._services.store
        ids = ids_of(store, [leg.key for leg in self.legs]) if self.legs else ()
        # Masks and moments give a store another past.
        source = (store, store.past, ids)
        last = self._own[-1][0].seq if self._own else 0
        if source != self._source or store.reader.last_seq() < last:
            self._source, self._own, last = source, (), 0
        if ids:
            self._own += entries_with(store, ids, after=last)
        return self._own

    @property
    def awaits_effect(self) -> bool:
        """Whether time alone may change the picture: a command has not shown an effect yet."""
        now = self._services.now()
        return any(pending(leg, now) is not None for leg in self.legs if leg.commands)

    def find(self, seq: int) -> Pair | None:
        """The entry with that number, if it belongs to the conversation."""
        return next((pair for pair in self.pairs if pair[0].seq == seq), None)


class Conversation(Talk):
    """That of the call under the cursor: all legs together, or one alone."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._kept = Kept()
        self.alone = False
        """Whether only the chosen leg is shown."""

    @property
    def key(self) -> LegKey | None:
        """The chosen call."""
        return self.keys[0] if self.keys else None

    def choose(self, key: LegKey | None) -> None:
        """Turns to another call; None: to no call."""
        self.keys = () if key is None else (key,)
        self._services.store.select(key)
        self.read()

    @property
    def leg(self) -> Leg | None:
        """The chosen call as it is now."""
        return self._services.store.leg(self.key) if self.key is not None else None

    @property
    def letter(self) -> str:
        """The letter of the chosen leg; empty without one."""
        return next(
            (label(place) for place, leg in enumerate(self.legs) if leg.key == self.key), ""
        )

    @property
    def lines(self) -> tuple[TimelineLine, ...]:
        """The lines of the pane."""
        lines = timeline(self.pairs, self.legs, now=self._services.now(), kept=self._kept)
        return of_leg(lines, self.letter) if self.alone and self.letter else lines

    @property
    def closed(self) -> tuple[Closing, ...]:
        """How the legs that are shown closed, as far as they did."""
        own = [leg for leg in self.legs if not self.alone or leg.key == self.key]
        return closings(self.pairs, own)

    @property
    def title(self) -> str:
        """`+1 312 555 0101 → Support`; empty without a call."""
        leg = self.leg
        return route(leg, self._services.look) if leg is not None else ""


def _legs_of(store: Store, keys: Sequence[LegKey]) -> tuple[Leg, ...]:
    """All legs of the conversations of these calls, oldest first; those that left memory from the journal."""
    found: dict[LegKey, Leg] = {}
    for key in keys:
        legs: Iterable[Leg] = store.board.conversation(key) or _past(store, key)
        found.update((leg.key, leg) for leg in legs)
    if len(keys) == 1:
        return tuple(found.values())
    return tuple(sorted(found.values(), key=lambda leg: (leg.began_at or 0, leg.key)))


def _past(store: Store, key: LegKey) -> Sequence[Leg]:
    board = Board()
    for entry, fact in store.entries_of([key]):
        if entry.kind is not Kind.GAP:
            board.apply(entry, fact)
    return board.conversation(key)
