"""Everything Telnyx said of one leg, kept so that it merges.

`LegFacts` is a join semilattice: earliest and latest times, sets of identifiers, and registers in which the latest
`(occurred_at, event key)` wins. Taking in the same event twice changes nothing, and the order does not matter. What
is shown follows from these facts alone (`standing.py`, `projection.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.domain.entries import Checked, Event, Micros
from console.domain.times import parse_iso
from console.domain.values import items, mapping, text

Stamp = tuple[Micros, bytes]
"""When, and which event said so; the key settles equal times."""

Register = tuple[Stamp, str]

MAX_DIGITS = 64
"""How many of the latest single digits a leg remembers."""

REMEMBERED = frozenset(
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


class LegFacts:
    """What events and Telnyx's records said of one leg. Mutable; only `absorb`, `check` and `merge` change it."""

    __slots__ = (
        "alive",
        "answered",
        "bridged",
        "checked_end",
        "control_ids",
        "digits",
        "first",
        "hangup",
        "initiated",
        "last",
        "latest",
        "leg_ids",
        "live",
        "registers",
        "started",
        "unlisted",
    )

    def __init__(self) -> None:
        self.control_ids: tuple[str, ...] = ()
        self.leg_ids: tuple[str, ...] = ()
        self.first: Micros | None = None
        self.last: Micros | None = None
        self.initiated: Micros | None = None
        self.answered: Micros | None = None
        self.bridged: Micros | None = None
        self.hangup: Micros | None = None
        self.started: Micros | None = None
        """Start of the leg as Telnyx's records have it."""
        self.checked_end: Micros | None = None
        """End of the leg as Telnyx's records have it."""
        self.live: Micros | None = None
        """The latest event that only a live leg can cause."""
        self.alive: Micros | None = None
        """When Telnyx's records last said that the leg lives; our clock."""
        self.unlisted: Micros | None = None
        """When `active_calls` last did not list the leg; our clock."""
        self.latest: dict[str, Stamp] = {}
        self.registers: dict[str, Register] = {}
        self.digits: tuple[tuple[Micros, bytes, str], ...] = ()

    @property
    def key(self) -> str:
        """The leg's key: its call_control_id, else `leg:` and its call_leg_id; empty if it has neither."""
        if self.control_ids:
            return self.control_ids[0]
        return f"leg:{self.leg_ids[0]}" if self.leg_ids else ""

    @property
    def is_known(self) -> bool:
        """Whether Telnyx ever spoke of this leg as of one that lived, so that it belongs on the board."""
        return self.first is not None or self.alive is not None

    def value(self, name: str) -> str | None:
        """The register's present value; None where there is none or it was cleared."""
        register = self.registers.get(name)
        return (register[1] or None) if register is not None else None

    def put(self, name: str, stamp: Stamp, value: str) -> bool:
        """Writes a register if this is news; "" clears."""
        old = self.registers.get(name)
        if old is not None and (stamp, value) <= old:
            return False
        self.registers[name] = (stamp, value)
        return True

    def identify(self, control_id: str | None, leg_id: str | None) -> bool:
        """Adds identifiers; whether one was new."""
        changed = False
        if control_id and control_id not in self.control_ids:
            self.control_ids = tuple(sorted((*self.control_ids, control_id)))
            changed = True
        if leg_id and leg_id not in self.leg_ids:
            self.leg_ids = tuple(sorted((*self.leg_ids, leg_id)))
            changed = True
        return changed


def absorb(facts: LegFacts, event: Event, at: Micros) -> bool:
    """Takes in one event of this leg that happened `at`; whether anything is new."""
    stamp = (at, event.key)
    changed = _common(facts, event, stamp)
    kind = event.type
    if kind in REMEMBERED:
        old = facts.latest.get(kind)
        moment = _recorded_until(event, stamp) if kind == "call.recording.saved" else stamp
        if old is None or moment > old:
            facts.latest[kind] = moment
            changed = True
    reader = _READERS.get(kind)
    if reader is not None:
        changed |= reader(facts, event.payload, stamp)
    return changed


def check(facts: LegFacts, fact: Checked) -> bool:
    """Takes in what Telnyx's records say of this leg; whether anything is new."""
    at = fact.at
    stamp = (at, b"")
    changed = False
    if fact.call_session_id:
        changed |= facts.put("session", stamp, fact.call_session_id)
    if fact.client_state is not None:
        changed |= facts.put("client_state", stamp, fact.client_state)
    if (fact.listed or fact.alive) and (facts.alive is None or at > facts.alive):
        facts.alive = at
        changed = True
    if fact.listed is False and (facts.unlisted is None or at > facts.unlisted):
        facts.unlisted = at
        changed = True
    if fact.started_at is not None:
        changed |= _earliest(facts, "started", fact.started_at)
    if fact.alive is False:
        changed |= _earliest(facts, "checked_end", fact.ended_at or at)
    return changed


