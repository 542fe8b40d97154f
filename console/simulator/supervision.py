"""Legs that listen to others (VOICE e). Pure: changes the world only.

No event tells of supervision. A supervising leg takes no commands but those that end it or change its role; when the
supervised leg ends, its supervisors are hung up (the simulator's choice, Telnyx documents nothing).
"""

from collections.abc import Mapping

from console.simulator import bodies, errors
from console.simulator.services import Supervision
from console.simulator.world import Leg, World

Body = Mapping[str, object]
Data = dict[str, object]

ALLOWED = frozenset({"hangup", "switch_supervisor_role"})
"""Commands on a supervising leg."""


def wish(world: World, body: Body) -> Supervision | None:
    """Whom a new leg shall supervise. Raises `ApiError` where that leg does not exist or has ended."""
    wanted = bodies.text(body, "supervise_call_control_id")
    if wanted is None:
        return None
    supervised = world.legs.get(wanted)
    if supervised is None or supervised.supervision is not None:
        raise errors.bad_call("supervise_call_control_id")
    if not supervised.is_live:
        raise errors.call_ended()
    return Supervision(wanted, bodies.text(body, "supervisor_role") or "barge")


def check(leg: Leg, action: str) -> None:
    """Raises `ApiError` for commands that a supervising leg does not take."""
    if leg.supervision is not None and action not in ALLOWED:
        raise errors.supervising()


def supervisors(world: World, leg: Leg) -> tuple[Leg, ...]:
    """The legs that listen to one."""
    return tuple(
        other
        for other in world.live.values()
        if other.supervision is not None and other.supervision.call_control_id == leg.id
    )


def _switch_supervisor_role(world: World, leg: Leg, body: Body) -> Data:
    current = leg.supervision
    if current is None:
        raise errors.bad_request("This call does not supervise another one.")
    supervised = world.leg(current.call_control_id)
    if supervised is None or supervised.peer is None:
        raise errors.bad_request("The supervised call is not bridged.")
    leg.supervision = current._replace(role=bodies.text(body, "role") or current.role)
    return {"result": "ok"}


HANDLERS = {"switch_supervisor_role": _switch_supervisor_role}
