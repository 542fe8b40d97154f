"""Journaling that cannot hold up a call: it is asked first and waited for a few milliseconds, no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from console.domain.entries import Draft, Micros
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.api import Result
from console.journal.records import note_draft

WAIT_S = 0.005
"""How long a call waits for the journal at most."""
TOGETHER_S = 0.02
"""Results are handed over together, so that few webhooks wait for the commit of what others led to …"""
RIDE_S = 0.02
"""… and with the next webhook, so that none does; where none comes for so long, by themselves."""
MAX_PENDING = 5_000
"""Entries that may wait for a journal that hangs; beyond, they are only counted."""
HANGS_AFTER_S = 2.0


class Keeping:
    """A webhook's entry on its way into the journal."""

    __slots__ = ("_on_duplicate", "duplicate", "is_settled", "until_s", "waiter")

    def __init__(
        self, until_s: float = 0.0, on_duplicate: Callable[[], None] | None = None
    ) -> None:
        self.until_s = until_s
        self._on_duplicate = on_duplicate
        self.is_settled = False
        self.duplicate = False
        """Whether its event had been there before, as far as the journal has said so."""
        self.waiter: asyncio.Future[None] | None = None

    def settle(self, duplicate: bool | None) -> None:
        """The journal has spoken (None: it cannot take it), or the time is over."""
        self.is_settled = True
        if duplicate and not self.duplicate:
            self.duplicate = True
            if self._on_duplicate is not None:
                self._on_duplicate()
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


class Recording:
    """The way of forwarded webhooks into the journal. `error` says in words why it does not keep up."""

    def __init__(
        self, recorder: Recorder, clock: Callable[[], Micros], *, wait_s: float = WAIT_S
    ) -> None:
        self._recorder = recorder
        self._clock = clock
        self._wait_s = wait_s
        self._results: list[Callable[[], Draft]] = []
        self._ready: list[Draft] = []
        """Results that wait for a webhook to share its commit."""
        self._flush_timer: asyncio.TimerHandle | None = None
        self._number = 0
        self._pending: dict[int, float] = {}
        """When each entry was handed over that the journal has not answered for."""
        self._idle = asyncio.Event()
        self._idle.set()
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

    def hand_over(self, draft: Draft, on_duplicate: Callable[[], None]) -> Keeping:
        """Gives a webhook's entry to the journal."""
        keeping = Keeping(asyncio.get_running_loop().time() + self._wait_s, on_duplicate)
        self._hand_over(draft, keeping.settle)
        if self._ready:
            self._hand_over_ready()
        return keeping

    async def wait(self, keeping: Keeping) -> None:
        """Until the entry is durable, or as long as a call may wait for it, counted from when it was handed over."""
        if keeping.is_settled:
            return
        loop = asyncio.get_running_loop()
        keeping.waiter = loop.create_future()
        timer = loop.call_at(keeping.until_s, keeping.settle, None)
        try:
            await keeping.waiter
        finally:
            timer.cancel()

    def later(self, draft: Callable[[], Draft]) -> None:
        """Records what nobody waits for, together with what else comes in the next moment; it is made only then."""
        self._results.append(draft)
        if self._flush_timer is None:
            self._flush_timer = asyncio.get_running_loop().call_later(TOGETHER_S, self._make)

    async def finish(self, timeout_s: float) -> None:
        """Hands over what is left and waits until the journal has answered for everything."""
        self._flush()
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            return

    def _make(self) -> None:
        results, self._results = self._results, []
        self._ready += [draft() for draft in results]
        self._flush_timer = asyncio.get_running_loop().call_later(RIDE_S, self._flush)

    def _flush(self) -> None:
        results, self._results = self._results, []
        self._ready += [draft() for draft in results]
        self._hand_over_ready()

    def _hand_over_ready(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        ready, self._ready = self._ready, []
        for draft in ready:
            self._hand_over(draft, None)
        if self._results:
            self._flush_timer = asyncio.get_running_loop().call_later(TOGETHER_S, self._make)

    def _hand_over(self, draft: Draft, told: Callable[[bool | None], None] | None) -> None:
        if len(self._pending) >= MAX_PENDING:
            self._lost += 1
            if told is not None:
                told(None)
            return
        self._number += 1
        number = self._number
        self._pending[number] = asyncio.get_running_loop().time()
        self._idle.clear()
        try:
            self._recorder.append_soon(draft, partial(self._answered, number, told))
        except JournalError as error:
            self._answered(number, told, error)

    def _answered(
        self, number: int, told: Callable[[bool | None], None] | None, result: Result
    ) -> None:
        self._pending.pop(number, None)
        if not self._pending:
            self._idle.set()
        is_kept = not isinstance(result, JournalError)
        if told is not None:
            told(None if isinstance(result, JournalError) else result.duplicate)
        if is_kept and self._lost:
            lost, self._lost = self._lost, 0
            words = f"{lost} entries were not recorded: the journal hung while calls went on"
            self.later(partial(note_draft, words, self._clock()))
