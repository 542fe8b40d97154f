"""Journaling that cannot hold up a call: it is asked first and waited for a few milliseconds, no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from console.domain.entries import Draft, Micros
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.api import Appended
from console.journal.records import note_draft

WAIT_S = 0.005
"""How long a call waits for the journal at most."""
MAX_PENDING = 5_000
"""Entries that may wait for a journal that hangs; beyond, they are only counted."""
HANGS_AFTER_S = 2.0

_Work = Coroutine[object, object, Appended | None]


class Recording:
    """The way of forwarded webhooks into the journal. `error` says in words why it does not keep up."""

    def __init__(
        self, recorder: Recorder, clock: Callable[[], Micros], *, wait_s: float = WAIT_S
    ) -> None:
        self._recorder = recorder
        self._clock = clock
        self._wait_s = wait_s
        self._pending: dict[asyncio.Task[Appended | None], float] = {}
        self._lost = 0

    @property
    def error(self) -> str | None:
        """None while the journal takes what it is given."""
        if self._recorder.error is not None:
            return self._recorder.error
        oldest = next(iter(self._pending.values()), None)
        if oldest is None:
            return None
        waited_s = asyncio.get_running_loop().time() - oldest
        return None if waited_s < HANGS_AFTER_S else f"the journal hangs since {waited_s:.0f} s"

    async def keep(self, draft: Draft) -> bool | None:
        """Whether its event had been there before; None where the journal does not say so in time, or cannot take it."""
        return await self.wait_for(self._recorder.append(draft))

    async def wait_for(self, work: _Work) -> bool | None:
        """As `keep`, for what appends by itself."""
        task = self._begin(work)
        if task is None:
            return None
        await asyncio.wait((task,), timeout=self._wait_s)
        if not task.done() or task.cancelled() or task.exception() is not None:
            return None
        appended = task.result()
        return None if appended is None else appended.duplicate

    def later(self, draft: Draft) -> None:
        """Records without anybody waiting."""
        self._begin(self._recorder.append(draft))

    async def finish(self, timeout_s: float) -> None:
        """Waits for what is under way."""
        if self._pending:
            await asyncio.wait(tuple(self._pending), timeout=timeout_s)
        for task in tuple(self._pending):
            task.cancel()

    def _begin(self, work: _Work) -> asyncio.Task[Appended | None] | None:
        if len(self._pending) >= MAX_PENDING:
            work.close()
            self._lost += 1
            return None
        loop = asyncio.get_running_loop()
        task = loop.create_task(work)
        self._pending[task] = loop.time()
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Appended | None]) -> None:
        self._pending.pop(task, None)
        if task.cancelled():
            return
        error = task.exception()
        # The recorder remembers what the journal refused; anything else is a fault of ours and must not be swallowed.
        if error is not None and not isinstance(error, JournalError):
            context = {"message": "an entry could not be recorded", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
        elif error is None and self._lost:
            lost, self._lost = self._lost, 0
            words = f"{lost} entries were not recorded: the journal hung while calls went on"
            self.later(note_draft(words, self._clock()))
