"""Taking in one event: which of a leg's facts it is news for. One look by type, then only what that type says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.domain.entries import Event, Micros
from console.domain.facts import SIGNED, LegFacts, Stamp, add_digit, earliest, vouch
from console.domain.times import parse_iso
from console.domain.values import items, mapping, text

FIRST, IDENTITY, STAGE, RESULTS, MARKS, CHANGED = 1, 2, 4, 8, 16, 32
"""What `absorb` answers, as bits: which parts of a leg's picture may look different now."""

_REMEMBERED = frozenset(
    {
        "call.ai_gather.ended",
        "call.bridged",
        "call.conversation.ended",
        "call.dequeued",
        "call.enqueued",
        "call.fork.started",
        "call.fork.stopped",
        "call.gather.ended",
        "call.hold",
        "call.playback.ended",
        "call.playback.started",
        "call.recording.error",
        "call.recording.saved",
        "call.refer.completed",
        "call.refer.failed",
        "call.refer.started",
        "call.sip_info.received",
        "call.speak.ended",
        "call.speak.started",
        "call.transcription",
        "call.unhold",
        "conference.created",
        "conference.ended",
        "conference.participant.joined",
        "conference.participant.left",
        "conference.recording.saved",
        "siprec.failed",
        "siprec.started",
        "siprec.stopped",
        "streaming.failed",
        "streaming.started",
        "streaming.stopped",
    }
)
"""Event types whose latest occurrence is kept: they switch something on or off, or confirm a command."""

_AFTERWARDS = frozenset(
    {
        "call.hangup",
        "call.cost",
        "call.recording.saved",
        "call.recording.error",
        "call.recording.transcription.saved",
        "call.conversation.ended",
        "call.conversation_insights.generated",
        "call.analyzed",
        "conference.ended",
        "conference.participant.left",
        "conference.recording.saved",
        "streaming.stopped",
    }
)
"""Types that may occur when the leg is gone already, so they do not prove that it lives (VOICE e)."""


def absorb(facts: LegFacts, event: Event, at: Micros) -> int:
    """Takes in one event of this leg that happened `at`; what may look different, 0 if nothing is new."""
    key, _, kind, _, _, _, session, connection, payload, _, _, envelope = event
    remembered, proves_life, reader = _KINDS.get(kind, _OTHER)
    bits = 0
    if facts.first is None or at < facts.first:
        facts.first = at
        bits = FIRST | CHANGED
    if facts.last is None or at > facts.last:
        facts.last = at
        bits |= CHANGED
    if proves_life and (facts.live is None or at > facts.live):
        facts.live = at
        bits |= CHANGED
    if (envelope == "record" or SIGNED not in facts.registers) and vouch(
        facts, is_record=envelope == "record"
    ):
        bits |= MARKS
    state = payload.get("client_state", 0) or ""
    if session and connection and type(state) is str and "client_state" in payload:
        ids = facts.ids
        now = (at, key, session, connection, state)
        if ids is None or now > ids:
            facts.ids = now
            bits |= CHANGED if _is_same(facts, ids, now) else IDENTITY
    else:
        bits |= _shared_ids(facts, event, (at, key))
    from_, to = payload.get("from"), payload.get("to")
    if from_ is not None or to is not None:
        bits |= _shared_ends(facts, payload, from_, to, (at, key))
    if remembered:
        bits |= _remember(facts, event, (at, key))
    return bits | reader(facts, payload, (at, key)) if reader is not None else bits


def _is_same(facts: LegFacts, old: tuple[object, ...] | None, new: tuple[object, ...]) -> bool:
    """Whether a group says what it said before and nothing else could have been shown instead."""
    return old is not None and old[2:] == new[2:] and not facts.mixed


def _shared_ids(facts: LegFacts, event: Event, stamp: Stamp) -> int:
    """Session, connection and client_state where one of them is missing, null or odd."""
    changed = False
    if event.call_session_id:
        changed |= facts.put_shared("session", stamp, event.call_session_id)
    if event.connection_id:
        changed |= facts.put_shared("connection", stamp, event.connection_id)
    if "client_state" in event.payload:
        changed |= facts.put_shared(
            "client_state", stamp, text(event.payload, "client_state") or ""
        )
    return IDENTITY if changed else 0


def _shared_ends(
    facts: LegFacts, payload: Mapping[str, object], from_: object, to: object, stamp: Stamp
) -> int:
    if type(from_) is str and type(to) is str and from_ and to:
        ends = facts.ends
        now = (*stamp, from_, to)
        if ends is not None and now <= ends:
            return 0
        facts.ends = now
        return CHANGED if _is_same(facts, ends, now) else IDENTITY
    facts.mixed = True
    changed = _put_text(facts, "from", payload, "from", stamp)
    changed |= _put_text(facts, "to", payload, "to", stamp)
    return IDENTITY if changed else 0


