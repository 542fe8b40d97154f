"""From facts to what is shown: writes a public `Leg` from its seat.

Everything written here is a function of the seat's facts, commands and pairing, so it does not matter in which order
they came.
"""

from __future__ import annotations

from console.domain.absorption import CHANGED, FIRST, IDENTITY, MARKS, RESULTS
from console.domain.annotations import annotate
from console.domain.effects import CONFIRMED_BY
from console.domain.entries import Micros
from console.domain.facts import RECORDED, SIGNED, LegFacts, Stamp
from console.domain.ledger import Command, Effects
from console.domain.legs import CommandRecord, Leg, LegState, Mark
from console.domain.pairing import Pairing, Seat
from console.domain.times import SECOND, happened, parse_iso
from console.domain.values import number

CONFIRMING_CLOCKS: Micros = 2 * SECOND
"""How far our clock may be ahead of Telnyx's when an event is taken to confirm a command."""

_MACHINES = frozenset({"machine", "fax_detected"})
_NEVER: Stamp = (-(1 << 62), b"")
_NO_MARKS: frozenset[Mark] = frozenset()
_MARKS: dict[int, frozenset[Mark]] = {}
_BITS = tuple((1 << place, mark) for place, mark in enumerate(Mark))
_BIT = {mark: bit for bit, mark in _BITS}


def project(seat: Seat, leg: Leg) -> None:
    """Writes all that is shown of the seat's leg, and raises its version."""
    facts = seat.facts
    leg.key = facts.key
    leg.call_control_id = facts.control_ids[0] if facts.control_ids else None
    leg.call_leg_id = facts.leg_ids[0] if facts.leg_ids else None
    leg.last_at = facts.last
    leg.first_at = _first(facts, seat.effects)
    _identity(facts, seat.effects, leg)
    _results(facts, leg)
    annotate(facts, leg)
    stage(seat, leg)


def touch(seat: Seat, leg: Leg, bits: int) -> None:
    """Writes what an event changed that moved nobody: `bits` is the answer of `absorb`."""
    facts = seat.facts
    leg.last_at = facts.last
    leg.version += 1
    if bits & ~CHANGED:
        if bits & FIRST:
            leg.first_at = _first(facts, seat.effects)
        if bits & IDENTITY:
            _identity(facts, seat.effects, leg)
        if bits & RESULTS:
            _results(facts, leg)
        if bits & MARKS:
            leg.marks = _marks(seat, leg)
            if seat.commands:
                leg.commands = _records(seat)


def stage(seat: Seat, leg: Leg) -> None:
    """Writes where the leg stands and what follows from that, and raises its version."""
    facts, pairing = seat.facts, seat.pairing
    leg.initiated_at = facts.initiated
    leg.answered_at = facts.answered
    leg.bridged_at = facts.bridged
    leg.ended_at = facts.hangup if facts.hangup is not None else facts.checked_end
    state = leg.state = _state(seat)
    leg.peer = pairing.peer if state is LegState.BRIDGED else None
    leg.peer_inferred = pairing.inferred and leg.peer is not None
    leg.stale = state is not LegState.ENDED and facts.unlisted is not None and _is_stale(facts)
    if state is LegState.QUEUED:
        position = number({"": facts.value("position")}, "")
        leg.queue = facts.value("queue")
        leg.queue_position = int(position) if position is not None else None
        leg.queued_at = facts.latest["call.enqueued"][0]
    else:
        leg.queue = leg.queue_position = leg.queued_at = None
    leg.conference_id = facts.value("conference") if state is LegState.CONFERENCE else None
    leg.marks = _marks(seat, leg)
    if seat.commands:
        leg.commands = _records(seat)
    leg.version += 1


def _identity(facts: LegFacts, effects: Effects, leg: Leg) -> None:
    shared = facts.shared
    leg.call_session_id = session_of(facts, effects)
    leg.connection_id = shared("connection")
    leg.client_state = shared("client_state")
    leg.from_ = shared("from")
    leg.to = shared("to")
    leg.direction = facts.value("direction")
    leg.caller_name = facts.value("name")
    dialed = effects.dialed
    if dialed is not None:
        leg.direction = leg.direction or "outgoing"
        leg.from_ = leg.from_ or dialed.param("from")
        leg.to = leg.to or dialed.param("to")


def session_of(facts: LegFacts, effects: Effects) -> str | None:
    """The leg's session: as events have it, else as the answer to its dial had it."""
    session = facts.shared("session")
    if session is None and effects.dialed is not None and effects.dialed.done is not None:
        return effects.dialed.done.session_id or None
    return session


def _first(facts: LegFacts, effects: Effects) -> Micros | None:
    """The earliest that is known, by Telnyx's clock if it said anything at all."""
    if facts.initiated is not None and facts.started is None:
        return facts.first
    known = [at for at in (facts.first, facts.started) if at is not None]
    if facts.initiated is None:
        start = parse_iso(facts.value("start"))
        if start is not None:
            known.append(happened(start, min(known)) if known else start)
    if known:
        return min(known)
    return effects.first if effects.first is not None else facts.alive


def _state(seat: Seat) -> LegState:
    standing, pairing = seat.standing, seat.pairing
    if standing.ended:
        return LegState.ENDED
    if standing.place is not None:
        return standing.place
    if pairing.peer is not None or (standing.bridge is not None and not pairing.broken):
        return LegState.BRIDGED
    if standing.answered:
        return LegState.ANSWERED
    if standing.bridge is not None and not standing.unanswered:
        return LegState.ANSWERED
    return standing.waiting


def _is_stale(facts: LegFacts) -> bool:
    unlisted = facts.unlisted
    if unlisted is None:
        return False
    if facts.alive is not None and facts.alive >= unlisted:
        return False
    return facts.live is None or facts.live < unlisted


