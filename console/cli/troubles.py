"""What a screen would show at once, for whoever has none: the engine's troubles on stderr, as they come and go."""

import asyncio
from collections.abc import Callable, Iterable

from console.cli.output import note
from console.cli.stopping import wait_for
from console.reports import Health

LOOK_EVERY_S = 1.0


class Troubles:
    """Says each trouble once while it lasts. `known` are notices that were said already."""

    def __init__(
        self,
        health: Callable[[], Health],
        known: Iterable[str] = (),
        say: Callable[[str], None] = note,
    ) -> None:
        self._health = health
        self._known = set(known)
        self._not_recording: str | None = None
        self._say = say

    async def watch(self, stop: asyncio.Event) -> None:
        """Looks until asked to stop."""
        while not await wait_for(stop, LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Says what is new since the last look."""
        health = self._health()
        if health.journal_error != self._not_recording:
            self._not_recording = health.journal_error
            self._say(
                "recording again"
                if health.journal_error is None
                else f"not recording: {health.journal_error}"
            )
        for notice in health.notices:
            if notice not in self._known:
                self._say(notice)
        self._known = set(health.notices)
