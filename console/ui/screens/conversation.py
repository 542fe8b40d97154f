"""What the timeline pane shows: the conversation of the selected call, read again only when something of it changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from console.domain.effects import pending
from console.domain.entries import Entry, Fact
from console.domain.legs import Leg, LegKey
from console.domain.timeline import TimelineLine, timeline
from console.ui.services import Services
from console.ui.wording import route


class Conversation:
    """The legs and entries of one conversation, as of the last look at the journal."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.key: LegKey | None = None
        self.legs: tuple[Leg, ...] = ()
        self.pairs: Sequence[tuple[Entry, Fact]] = ()

    def choose(self, key: LegKey | None) -> None:
        """Turns to another call; None: to no call."""
        self.key = key
        self._services.store.select(key)
        self.read()

    def concerns(self, changed: Collection[LegKey]) -> bool:
        """Whether a change of these legs could change the picture."""
        if self.key is None:
            return False
        if self.key in changed or any(leg.key in changed for leg in self.legs):
            return True
        sessions = {leg.call_session_id for leg in self.legs if leg.call_session_id}
        legs = self._services.store.board.legs
        return any(
            (leg := legs.get(key)) is not None and leg.call_session_id in sessions
            for key in changed
        )

    def read(self) -> None:
        """Reads the conversation from the journal."""
        store = self._services.store
        if self.key is None:
            self.legs, self.pairs = (), ()
            return
        legs = store.board.conversation(self.key)
        own = store.leg(self.key)
        self.legs = legs or ((own,) if own is not None else ())
        self.pairs = store.entries_of([leg.key for leg in self.legs])

    @property
    def leg(self) -> Leg | None:
        """The chosen call as it is now."""
        return self._services.store.leg(self.key) if self.key is not None else None

    @property
    def awaits_effect(self) -> bool:
        """Whether time alone may change the picture: a command has not shown an effect yet."""
        now = self._services.now()
        return any(pending(leg, now) is not None for leg in self.legs if leg.commands)

    @property
    def lines(self) -> tuple[TimelineLine, ...]:
        """The lines of the pane."""
        return timeline(self.pairs, self.legs, now=self._services.now())

    @property
    def title(self) -> str:
        """`+1 312 555 0101 → Support`; empty without a call."""
        leg = self.leg
        return route(leg, self._services.look) if leg is not None else ""

    def find(self, seq: int) -> tuple[Entry, Fact] | None:
        """The entry with that number, if it belongs to the conversation."""
        return next((pair for pair in self.pairs if pair[0].seq == seq), None)