def _results(facts: LegFacts, leg: Leg) -> None:
    """What came of the leg: digits, machine, end, quality, cost."""
    value = facts.value
    leg.hangup_cause = value("cause")
    leg.hangup_source = value("source")
    leg.sip_hangup_cause = value("sip")
    leg.mos = value("mos")
    leg.cost = value("cost")
    leg.digits = _digits(facts)
    leg.machine = _machine(facts)


def _digits(facts: LegFacts) -> str | None:
    gathered = facts.registers.get("gathered")
    if not facts.digits:
        return (gathered[1] or None) if gathered is not None else None
    since = gathered[0] if gathered is not None else _NEVER
    loose = "".join(digit for at, key, digit in facts.digits if (at, key) > since)
    return loose or (gathered[1] if gathered is not None else None) or None


def _machine(facts: LegFacts) -> str | None:
    results = [
        facts.registers[name] for name in ("detection", "greeting") if name in facts.registers
    ]
    return (max(results)[1] or None) if results else None


def _marks(seat: Seat, leg: Leg) -> frozenset[Mark]:
    facts = seat.facts
    bits = 0
    registers = facts.registers
    if "greeting" in registers or (
        "detection" in registers and registers["detection"][1] in _MACHINES
    ):
        bits |= _BIT[Mark.MACHINE]
    if RECORDED in registers and SIGNED not in registers:
        bits |= _BIT[Mark.UNSIGNED]
    if leg.state is not LegState.ENDED:
        if leg.stale:
            bits |= _BIT[Mark.STALE]
        if leg.state is LegState.BRIDGED and (seat.pairing.early or seat.standing.unanswered):
            bits |= _BIT[Mark.EARLY_MEDIA]
        if facts.latest:
            bits |= _switched(facts.latest)
        if seat.commands:
            bits |= _commanded(seat)
    if not bits:
        return _NO_MARKS
    marks = _MARKS.get(bits)
    if marks is None:
        marks = _MARKS[bits] = frozenset(mark for bit, mark in _BITS if bits & bit)
    return marks


def _switched(latest: dict[str, Stamp]) -> int:
    """Marks that events alone turn on and off."""
    bits = 0
    hold = latest.get("call.hold")
    if hold is not None and hold > latest.get("call.unhold", _NEVER):
        bits |= _BIT[Mark.HELD]
    stream = latest.get("streaming.started")
    if stream is not None and stream > max(
        latest.get("streaming.stopped", _NEVER), latest.get("streaming.failed", _NEVER)
    ):
        bits |= _BIT[Mark.STREAMING]
    fork = latest.get("call.fork.started")
    if fork is not None and fork > latest.get("call.fork.stopped", _NEVER):
        bits |= _BIT[Mark.FORKED]
    return bits


def _commanded(seat: Seat) -> int:
    """Marks that accepted commands turn on, and commands or events turn off."""
    effects, latest = seat.effects, seat.facts.latest
    bits = 0
    if effects.supervising:
        bits |= _BIT[Mark.SUPERVISING]
    if not seat.standing.unanswered and _is_on(
        effects.recording_on,
        effects.recording_off,
        _at(latest, "call.recording.saved"),
        _at(latest, "call.recording.error"),
    ):
        bits |= _BIT[Mark.RECORDING]
    if _is_on(
        effects.gathering_on, _at(latest, "call.gather.ended"), _at(latest, "call.ai_gather.ended")
    ):
        bits |= _BIT[Mark.GATHERING]
    if _is_on(effects.transcribing_on, effects.transcribing_off):
        bits |= _BIT[Mark.TRANSCRIBING]
    if seat.standing.place is LegState.CONFERENCE:
        left = _at(latest, "conference.participant.left")
        if _is_on(effects.held_on, effects.held_off, left):
            bits |= _BIT[Mark.HELD]
        if _is_on(effects.muted_on, effects.muted_off, left):
            bits |= _BIT[Mark.MUTED]
    return bits


def _at(latest: dict[str, Stamp], kind: str) -> Micros | None:
    stamp = latest.get(kind)
    return stamp[0] if stamp is not None else None


def _is_on(on: Micros | None, *offs: Micros | None) -> bool:
    return on is not None and all(off is None or off < on for off in offs)


def _records(seat: Seat) -> dict[str, CommandRecord]:
    commands = sorted(seat.commands.values(), key=lambda c: (c.at, c.command_id))
    return {command.command_id: _record(seat, command) for command in commands}


def _record(seat: Seat, command: Command) -> CommandRecord:
    record = CommandRecord(
        command_id=command.command_id,
        action=command.action,
        sent_at=command.at,
        operator=command.operator,
        confirmed=_is_confirmed(command, seat.facts, seat.pairing),
    )
    done = command.done
    if done is not None:
        record.done_at = done.at
        record.ok = done.ok
        record.status = done.status or None
        record.code = done.code or None
        record.message = done.message
    return record


def _is_confirmed(command: Command, facts: LegFacts, pairing: Pairing) -> bool:
    """Single steps of a life are confirmed by having been taken, so no clocks are compared for them."""
    action = command.action
    if action == "answer":
        return facts.answered is not None
    if action == "dial":
        return facts.initiated is not None
    if action in ("hangup", "reject"):
        return facts.hangup is not None or facts.checked_end is not None
    since = command.at - CONFIRMING_CLOCKS
    if action == "bridge" and pairing.peer is not None and not pairing.inferred:
        return True
    if action == "transfer" and pairing.sibling_at is not None and pairing.sibling_at >= since:
        return True
    return any(
        (facts.latest.get(kind) or _NEVER)[0] >= since for kind in CONFIRMED_BY.get(action, ())
    )
