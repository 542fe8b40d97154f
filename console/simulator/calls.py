"""The life of a leg: it rings, is answered, bridged, transferred, ended. Pure: reads and changes the world only.

Sequences as VOICE (e) has them: a transfer makes a second leg of the same session and reports call.bridged for that
leg only; a bridge reports both; when one of two bridged legs hangs up, its call.hangup comes first and the other
leg follows unless it was told to park.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from console.simulator import (
    assistants,
    behaviour,
    forks,
    gathering,
    media,
    payloads,
    queues,
    streams,
)
from console.simulator import supervision as supervising
from console.simulator.behaviour import Reaction
from console.simulator.numbers import Party
from console.simulator.services import Supervision
from console.simulator.world import NO_ROUTING, Begin, Leg, Recording, Routing, Stage, World

_FAILURES = {
    # reaction: hangup_cause, hangup_source, sip_hangup_cause
    Reaction.BUSY: ("user_busy", "unknown", "486"),
    Reaction.NO_ANSWER: ("no_answer", "unknown", "480"),
    Reaction.REJECT: ("call_rejected", "callee", "603"),
    Reaction.NOT_FOUND: ("not_found", "unknown", "404"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A leg to be dialled. Defaults are the specification's."""

    connection_id: str
    from_: str
    to: str
    session_id: str | None = None
    client_state: str | None = None
    caller_name: str | None = None
    custom_headers: tuple[Mapping[str, object], ...] = ()
    sip_headers: tuple[Mapping[str, object], ...] = ()
    routing: Routing = NO_ROUTING
    timeout_s: float = 30.0
    time_limit_s: float = 14_400.0
    retry_on_timeout: bool = True
    detection: str = "disabled"
    record: Recording | None = None
    """To begin with the answer; gets its identifier when the leg is made."""
    transferred_by: str | None = None
    joins: str | None = None
    parks: bool = False
    prevent_double_bridge: bool = False
    supervision: Supervision | None = None
    opening: tuple[Begin, ...] = ()
    greeting: tuple[Begin, ...] = ()


def ring_in(
    world: World, *, connection_id: str, to: str, party: Party, patience_s: float | None = None
) -> Leg:
    """Somebody calls us, and waits for an answer until their patience ends."""
    lot = world.new_lot("incoming")
    fate = world.fate
    leg = world.add(
        Leg(
            serial=world.new_serial(),
            lot=lot,
            id="v3:" + fate.token("leg", lot),
            leg_id=fate.uuid("leg", lot),
            session_id=fate.uuid("session", lot),
            connection_id=connection_id,
            direction="incoming",
            from_=party.number,
            to=to,
            caller_name=party.name,
            start_at=world.now,
            plan=behaviour.caller(fate, lot, patience_s),
        )
    )
    announce(world, leg)
    world.after(
        leg.plan.after_s,
        leg,
        "patience",
        lambda: end(world, leg, "originator_cancel", "caller", "487"),
    )
    application = world.application_of(leg)
    if application is not None and application.first_command_timeout:
        limit_s = float(application.first_command_timeout_secs)
        world.after(limit_s, leg, "first command", lambda: _nobody_commands(world, leg))
    return leg


def _nobody_commands(world: World, leg: Leg) -> None:
    if not leg.commanded and leg.stage is Stage.RINGING:
        end(world, leg, "unspecified", "unknown", "480")


def call_out(world: World, out: Outgoing) -> Leg:
    """Dials. The ids exist at once; call.initiated comes a moment later."""
    lot = world.new_lot("outgoing")
    fate = world.fate
    leg = world.add(
        Leg(
            serial=world.new_serial(),
            lot=lot,
            id="v3:" + fate.token("leg", lot),
            leg_id=fate.uuid("leg", lot),
            session_id=out.session_id or fate.uuid("session", lot),
            connection_id=out.connection_id,
            direction="outgoing",
            from_=out.from_,
            to=out.to,
            caller_name=out.caller_name,
            client_state=out.client_state,
            custom_headers=out.custom_headers,
            sip_headers=out.sip_headers,
            routing=out.routing,
            start_at=world.now,
            plan=behaviour.callee(fate, lot, out.to),
            retry_on_timeout=out.retry_on_timeout,
            detection=out.detection,
            record_on_answer=out.record and out.record._replace(id=fate.uuid("recording", lot)),
            transferred_by=out.transferred_by,
            joins=out.joins,
            parks=out.parks,
            prevent_double_bridge=out.prevent_double_bridge,
            supervision=out.supervision,
            opening=out.opening,
            greeting=out.greeting,
        )
    )
    begins_s = fate.between(0.03, 0.12, lot, "begins")
    world.after(begins_s, leg, "announce", lambda: announce(world, leg))
    world.after(out.timeout_s, leg, "timeout", lambda: _time_out(world, leg))
    world.after(
        out.time_limit_s, leg, "limit", lambda: end(world, leg, "time_limit", "unknown", "200")
    )
    plan = leg.plan
    if plan.early_media_s is not None and leg.transferred_by is not None:
        world.after(plan.early_media_s, leg, "early media", lambda: _early_media(world, leg))
    if plan.reaction is not Reaction.RING:
        world.after(plan.after_s, leg, "reacts", lambda: _react(world, leg))
    return leg


