"""Forwarding put together: the application, how it is told, and who else listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from console.domain.entries import Draft, Micros
from console.engine.answers import Answers
from console.engine.forward.answer import RelayedAnswer
from console.engine.forward.buffer import Buffer
from console.engine.forward.client import TargetClient
from console.engine.forward.front import Asked, Front
from console.engine.forward.intake import Intake
from console.engine.forward.observers import Observer
from console.engine.forward.plan import TELNYX_WAITS_S, ForwardPlan, Mode
from console.engine.forward.recording import Keeping, Recording
from console.engine.forward.target import is_named, target_of
from console.engine.forward.watch import Watch
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.api import JournalReader
from console.journal.records import note_draft
from console.reports import ForwardHealth, TargetHealth

TAKEN = Answers(200)
UNAVAILABLE = Answers(503)
LAST_WORDS_S = 2.0

FORWARDS_UNVERIFIED = (
    "webhooks that are not verified are forwarded all the same (forward.unverified):"
    " anybody who finds the port can call your application"
)


class Forwarder:
    """One per engine. Everything about it is decided by the plan; nothing of it knows a screen."""

    def __init__(
        self,
        plan: ForwardPlan,
        mount: str,
        recorder: Recorder,
        clock: Callable[[], Micros],
    ) -> None:
        """`mount` is the webhooks' path. Raises `ConfigError` for a target that is none."""
        self.plan = plan
        self.mount = mount
        self.recording = Recording(recorder, clock)
        self.application_timeout_s: float | None = None
        self.has_failover: bool | None = None
        """Whether the application's failover URL is set; None where that is not known."""
        self._recorder = recorder
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._client: TargetClient | None = None
        self._watch: Watch | None = None
        self._front: Front | None = None
        self._buffer: Buffer | None = None
        if plan.target:
            self._aim(plan, recorder, clock)
        self._observers = [self._observer(url, clock) for url in plan.observers]

    @property
    def is_copy(self) -> bool:
        """Whether the answer is 200 whatever happens."""
        return self.plan.mode is Mode.COPY

    @property
    def is_front(self) -> bool:
        """Whether the application's answer is the answer."""
        return self._front is not None and self._buffer is None

    def restore(self, reader: JournalReader) -> None:
        """What an earlier engine was promised to deliver. Raises `JournalError`."""
        if self._buffer is not None:
            self._buffer.restore(reader, self.mount)

    def start(self) -> None:
        """Begins to look after the targets."""
        loop = asyncio.get_running_loop()
        if self._watch is not None:
            self._tasks.append(loop.create_task(self._watch.run(), name="watch the application"))
        for observer in self._observers:
            observer.start()

    async def aclose(self) -> None:
        """Ends after the port is closed, so that nothing is under way any more but what may be given up."""
        if self._watch is not None:
            self._watch.stop()
        if self._buffer is not None:
            await self._buffer.aclose()
        for observer in self._observers:
            await observer.aclose()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.recording.finish(LAST_WORDS_S)
        if self._client is not None:
            await self._client.aclose()

    def begin(self, draft: Draft, on_duplicate: Callable[[], None]) -> Keeping:
        """Gives a webhook's entry to the journal, unless it has to be durable before it is answered anyway."""
        if (self.is_copy or self.is_front) and draft.verified:
            return self.recording.hand_over(draft, on_duplicate)
        return Keeping(on_duplicate=on_duplicate)

    def takes_unverified(self, path: str) -> bool:
        """Whether a person asked for webhooks at this path to be forwarded although they do not verify."""
        wanted = self.plan.unverified or is_named(path, self.plan.unverified_paths)
        return wanted and self._front is not None

    def begin_asking(self, intake: Intake) -> Asked | None:
        """Sends a verified webhook to the application at once, if that is possible and its answer is the answer."""
        return None if self._front is None or not self.is_front else self._front.begin(intake)

    async def hand_on(
        self, intake: Intake, target: str, asked: Asked | None = None
    ) -> RelayedAnswer | Answers:
        """What to answer. `target` is the request target as received; `asked` what `begin_asking` gave.

        The journal is given the webhook before the application is, and both work at the same time; the answer waits for
        both, for the journal only a few milliseconds.
        """
        front, keeping = self._front, intake.keeping
        if front is not None and not intake.draft.verified:
            # What could not be verified is answered by the application in every mode: nothing was promised for it.
            return await front.ask(intake)
        if not self.is_copy and (front is None or self._buffer is not None):
            return await self._acknowledge(intake, target)
        self._show_observers(intake)
        answer: RelayedAnswer | Answers = TAKEN if front is None else await front.ask(intake, asked)
        await self.recording.wait(keeping)
        return answer

    def health(self) -> ForwardHealth:
        """All targets, as of now."""
        target: TargetHealth | None = None
        if self._watch is not None:
            queued = 0 if self._buffer is None else self._buffer.waiting
            expired = 0 if self._buffer is None else self._buffer.expired
            target = self._watch.health(str(self.plan.mode), queued=queued, dropped=expired)
        return ForwardHealth(
            mode=str(self.plan.mode),
            target=target,
            observers=tuple(observer.health() for observer in self._observers),
            unverified=self.plan.unverified,
            timeout_s=self.plan.timeout_s,
            application_timeout_s=self.application_timeout_s,
        )

    def note(self, words: str) -> None:
        """Puts a sentence on record."""
        self.recording.later(partial(note_draft, words, self._clock()))

    def notices(self) -> tuple[str, ...]:
        """What may go wrong with these settings, one sentence each."""
        plan = self.plan
        found: list[str] = []
        if plan.unverified:
            found.append(FORWARDS_UNVERIFIED)
        if plan.mode is not Mode.FRONT or not plan.target:
            return tuple(found)
        waits_s = self.application_timeout_s
        if plan.timeout_s >= (waits_s or TELNYX_WAITS_S):
            whose = "the application's webhook_timeout_secs is" if waits_s else "Telnyx waits"
            found.append(
                f"forward.timeout_s is {plan.timeout_s:g} s, but {whose} {waits_s or TELNYX_WAITS_S:g} s:"
                " Telnyx gives up before we do; set a smaller one"
            )
        if self.has_failover is False:
            found.append(
                "no failover URL is set: set webhook_event_failover_url to your application's own URL,"
                " and a console that dies costs one attempt, not the call"
            )
        return tuple(found)

    async def _acknowledge(self, intake: Intake, target: str) -> Answers:
        """Buffer mode, or observers alone: nothing is acknowledged before it is durable."""
        try:
            if self._buffer is None:
                intake.keeping.settle((await self._recorder.append(intake.draft)).duplicate)
            elif self._buffer.is_full:
                return UNAVAILABLE
            else:
                await self._buffer.take(intake, target)
        except JournalError:
            return UNAVAILABLE
        self._show_observers(intake)
        return TAKEN

    def _show_observers(self, intake: Intake) -> None:
        for observer in self._observers:
            observer.offer(intake)

    def _aim(self, plan: ForwardPlan, recorder: Recorder, clock: Callable[[], Micros]) -> None:
        client = self._client = TargetClient(
            target_of(plan.target), timeout_s=plan.timeout_s, limit_bytes=plan.answer_limit_bytes
        )
        watch = self._watch = Watch(
            client,
            self.recording,
            clock,
            limit=plan.max_in_flight,
            health_path=plan.health_path,
        )
        if plan.mode is not Mode.COPY:
            self._front = Front(plan, client, watch, self.recording, clock)
        if plan.mode is Mode.BUFFER:
            self._buffer = Buffer(plan, client, watch, recorder, clock)

    def _observer(self, url: str, clock: Callable[[], Micros]) -> Observer:
        client = TargetClient(
            target_of(url),
            timeout_s=self.plan.observer_timeout_s,
            limit_bytes=self.plan.answer_limit_bytes,
        )
        return Observer(self.plan, client, self.recording, clock)
