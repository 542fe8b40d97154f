"""How dialogs and notices name a leg, as plain text that has been cleaned; widgets get it as `Content`."""

from __future__ import annotations

from console.domain.entries import Micros
from console.domain.legs import Leg, LegState
from console.domain.text import clean
from console.domain.times import span
from console.ui.presenters.legs import Look, other_party, party, talking, waiting

_LONGEST = 60
_TALKING = frozenset({LegState.ANSWERED, LegState.BRIDGED, LegState.CONFERENCE})


def bounded(text: str) -> str:
    """Clean text of at most sixty characters."""
    shown = clean(text[: _LONGEST * 4])
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def far_end(leg: Leg, look: Look) -> str:
    """The number, address or name at the far end of a leg."""
    return bounded(other_party(leg, look)) or "unknown"


def route(leg: Leg, look: Look) -> str:
    """`+1 312 555 0101 → Support`."""
    from_, to = (bounded(party(each, look)) or "unknown" for each in (leg.from_, leg.to))
    return f"{from_} {look.glyphs.arrow} {to}"


def state_words(leg: Leg, now: Micros) -> str:
    """`ringing 0:42`, `talking 3:12`, `ended 0:05 ago`."""
    if leg.state is LegState.ENDED:
        return f"ended {span(max(0, now - leg.ended_at))} ago" if leg.ended_at else "ended"
    if leg.state in _TALKING:
        where = " in a conference" if leg.state is LegState.CONFERENCE else ""
        return f"talking{where} {talking(leg, now)}".strip()
    return f"{leg.state.value} {waiting(leg, now)}".strip()


def state_line(leg: Leg, now: Micros, peer: Leg | None, look: Look) -> str:
    """`incoming, talking 3:12, bridged with Ann`."""
    words = [bounded(leg.direction)] if leg.direction else []
    words.append(state_words(leg, now))
    if peer is not None:
        inferred = " (inferred)" if leg.peer_inferred else ""
        words.append(f"bridged with {far_end(peer, look)}{inferred}")
    if leg.stale:
        words.append("stale: Telnyx does not list it any more")
    return ", ".join(words)


def capitalized(title: str) -> str:
    """The first letter large, and every other one as it is: `Refer by SIP`."""
    return title[:1].upper() + title[1:]