def _remember(facts: LegFacts, event: Event, stamp: Stamp) -> int:
    """Keeps when this type occurred last. A recording may be saved long after it ended: its own end counts."""
    kind = event.type
    if kind == "call.recording.saved":
        ended = parse_iso(event.payload.get("recording_ended_at"))
        stamp = stamp if ended is None else (ended, stamp[1])
    old = facts.latest.get(kind)
    if old is not None and stamp <= old:
        return 0
    facts.latest[kind] = stamp
    return STAGE | MARKS if kind in _STAGES else MARKS


def _put_text(
    facts: LegFacts, register: str, payload: Mapping[str, object], name: str, stamp: Stamp
) -> bool:
    value = text(payload, name)
    return value is not None and facts.put(register, stamp, value)


def _initiated(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = earliest(facts, "initiated", stamp[0])
    changed |= _put_text(facts, "direction", payload, "direction", stamp)
    changed |= _put_text(facts, "name", payload, "caller_id_name", stamp)
    return FIRST | IDENTITY | STAGE if changed else 0


def _answered(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    begun = _put_text(facts, "start", payload, "start_time", stamp)
    changed = earliest(facts, "answered", stamp[0])
    return (FIRST if begun else 0) | (STAGE if changed else 0)


def _bridged(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    begun = _put_text(facts, "start", payload, "start_time", stamp)
    changed = earliest(facts, "bridged", stamp[0])
    return (FIRST if begun else 0) | (STAGE if changed else 0)


def _hangup(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    ended = earliest(facts, "hangup", stamp[0])
    begun = _put_text(facts, "start", payload, "start_time", stamp)
    told = _put_text(facts, "cause", payload, "hangup_cause", stamp)
    told |= _put_text(facts, "source", payload, "hangup_source", stamp)
    told |= _put_text(facts, "sip", payload, "sip_hangup_cause", stamp)
    inbound = mapping(mapping(payload, "call_quality_stats"), "inbound")
    told |= _put_text(facts, "mos", inbound, "mos", stamp)
    return (STAGE if ended else 0) | (FIRST if begun else 0) | (RESULTS if told else 0)


def _enqueued(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = facts.put("queue", stamp, text(payload, "queue") or "")
    changed |= facts.put("position", stamp, text(payload, "current_position") or "")
    return STAGE if changed else 0


def _joined(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = facts.put("conference", stamp, text(payload, "conference_id") or "")
    return STAGE if changed else 0


def _detected(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = _put_text(facts, "detection", payload, "result", stamp)
    return RESULTS | MARKS if changed else 0


def _greeted(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = facts.put("greeting", stamp, text(payload, "result") or "")
    return RESULTS | MARKS if changed else 0


def _gathered(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    changed = facts.put("gathered", stamp, text(payload, "digits") or "")
    return RESULTS if changed else 0


def _digit(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    digit = text(payload, "digit")
    return RESULTS if digit is not None and add_digit(facts, (*stamp, digit)) else 0


def _cost(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> int:
    total = text(payload, "total_cost")
    if total is None:
        return 0
    parts = items(payload, "cost_parts")
    first = parts[0] if parts and isinstance(parts[0], dict) else {}
    currency = text(first, "currency")
    changed = facts.put("cost", stamp, f"{total} {currency}" if currency else total)
    return RESULTS if changed else 0


Reader = Callable[[LegFacts, Mapping[str, object], Stamp], int]

_READERS: dict[str, Reader] = {
    "call.initiated": _initiated,
    "call.answered": _answered,
    "call.bridged": _bridged,
    "call.hangup": _hangup,
    "call.enqueued": _enqueued,
    "conference.participant.joined": _joined,
    "call.machine.detection.ended": _detected,
    "call.machine.premium.detection.ended": _detected,
    "call.machine.greeting.ended": _greeted,
    "call.machine.premium.greeting.ended": _greeted,
    "call.gather.ended": _gathered,
    "call.dtmf.received": _digit,
    "call.cost": _cost,
}

_STAGES = frozenset(
    {
        "call.bridged",
        "call.enqueued",
        "call.dequeued",
        "conference.participant.joined",
        "conference.participant.left",
        "conference.ended",
    }
)
"""The remembered types that say where a leg is."""

_OTHER: tuple[bool, bool, Reader | None] = (False, True, None)

_KINDS: dict[str, tuple[bool, bool, Reader | None]] = {
    kind: (kind in _REMEMBERED, kind not in _AFTERWARDS, _READERS.get(kind))
    for kind in _REMEMBERED | _AFTERWARDS | _READERS.keys()
}
"""What to do with an event of each type, in one look."""
