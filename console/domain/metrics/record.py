"""What the figures need to know of one leg: facts that merge, as the board's do, and no more.

Taking in an event twice changes nothing, and the order does not matter. Sources of the fields: VOICE (c), (e).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from console.domain.entries import Checked, Event, Micros
from console.domain.metrics.names import Count
from console.domain.values import items, mapping, number, text

MAX_HOLDS = 64
_LONGEST = 64
"""Characters kept of a word that Telnyx gives: they become names of counts."""

Stamp = tuple[Micros, bytes]
Part = tuple[int, Count, int]
"""Minute since 1970, what, how many."""


class LegRecord:
    """Mutable; only `absorb` and `check` change what it holds, `parts`, `company`, `caller` and `counted_…` are the ledger's notes."""

    __slots__ = (
        "answered",
        "bridged",
        "bridged_last",
        "caller",
        "checked_end",
        "checked_start",
        "company",
        "cost",
        "counted_begin",
        "counted_end",
        "direction",
        "ends",
        "enqueued",
        "enqueued_last",
        "first",
        "flowed",
        "hangup",
        "holds",
        "initiated",
        "key",
        "name",
        "parts",
        "queue_hangup",
        "result",
        "served",
        "session",
        "session_stamp",
    )  # fmt: skip

    def __init__(self, key: str) -> None:
        self.key = key
        self.session: str | None = None
        self.session_stamp: Stamp | None = None
        self.direction: tuple[Stamp, str] | None = None
        self.ends: tuple[Stamp, str, str] | None = None
        """From and to."""
        self.name: tuple[Stamp, str] | None = None
        self.first: Micros | None = None
        """The earliest event; None while no event spoke of the leg, which then counts nowhere."""
        self.initiated: Micros | None = None
        self.answered: Micros | None = None
        self.enqueued: Micros | None = None
        self.enqueued_last: Micros | None = None
        self.served: Micros | None = None
        """Taken out of a queue to be bridged."""
        self.queue_hangup: Micros | None = None
        self.flowed: Micros | None = None
        """Latest leaving of a queue by time-out or command."""
        self.bridged: Micros | None = None
        self.bridged_last: Micros | None = None
        self.hangup: Micros | None = None
        self.checked_start: Micros | None = None
        self.checked_end: Micros | None = None
        self.result: tuple[Stamp, str, str, str, int] | None = None
        """Cause, source, SIP code, MOS in hundredths (-1: not told)."""
        self.holds: tuple[tuple[Micros, bytes, bool], ...] = ()
        self.cost: tuple[Stamp, int, str, int] | None = None
        """Millionths of the currency, the currency, billed seconds."""
        self.parts: tuple[Part, ...] = ()
        self.company: str | None = None
        """The session under which the ledger keeps it."""
        self.caller: str | None = None
        """The number under which the ledger counts it as a caller."""
        self.counted_begin: Micros | None = None
        self.counted_end: Micros | None = None

    @property
    def is_incoming(self) -> bool:
        """A queued leg of unknown direction is a caller's: nothing else waits in a queue."""
        if self.direction is None:
            return self.enqueued is not None
        return self.direction[1] == "incoming"

    @property
    def is_outgoing(self) -> bool:
        return self.direction is not None and self.direction[1] == "outgoing"

    @property
    def begun(self) -> Micros | None:
        """call.initiated, else the earliest that is known."""
        if self.initiated is not None or self.first is None:
            return self.initiated
        return self.first if self.checked_start is None else min(self.first, self.checked_start)

    @property
    def ended(self) -> Micros | None:
        """call.hangup, else the end as Telnyx's records have it."""
        return self.hangup if self.hangup is not None else self.checked_end

    def held_for(self, since: Micros, until: Micros) -> Micros:
        """How long it was on hold within a stretch of time, by call.hold and call.unhold."""
        total, began = 0, None
        for at, _key, is_on in self.holds:
            if is_on and began is None:
                began = at
            elif not is_on and began is not None:
                total += max(0, min(at, until) - max(began, since))
                began = None
        if began is not None:
            total += max(0, until - max(began, since))
        return total


def absorb(leg: LegRecord, event: Event, at: Micros) -> None:
    """Takes in an event, of a type in `READERS`, that happened `at`."""
    stamp = (at, event.key)
    payload = event.payload
    if leg.first is None or at < leg.first:
        leg.first = at
    session = event.call_session_id
    if session and (leg.session_stamp is None or stamp > leg.session_stamp):
        leg.session, leg.session_stamp = session, stamp
    direction = payload.get("direction")
    if type(direction) is str and (leg.direction is None or (stamp, direction) > leg.direction):
        leg.direction = (stamp, direction)
    from_, to = payload.get("from"), payload.get("to")
    if (type(from_) is str or type(to) is str) and (leg.ends is None or stamp > leg.ends[0]):
        leg.ends = (stamp, from_ if type(from_) is str else "", to if type(to) is str else "")
    READERS[event.type](leg, payload, stamp)