def merge(into: LegFacts, other: LegFacts) -> None:
    """Joins what was known of the same leg under another identifier."""
    into.control_ids = tuple(sorted({*into.control_ids, *other.control_ids}))
    into.leg_ids = tuple(sorted({*into.leg_ids, *other.leg_ids}))
    for name in EARLIEST:
        value = getattr(other, name)
        if value is not None:
            _earliest(into, name, value)
    for name in LATEST:
        value, present = getattr(other, name), getattr(into, name)
        if value is not None and (present is None or value > present):
            setattr(into, name, value)
    for kind, stamp in other.latest.items():
        if kind not in into.latest or stamp > into.latest[kind]:
            into.latest[kind] = stamp
    for name, (stamp, text_) in other.registers.items():
        into.put(name, stamp, text_)
    for digit in other.digits:
        _add_digit(into, digit)


EARLIEST = ("first", "initiated", "answered", "bridged", "hangup", "started", "checked_end")
LATEST = ("last", "live", "alive", "unlisted")


def _earliest(facts: LegFacts, name: str, at: Micros) -> bool:
    present: Micros | None = getattr(facts, name)
    if present is not None and present <= at:
        return False
    setattr(facts, name, at)
    return True


def _common(facts: LegFacts, event: Event, stamp: Stamp) -> bool:
    """What every event may carry: times, session, connection, client_state, from and to."""
    at = stamp[0]
    changed = False
    if facts.first is None or at < facts.first:
        facts.first = at
        changed = True
    if facts.last is None or at > facts.last:
        facts.last = at
        changed = True
    if (facts.live is None or at > facts.live) and event.type not in _AFTERWARDS:
        facts.live = at
        changed = True
    put = facts.put
    if event.call_session_id:
        changed |= put("session", stamp, event.call_session_id)
    if event.connection_id:
        changed |= put("connection", stamp, event.connection_id)
    payload = event.payload
    if "client_state" in payload:
        changed |= put("client_state", stamp, text(payload, "client_state") or "")
    if "from" in payload:
        changed |= _put_text(facts, "from", payload, "from", stamp)
    if "to" in payload:
        changed |= _put_text(facts, "to", payload, "to", stamp)
    return changed


def _put_text(
    facts: LegFacts, register: str, payload: Mapping[str, object], name: str, stamp: Stamp
) -> bool:
    value = text(payload, name)
    return value is not None and facts.put(register, stamp, value)


def _recorded_until(event: Event, stamp: Stamp) -> Stamp:
    """A recording may be saved minutes after it ended: its own end counts, where it is given."""
    ended = parse_iso(event.payload.get("recording_ended_at"))
    return stamp if ended is None else (ended, stamp[1])


def _initiated(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    changed = _earliest(facts, "initiated", stamp[0])
    changed |= _put_text(facts, "direction", payload, "direction", stamp)
    return changed | _put_text(facts, "name", payload, "caller_id_name", stamp)


def _answered(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    changed = _put_text(facts, "start", payload, "start_time", stamp)
    return changed | _earliest(facts, "answered", stamp[0])


def _bridged(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    changed = _put_text(facts, "start", payload, "start_time", stamp)
    return changed | _earliest(facts, "bridged", stamp[0])


def _hangup(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    changed = _earliest(facts, "hangup", stamp[0])
    changed |= _put_text(facts, "start", payload, "start_time", stamp)
    changed |= _put_text(facts, "cause", payload, "hangup_cause", stamp)
    changed |= _put_text(facts, "source", payload, "hangup_source", stamp)
    changed |= _put_text(facts, "sip", payload, "sip_hangup_cause", stamp)
    inbound = mapping(mapping(payload, "call_quality_stats"), "inbound")
    return changed | _put_text(facts, "mos", inbound, "mos", stamp)


def _enqueued(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    changed = facts.put("queue", stamp, text(payload, "queue") or "")
    return changed | facts.put("position", stamp, text(payload, "current_position") or "")


def _joined(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    return facts.put("conference", stamp, text(payload, "conference_id") or "")


def _detected(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    return _put_text(facts, "detection", payload, "result", stamp)


def _greeted(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    return facts.put("greeting", stamp, text(payload, "result") or "")


def _gathered(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    return facts.put("gathered", stamp, text(payload, "digits") or "")


def _digit(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    digit = text(payload, "digit")
    return digit is not None and _add_digit(facts, (*stamp, digit))


def _add_digit(facts: LegFacts, digit: tuple[Micros, bytes, str]) -> bool:
    if digit in facts.digits:
        return False
    kept = tuple(sorted((*facts.digits, digit)))[-MAX_DIGITS:]
    changed = kept != facts.digits
    facts.digits = kept
    return changed


def _cost(facts: LegFacts, payload: Mapping[str, object], stamp: Stamp) -> bool:
    total = text(payload, "total_cost")
    if total is None:
        return False
    parts = items(payload, "cost_parts")
    first = parts[0] if parts and isinstance(parts[0], dict) else {}
    currency = text(first, "currency")
    return facts.put("cost", stamp, f"{total} {currency}" if currency else total)


_READERS: dict[str, Callable[[LegFacts, Mapping[str, object], Stamp], bool]] = {
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
