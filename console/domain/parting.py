"""Parts what is on a board in two: what is still going on, with its company, and the conversations that are over.

A desk shows the first at once and reads the second a moment later; together they are the whole board.
"""

from __future__ import annotations

from typing import NamedTuple

from console.domain.facts import LegFacts
from console.domain.ledger import Command
from console.domain.pairing import Seat
from console.domain.seating import Seating, named


class Part(NamedTuple):
    """Some legs, and the commands that concern them."""

    legs: list[LegFacts]
    commands: list[Command]


def parted(seating: Seating) -> tuple[Part, Part]:
    """What goes on, and what is over; every leg and every command is in one of them."""
    held = list(seating.held())
    going = set[Seat]()
    for seat in held:
        if seat.leg is None or seat.leg.is_live:
            going |= companions(seating, seat)
    on, over = Part([], []), Part([], [])
    for seat in held:
        (on if seat in going else over).legs.append(seat.facts)
    for command in seating.commands.values():
        seats = [seating.seats[name] for name in named(command) if name in seating.seats]
        is_over = seats and going.isdisjoint(seats)
        (over if is_over else on).commands.append(command)
    return on, over


def companions(seating: Seating, seat: Seat) -> set[Seat]:
    """The legs of its session and of the sessions that commands joined to it, itself among them."""
    members = set(seating.members(seat))
    for member in tuple(members):
        for other in seating.joined(member):
            members.update(seating.members(other))
    return members