def announce(world: World, leg: Leg) -> None:
    """Reports call.initiated, once."""
    if not leg.announced:
        leg.announced = True
        world.emit(leg, "call.initiated", payloads.initiated(leg))
        for begin in leg.opening:
            begin(world, leg)


def _time_out(world: World, leg: Leg) -> None:
    if leg.stage is Stage.RINGING:
        end(world, leg, "timeout" if leg.retry_on_timeout else "no_answer", "unknown", "487")


def _react(world: World, leg: Leg) -> None:
    if leg.plan.reaction is not Reaction.ANSWER:
        end(world, leg, *_FAILURES[leg.plan.reaction])
    elif leg.transferred_by is not None and _join_transferrer(world, leg):
        settles_s = world.fate.between(0.02, 0.08, leg.lot, "answers after bridge")
        world.after(settles_s, leg, "answered", lambda: become_answered(world, leg))
    else:
        become_answered(world, leg)


def _early_media(world: World, leg: Leg) -> None:
    _join_transferrer(world, leg)


def _join_transferrer(world: World, leg: Leg) -> bool:
    """Connects a transfer's new leg with the old one; only the new leg reports it (VOICE e)."""
    original = world.leg(leg.transferred_by)
    if original is None:
        return False
    if leg.peer is None:
        connect(world, original, leg)
        world.emit(leg, "call.bridged", payloads.bridged(leg))
    return True


def become_answered(world: World, leg: Leg) -> None:
    """The far end (of an outgoing leg) or we (on an incoming one) have picked up."""
    if leg.stage is not Stage.RINGING:
        return
    leg.stage = Stage.ANSWERED
    leg.answered_at = world.now
    for name in ("timeout", "patience", "reacts", "first command", "early media"):
        world.agenda.cancel(leg.id, name)
    world.emit(leg, "call.answered", payloads.answered(leg))
    if leg.record_on_answer is not None:
        media.record(world, leg, leg.record_on_answer)
    _talk(world, leg)
    if leg.detection != "disabled":
        delay_s = world.fate.between(1.2, 3.0, leg.lot, "detects")
        world.after(delay_s, leg, "detects", lambda: _detect(world, leg))
    if leg.joins is not None:
        _join_linked(world, leg)
    for begin in leg.greeting:
        begin(world, leg)


def _join_linked(world: World, leg: Leg) -> None:
    """The end of `bridge_on_answer` and of a bridge with a leg that still rang."""
    other = world.leg(leg.joins)
    leg.joins = None
    if other is None or not other.is_answered:
        return
    if leg.prevent_double_bridge and other.peer is not None:
        hang_up(world, leg)
        return
    world.after(world.lag(leg, "joins"), leg, "joins", lambda: bridge(world, other, leg))


def _talk(world: World, leg: Leg) -> None:
    """Sets the time when the party at the far end has said everything."""
    if leg.plan.talk_s is not None:
        party = far_end(leg)
        world.after(
            leg.plan.talk_s, leg, "talk", lambda: end(world, leg, "normal_clearing", party, "200")
        )


def _detect(world: World, leg: Leg) -> None:
    """Answering-machine detection: the verdict, then for machines the end of the greeting."""
    premium = "premium." if leg.detection == "premium" else ""
    human = "human_residence" if premium else "human"
    verdict = "machine" if leg.plan.machine else human
    world.emit(leg, f"call.machine.{premium}detection.ended", payloads.machine(leg, verdict))
    if not leg.plan.machine or leg.detection == "detect":
        return
    result = "ended" if leg.detection in {"greeting_end", "detect_words"} else "beep_detected"
    name = f"call.machine.{premium}greeting.ended"
    world.after(
        world.fate.between(2.0, 4.0, leg.lot, "greets"),
        leg,
        "greets",
        lambda: world.emit(leg, name, payloads.machine(leg, result)),
    )


def far_end(leg: Leg) -> str:
    """The party that is not us, in the words of hangup_source."""
    return "caller" if leg.direction == "incoming" else "callee"


