"""Further targets that hear every verified webhook. They can delay nothing and change nothing.

Each has its own bounded queue and a few workers; what does not fit is dropped and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from console.domain.entries import Draft, Kind, Micros
from console.engine.forward.client import TargetClient, TargetError
from console.engine.forward.intake import Intake
from console.engine.forward.plan import ForwardPlan
from console.engine.forward.recording import Recording
from console.engine.forward.watch import Watch
from console.journal.forwards import Forward, forward_draft
from console.reports import TargetHealth

MODE = "observer"
WORKERS = 4
SUMMARY_AFTER_S = 5.0
DOWN_AFTER = 3
"""Webhooks in a row that it did not answer, after which it is said to be down; nobody looks after it otherwise."""


class Observer:
    """One further target."""

    def __init__(
        self,
        plan: ForwardPlan,
        client: TargetClient,
        recording: Recording,
        clock: Callable[[], Micros],
        *,
        summary_after_s: float = SUMMARY_AFTER_S,
    ) -> None:
        self._plan = plan
        self._client = client
        self._recording = recording
        self._clock = clock
        self._summary_after_s = summary_after_s
        self._watch = Watch(client, recording, clock, limit=WORKERS)
        self._queue: asyncio.Queue[Intake] = asyncio.Queue(plan.observer_queue)
        self._workers: list[asyncio.Task[None]] = []
        self._summary: asyncio.TimerHandle | None = None
        self._untold = 0
        self._missed = 0
        self.dropped = 0

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        name = f"observer {self._client.target.origin}"
        self._workers = [loop.create_task(self._work(), name=name) for _ in range(WORKERS)]

    async def aclose(self) -> None:
        """Gives up what was not delivered: nobody was promised it."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._summary is not None:
            self._summary.cancel()
        self._untold += self._queue.qsize()
        self.dropped += self._queue.qsize()
        self._summarise()
        await self._client.aclose()

    def offer(self, intake: Intake) -> None:
        """Takes a webhook, or lets it go."""
        try:
            self._queue.put_nowait(intake)
        except asyncio.QueueFull:
            self.dropped += 1
            self._untold += 1
            if self._summary is None:
                loop = asyncio.get_running_loop()
                self._summary = loop.call_later(self._summary_after_s, self._summarise)

    def health(self) -> TargetHealth:
        return self._watch.health(MODE, queued=self._queue.qsize(), dropped=self.dropped)

    async def _work(self) -> None:
        while True:
            intake = await self._queue.get()
            try:
                await self._hand_on(intake)
            except Exception as error:  # noqa: BLE001 - the worker border: what one webhook breaks must not cost the others
                self._watch.missed(f"it could not be handed on ({type(error).__name__})")

    async def _hand_on(self, intake: Intake) -> None:
        time = asyncio.get_running_loop().time
        gauge, began_s = self._watch.gauge, time()
        result = Forward(intake.draft, self._client.target.name, MODE)
        gauge.in_flight += 1
        try:
            head = intake.head_for(self._client.target, keep_host=self._plan.keep_host)
            reply = await self._client.ask(head, intake.raw)
        except TargetError as error:
            self._watch.missed(error.sentence)
            self._missed += 1
            if self._missed >= DOWN_AFTER:
                self._watch.is_down(error.sentence)
            result = result._replace(error=error.sentence)
        else:
            if reply.rest is not None:
                reply.rest.close()
            self._missed = 0
            self._watch.took(reply.status, (time() - began_s) * 1000)
            result = result._replace(status=reply.status, headers=reply.headers, body=reply.body)
        finally:
            gauge.in_flight -= 1
        took_ms = (time() - began_s) * 1000
        duplicate = intake.keeping.duplicate
        self._record(result._replace(latency_ms=took_ms, duplicate=duplicate))

    def _summarise(self) -> None:
        self._summary = None
        count, self._untold = self._untold, 0
        if count:
            what = "1 webhook was" if count == 1 else f"{count} webhooks were"
            nothing = Draft(kind=Kind.NOTE, received_at=self._clock(), body=b"", verified=True)
            words = f"{what} not handed on: it is too slow"
            self._record(Forward(nothing, self._client.target.name, MODE, error=words))

    def _record(self, forward: Forward) -> None:
        keep_bytes = self._plan.keep_answer_bytes
        draft = partial(forward_draft, forward, self._clock(), keep_bytes=keep_bytes)
        self._recording.later(draft)
