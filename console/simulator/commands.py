"""Commands: what is refused, what is a repetition, what is set in motion. Pure: changes the world only.

A command is accepted at once (`result: ok`), its effect comes a moment later as events, as with Telnyx.
"""

from collections.abc import Callable, Mapping

from console.simulator import (
    assistants,
    attachments,
    bodies,
    calls,
    errors,
    forks,
    media,
    payloads,
    queues,
    signalling,
    sounds,
    streams,
    supervision,
    transcripts,
    validation,
)
from console.simulator.calls import Outgoing
from console.simulator.repetitions import Repetitions
from console.simulator.world import NO_ROUTING, Leg, Stage, World
from console.telnyx import catalogue

Body = Mapping[str, object]
Data = dict[str, object]
Handler = Callable[[World, Leg, Body], Data]


def _ok(**more: object) -> Data:
    return {"result": "ok", **more}


def _answer(world: World, leg: Leg, body: Body) -> Data:
    if leg.direction == "outgoing":
        raise errors.outbound_answer()
    if leg.stage is not Stage.RINGING or leg.answering:
        raise errors.bad_request("This call has already been answered.")
    leg.routing = bodies.routing(body, leg.routing)
    record = bodies.recording(body, world.new_id("recording", leg), world.now)
    leg.greeting = attachments.greeting(world, body)
    leg.custom_headers = bodies.headers(body) or leg.custom_headers
    leg.answering = True
    leg.record_on_answer = record
    world.after(
        world.lag(leg, "answer"), leg, "answered", lambda: calls.become_answered(world, leg)
    )
    return _ok() if record is None else _ok(recording_id=record.id)


def _reject(world: World, leg: Leg, body: Body) -> Data:
    if leg.direction == "outgoing":
        raise errors.bad_request("Only incoming calls can be rejected.")
    if leg.stage is not Stage.RINGING:
        raise errors.bad_request("This call has already been answered.")
    cause = bodies.text(body, "cause") or "CALL_REJECTED"
    world.after(world.lag(leg, "reject"), leg, "hang up", lambda: calls.reject(world, leg, cause))
    return _ok()


def _hangup(world: World, leg: Leg, _body: Body) -> Data:
    world.after(world.lag(leg, "hangup"), leg, "hang up", lambda: calls.hang_up(world, leg))
    return _ok()


def _transfer(world: World, leg: Leg, body: Body) -> Data:
    bodies.check_encryption(body)
    leg.routing = bodies.routing(body, leg.routing)
    out = Outgoing(
        connection_id=leg.connection_id,
        from_=bodies.caller_id(body) or leg.to,
        to=bodies.destination(body),
        session_id=leg.session_id,
        client_state=bodies.client_state(body, "target_leg_client_state"),
        caller_name=bodies.text(body, "from_display_name"),
        custom_headers=bodies.headers(body),
        sip_headers=bodies.headers(body, "sip_headers"),
        routing=leg.routing,
        timeout_s=bodies.timeout_s(body),
        time_limit_s=float(bodies.whole(body, "time_limit_secs", 14_400)),
        detection=bodies.text(body, "answering_machine_detection") or "disabled",
        record=bodies.recording(body, "", world.now),
        transferred_by=leg.id,
        greeting=attachments.greeting(world, body),
    )
    stays = bodies.parks(body)

    def begin() -> None:
        if calls.transfer(world, leg, out) is not None:
            leg.parks = stays

    world.after(world.lag(leg, "transfer"), leg, f"transfer {world.new_serial()}", begin)
    return _ok()


def _bridge(world: World, leg: Leg, body: Body) -> Data:
    """With a leg, with the first caller of a queue, or with a video room: of that no source describes any effect."""
    if bodies.text(body, "video_room_id") is not None:
        for name in ("call_control_id", "queue"):
            if bodies.text(body, name) is not None:
                said = f"{name} can't be used together with video_room_id."
                raise errors.bad_request(said, "/video_room_id")
        return _ok()
    other = _other_leg(world, leg, body)
    stays = bodies.parks(body)
    if bodies.flag(body, "prevent_double_bridge") and other.peer is not None:
        raise errors.bad_request("The call to bridge with is already bridged.", "/call_control_id")
    recording = bodies.recording(body, world.new_id("recording", leg), world.now)
    if not other.is_answered:
        if other.direction == "incoming":
            raise errors.not_answered()
        other.joins = leg.id
        leg.parks = stays
        return _ok()
    if bodies.text(body, "queue") is not None:
        # "regardless of whether bridging succeeds" (VOICE b): nobody else gets the same caller meanwhile.
        queues.leave(world, other, "bridged")

    def join() -> None:
        calls.bridge(world, leg, other)
        leg.parks = stays
        if recording is not None and leg.is_answered and leg.recording is None:
            media.record(world, leg, recording)

    world.after(world.lag(leg, "bridge"), leg, "bridge", join)
    return _ok()


def _other_leg(world: World, leg: Leg, body: Body) -> Leg:
    queue = bodies.text(body, "queue")
    if queue is not None:
        if bodies.text(body, "call_control_id") is not None:
            raise errors.bad_request("call_control_id can't be used together with queue.", "/queue")
        waiting = queues.first(world, queue)
        if waiting is None:
            raise errors.bad_request(f"The '{queue}' queue is empty.", "/queue")
        return waiting
    other = world.legs.get(bodies.text(body, "call_control_id") or "")
    if other is None or other is leg or other.supervision is not None:
        raise errors.bad_call()
    if not other.is_live:
        raise errors.call_ended()
    return other


def _client_state_update(_world: World, _leg: Leg, _body: Body) -> Data:
    return _ok()


