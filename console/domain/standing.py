"""Where a leg stands by its own facts alone, before its company is looked at.

The stages are a suggestion of VOICE.md (e): Telnyx names none of them. The latest of bridged, enqueued and joined
says where an answered leg is; an end outranks everything.
"""

from __future__ import annotations

from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.facts import LegFacts, Stamp
from console.domain.ledger import Effects
from console.domain.legs import LegState


class Standing(NamedTuple):
    """What others may know of a leg when company is inferred."""

    ended: bool
    place: LegState | None
    """QUEUED or CONFERENCE while the leg is there."""
    bridge: Stamp | None
    """Its own latest call.bridged, unless a queue or a conference took it out of that bridge."""
    bridged: Stamp | None
    """Its own latest call.bridged, whatever came later."""
    begun_at: Micros | None
    """When call.initiated said it began."""
    answered: bool
    unanswered: bool
    """Known from its beginning and not answered yet; a leg first heard of in mid-call is neither."""
    left_at: Micros | None
    """When it ended, else when a queue or a conference last took it."""
    waiting: LegState
    """What it is before an answer: RINGING, DIALING or UNKNOWN."""


def stand(facts: LegFacts, effects: Effects) -> Standing:
    """Where the leg stands by its own facts."""
    latest = facts.latest
    bridge: Stamp | None = None
    place: LegState | None = None
    moved: Stamp | None = None
    if latest:
        bridge = latest.get("call.bridged")
        queued = latest.get("call.enqueued")
        joined = latest.get("conference.participant.joined")
        if queued is not None or joined is not None:
            moved = max(stamp for stamp in (queued, joined) if stamp is not None)
            place, bridge = _place(latest, bridge, queued, joined)
    answered = facts.answered is not None or moved is not None
    ended_at = facts.hangup if facts.hangup is not None else facts.checked_end
    begun = facts.initiated is not None or effects.dialed is not None
    return Standing(
        ended_at is not None,
        place,
        bridge,
        latest.get("call.bridged"),
        facts.initiated,
        answered,
        begun and not answered,
        ended_at if ended_at is not None or moved is None else moved[0],
        _waiting(facts, effects),
    )


def _waiting(facts: LegFacts, effects: Effects) -> LegState:
    direction = facts.registers.get("direction")
    if direction is None:
        return LegState.DIALING if effects.dialed is not None else LegState.UNKNOWN
    if direction[1] == "incoming":
        return LegState.RINGING
    return LegState.DIALING if direction[1] == "outgoing" else LegState.UNKNOWN


def _place(
    latest: dict[str, Stamp], bridge: Stamp | None, queued: Stamp | None, joined: Stamp | None
) -> tuple[LegState | None, Stamp | None]:
    """The queue or conference the leg is in, and its bridge if that came later than both."""
    newest = max(stamp for stamp in (bridge, queued, joined) if stamp is not None)
    if newest == bridge:
        return None, bridge
    if newest == queued:
        return (None if _after(latest, "call.dequeued", newest) else LegState.QUEUED), None
    gone = _after(latest, "conference.participant.left", newest)
    gone = gone or _after(latest, "conference.ended", newest)
    return (None if gone else LegState.CONFERENCE), None


def _after(latest: dict[str, Stamp], kind: str, stamp: Stamp) -> bool:
    found = latest.get(kind)
    return found is not None and found > stamp