def check(leg: LegRecord, fact: Checked) -> None:
    """Takes in what Telnyx's records say."""
    if fact.alive is False:
        leg.checked_end = _earliest(leg.checked_end, fact.ended_at or fact.at)
    if fact.started_at is not None:
        leg.checked_start = _earliest(leg.checked_start, fact.started_at)


def _earliest(present: Micros | None, at: Micros) -> Micros:
    return at if present is None or at < present else present


def _latest(present: Micros | None, at: Micros) -> Micros:
    return at if present is None or at > present else present


def _initiated(leg: LegRecord, payload: Mapping[str, object], stamp: Stamp) -> None:
    leg.initiated = _earliest(leg.initiated, stamp[0])
    name = text(payload, "caller_id_name")
    if name is not None and (leg.name is None or (stamp, name) > leg.name):
        leg.name = (stamp, name)


def _answered(leg: LegRecord, _payload: Mapping[str, object], stamp: Stamp) -> None:
    leg.answered = _earliest(leg.answered, stamp[0])


def _bridged(leg: LegRecord, _payload: Mapping[str, object], stamp: Stamp) -> None:
    leg.bridged = _earliest(leg.bridged, stamp[0])
    leg.bridged_last = _latest(leg.bridged_last, stamp[0])


def _enqueued(leg: LegRecord, _payload: Mapping[str, object], stamp: Stamp) -> None:
    leg.enqueued = _earliest(leg.enqueued, stamp[0])
    leg.enqueued_last = _latest(leg.enqueued_last, stamp[0])


def _dequeued(leg: LegRecord, payload: Mapping[str, object], stamp: Stamp) -> None:
    match payload.get("reason"):
        case "bridged":
            leg.served = _earliest(leg.served, stamp[0])
        case "hangup":
            leg.queue_hangup = _earliest(leg.queue_hangup, stamp[0])
        case "timeout" | "leave":
            leg.flowed = _latest(leg.flowed, stamp[0])
        case _:
            pass


def _held(leg: LegRecord, stamp: Stamp, is_on: bool) -> None:
    hold = (*stamp, is_on)
    if hold not in leg.holds:
        leg.holds = tuple(sorted((*leg.holds, hold)))[-MAX_HOLDS:]


def _hangup(leg: LegRecord, payload: Mapping[str, object], stamp: Stamp) -> None:
    leg.hangup = _earliest(leg.hangup, stamp[0])
    inbound = mapping(mapping(payload, "call_quality_stats"), "inbound")
    mos = number(inbound, "mos")
    words = [(text(payload, name) or "")[:_LONGEST] for name in _RESULT]
    result = (stamp, words[0], words[1], words[2], -1 if mos is None else _hundredths(mos))
    if leg.result is None or result > leg.result:
        leg.result = result


_RESULT = ("hangup_cause", "hangup_source", "sip_hangup_cause")


def _hundredths(mos: float) -> int:
    return max(0, min(round(mos * 100), 1000))


def _cost(leg: LegRecord, payload: Mapping[str, object], stamp: Stamp) -> None:
    total = text(payload, "total_cost")
    if total is None:
        return
    try:
        amount = int(Decimal(total) * 1_000_000)
    except (InvalidOperation, ValueError, OverflowError):
        return
    parts = items(payload, "cost_parts")
    first = parts[0] if parts and isinstance(parts[0], dict) else {}
    billed = number(payload, "billed_duration_secs") or 0
    cost = (stamp, amount, (text(first, "currency") or "")[:8], int(billed))
    if leg.cost is None or cost > leg.cost:
        leg.cost = cost


Reader = Callable[[LegRecord, Mapping[str, object], Stamp], None]

READERS: dict[str, Reader] = {
    "call.initiated": _initiated,
    "call.answered": _answered,
    "call.bridged": _bridged,
    "call.enqueued": _enqueued,
    "call.dequeued": _dequeued,
    "call.hold": lambda leg, _payload, stamp: _held(leg, stamp, True),
    "call.unhold": lambda leg, _payload, stamp: _held(leg, stamp, False),
    "call.hangup": _hangup,
    "call.cost": _cost,
}
"""The event types that the figures are made of."""
