"""Who is connected with whom: call.bridged names no peer, so company is known by command or inferred.

Known: an accepted `bridge`, or a dial that bridges on answer, links two legs. A link holds while it is the latest of
both and neither has been bridged with somebody else since. Inferred: within one session, the legs that events report
as bridged are matched by time; a transfer reports only leg B, so another live answered leg of the session is taken as
its peer. All of it is a function of the present facts, so the order in which they came does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.facts import LegFacts
from console.domain.ledger import NO_EFFECTS, Command, Effects, effects_of
from console.domain.legs import Leg, LegKey, LegState
from console.domain.standing import Standing, stand
from console.domain.times import SECOND

CROWD = 32
"""A session with more legs than this is not searched: its peers stay unknown unless a command named them."""

SAME_BRIDGE: Micros = 5 * SECOND
"""How far the two call.bridged of one bridge may lie apart."""

CLOCKS: Micros = 5 * SECOND
"""How far this machine's clock may be ahead of Telnyx's when a command is compared with an event."""


class Pairing(NamedTuple):
    """What the company of a leg says of it."""

    peer: LegKey | None = None
    inferred: bool = False
    early: bool = False
    """Connected, but one of the two has not answered: early media."""
    broken: bool = False
    """Its bridge is over: the peer ended or went to a queue or conference."""
    sibling_at: Micros | None = None
    """When the latest other outgoing leg of its session began; a transfer shows itself by that."""


ALONE = Pairing()


class Seat:
    """One leg's place on the board: its facts, its commands, and what was derived from them."""

    __slots__ = (
        "commands",
        "effects",
        "facts",
        "is_fresh",
        "leg",
        "links",
        "own_keys",
        "pairing",
        "session",
        "standing",
    )

    def __init__(self, facts: LegFacts) -> None:
        self.facts = facts
        self.commands: dict[str, Command] = {}
        self.links: dict[str, Command] = {}
        """Accepted commands that join this leg to another, whichever of the two they were sent to."""
        self.effects: Effects = NO_EFFECTS
        self.standing: Standing = stand(facts, NO_EFFECTS)
        self.pairing: Pairing = ALONE
        self.session: str | None = None
        self.own_keys: frozenset[LegKey] = frozenset()
        """The key of its leg alone: the commonest answer of the board."""
        self.is_fresh = True
        """Whether identifiers or commands changed since it was last derived."""
        self.leg: Leg | None = None
        """None while nothing says that Telnyx knows such a leg."""

    @property
    def key(self) -> LegKey:
        """The leg's key."""
        return self.facts.key

    def recall(self) -> None:
        """Derives what its commands say of it, after they or its identifiers changed."""
        self.is_fresh = True
        if not self.commands and not self.links:
            return
        ids = (*self.facts.control_ids, *self.facts.leg_ids)
        self.effects = effects_of(self.commands.values(), self.links.values(), ids)

    @property
    def is_visible(self) -> bool:
        """Whether the leg belongs on the board: Telnyx spoke of it, or accepted the dial that makes it."""
        return self.facts.is_known or self.effects.dialed is not None


Find = Callable[[str], Seat | None]


def linked(seat: Seat, find: Find) -> Seat | None:
    """The leg that a command joined to this one last, if this one is also the last that it was joined to."""
    link = seat.effects.link
    if link is None:
        return None
    other = find(link[2])
    if other is None or other is seat:
        return None
    back = other.effects.link
    return other if back is not None and back[1] == link[1] else None


def pair_session(members: Sequence[Seat], find: Find) -> Mapping[Seat, Pairing]:
    """The pairing of every leg of one session. Legs that stand alone may be missing from the answer."""
    found: dict[Seat, Pairing] = {}
    free: list[Seat] = []
    for seat in members:
        pairing = _by_link(seat, find)
        if pairing is not None:
            found[seat] = pairing
        elif not seat.standing.ended and seat.standing.place is None:
            free.append(seat)
    if 1 < len(members) <= CROWD:
        _by_session(members, free, found)
        _siblings(members, found)
    return found


