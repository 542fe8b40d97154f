"""The board: every leg in memory, as the entries so far tell it.

`apply` takes one entry and its fact and answers which legs look different. Entries may come in any order and any
number of times; equal sets of entries give equal boards. The cost of an entry does not depend on the number of legs.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping, Sequence

from console.domain.absorption import FIRST, IDENTITY, MARKS, STAGE, absorb
from console.domain.entries import (
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
)
from console.domain.facts import LegFacts, check, merge
from console.domain.ledger import Command
from console.domain.legs import Leg, LegKey
from console.domain.pairing import ALONE, CROWD, Seat, linked, pair_session
from console.domain.projection import project, session_of, stage, touch
from console.domain.ranks import Counts, Ranks
from console.domain.snapshot import dumped, loaded
from console.domain.standing import stand

NO_KEYS: frozenset[LegKey] = frozenset()

UNSEEN = 1024
"""How many commands without a leg, and legs known only by commands, are kept at most."""


class Board:
    """All legs, by key and by identifier, with what they are doing counted."""

    def __init__(self) -> None:
        self.legs: dict[LegKey, Leg] = {}
        """In the order in which they were first seen. For reading only."""
        self._seats: dict[str, Seat] = {}
        self._sessions: dict[str, dict[Seat, None]] = {}
        self._commands: dict[str, Command] = {}
        self._unseen: dict[Seat, None] = {}
        self._loose: dict[str, None] = {}
        self._ranks = Ranks()

    def apply(self, entry: Entry, fact: Fact) -> frozenset[LegKey]:
        """Takes in one entry; the keys of the legs that changed, appeared or went."""
        if isinstance(fact, Event):
            if entry.kind is Kind.REFUSED:
                return NO_KEYS
            at = fact.occurred_at
            return self._event(fact, entry.received_at if at is None else at)
        if isinstance(fact, CommandSent | CommandDone):
            return self._commanded(fact, entry.received_at)
        if isinstance(fact, Checked):
            return self._checked(fact)
        return NO_KEYS

    def get(self, any_id: str) -> Leg | None:
        """The leg with this key, call_control_id or call_leg_id."""
        seat = self._any(any_id)
        return seat.leg if seat is not None else None

    def session(self, call_session_id: str) -> tuple[Leg, ...]:
        """The legs of one session, oldest first."""
        return _oldest_first(self._sessions.get(call_session_id, ()))

    def conversation(self, key: str) -> tuple[Leg, ...]:
        """The legs of this leg's session and of the sessions that commands joined to it, oldest first."""
        seat = self._any(key)
        if seat is None:
            return ()
        members = self._members(seat)
        for member in tuple(members):
            for other in self._joined(member):
                members.update(self._members(other))
        return _oldest_first(members)

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
            seat = self._seats[key]
            company.update(self._members(seat))
            company.update(dict.fromkeys(self._joined(seat)))
            del self.legs[key]
            self._remove(seat)
            seat.leg = None
            for command_id in (*seat.commands, *seat.links):
                command = self._commands.get(command_id)
                if command is not None and not self._concerns_somebody(command):
                    del self._commands[command_id]
        self._settle((seat for seat in company if seat.leg is not None), NO_KEYS)

    def dump(self) -> dict[str, object]:
        """The facts of every leg held, fit for JSON; equal for equal boards."""
        seats = dict.fromkeys(self._seats.values())
        return dumped((seat.facts for seat in seats), self._commands.values())

    @classmethod
    def load(cls, data: Mapping[str, object]) -> Board:
        """A board from what `dump` gave. Raises `ValueError` when it is not that."""
        board = cls()
        held, commands = loaded(data)
        fresh: dict[Seat, None] = {}
        for facts in held:
            seat = Seat(facts)
            fresh[seat] = board._unseen[seat] = None
            for name in facts.names:
                board._seats[name] = seat
        for command in commands:
            board._commands[command.command_id] = command
            fresh.update(board._attach(command)[0])
        board._settle(fresh, NO_KEYS)
        return board

    # What entries do.

    def _event(self, event: Event, at: Micros) -> frozenset[LegKey]:
        control_id, leg_id = event.call_control_id, event.call_leg_id
        seat = self._seats.get(control_id) if control_id else None
        gone = NO_KEYS
        if seat is None or (leg_id and leg_id not in seat.facts.leg_ids):
            if not control_id and not leg_id:
                return NO_KEYS
            seat, gone = self._seat(control_id, leg_id)
        bits = absorb(seat.facts, event, at)
        leg = seat.leg
        if seat.is_fresh or leg is None or bits & STAGE or seat.facts.unlisted is not None:
            return self._refresh(seat, gone, bits) if bits or gone else NO_KEYS
        if not bits:
            return NO_KEYS
        if bits & IDENTITY and session_of(seat.facts, seat.effects) != seat.session:
            return self._settle((seat,), gone)
        touch(seat, leg, bits)
        return seat.own_keys

    def _checked(self, fact: Checked) -> frozenset[LegKey]:
        if not fact.call_control_id and not fact.call_leg_id:
            return NO_KEYS
        seat, gone = self._seat(fact.call_control_id, fact.call_leg_id)
        if not check(seat.facts, fact) and not gone:
            return NO_KEYS
        return self._refresh(seat, gone, FIRST | IDENTITY)

    def _commanded(self, fact: CommandSent | CommandDone, at: Micros) -> frozenset[LegKey]:
        command = self._commands.get(fact.command_id)
        if command is None:
            command = self._commands[fact.command_id] = Command(fact.command_id)
        if not command.absorb(fact, at):
            return NO_KEYS
        touched, gone = self._attach(command)
        return self._settle(touched, gone)

    # Who an entry is about.

    def _find(self, control_id: str) -> Seat | None:
        return self._seats.get(control_id)

    def _any(self, any_id: str) -> Seat | None:
        return self._seats.get(any_id) or self._seats.get(f"leg:{any_id}")

    def _seat(self, control_id: str | None, leg_id: str | None) -> tuple[Seat, frozenset[LegKey]]:
        """The seat of a leg with these identifiers, made or merged if need be; and the keys that went."""
        seats = self._seats
        seat = seats.get(control_id) if control_id else None
        if seat is not None and (not leg_id or leg_id in seat.facts.leg_ids):
            return seat, NO_KEYS
        other = seats.get(f"leg:{leg_id}") if leg_id else None
        gone = NO_KEYS
        if seat is None and other is None:
            seat = Seat(LegFacts())
            self._unseen[seat] = None
        elif seat is None or other is None:
            seat = seat or other
        elif seat is not other:
            gone = self._merge(seat, other)
        assert seat is not None
        if seat.facts.identify(control_id, leg_id):
            for name in seat.facts.names:
                seats[name] = seat
            if seat.commands or seat.links:
                seat.recall()
            seat.is_fresh = True
        if len(self._unseen) > UNSEEN:
            self._remove(next(iter(self._unseen)))
        return seat, gone

    def _merge(self, seat: Seat, other: Seat) -> frozenset[LegKey]:
        """Two seats turn out to be one leg: the first takes over everything."""
        merge(seat.facts, other.facts)
        seat.commands.update(other.commands)
        seat.links.update(other.links)
        seat.recall()
        seat.is_fresh = True
        self._remove(other)
        for name in seat.facts.names:
            self._seats[name] = seat
        if other.leg is None or seat.leg is None:
            seat.leg = seat.leg or other.leg
            return NO_KEYS
        key = other.leg.key
        seat.leg.version = max(seat.leg.version, other.leg.version)
        del self.legs[key]
        self._ranks.drop(key)
        return frozenset((key,))

    def _remove(self, seat: Seat) -> None:
        self._unseen.pop(seat, None)
        self._enter(seat, None)
        for name in seat.facts.names:
            self._seats.pop(name, None)

    def _attach(self, command: Command) -> tuple[dict[Seat, None], frozenset[LegKey]]:
        """Hands a command to the legs it concerns; these, and those whose company it may change."""
        touched: dict[Seat, None] = {}
        gone = NO_KEYS
        target = command.target
        if target is None:
            self._loose[command.command_id] = None
            if len(self._loose) > UNSEEN:
                self._commands.pop(next(iter(self._loose)), None)
                del self._loose[next(iter(self._loose))]
            return touched, gone
        self._loose.pop(command.command_id, None)
        seat, gone = self._seat(target, command.new_leg_id)
        seat.commands[command.command_id] = command
        touched[seat] = None
        partner = command.partner
        if partner is not None:
            other, also_gone = self._seat(partner, None)
            gone |= also_gone
            for end in (seat, other):
                end.links[command.command_id] = command
                touched[end] = None
        for end in tuple(touched):
            end.recall()
            end.is_fresh = True
            touched.update(dict.fromkeys(self._joined(end)))
        return touched, gone

    def _joined(self, seat: Seat) -> Iterable[Seat]:
        """Every leg that a command ever joined to this one."""
        for command in seat.links.values():
            for named in (command.target, command.partner):
                other = self._seats.get(named) if named else None
                if other is not None and other is not seat:
                    yield other

    def _concerns_somebody(self, command: Command) -> bool:
        return any(named in self._seats for named in (command.target, command.partner) if named)

    # What follows.

    def _refresh(self, seat: Seat, gone: frozenset[LegKey], bits: int) -> frozenset[LegKey]:
        """After its facts changed: this leg anew, and its company if it has any."""
        session = session_of(seat.facts, seat.effects)
        members = self._sessions.get(session) if session is not None else None
        if seat.effects.link is not None or (seat.session is not None and seat.session != session):
            return self._settle((seat,), gone)
        if members is not None and (len(members) > 1 or seat not in members):
            return self._settle((seat,), gone)
        if session != seat.session:
            self._enter(seat, session)
        seat.standing = stand(seat.facts, seat.effects)
        leg = seat.leg
        if seat.is_fresh or leg is None:
            seat.is_fresh = False
            changed = set(gone)
            self._show(seat, changed)
            return frozenset(changed)
        touch(seat, leg, bits & ~MARKS)
        stage(seat, leg)
        self._ranks.place(leg)
        return seat.own_keys

    def _settle(self, seats: Iterable[Seat], gone: frozenset[LegKey]) -> frozenset[LegKey]:
        """Derives these legs and everybody whose company they may be, and says which keys changed."""
        dirty = dict.fromkeys(seats)
        groups: dict[Seat, None] = {}
        for seat in dirty:
            seat.is_fresh = False
            seat.standing = stand(seat.facts, seat.effects)
            session = session_of(seat.facts, seat.effects)
            if session != seat.session:
                groups.update(dict.fromkeys(self._company(seat)))
                self._enter(seat, session)
        for seat in tuple(dirty):
            groups.update(dict.fromkeys(self._company(seat)))
            other = linked(seat, self._find)
            if other is not None:
                groups.update(dict.fromkeys(self._company(other)))
        self._pair(groups, dirty)
        changed = set(gone)
        for seat in dirty:
            self._show(seat, changed)
        return frozenset(changed)

    def _company(self, seat: Seat) -> Iterable[Seat]:
        """The legs whose pairing may depend on this one's: its session, unless that is a crowd."""
        members = self._sessions.get(seat.session) if seat.session is not None else None
        if members is None or len(members) > CROWD + 1:
            return (seat,)
        return (seat, *members)

    def _pair(self, groups: Iterable[Seat], dirty: dict[Seat, None]) -> None:
        done: set[Seat] = set()
        for seat in groups:
            if seat in done:
                continue
            members = tuple(self._members(seat))
            if len(members) > CROWD:
                members = (seat,)
            found = pair_session(members, self._find)
            done.update(members)
            for member in members:
                pairing = found.get(member, ALONE)
                if pairing != member.pairing:
                    member.pairing = pairing
                    dirty[member] = None

    def _members(self, seat: Seat) -> dict[Seat, None]:
        members = self._sessions.get(seat.session) if seat.session is not None else None
        return dict(members) if members else {seat: None}

    def _enter(self, seat: Seat, session: str | None) -> None:
        """Moves a seat to a session."""
        if seat.session is not None:
            members = self._sessions[seat.session]
            del members[seat]
            if not members:
                del self._sessions[seat.session]
        seat.session = session
        if session is not None:
            self._sessions.setdefault(session, {})[seat] = None

    def _show(self, seat: Seat, changed: set[LegKey]) -> None:
        leg, key = seat.leg, seat.key
        if leg is None:
            if not seat.is_visible:
                return
            self._unseen.pop(seat, None)
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


def _oldest_first(seats: Iterable[Seat]) -> tuple[Leg, ...]:
    legs = [seat.leg for seat in seats if seat.leg is not None]
    return tuple(sorted(legs, key=_age))


def _age(leg: Leg) -> tuple[Micros, LegKey]:
    return leg.began_at or 0, leg.key
