"""Media on its way to others: forks, SIPREC sessions; and noise suppression. Pure: changes the world only.

A SIPREC connector whose name begins with `fail` cannot be reached (a convention of the simulator).
"""

from collections.abc import Callable, Mapping

from console.simulator import bodies, errors, payloads, service_payloads, streams
from console.simulator.world import Leg, World

Body = Mapping[str, object]
Data = dict[str, object]


def _fork_start(world: World, leg: Leg, body: Body) -> Data:
    """A fork ends a stream; both at once there are not (VOICE b)."""
    for name in ("rx", "tx"):
        target = bodies.text(body, name)
        if target is None:
            raise errors.missing(name)
        if not target.startswith("udp:"):
            raise errors.bad_request(f"The '{name}' must be udp:ip_address:port.", f"/{name}")
    if leg.forked is not None:
        raise errors.streaming_not_started("The call is already being forked.")
    streams.stop(world, leg)
    leg.forked = bodies.text(body, "stream_type") or "decrypted"
    world.emit(leg, "call.fork.started", service_payloads.fork(leg))
    return {"result": "ok"}


def _fork_stop(world: World, leg: Leg, _body: Body) -> Data:
    if leg.forked is None:
        raise errors.not_forked()
    _stop_fork(world, leg)
    return {"result": "ok"}


def _stop_fork(world: World, leg: Leg) -> None:
    if leg.forked is not None:
        leg.forked = None
        world.emit(leg, "call.fork.stopped", service_payloads.fork(leg))


def _siprec_start(world: World, leg: Leg, body: Body) -> Data:
    if leg.siprec is not None:
        raise errors.bad_request("A SIPREC session is already in progress.")
    seconds = bodies.whole(body, "session_timeout_secs", 1800)
    if seconds and seconds < 90:
        raise errors.out_of_range("session_timeout_secs", 90, None)
    leg.siprec = "starting"
    fails = (bodies.text(body, "connector_name") or "").startswith("fail")
    begins_s = world.lag(leg, "siprec")
    world.after(begins_s, leg, "siprec", lambda: _siprec_begins(world, leg, fails=fails))
    return {"result": "ok"}


def _siprec_begins(world: World, leg: Leg, *, fails: bool) -> None:
    if fails:
        leg.siprec = None
        world.emit(leg, "siprec.failed", service_payloads.siprec_failed(leg))
    else:
        leg.siprec = "on"
        world.emit(leg, "siprec.started", payloads.ids(leg))


def _siprec_stop(world: World, leg: Leg, _body: Body) -> Data:
    if leg.siprec is None:
        raise errors.bad_request("No SIPREC session is in progress.")
    _stop_siprec(world, leg)
    return {"result": "ok"}


def _stop_siprec(world: World, leg: Leg) -> None:
    was, leg.siprec = leg.siprec, None
    world.agenda.cancel(leg.id, "siprec")
    if was == "on":
        world.emit(leg, "siprec.stopped", service_payloads.siprec_stopped(leg))


def _suppression_start(_world: World, leg: Leg, body: Body) -> Data:
    """No event tells of it."""
    leg.suppressed = bodies.text(body, "direction") or "inbound"
    return {"result": "ok"}


def _suppression_stop(_world: World, leg: Leg, _body: Body) -> Data:
    leg.suppressed = None
    return {"result": "ok"}


def stop_all(world: World, leg: Leg) -> None:
    """The leg is about to end."""
    _stop_fork(world, leg)
    _stop_siprec(world, leg)


ANY_STAGE: Mapping[str, Callable[[World, Leg, Body], Data]] = {
    "siprec_start": _siprec_start,
    "siprec_stop": _siprec_stop,
}
HANDLERS: Mapping[str, Callable[[World, Leg, Body], Data]] = {
    "fork_start": _fork_start,
    "fork_stop": _fork_stop,
    "suppression_start": _suppression_start,
    "suppression_stop": _suppression_stop,
}