def _by_link(seat: Seat, find: Find) -> Pairing | None:
    """What the latest joining command says, if it is still in force."""
    other = linked(seat, find)
    own = seat.standing
    if other is None or not other.is_visible or own.ended or own.place is not None:
        return None
    if not _in_force(seat, other):
        return None
    company = other.standing
    if company.ended or _has_moved(other):
        gone = own.bridge is not None and (company.left_at or 0) >= own.bridge[0]
        return Pairing(broken=True) if gone else None
    return Pairing(other.key, early=own.unanswered or company.unanswered)


def _has_moved(seat: Seat) -> bool:
    """Whether a queue or a conference took the leg after its latest bridge."""
    if seat.standing.place is not None:
        return True
    return seat.standing.bridge is None and seat.standing.bridged is not None


def _in_force(seat: Seat, other: Seat) -> bool:
    """Whether the bridge that events report is the one the link stands for."""
    link = seat.effects.link
    mine, theirs = seat.standing.bridge, other.standing.bridged
    if mine is None and _has_moved(seat):
        return False
    if mine is not None and theirs is not None:
        return abs(mine[0] - theirs[0]) <= SAME_BRIDGE
    one = mine or theirs
    return link is not None and one is not None and one[0] >= link[0] - CLOCKS


def _by_session(members: Sequence[Seat], free: Sequence[Seat], found: dict[Seat, Pairing]) -> None:
    """Matches the bridged legs of a session, the most recently bridged first."""
    hot = sorted((s for s in free if s.standing.bridge is not None), key=_newest_first)
    if not hot:
        return
    left = {seat for seat in free if seat.standing.bridge is not None or seat.standing.answered}
    for seat in hot:
        if seat not in left:
            continue
        left.discard(seat)
        peer = min(
            (other for other in left if _may_be_peer(seat, other)),
            key=lambda other: _fitness(seat, other),
            default=None,
        )
        if peer is None:
            if any(_was_peer(seat, other) for other in members):
                found[seat] = Pairing(broken=True)
            continue
        left.discard(peer)
        early = seat.standing.unanswered or peer.standing.unanswered
        found[seat] = Pairing(peer.key, inferred=True, early=early)
        found[peer] = Pairing(seat.key, inferred=True, early=early)


def _newest_first(seat: Seat) -> tuple[Micros, LegKey]:
    bridge = seat.standing.bridge
    return (-bridge[0] if bridge is not None else 0), seat.key


def _fitness(seat: Seat, other: Seat) -> tuple[int, Micros, LegKey]:
    """Smaller fits better: bridged at the same time, then the one that was transferred, then who never moved."""
    mine, theirs = seat.standing.bridge, other.standing.bridge
    started = other.standing.begun_at or 0
    if mine is not None and theirs is not None and abs(mine[0] - theirs[0]) <= SAME_BRIDGE:
        return 0, started, other.key
    if other.effects.transferred is not None:
        return 1, started, other.key
    return (2 if theirs is None else 3), started, other.key


def _may_be_peer(seat: Seat, other: Seat) -> bool:
    """Whether a live leg of the session can be at the other end of this bridge."""
    if other.effects.supervising:
        return False
    mine, moved = seat.standing.bridge, other.standing.left_at
    return other.standing.bridge is not None or moved is None or mine is None or moved < mine[0]


def _was_peer(seat: Seat, other: Seat) -> bool:
    """Whether a leg that ended or moved was the other end of this bridge: it left after the bridge began."""
    mine, left_at = seat.standing.bridge, other.standing.left_at
    if other is seat or mine is None or left_at is None or left_at < mine[0]:
        return False
    return other.standing.bridged is not None or other.standing.answered


def _siblings(members: Sequence[Seat], found: dict[Seat, Pairing]) -> None:
    """Notes, for legs that were transferred, when the newest other outgoing leg began."""
    for seat in members:
        if seat.effects.transferred is None or seat.standing.ended:
            continue
        begun = [
            other.standing.begun_at
            for other in members
            if other is not seat
            and other.standing.begun_at is not None
            and other.standing.waiting is LegState.DIALING
        ]
        if begun:
            found[seat] = found.get(seat, ALONE)._replace(sibling_at=max(begun))
