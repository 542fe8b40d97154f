"""SIP messages on a leg: REFER and INFO. Pure: changes the world only."""

from collections.abc import Callable, Mapping

from console.simulator import behaviour, bodies, errors, numbers, payloads, service_payloads
from console.simulator.behaviour import Reaction
from console.simulator.world import Leg, World

Body = Mapping[str, object]
Data = dict[str, object]

MAX_INFO = 1_400
"""Bytes of a SIP INFO body (VOICE b)."""
_REFUSALS = {
    Reaction.RING: 408,
    Reaction.BUSY: 486,
    Reaction.NO_ANSWER: 480,
    Reaction.REJECT: 603,
    Reaction.NOT_FOUND: 404,
}


def _refer(world: World, leg: Leg, body: Body) -> Data:
    """The destination decides by its last four digits, like any other. What becomes of the leg is not documented."""
    address = bodies.text(body, "sip_address") or ""
    if not numbers.SIP_URI.fullmatch(address):
        raise errors.bad_request("The sip_address must be a SIP URI.", "/sip_address")
    plan = behaviour.callee(world.fate, f"{leg.lot} refer {leg.events}", address)
    status = _REFUSALS.get(plan.reaction, 200)
    begins_s = world.lag(leg, "refer")
    ends_s = begins_s + min(plan.after_s, 10.0)
    number = world.new_serial()
    world.after(begins_s, leg, f"refer {number}", lambda: _report(world, leg, "started", 100))
    result = "completed" if status == 200 else "failed"
    world.after(ends_s, leg, f"refer's end {number}", lambda: _report(world, leg, result, status))
    return {"result": "ok"}


def _report(world: World, leg: Leg, what: str, sip_status: int) -> None:
    world.emit(leg, f"call.refer.{what}", service_payloads.refer(leg, sip_status))


def _send_sip_info(world: World, leg: Leg, body: Body) -> Data:
    """The other leg of a bridge hears of it; the event has no schema anywhere, so it names the leg and no more."""
    text = bodies.text(body, "body") or ""
    if len(text.encode()) > MAX_INFO:
        raise errors.out_of_range("body", 1, MAX_INFO)
    other = world.leg(leg.peer)
    if other is not None:
        target = other
        world.after(
            world.lag(leg, "info"),
            target,
            f"info {world.new_serial()}",
            lambda: world.emit(target, "call.sip_info.received", payloads.ends(target)),
        )
    return {"result": "ok"}


ANY_STAGE: Mapping[str, Callable[[World, Leg, Body], Data]] = {
    "refer": _refer,
    "send_sip_info": _send_sip_info,
}
