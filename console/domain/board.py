"""The board: every leg in memory, as the entries so far tell it.

`apply` takes one entry and its fact and answers which legs look different. Entries may come in any order and any
number of times; equal sets of entries give equal boards. The cost of an entry does not depend on the number of legs.

Of many entries at once several are often about one leg: `take_in` only notes what each says, and `settle` then derives
every leg once.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping, Sequence

from console.domain.absorption import FIRST, IDENTITY, MARKS, STAGE, absorb
from console.domain.annotations import take_note
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
)
from console.domain.facts import LegFacts, check
from console.domain.ledger import Command
from console.domain.legs import Leg, LegKey
from console.domain.pairing import ALONE, CROWD, Seat, linked, pair_session
from console.domain.parting import companions, parted
from console.domain.projection import project, session_of, stage, touch
from console.domain.ranks import Counts, Ranks
from console.domain.seating import Seating
from console.domain.snapshot import dumped, loaded
from console.domain.standing import stand
from console.domain.times import happened

NO_KEYS: frozenset[LegKey] = frozenset()


class Board:
    """All legs, by key and by identifier, with what they are doing counted."""

    def __init__(self) -> None:
        self.legs: dict[LegKey, Leg] = {}
        """In the order in which they were first seen. For reading only."""
        self._seating = Seating()
        self._ranks = Ranks()
        self._pending: dict[Seat, int] = {}
        """What events changed of legs that have not been derived since."""
        self._changed: set[LegKey] = set()
        """Legs that were derived and not told of yet."""

    def apply(self, entry: Entry, fact: Fact) -> frozenset[LegKey]:
        """Takes in one entry; the keys of the legs that changed, appeared or went."""
        self.take_in(entry, fact)
        return self.settle()

    def take_in(self, entry: Entry, fact: Fact) -> None:
        """Takes in one entry of many. Until `settle` the board only answers whether it holds a leg."""
        if isinstance(fact, Event):
            if entry.kind is not Kind.REFUSED:
                self._event(fact, happened(fact.occurred_at, entry.received_at))
        elif isinstance(fact, CommandSent | CommandDone):
            self._changed.update(self.settle())
            self._changed.update(self._commanded(fact, entry.received_at))
        elif isinstance(fact, Checked | Annotated):
            self._changed.update(self.settle())
            self._changed.update(self._told(fact))

    def settle(self) -> frozenset[LegKey]:
        """Derives the legs that were heard of; keys of all that changed, appeared or went since the last time."""
        changed = self._changed
        pending, self._pending = self._pending, {}
        for seat, bits in pending.items():
            leg, facts = seat.leg, seat.facts
            if seat.is_fresh or leg is None or bits & STAGE or facts.unlisted is not None:
                changed |= self._refresh(seat, bits)
            elif bits & IDENTITY and session_of(facts, seat.effects) != seat.session:
                changed |= self._settle((seat,))
            else:
                touch(seat, leg, bits)
                changed |= seat.own_keys
        told = frozenset(changed)
        changed.clear()
        return told

    def get(self, any_id: str) -> Leg | None:
        """The leg with this key, call_control_id or call_leg_id."""
        seat = self._seating.any(any_id)
        return seat.leg if seat is not None else None

    def conversation(self, key: str) -> tuple[Leg, ...]:
        """The legs of this leg's session and of the sessions that commands joined to it, oldest first."""
        seating = self._seating
        seat = seating.any(key)
        if seat is None:
            return ()
        return _oldest_first(companions(seating, seat))

    @property
    def counts(self) -> Counts:
        """How many legs are live, waiting, talking and ended."""
        return self._ranks.counts

    @property
    def live_keys(self) -> KeysView[LegKey]:
        """Keys of the legs that have not ended, a live view."""
        return self._ranks.live

    @property
    def ended_keys(self) -> Sequence[LegKey]:
        """Keys of the legs that have ended, earliest end first, a live view."""
        return self._ranks.ended

    def longest_waiting(self) -> Leg | None:
        """The leg that has been ringing or queued longest."""
        key = self._ranks.longest_waiting()
        return self.legs.get(key) if key is not None else None

    def forget(self, keys: Iterable[LegKey]) -> None:
        """Drops legs from memory, with the commands that only they carried."""
        gone = [key for key in keys if key in self.legs]
        self._ranks.drop_ended(gone)
        company: dict[Seat, None] = {}
        for key in gone:
            seat = self._seating.seats[key]
            company.update(self._seating.members(seat))
            company.update(dict.fromkeys(self._seating.joined(seat)))
            self._seating.remove(seat)
            del self.legs[key]
            seat.leg = None
        self._settle(seat for seat in company if seat.leg is not None)

    def dump(self, *, ended: bool | None = None) -> dict[str, object]:
        """The facts of every leg held, fit for JSON; equal for equal boards.

        `ended` False: only what goes on, with its company; True: only the rest. `restore` takes one after the other.
        """
        if ended is None:
            held = (seat.facts for seat in self._seating.held())
            return dumped(held, self._seating.commands.values())
        return dumped(*parted(self._seating)[ended])

    @classmethod
    def load(cls, data: Mapping[str, object]) -> Board:
        """A board from what `dump` gave, oldest legs first. Raises `ValueError` when it is not that."""
        board = cls()
        board.restore(data)
        return board

    def restore(self, data: Mapping[str, object]) -> frozenset[LegKey]:
        """Adds what was dumped, oldest legs first; the keys of the legs that changed. Raises `ValueError`."""
        seating = self._seating
        held, commands = loaded(data)
        held.sort(key=_first_seen)
        was_empty = not self.legs
        fresh = dict.fromkeys(seating.restore(facts) for facts in held)
        for command in commands:
            known = seating.commands.setdefault(command.command_id, command)
            if known is not command:
                known.merge(command)
            fresh.update(seating.attach(known))
        changed = self._settle(fresh)
        if not was_empty:
            keys = sorted(self.legs, key=lambda key: _first_seen(seating.seats[key].facts))
            legs = {key: self.legs[key] for key in keys}
            self.legs.clear()
            self.legs.update(legs)
        return changed

    # What entries do.

    def _event(self, event: Event, at: Micros) -> None:
        control_id, leg_id = event.call_control_id, event.call_leg_id
        seating = self._seating
        seat = seating.seats.get(control_id) if control_id else None
        is_simple = True
        if seat is None or (leg_id and leg_id not in seat.facts.leg_ids):
            if not control_id and not leg_id:
                return
            is_simple = seat is None and f"leg:{leg_id}" not in seating.seats
            if not is_simple:
                # A leg gets a name, or two turn out to be one: everything else has to be up to date for that.
                self._changed.update(self.settle())
            seat = seating.take(control_id, leg_id)
        bits = absorb(seat.facts, event, at)
        if bits or seat.is_fresh or seat.leg is None:
            self._pending[seat] = self._pending.get(seat, 0) | bits
            if is_simple and seat.leg is None and seat.is_visible:
                # Its place among the legs is where it was first heard of.
                seating.seen(seat)
                seat.is_fresh = True
                seat.leg = self.legs[seat.key] = Leg(key=seat.key)
            elif not is_simple or seat.leg is None:
                self._changed.update(self.settle())

    def _told(self, fact: Checked | Annotated) -> frozenset[LegKey]:
        if not fact.call_control_id and not fact.call_leg_id:
            return NO_KEYS
        seat = self._seating.take(fact.call_control_id, fact.call_leg_id)
        if isinstance(fact, Annotated):
            return self._settle((seat,)) if take_note(seat.facts, fact) else NO_KEYS
        if not check(seat.facts, fact) and not seat.is_fresh:
            return NO_KEYS
        return self._refresh(seat, FIRST | IDENTITY)

    def _commanded(self, fact: CommandSent | CommandDone, at: Micros) -> frozenset[LegKey]:
        commands = self._seating.commands
        command = commands.get(fact.command_id)
        if command is None:
            command = commands[fact.command_id] = Command(fact.command_id)
        if not command.absorb(fact, at):
            return NO_KEYS
        return self._settle(self._seating.attach(command))

    # What follows.

    def _refresh(self, seat: Seat, bits: int) -> frozenset[LegKey]:
        """After its facts changed: this leg anew, and its company if it has any."""
        seating = self._seating
        session = session_of(seat.facts, seat.effects)
        members = seating.sessions.get(session) if session is not None else None
        if (
            seat.effects.link is not None
            or seating.unsettled
            or seating.lost
            or (seat.session is not None and seat.session != session)
            or (members is not None and (len(members) > 1 or seat not in members))
        ):
            return self._settle((seat,))
        if session != seat.session:
            seating.enter(seat, session)
        seat.standing = stand(seat.facts, seat.effects)
        leg = seat.leg
        if seat.is_fresh or leg is None:
            seat.is_fresh = False
            changed: set[LegKey] = set()
            self._show(seat, changed)
            return frozenset(changed)
        touch(seat, leg, bits & ~MARKS)
        stage(seat, leg)
        self._ranks.place(leg)
        return seat.own_keys

    def _settle(self, seats: Iterable[Seat]) -> frozenset[LegKey]:
        """Derives these legs and everybody whose company they may be, and says which keys changed."""
        seating = self._seating
        changed = {leg.key for leg in seating.lost}
        seating.lost.clear()
        for key in changed:
            del self.legs[key]
            self._ranks.drop(key)
        dirty = {**dict.fromkeys(seats), **seating.unsettled}
        seating.unsettled.clear()
        groups: dict[Seat, None] = {}
        for seat in dirty:
            seat.is_fresh = False
            seat.standing = stand(seat.facts, seat.effects)
            session = session_of(seat.facts, seat.effects)
            if session != seat.session:
                groups.update(seating.company(seat))
                seating.enter(seat, session)
        for seat in tuple(dirty):
            groups.update(seating.company(seat))
            other = linked(seat, seating.find)
            if other is not None:
                groups.update(seating.company(other))
        _pair(seating, groups, dirty)
        for seat in dirty:
            self._show(seat, changed)
        return frozenset(changed)

    def _show(self, seat: Seat, changed: set[LegKey]) -> None:
        leg, key = seat.leg, seat.key
        if leg is None:
            if not seat.is_visible:
                return
            self._seating.seen(seat)
            leg = seat.leg = self.legs[key] = Leg(key=key)
        elif leg.key != key:
            changed.add(leg.key)
            del self.legs[leg.key]
            self._ranks.drop(leg.key)
            self.legs[key] = leg
        seat.own_keys = frozenset((key,))
        project(seat, leg)
        self._ranks.place(leg)
        changed.add(key)


def _pair(seating: Seating, groups: Iterable[Seat], dirty: dict[Seat, None]) -> None:
    """Pairs the legs of these and of their sessions; adds to `dirty` those who now have other company."""
    done: set[Seat] = set()
    for seat in groups:
        if seat in done:
            continue
        members = tuple(seating.members(seat))
        if len(members) > CROWD:
            members = (seat,)
        found = pair_session(members, seating.find)
        done.update(members)
        for member in members:
            pairing = found.get(member, ALONE)
            if pairing != member.pairing:
                member.pairing = pairing
                dirty[member] = None


def _oldest_first(seats: Iterable[Seat]) -> tuple[Leg, ...]:
    legs = [seat.leg for seat in seats if seat.leg is not None]
    return tuple(sorted(legs, key=_age))


def _first_seen(facts: LegFacts) -> tuple[Micros, str]:
    return facts.first or 0, facts.key


def _age(leg: Leg) -> tuple[Micros, LegKey]:
    return leg.began_at or 0, leg.key
