"""Calls that wait in queues (VOICE e). Pure: changes the world only."""

from console.simulator import errors, payloads
from console.simulator.world import SECOND, Leg, Queue, Waiting, World

DEFAULT_MAX_SIZE = 100
"""Of a queue that `enqueue` makes (VOICE b)."""


def enter(
    world: World, leg: Leg, name: str, *, max_size: int | None, max_wait_s: float | None
) -> None:
    """Puts a leg at the end of a queue, which is made if there is none. Raises `ApiError`."""
    if leg.waiting is not None:
        raise errors.already_in_queue()
    queue = world.queues.get(name)
    if queue is None:
        queue = Queue(name=name, max_size=max_size or DEFAULT_MAX_SIZE)
        world.queues[name] = queue
    elif max_size is not None and max_size != queue.max_size:
        raise errors.queue_size_fixed()
    if len(queue.members) >= queue.max_size:
        raise errors.queue_full(name)
    queue.members.append(leg.id)
    leg.waiting = Waiting(name, world.now)
    payload = payloads.enqueued(leg, name, len(queue.members), _average_wait_s(world, queue))
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
    queue = world.queues[waiting.queue]
    position = queue.members.index(leg.id) + 1
    queue.members.remove(leg.id)
    if not queue.members:
        del world.queues[waiting.queue]
    waited_s = (world.now - waiting.since) // SECOND
    payload = payloads.dequeued(leg, waiting.queue, position, reason, waited_s)
    world.emit(leg, "call.dequeued", payload)


def first(world: World, name: str) -> Leg | None:
    """The leg that has waited longest in a queue; None if nobody waits."""
    queue = world.queues.get(name)
    return None if queue is None or not queue.members else world.leg(queue.members[0])


def _average_wait_s(world: World, queue: Queue) -> int:
    waits = [
        world.now - member.waiting.since
        for member in map(world.leg, queue.members)
        if member is not None and member.waiting is not None
    ]
    return sum(waits) // len(waits) // SECOND if waits else 0
