"""Who is attached, and when that ends an engine."""

from __future__ import annotations

import asyncio

from console.engine.leases import Leases


class Ending:
    """Counts how often the engine was told to end."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        self.event.set()


async def test_leases_end_at_once_when_the_starter_leaves_alone() -> None:
    """Leaving ends the engine that this desk started."""
    ending = Ending()
    leases = Leases(60.0, ending)
    lease = leases.take()

    assert leases.leave(lease, starter=True)

    assert ending.times == 1
    leases.vanish(lease)
    assert ending.times == 1


async def test_leases_go_on_for_other_desks_and_end_with_the_last() -> None:
    """The starter leaves, another desk stays; when that one leaves too, the engine has no reason to stay."""
    ending = Ending()
    leases = Leases(60.0, ending)
    first, second = leases.take(), leases.take()

    assert not leases.leave(first, starter=True)
    assert leases.count == 1
    assert leases.leave(second, starter=False)

    assert ending.times == 1


async def test_leases_wait_for_the_grace_period_after_a_desk_vanished() -> None:
    """A desk that died may come back; then nothing ends."""
    ending = Ending()
    leases = Leases(0.05, ending)
    leases.vanish(leases.take())

    again = leases.take()
    await asyncio.sleep(0.1)
    assert not ending.event.is_set()

    leases.vanish(again)
    await asyncio.wait_for(ending.event.wait(), 60)
    assert ending.times == 1


async def test_leases_of_an_attached_desk_do_not_end_the_engine() -> None:
    """A desk that only attached leaves the engine to its grace period."""
    ending = Ending()
    leases = Leases(60.0, ending)
    lease = leases.take()

    assert not leases.leave(lease, starter=False)

    assert ending.times == 0
    leases.stop()


async def test_leases_without_a_grace_period_end_nothing() -> None:
    """`listen` was started by a person, who ends it."""
    ending = Ending()
    leases = Leases(None, ending)
    leases.start()
    lease = leases.take()

    assert not leases.leave(lease, starter=True)
    leases.vanish(leases.take())

    assert ending.times == 0


async def test_leases_end_an_engine_that_nobody_ever_attached_to() -> None:
    """A desk that died before it attached leaves no engine behind."""
    ending = Ending()
    leases = Leases(0.0, ending, first_desk_s=0.02)
    leases.start()

    await asyncio.wait_for(ending.event.wait(), 60)
