"""Which seat an entry is about: legs by identifier and by session, commands by leg.

A leg may be named by a call_control_id, by a call_leg_id, or by both; seats that turn out to be the same leg become
one, in whichever order the identifiers are heard of.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.facts import LegFacts, merge
from console.domain.ledger import Command
from console.domain.legs import Leg
from console.domain.pairing import CROWD, Seat

UNSEEN = 1024
"""How many commands without a leg, and legs known only by commands, are kept at most."""


class Seating:
    """Seats by identifier and session, and the commands that were handed to them."""

    def __init__(self) -> None:
        self.seats: dict[str, Seat] = {}
        self.commands: dict[str, Command] = {}
        self.sessions: dict[str, dict[Seat, None]] = {}
        self.lost: list[Leg] = []
        """Legs whose seat was merged into another; whoever shows legs takes them away and clears the list."""
        self.unsettled: dict[Seat, None] = {}
        """Seats whose company changed by a merge and that must be derived anew; cleared likewise."""
        self._unseen: dict[Seat, None] = {}
        self._loose: dict[str, None] = {}

    def find(self, control_id: str) -> Seat | None:
        """The seat with this call_control_id (or key)."""
        return self.seats.get(control_id)

    def any(self, any_id: str) -> Seat | None:
        """The seat with this key, call_control_id or call_leg_id."""
        return self.seats.get(any_id) or self.seats.get(f"leg:{any_id}")

    def held(self) -> Iterable[Seat]:
        """Every seat once."""
        return dict.fromkeys(self.seats.values())

    def take(self, control_id: str | None, leg_id: str | None) -> Seat:
        """The seat of the leg with these identifiers (at least one is given), made or merged if need be."""
        seat = self.seats.get(control_id) if control_id else None
        if seat is not None and (not leg_id or leg_id in seat.facts.leg_ids):
            return seat
        other = self.seats.get(f"leg:{leg_id}") if leg_id else None
        if seat is None:
            seat = other if other is not None else self.add(LegFacts())
        elif other is not None and other is not seat:
            self._merge(seat, other)
        if seat.facts.identify(control_id, leg_id):
            self._name(seat)
            seat.recall()
        if len(self._unseen) > UNSEEN:
            self.remove(next(iter(self._unseen)))
        return seat

    def add(self, facts: LegFacts) -> Seat:
        """A new seat, not shown yet."""
        seat = Seat(facts)
        self._unseen[seat] = None
        self._name(seat)
        return seat

    def restore(self, facts: LegFacts) -> Seat:
        """The seat for facts that were saved: a new one, or the one that has some of their names already."""
        known = dict.fromkeys(self.seats[name] for name in facts.names if name in self.seats)
        if not known:
            return self.add(facts)
        seat, *others = known
        for other in others:
            self._merge(seat, other)
        merge(seat.facts, facts)
        self._name(seat)
        seat.recall()
        return seat

    def seen(self, seat: Seat) -> None:
        """Notes that the seat's leg is shown, so that the seat stays."""
        self._unseen.pop(seat, None)

    def remove(self, seat: Seat) -> None:
        """Forgets a seat, and the commands that concern nobody else."""
        self._leave(seat)
        for command_id in (*seat.commands, *seat.links):
            command = self.commands.get(command_id)
            if command is not None and not any(name in self.seats for name in named(command)):
                del self.commands[command_id]

    def attach(self, command: Command) -> dict[Seat, None]:
        """Hands a command to the legs it concerns; these, and those whose company it may change."""
        target, partner = command.target, command.partner
        if target is None:
            self._keep_loose(command)
            return {}
        self._loose.pop(command.command_id, None)
        seat = self.take(target, command.new_leg_id)
        seat.commands[command.command_id] = command
        ends = [seat]
        if partner is not None:
            ends.append(self.take(partner, None))
            for end in ends:
                end.links[command.command_id] = command
        touched = dict.fromkeys(ends)
        for end in ends:
            end.recall()
            touched.update(dict.fromkeys(self.joined(end)))
        return touched

    def joined(self, seat: Seat) -> Iterable[Seat]:
        """Every leg that a command ever joined to this one."""
        for command in seat.links.values():
            for name in named(command):
                other = self.seats.get(name)
                if other is not None and other is not seat:
                    yield other

    def members(self, seat: Seat) -> dict[Seat, None]:
        """The legs of its session, itself among them."""
        members = self.sessions.get(seat.session) if seat.session is not None else None
        return dict(members) if members else {seat: None}

    def company(self, seat: Seat) -> dict[Seat, None]:
        """The legs whose pairing may depend on this one's: its session, unless that is a crowd."""
        members = self.sessions.get(seat.session) if seat.session is not None else None
        if members is None or len(members) > CROWD + 1:
            return {seat: None}
        return {seat: None, **members}

    def enter(self, seat: Seat, session: str | None) -> None:
        """Moves a seat to a session, or out of all."""
        if seat.session is not None:
            members = self.sessions[seat.session]
            del members[seat]
            if not members:
                del self.sessions[seat.session]
        seat.session = session
        if session is not None:
            self.sessions.setdefault(session, {})[seat] = None

    def _merge(self, seat: Seat, other: Seat) -> None:
        """Two seats turn out to be one leg: the first takes over everything."""
        self.unsettled.update(self.company(other))
        self._leave(other)
        self.unsettled.pop(other)
        merge(seat.facts, other.facts)
        seat.commands.update(other.commands)
        seat.links.update(other.links)
        self._name(seat)
        seat.recall()
        if seat.leg is None:
            seat.leg = other.leg
        elif other.leg is not None:
            seat.leg.version = max(seat.leg.version, other.leg.version)
            self.lost.append(other.leg)

    def _leave(self, seat: Seat) -> None:
        self._unseen.pop(seat, None)
        self.enter(seat, None)
        for name in seat.facts.names:
            self.seats.pop(name, None)

    def _name(self, seat: Seat) -> None:
        for name in seat.facts.names:
            self.seats[name] = seat

    def _keep_loose(self, command: Command) -> None:
        self._loose[command.command_id] = None
        if len(self._loose) > UNSEEN:
            oldest = next(iter(self._loose))
            del self._loose[oldest]
            self.commands.pop(oldest, None)


def named(command: Command) -> Iterable[str]:
    """The legs a command is about, by the identifiers it gave."""
    return (name for name in (command.target, command.partner) if name)
