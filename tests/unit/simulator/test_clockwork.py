"""The world told in the order of its own time, however late its clock is looked at."""

from __future__ import annotations

from console.simulator import calls
from console.simulator.clockwork import Clockwork
from console.simulator.numbers import Party
from console.simulator.world import SECOND, Event
from tests.unit.simulator.practice import CONNECTION, OURS, START, Practice


async def test_events_of_one_time_are_told_before_the_next_time_comes() -> None:
    """After a pause of the whole process, too: who waits for an event within a limit hears of it in time."""
    now, told = START, list[str]()

    def hear(events: list[Event]) -> None:
        told.extend(event.type for event in events)

    world = Practice().world
    clockwork = Clockwork(world, hear, on_orders=lambda _orders: None, clock=lambda: now)
    clockwork.touch(
        lambda: calls.ring_in(
            world,
            connection_id=CONNECTION,
            to=OURS,
            party=Party("+13125550101", None),
            patience_s=5,
        )
    )
    known: list[list[str]] = []
    world.after(4.9, None, "before", lambda: known.append(list(told)))
    world.after(5.1, None, "after", lambda: known.append(list(told)))

    now += 60 * SECOND
    clockwork.tick()
    clockwork.stop()

    assert known == [["call.initiated"], ["call.initiated", "call.hangup"]]
