"""Calls that wait in queues (VOICE b, e). Pure: changes the world only.

A queue is made by a request or by the first call that enters it; one that has been empty for an hour is forgotten (the
period of Telnyx's own collection is not documented).
"""

from console.domain.times import iso
from console.simulator import errors, payloads
from console.simulator.world import KEEP_ENDED_S, SECOND, Leg, Queue, Waiting, World

DEFAULT_MAX_SIZE = 100
"""Of a queue that `enqueue` makes (VOICE b)."""
DEFAULT_MADE_SIZE = 300
"""Of a queue made by POST /queues (VOICE b)."""
KEEP_EMPTY_S = 3_600.0
_DROP_S = KEEP_ENDED_S - 1.0
"""When an ended call's place is given up, if nobody removes it before."""


def make(world: World, name: str, max_size: int) -> Queue:
    """A new, empty queue."""
    queue = Queue(
        id=world.fate.uuid("queue", name, world.new_serial()),
        name=name,
        max_size=max_size,
        created_at=world.now,
        updated_at=world.now,
    )
    world.queues[name] = queue
    _collect_later(world, queue)
    return queue


def _collect_later(world: World, queue: Queue) -> None:
    world.after(KEEP_EMPTY_S, None, f"queue {queue.id}", lambda: _collect(world, queue))


def _collect(world: World, queue: Queue) -> None:
    if not queue.members and world.queues.get(queue.name) is queue:
        del world.queues[queue.name]


def find(world: World, name: str) -> Queue:
    """A queue by its name. Raises `ApiError` (404)."""
    queue = world.queues.get(name)
    if queue is None:
        raise errors.not_found()
    return queue


def delete(world: World, queue: Queue) -> None:
    """Raises `ApiError` (90050) unless the queue is empty."""
    if queue.members:
        raise errors.queue_not_empty()
    world.agenda.cancel("", f"queue {queue.id}")
    del world.queues[queue.name]


def check_enter(world: World, leg: Leg, name: str, max_size: int | None) -> None:
    """Raises `ApiError` (90036, 90037, 90038) where a leg may not enter a queue."""
    if leg.waiting is not None:
        raise errors.already_in_queue()
    queue = world.queues.get(name)
    if queue is None:
        return
    if max_size is not None and max_size != queue.max_size:
        raise errors.queue_size_fixed()
    if len(queue.members) >= queue.max_size:
        raise errors.queue_full(name)


def enter(
    world: World,
    leg: Leg,
    name: str,
    *,
    max_size: int | None,
    max_wait_s: float | None,
    keep: bool = False,
) -> None:
    """Puts a leg at the end of a queue, which is made if there is none. Raises `ApiError` as `check_enter`."""
    check_enter(world, leg, name, max_size)
    queue = world.queues.get(name) or make(world, name, max_size or DEFAULT_MAX_SIZE)
    world.agenda.cancel("", f"queue {queue.id}")
    queue.members.append(leg.id)
    queue.updated_at = world.now
    leg.waiting = Waiting(name, world.now, keep)
    payload = payloads.enqueued(leg, name, len(queue.members), average_wait_s(world, queue))
    world.emit(leg, "call.enqueued", payload)
    if max_wait_s is not None:
        world.after(max_wait_s, leg, "queue", lambda: leave(world, leg, "timeout"))


def leave(world: World, leg: Leg, reason: str) -> None:
    """Takes a leg out of its queue, if it is in one, and says why."""
    waiting = leg.waiting
    if waiting is None:
        return
    leg.waiting = None
    world.agenda.cancel(leg.id, "queue")
    world.agenda.cancel("", f"place {leg.id}")
    queue = world.queues[waiting.queue]
    position = queue.members.index(leg.id) + 1
    queue.members.remove(leg.id)
    queue.updated_at = world.now
    if not queue.members:
        _collect_later(world, queue)
    waited_s = (world.now - waiting.since) // SECOND
    payload = payloads.dequeued(leg, waiting.queue, position, reason, waited_s)
    world.emit(leg, "call.dequeued", payload)


def hang_up(world: World, leg: Leg) -> None:
    """A waiting leg ends: it leaves its place, or keeps it for a while if it was told to."""
    if leg.waiting is None or not leg.waiting.keep:
        leave(world, leg, "hangup")
    else:
        world.after(_DROP_S, None, f"place {leg.id}", lambda: leave(world, leg, "hangup"))


def first(world: World, name: str) -> Leg | None:
    """The live leg that has waited longest in a queue; None if nobody waits."""
    queue = world.queues.get(name)
    for leg_id in [] if queue is None else queue.members:
        leg = world.leg(leg_id)
        if leg is not None:
            return leg
    return None


def members(world: World, queue: Queue) -> list[Leg]:
    """Who waits, in order; ended calls that kept their place are among them."""
    return [world.legs[leg_id] for leg_id in queue.members]


def member(world: World, queue: Queue, call_control_id: str) -> Leg:
    """A call in a queue. Raises `ApiError` (404)."""
    if call_control_id not in queue.members:
        raise errors.not_found()
    return world.legs[call_control_id]


def average_wait_s(world: World, queue: Queue) -> int:
    """How long those in it have waited, in whole seconds."""
    waits = [world.now - leg.waiting.since for leg in members(world, queue) if leg.waiting]
    return sum(waits) // len(waits) // SECOND if waits else 0


def as_json(world: World, queue: Queue) -> dict[str, object]:
    """The queue as the API shows it."""
    return {
        "record_type": "queue",
        "id": queue.id,
        "name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time_secs": average_wait_s(world, queue),
        "created_at": iso(queue.created_at),
        "updated_at": iso(queue.updated_at),
    }


def call_as_json(world: World, queue: Queue, leg: Leg) -> dict[str, object]:
    """A waiting call: the only listing with from and to (VOICE b)."""
    since = leg.start_at if leg.waiting is None else leg.waiting.since
    return {
        "record_type": "queue_call",
        "call_control_id": leg.id,
        "call_leg_id": leg.leg_id,
        "call_session_id": leg.session_id,
        "connection_id": leg.connection_id,
        "from": leg.from_,
        "to": leg.to,
        "enqueued_at": iso(since),
        "queue_id": queue.id,
        "queue_position": queue.members.index(leg.id) + 1,
        "wait_time_secs": (world.now - since) // SECOND,
        "is_alive": leg.is_live,
    }
