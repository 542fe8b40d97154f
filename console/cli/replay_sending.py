"""Sends what `replay` has chosen, by the engine of the journal or by this process, and tells what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from console.cli.clock import now_micros
from console.cli.output import note, put
from console.domain.entries import Entry
from console.domain.text import clean
from console.errors import ConsoleError

if TYPE_CHECKING:
    from console.config.load import Loaded
    from console.replaying import ReplayOutcome

FAILED, UNREACHABLE = 1, 4
MAX_ORDERED = 100_000
"""Deliveries in one question to the engine; more are sent by this process itself."""


class Job:
    """What is to be sent, and by whom."""

    def __init__(
        self,
        loaded: Loaded,
        url: str,
        entries: Sequence[Entry],
        body: bytes | None,
        *,
        speed: float,
        resign: bool,
        own: bool,
    ) -> None:
        self.loaded, self.url, self.body = loaded, url, body
        self.entries, self.speed, self.resign, self.own = entries, speed, resign, own

    async def outcomes(self) -> AsyncGenerator[ReplayOutcome]:
        """By the engine of the journal, which records them; where there is none, by this process."""
        why = await self._why_not_by_engine()
        if why is None:
            async for outcome in self._by_engine():
                yield outcome
            return
        note(f"not recorded: {why}")
        async for outcome in self._by_ourselves():
            yield outcome

    async def _why_not_by_engine(self) -> str | None:
        from console.errors import EngineError
        from console.operator import HttpOperator

        if not self.own:
            return "the deliveries are from a file, not from this journal"
        if len(self.entries) > MAX_ORDERED:
            return f"more than {MAX_ORDERED} deliveries"
        operator = HttpOperator(self.loaded.journal_path)
        try:
            await operator.health()
        except EngineError:
            return "no engine serves this journal"
        finally:
            await operator.aclose()
        return None

    async def _by_engine(self) -> AsyncGenerator[ReplayOutcome]:
        from console.operator import HttpOperator
        from console.replaying import ReplayOrder

        order = ReplayOrder(
            seqs=[entry.seq for entry in self.entries],
            target=self.url,
            speed=self.speed,
            resign=self.resign,
            body=self.body,
        )
        operator = HttpOperator(self.loaded.journal_path)
        try:
            async with aclosing(operator.replay(order)) as outcomes:
                async for outcome in outcomes:
                    yield outcome
        finally:
            await operator.aclose()

    async def _by_ourselves(self) -> AsyncGenerator[ReplayOutcome]:
        from console.engine.replay.sender import ReplaySender
        from console.telnyx.development_key import development_signer

        entries = self.entries
        if self.body is not None:
            entries = [replace(entries[0], body=self.body)]
        signer = development_signer(self.loaded.journal_path) if self.resign else None
        sender = ReplaySender(self.url, now_micros, signer=signer)
        try:
            async with aclosing(sender.send_all(entries, self.speed)) as all_sent:
                async for sent in all_sent:
                    yield sent.outcome
        finally:
            await sender.aclose()


async def run(job: Job, *, as_json: bool) -> int:
    """Sends, telling each outcome, and sums up; the exit code. Ctrl-C ends it after the one under way."""
    from console.cli.stopping import stopping

    done: list[ReplayOutcome] = []
    problem: ConsoleError | None = None

    async def send() -> None:
        async with aclosing(job.outcomes()) as outcomes:
            async for outcome in outcomes:
                done.append(outcome)
                put(_json(outcome) if as_json else _line(outcome))

    with stopping() as stop:
        sending = asyncio.create_task(send(), name="replay")
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({sending, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not sending.done():
            sending.cancel()
        try:
            await sending
        except asyncio.CancelledError:
            note("stopped")
        except ConsoleError as error:
            problem = error
    note(_summary(done, len(job.entries)))
    if problem is not None:
        raise problem
    return _code(done, len(job.entries))


def _code(done: Sequence[ReplayOutcome], wanted: int) -> int:
    if len(done) == wanted and all(outcome.ok for outcome in done):
        return 0
    if done and all(outcome.is_unreachable for outcome in done):
        return UNREACHABLE
    return FAILED


def _summary(done: Sequence[ReplayOutcome], wanted: int) -> str:
    taken = sum(outcome.ok for outcome in done)
    missing = sum(outcome.is_unreachable for outcome in done)
    refused = len(done) - taken - missing
    parts = [f"{taken} of {wanted} taken"]
    if refused:
        parts.append(f"{refused} refused")
    if missing:
        parts.append(f"{missing} without an answer")
    if wanted > len(done):
        parts.append(f"{wanted - len(done)} not sent")
    recorded = sum(outcome.recorded for outcome in done)
    if recorded:
        parts.append(f"{recorded} recorded in the journal")
    return ", ".join(parts)


def _line(outcome: ReplayOutcome) -> str:
    status = "-" if outcome.status is None else str(outcome.status)
    words = (
        f"{status:>3} {outcome.latency_ms:7.0f} ms  {outcome.seq:>7}"
        f"  {outcome.event_type or '?'}  {outcome.event_id or ''}  {outcome.error}"
    )
    return clean(words).rstrip()


def _json(outcome: ReplayOutcome) -> str:
    return json.dumps(
        {
            "seq": outcome.seq,
            "event_id": outcome.event_id,
            "event_type": outcome.event_type,
            "call_control_id": outcome.call_control_id,
            "ok": outcome.ok,
            "status": outcome.status,
            "latency_ms": outcome.latency_ms,
            "error": outcome.error,
            "recorded": outcome.recorded,
        }
    )
