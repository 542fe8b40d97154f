"""One key after the other, however fast they come.

Textual hands on keys that come in one piece (over a slow line, after a stall, typed very fast) before the first of
them has done anything: with `/ann` the `a` would still belong to the desk, and answer a call. So a key waits until the
one before it has been dealt with: it went up to the app, or somebody took it, and what it opened has the focus.
Where a key opened nothing, because that is not possible now, what was typed ahead for it is for nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.events import Event
    from textual.message_pump import MessagePump

PATIENCE_S = 1.0
"""No key waits longer for the one before it."""
_ROUNDS = 3
"""Turns of the app's queue until what a key asked for, as a focus, has come about."""


class KeyOrder:
    """The keys that wait. `give` hands one on, in the app's own turn."""

    def __init__(self, app: App[Any], give: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._waiting: deque[Event] = deque()
        self._under_way: object | None = None
        self._before: tuple[object, object] = (None, None)
        self._deadline: asyncio.TimerHandle | None = None
        self._dropped_until_s = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether every key has been dealt with."""
        return self._under_way is None

    async def take(self, event: Event) -> None:
        """Hands the key on now, or after those that came before it."""
        if event.time <= self._dropped_until_s:
            return
        if self._under_way is None:
            await self._begin(event)
        else:
            self._waiting.append(event)

    def drop(self, until_s: float) -> None:
        """Keys that came until then, by the clock of events, go nowhere, also where they are still on their way here."""
        self._waiting.clear()
        self._dropped_until_s = until_s

    async def _begin(self, event: Event) -> None:
        app = self._app
        turn = self._under_way = object()
        self._before = (app.screen, app.focused)
        node: MessagePump = app.focused or app.screen
        self._deadline = asyncio.get_running_loop().call_later(
            PATIENCE_S, partial(self._done, turn)
        )
        try:
            await self._give(event)
        finally:
            if event.is_forwarded and node is not app:
                self._after(node, partial(self._went_through, turn, event, node))
            else:
                self._settle(turn, _ROUNDS)

    def _went_through(self, turn: object, event: Event, node: MessagePump) -> None:
        """A node has dealt with the key: it goes on to the parent, unless it was stopped there."""
        above = node._parent
        if event._stop_propagation or above is None or node is self._app:
            self._settle(turn, _ROUNDS)
        else:
            self._after(above, partial(self._went_through, turn, event, above))

    def _settle(self, turn: object, rounds: int) -> None:
        app = self._app
        if rounds:
            self._after(app, partial(self._settle, turn, rounds - 1))
        elif (app.screen, app.focused) != self._before:
            app.screen.call_after_refresh(self._done, turn)
        else:
            self._done(turn)

    def _after(self, node: MessagePump, then: Callable[[], None]) -> None:
        """When the node has dealt with what is in its queue; at once where it takes nothing any more."""
        if not node.call_later(then):
            self._done(self._under_way)

    def _done(self, turn: object) -> None:
        if turn is not self._under_way or turn is None:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        if not self._waiting:
            self._under_way = None
            return
        # The next one has its turn from now on: what comes meanwhile waits behind it.
        self._under_way = object()
        if not self._app.call_later(self._begin, self._waiting.popleft()):
            self._under_way = None
            self._waiting.clear()
