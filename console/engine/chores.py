"""Work that an engine does on the side and owns until it is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

_log = logging.getLogger("console.engine")


class Chores:
    """Tasks with an owner; one that fails says so in the log, without a word of what it worked on."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._until_end: set[asyncio.Task[object]] = set()

    def go(
        self, work: Coroutine[object, object, object], name: str, *, until_end: bool = False
    ) -> None:
        """Begins now; `until_end`: it is worth nothing once the engine ends, so it is given up then."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        if until_end:
            self._until_end.add(task)
        task.add_done_callback(self._done)

    async def finish(self) -> None:
        """Waits for all of them, but for those that are given up."""
        for task in self._until_end:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        self._until_end.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed: %s", task.get_name(), type(error).__name__)