def _enqueue(world: World, leg: Leg, body: Body) -> Data:
    wait, size = body.get("max_wait_time_secs"), body.get("max_size")
    name = bodies.text(body, "queue_name") or ""
    max_size = size if isinstance(size, int) else None
    queues.check_enter(world, leg, name, max_size)
    calls.depart(world, leg)
    queues.enter(
        world,
        leg,
        name,
        max_size=max_size,
        max_wait_s=float(wait) if isinstance(wait, int) else None,
        keep=bodies.flag(body, "keep_after_hangup"),
    )
    return _ok()


def _leave_queue(world: World, leg: Leg, _body: Body) -> Data:
    if leg.waiting is None:
        raise errors.not_in_queue()
    queues.leave(world, leg, "leave")
    return _ok()


_ANY_STAGE: Mapping[str, Handler] = {
    "answer": _answer,
    "reject": _reject,
    "hangup": _hangup,
    "client_state_update": _client_state_update,
    **signalling.ANY_STAGE,
    **forks.ANY_STAGE,
}
_ANSWERED: Mapping[str, Handler] = {
    "transfer": _transfer,
    "bridge": _bridge,
    "enqueue": _enqueue,
    "leave_queue": _leave_queue,
    **sounds.HANDLERS,
    **streams.HANDLERS,
    **forks.HANDLERS,
    **transcripts.HANDLERS,
    **assistants.HANDLERS,
    **supervision.HANDLERS,
}
SIMULATED = frozenset(_ANY_STAGE) | frozenset(_ANSWERED)
"""The commands on a leg that have an effect here: all there are."""


class Switchboard:
    """Takes commands for the world; remembers command_ids so that a retry has no second effect."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done = Repetitions(world)
        self.told: Callable[[str, Leg], None] | None = None
        """Called with each command that a leg took, for the records; a dial has no leg yet."""

    def dial(self, body: Body) -> Data:
        """Creates an outgoing leg. Raises `ApiError`."""
        repeated = self._done.find("", body)
        if repeated is not None:
            return repeated
        validation.check(catalogue.load()["dial"], body)
        bodies.refuse_not_simulated(body)
        leg = calls.call_out(self._world, _outgoing(self._world, body))
        data = {**payloads.call(leg, self._world.now), "is_alive": False}
        if leg.record_on_answer is not None:
            data["recording_id"] = leg.record_on_answer.id
        self._done.remember("", body, data)
        return data

    def perform(self, action: str, call_control_id: str, body: Body) -> Data:
        """Executes a command on a leg. Raises `ApiError`."""
        if action not in SIMULATED:
            raise errors.not_simulated(f"the command {action}")
        leg = self._world.legs.get(call_control_id)
        if leg is None:
            raise errors.bad_call()
        repeated = self._done.find(leg.id, body)
        if repeated is not None:
            return repeated
        validation.check(catalogue.load()[action], body)
        if not leg.is_live:
            raise errors.call_ended()
        supervision.check(leg, action)
        data = self._execute(action, leg, body)
        leg.commanded = True
        if self.told is not None:
            self.told(action, leg)
        self._done.remember(leg.id, body, data)
        return data

    def _execute(self, action: str, leg: Leg, body: Body) -> Data:
        """What a refused command said about client_state is forgotten."""
        handler = _ANY_STAGE.get(action)
        if handler is None:
            if not leg.is_answered:
                raise errors.not_answered()
            handler = _ANSWERED[action]
        bodies.refuse_not_simulated(body)
        before = leg.client_state
        leg.client_state = bodies.client_state(body) or before
        try:
            return handler(self._world, leg, body)
        except errors.ApiError:
            leg.client_state = before
            raise


def _outgoing(world: World, body: Body) -> Outgoing:
    bodies.check_encryption(body)
    application = world.applications.get(bodies.text(body, "connection_id") or "")
    routing = bodies.routing(body, NO_ROUTING)
    if application is None or not application.active:
        raise errors.bad_connection()
    if not application.webhook_event_url and routing.url is None:
        raise errors.bad_connection()
    linked = _linked(world, body)
    from_ = bodies.caller_id(body) or ""
    if linked is not None and bodies.flag(body, "bridge_intent"):
        from_ = linked.from_
    return Outgoing(
        connection_id=application.id,
        from_=from_,
        to=bodies.destination(body),
        session_id=None if linked is None else linked.session_id,
        client_state=bodies.client_state(body),
        caller_name=bodies.text(body, "from_display_name"),
        custom_headers=bodies.headers(body),
        sip_headers=bodies.headers(body, "sip_headers"),
        routing=routing,
        timeout_s=bodies.timeout_s(body),
        time_limit_s=float(bodies.whole(body, "time_limit_secs", 14_400)),
        retry_on_timeout=bodies.flag(body, "retry_on_timeout", default=True),
        detection=bodies.text(body, "answering_machine_detection") or "disabled",
        record=bodies.recording(body, "", world.now),
        joins=linked.id if linked is not None and bodies.flag(body, "bridge_on_answer") else None,
        parks=bodies.parks(body),
        prevent_double_bridge=bodies.flag(body, "prevent_double_bridge"),
        supervision=supervision.wish(world, body),
        opening=attachments.opening(body),
        greeting=attachments.greeting(world, body),
    )


def _linked(world: World, body: Body) -> Leg | None:
    """The leg whose session the new one shares. Raises `ApiError` where one is needed or it is not live."""
    link = bodies.text(body, "link_to")
    if link is None:
        for name in ("bridge_intent", "bridge_on_answer", "park_after_unbridge"):
            if body.get(name):
                raise errors.missing("link_to")
        return None
    linked = world.legs.get(link)
    if linked is None:
        raise errors.bad_call("link_to")
    if not linked.is_live:
        raise errors.call_ended()
    return linked