def near_end(leg: Leg) -> str:
    """Us, in the words of hangup_source (a live outgoing leg that we ended said `caller`, VOICE c)."""
    return "callee" if leg.direction == "incoming" else "caller"


def connect(world: World, one: Leg, other: Leg) -> None:
    """Makes two legs hear each other; whoever they were connected with is cut off."""
    for leg in (one, other):
        queues.leave(world, leg, "bridged")
        depart(world, leg)
    if not (one.is_live and other.is_live):
        return
    one.peer, other.peer = other.id, one.id
    for leg in (one, other):
        if leg.is_answered and leg.direction == "incoming":
            _talk(world, leg)


def bridge(world: World, one: Leg, other: Leg) -> None:
    """Connects two legs and reports both, unless one has gone in the meantime."""
    if one.is_live and other.is_live:
        connect(world, one, other)
    if one.peer == other.id:
        for leg in (one, other):
            world.emit(leg, "call.bridged", payloads.bridged(leg))


def depart(world: World, leg: Leg) -> None:
    """Takes a leg out of whatever connects it with others: its bridge, its conference."""
    separate(world, leg)
    if leg.farewell is not None:
        leg.farewell(world, leg)


def detach(world: World, leg: Leg) -> None:
    """Ends a leg's bridge and parks the other leg, which is not hung up (VOICE e, conference)."""
    other = world.leg(leg.peer)
    if other is not None:
        other.parks = True
    separate(world, leg)


def separate(world: World, leg: Leg) -> None:
    """Ends a leg's bridge: the other leg parks if it was told to, else it is hung up a moment later."""
    other = world.leg(leg.peer)
    leg.peer = None
    if other is None or other.peer != leg.id:
        return
    other.peer = None
    if other.parks:
        other.parks = False
        return
    hang_up_soon(world, other)


def hang_up_soon(world: World, leg: Leg) -> None:
    """We end a leg because of another one, a moment after it."""
    delay_s = world.fate.between(0.04, 0.2, leg.lot, "follows")
    world.after(delay_s, leg, "hang up", lambda: hang_up(world, leg))


def hang_up(world: World, leg: Leg) -> None:
    """We end a leg, at whatever stage it is."""
    if leg.stage is Stage.ANSWERED:
        end(world, leg, "normal_clearing", near_end(leg), "200")
    elif leg.direction == "outgoing":
        end(world, leg, "originator_cancel", "caller", "487")
    else:
        end(world, leg, "normal_clearing", "callee", "480")


def reject(world: World, leg: Leg, cause: str) -> None:
    """We refuse an incoming call; cause and code by name, Telnyx documents neither (VOICE e)."""
    if leg.stage is Stage.RINGING:
        busy = cause == "USER_BUSY"
        words, sip = ("user_busy", "486") if busy else ("call_rejected", "603")
        end(world, leg, words, "callee", sip)


def end(world: World, leg: Leg, cause: str, source: str, sip: str | None) -> None:
    """A leg's last moment: what runs on it is stopped, call.hangup is reported, others follow."""
    if not leg.is_live:
        return
    announce(world, leg)
    _stop_all(world, leg)
    leg.stage = Stage.ENDED
    leg.ended_at = world.now
    world.emit(
        leg, "call.hangup", payloads.hangup(leg, world.fate, cause=cause, source=source, sip=sip)
    )
    depart(world, leg)
    for listener in supervising.supervisors(world, leg):
        hang_up_soon(world, listener)
    for target_id in leg.targets:
        target = world.leg(target_id)
        if target is not None and target.stage is Stage.RINGING:
            hang_up_soon(world, target)
    world.settle(leg)
    media.save_recording(world, leg)
    application = world.application_of(leg)
    if application is not None and application.call_cost_in_webhooks:
        delay_s = world.fate.between(0.4, 1.5, leg.lot, "costs")
        world.after(delay_s, None, f"cost {leg.id}", lambda: _report_cost(world, leg))


def _stop_all(world: World, leg: Leg) -> None:
    """Whatever runs on a leg ends before it does."""
    gathering.end(world, leg, "call_hangup")
    media.stop_all(world, leg)
    streams.stop(world, leg)
    forks.stop_all(world, leg)
    assistants.leave(world, leg)
    leg.transcription = None
    queues.hang_up(world, leg)


def _report_cost(world: World, leg: Leg) -> None:
    world.emit(leg, "call.cost", payloads.cost(leg, world.now))


def transfer(world: World, leg: Leg, out: Outgoing) -> Leg | None:
    """Dials the destination of a transfer for a leg, unless that leg has ended in the meantime."""
    if not leg.is_live:
        return None
    target = call_out(world, out)
    leg.targets.append(target.id)
    return target
