"""Mode front: the application's answer is the answer. No redirect is followed and nothing is tried again here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from console.domain.entries import Draft, Micros
from console.engine.answers import Answers
from console.engine.forward.answer import SENDER_GONE, RelayedAnswer
from console.engine.forward.client import Begun, Reply, TargetClient, TargetError
from console.engine.forward.gauge import Gauge
from console.engine.forward.headers import has_passed
from console.engine.forward.intake import PSEUDONYM, Intake
from console.engine.forward.plan import ForwardPlan
from console.engine.forward.recording import Recording
from console.engine.forward.watch import Watch
from console.journal.forwards import Forward, forward_draft

MODE = "front"

FAILED = {status: Answers(status) for status in (502, 503, 504, 508)}

Answer = RelayedAnswer | Answers


class Asked(NamedTuple):
    """A request that is already with the application."""

    begun: Begun
    began_s: float


class Front:
    """Asks the application for one sender at a time each, many at the same time, never more than allowed."""

    def __init__(
        self,
        plan: ForwardPlan,
        client: TargetClient,
        watch: Watch,
        recording: Recording,
        clock: Callable[[], Micros],
    ) -> None:
        self._plan = plan
        self._client = client
        self._target = client.target
        self._watch = watch
        self._recording = recording
        self._clock = clock
        self.gauge: Gauge = watch.gauge

    def begin(self, intake: Intake) -> Asked | None:
        """Sends the request at once where nothing stands in its way; None leaves all of it to `ask`."""
        if self.gauge.in_flight >= self._plan.max_in_flight:
            return None
        if has_passed(intake.headers, PSEUDONYM):
            return None
        head = intake.head_for(self._target, keep_host=self._plan.keep_host)
        begun = self._client.begin(head, intake.raw)
        if begun is None:
            return None
        self.gauge.in_flight += 1
        return Asked(begun, asyncio.get_running_loop().time())

    async def ask(self, intake: Intake, asked: Asked | None = None) -> Answer:
        """What to tell the sender, of a request that was begun, if it was. Never raises for what the application does."""
        if asked is not None:
            return await self._answer(intake, asked.begun, asked.began_s)
        gauge = self.gauge
        if gauge.in_flight >= self._plan.max_in_flight:
            words = f"not forwarded: {gauge.in_flight} are under way already"
            return self._failed(intake, TargetError(503, words), 0.0)
        if has_passed(intake.headers, PSEUDONYM):
            return self._failed(intake, TargetError(508, "it came back here: a loop"), 0.0)
        gauge.in_flight += 1
        return await self._answer(intake, None, asyncio.get_running_loop().time())

    async def _answer(self, intake: Intake, begun: Begun | None, began_s: float) -> Answer:
        gauge, time = self.gauge, asyncio.get_running_loop().time
        is_over = True
        try:
            if begun is None:
                head = intake.head_for(self._target, keep_host=self._plan.keep_host)
                reply = await self._client.ask(head, intake.raw)
            else:
                reply = await self._client.answer(begun, b"", b"")
            if reply.rest is not None:
                is_over = False
                return self._streamed(intake, reply, began_s)
        except TargetError as error:
            return self._failed(intake, error, (time() - began_s) * 1000)
        finally:
            if is_over:
                gauge.in_flight -= 1
        self._took(intake, reply, (time() - began_s) * 1000)
        return RelayedAnswer(reply)

    def _streamed(self, intake: Intake, reply: Reply, began_s: float) -> RelayedAnswer:
        def ended(error: str | None) -> None:
            self.gauge.in_flight -= 1
            took_ms = (asyncio.get_running_loop().time() - began_s) * 1000
            if error in (None, SENDER_GONE):
                self._took(intake, reply, took_ms, error or "")
            else:
                self._failed(intake, TargetError(reply.status, error), took_ms)

        return RelayedAnswer(reply, ended)

    def _took(self, intake: Intake, reply: Reply, latency_ms: float, error: str = "") -> None:
        self._watch.took(reply.status, latency_ms)
        self._record(
            intake,
            Forward(
                intake.draft,
                self._target.name,
                MODE,
                status=reply.status,
                answered=reply.status,
                latency_ms=latency_ms,
                error=error,
                headers=reply.headers,
                body=reply.body,
            ),
        )

    def _failed(self, intake: Intake, error: TargetError, latency_ms: float) -> Answers:
        self._watch.missed(error.sentence)
        self._record(
            intake,
            Forward(
                intake.draft,
                self._target.name,
                MODE,
                answered=error.status,
                latency_ms=latency_ms,
                error=error.sentence,
            ),
        )
        return FAILED.get(error.status, FAILED[502])

    def _record(self, intake: Intake, forward: Forward) -> None:
        at, keep_bytes = self._clock(), self._plan.keep_answer_bytes

        def draft() -> Draft:
            done = forward._replace(duplicate=intake.keeping.duplicate)
            return forward_draft(done, at, keep_bytes=keep_bytes)

        self._recording.later(draft)
