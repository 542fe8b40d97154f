"""Lets the world move on in real time: one timer of the loop, always set to what is due next."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from console.domain.entries import Micros
from console.simulator.services import Order
from console.simulator.world import Event, World

T = TypeVar("T")


def wall_clock() -> Micros:
    """µs since 1970."""
    return time.time_ns() // 1000


class Clockwork:
    """The only place where the world meets a clock. `on_events` gets what happened, in order; `on_orders` what the
    world cannot do by itself.
    """

    def __init__(
        self,
        world: World,
        on_events: Callable[[list[Event]], None],
        *,
        on_orders: Callable[[list[Order]], None],
        clock: Callable[[], Micros] = wall_clock,
    ) -> None:
        self._world = world
        self._on_events = on_events
        self._on_orders = on_orders
        self._clock = clock
        self._handle: asyncio.TimerHandle | None = None
        self._stopped = False

    def touch(self, change: Callable[[], T]) -> T:
        """Brings the world up to now, changes it, passes on what happened. Raises what `change` raises."""
        self._catch_up()
        try:
            return change()
        finally:
            self._pass_on()

    def tick(self) -> None:
        """Brings the world up to now."""
        self._catch_up()
        self._pass_on()

    def stop(self) -> None:
        """Nothing happens any more."""
        self._stopped = True
        if self._handle is not None:
            self._handle.cancel()

    def _catch_up(self) -> None:
        """Passes on what happens at one time before the next comes: after a pause of this process too, whoever waits
        for an event within a limit hears of it before the limit is over.
        """
        now = self._clock()
        while (due := self._world.agenda.next_due()) is not None and due <= now:
            self._world.advance(due)
            self._tell()
        self._world.advance(now)

    def _tell(self) -> None:
        events = self._world.drain()
        if events:
            self._on_events(events)

    def _pass_on(self) -> None:
        self._tell()
        orders = self._world.drain_orders()
        if orders and not self._stopped:
            self._on_orders(orders)
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        due = self._world.agenda.next_due()
        if due is not None and not self._stopped:
            delay_s = max(0.0, (due - self._clock()) / 1_000_000)
            self._handle = asyncio.get_running_loop().call_later(delay_s, self.tick)
