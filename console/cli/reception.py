"""Who answers in a demo without a screen: a receptionist that takes every incoming call and ends it after a while."""

import asyncio
import uuid
from contextlib import suppress

from console.domain.entries import Entry, Event, Intent
from console.errors import EngineError
from console.journal.facts import fact_of
from console.operator import Operator

PICKS_UP_AFTER_S = 0.8
TALKS_FOR_S = 9.0


class Receptionist:
    """Commands go the way of every command: through the engine, recorded. Used from one loop."""

    def __init__(self, operator: Operator, *, speed: float) -> None:
        self._operator = operator
        self._speed = speed
        self._calls: set[asyncio.Task[None]] = set()

    def hear(self, entry: Entry) -> None:
        """Takes notice of an entry; an incoming call is dealt with in a task of its own."""
        if entry.event_type != "call.initiated" or entry.duplicate:
            return
        fact = fact_of(entry)
        if not isinstance(fact, Event) or fact.payload.get("direction") != "incoming":
            return
        if fact.call_control_id is not None:
            call = asyncio.create_task(self._serve(fact.call_control_id), name="receptionist")
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def aclose(self) -> None:
        """Leaves every call as it is."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, call_control_id: str) -> None:
        for action, after_s in (("answer", PICKS_UP_AFTER_S), ("hangup", TALKS_FOR_S)):
            await asyncio.sleep(after_s / self._speed)
            intent = Intent(
                command_id=str(uuid.uuid4()),
                action=action,
                call_control_id=call_control_id,
                operator="receptionist",
            )
            # The caller may have given up, the engine may be gone: a demo goes on.
            with suppress(EngineError):
                await self._operator.execute(intent)
