"""Mode buffer: webhooks are acknowledged once they are recorded, and delivered afterwards.

What is still to be delivered follows from the journal alone: webhooks marked for delivery without a final `forward` entry.
So a restart, even after kill -9, goes on where it was and sends nothing again that was confirmed. (An answer that came
in the very moment of the end, before it was recorded, is not known: that webhook is sent again.)

An event older than the maximum age is worth less than none: it would make the application act on a call that is over.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from console.domain.entries import Entry, Forwarded, Kind, Micros
from console.engine.forward.client import Reply, TargetClient, TargetError
from console.engine.forward.headers import Raw, Sender, first
from console.engine.forward.intake import Intake
from console.engine.forward.plan import ForwardPlan
from console.engine.forward.recording import Keeping
from console.engine.forward.watch import Watch
from console.engine.recorder import Recorder
from console.journal.api import JournalReader
from console.journal.facts import fact_of
from console.journal.forwards import Forward, buffered, buffered_request, forward_draft

MODE = "buffer"

MAX_WAITING = 10_000
"""Webhooks that may wait; beyond, the sender hears 503 and tries again itself."""
REMEMBERED = 20_000
"""Delivered events that a further delivery of Telnyx's is compared with."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 8.0
LOOK_BACK: Micros = 600_000_000
"""µs beyond the maximum age in which webhooks without a result are looked for at a start."""
TRY_AGAIN = frozenset({408, 425, 429})
EXPIRED = "expired, not delivered"

_log = logging.getLogger("console.engine.forward")


@dataclass(slots=True)
class _Item:
    """One webhook that the application is still to get."""

    intake: Intake
    target: str
    """The request target as it arrived, for a journal that outlives us."""
    expires_at: Micros
    attempt: int = 1


class Buffer:
    """Delivers; each webhook on its own, so that one the application cannot take holds up no other."""

    def __init__(
        self,
        plan: ForwardPlan,
        client: TargetClient,
        watch: Watch,
        recorder: Recorder,
        clock: Callable[[], Micros],
        *,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self._plan = plan
        self._age: Micros = int(plan.max_age_s * 1_000_000)
        self._client = client
        self._watch = watch
        self._recorder = recorder
        self._clock = clock
        self._first_wait_s = first_wait_s
        self._gate = asyncio.Semaphore(plan.max_in_flight)
        self._stop = asyncio.Event()
        self._waiting: dict[bytes, asyncio.Task[None]] = {}
        self._delivered: OrderedDict[bytes, None] = OrderedDict()
        self._has_complained = False
        self.expired = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= MAX_WAITING

    def restore(self, reader: JournalReader, mount: str) -> None:
        """Goes on with what an engine before us was promised to deliver. Call it before anything new is recorded."""
        last = reader.tail(1)
        if not last:
            return
        after = reader.seq_at(last[0].received_at - self._age - LOOK_BACK)
        for item in self._unfinished(reader.read(after), mount):
            self._begin(item)

    async def take(self, intake: Intake, target: str) -> None:
        """Durable, and under way, once this returns. Raises `JournalError`."""
        draft = buffered(intake.draft, intake.method, target)
        appended = await self._recorder.append(draft)
        key = draft.event_key
        intake.keeping.settle(appended.duplicate)
        if key is not None and (key in self._waiting or key in self._delivered):
            return
        self._begin(_Item(intake, target, draft.received_at + self._age))

    async def aclose(self) -> None:
        """Ends; what was not delivered stays in the journal for the next engine."""
        self._stop.set()
        if self._waiting:
            await asyncio.wait(tuple(self._waiting.values()))

    def _unfinished(self, entries: Iterable[Entry], mount: str) -> list[_Item]:
        items: dict[bytes, _Item] = {}
        for entry in entries:
            if entry.kind is Kind.WEBHOOK and entry.event_key is not None:
                item = self._restored(entry, mount)
                if item is not None and entry.event_key not in self._delivered:
                    items.setdefault(entry.event_key, item)
            elif entry.kind is Kind.FORWARD:
                fact = fact_of(entry)
                if not isinstance(fact, Forwarded) or fact.mode != MODE:
                    continue
                if fact.event_key is None:
                    continue
                if fact.final:
                    items.pop(fact.event_key, None)
                    self._remember(fact.event_key)
                elif fact.event_key in items:
                    items[fact.event_key].attempt = fact.attempt + 1
        return list(items.values())

    def _restored(self, entry: Entry, mount: str) -> _Item | None:
        request = buffered_request(entry.reason)
        if request is None:
            return None
        method, target = request
        path, _, query = target.partition("?")
        stem = mount.rstrip("/")
        rest = "" if path == mount and stem else path.removeprefix(stem)
        headers: Raw = tuple((_raw(name), _raw(value)) for name, value in entry.headers)
        host = (first(headers, b"host") or b"").decode("utf-8", "surrogateescape")
        sender = Sender(entry.remote, host)
        keeping = Keeping()
        keeping.settle(entry.duplicate)
        intake = Intake(method, rest, query, headers, entry.body, sender, entry, keeping)
        return _Item(intake, target, entry.received_at + self._age)

    def _begin(self, item: _Item) -> None:
        key = item.intake.draft.event_key
        if key is None:
            key = item.intake.raw
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._deliver(item), name="deliver a webhook")
        self._waiting[key] = task
        task.add_done_callback(lambda _: self._waiting.pop(key, None))

    async def _deliver(self, item: _Item) -> None:
        wait_s = self._first_wait_s
        while not self._stop.is_set():
            asked_s = await self._step(item, wait_s)
            if asked_s is None:
                return
            item.attempt += 1
            await self._pause(min(asked_s, max(0.0, self._left_s(item))))
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _step(self, item: _Item, wait_s: float) -> float | None:
        """Seconds until the next try; None when there is to be none. Never raises: a fault is a try that failed."""
        try:
            if self._left_s(item) <= 0:
                await self._expire(item)
                return None
            async with self._gate:
                return await self._try(item, wait_s)
        except Exception as error:  # noqa: BLE001 - the worker border: what was promised is tried until it expires
            self._complain(error)
            return _jittered(wait_s) if self._left_s(item) > 0 else None

    def _complain(self, error: Exception) -> None:
        """Health says it every time, the log once; without a word of what was to be delivered."""
        kind = type(error).__name__
        self._watch.missed(f"it could not be handed on ({kind})")
        if not self._has_complained:
            self._has_complained = True
            _log.error("a webhook could not be delivered: %s", kind)

    async def _try(self, item: _Item, wait_s: float) -> float | None:
        """Seconds until the next try; None when there is to be none."""
        intake, gauge = item.intake, self._watch.gauge
        time = asyncio.get_running_loop().time
        began_s = time()
        gauge.in_flight += 1
        reply: Reply | None = None
        error = ""
        try:
            head = intake.head_for(self._client.target, keep_host=self._plan.keep_host)
            reply = await self._client.ask(head, intake.raw)
        except TargetError as problem:
            error = problem.sentence
        finally:
            gauge.in_flight -= 1
        took_ms = (time() - began_s) * 1000
        if reply is None:
            self._watch.missed(error)
            await self._record(item, final=False, latency_ms=took_ms, error=error)
            return _jittered(wait_s)
        if reply.rest is not None:
            reply.rest.close()
        self._watch.took(reply.status, took_ms)
        again = reply.status >= 500 or reply.status in TRY_AGAIN
        await self._record(item, reply, final=not again, latency_ms=took_ms)
        if not again:
            return None
        asked_s = retry_after_s(first(reply.headers, b"retry-after"), self._clock())
        return _jittered(wait_s) if asked_s is None else asked_s

    async def _expire(self, item: _Item) -> None:
        self.expired += 1
        words = f"{EXPIRED} (older than {self._plan.max_age_s:g} s)"
        await self._record(item, final=True, latency_ms=0.0, error=words)

    async def _record(
        self,
        item: _Item,
        reply: Reply | None = None,
        *,
        final: bool,
        latency_ms: float,
        error: str = "",
    ) -> None:
        """A result is durable before anything follows from it; where the journal is broken, memory has to do."""
        draft = item.intake.draft
        if final and draft.event_key is not None:
            self._remember(draft.event_key)
        forward = Forward(
            draft,
            self._client.target.name,
            MODE,
            status=None if reply is None else reply.status,
            latency_ms=latency_ms,
            error=error,
            attempt=item.attempt,
            final=final,
            duplicate=item.intake.keeping.duplicate,
            headers=() if reply is None else reply.headers,
            body=b"" if reply is None else reply.body,
        )
        keep_bytes = self._plan.keep_answer_bytes
        await self._recorder.try_append(
            forward_draft(forward, self._clock(), keep_bytes=keep_bytes)
        )

    def _left_s(self, item: _Item) -> float:
        return (item.expires_at - self._clock()) / 1_000_000

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    def _remember(self, key: bytes) -> None:
        self._delivered[key] = None
        if len(self._delivered) > REMEMBERED:
            self._delivered.popitem(last=False)


def retry_after_s(value: bytes | None, now: Micros) -> float | None:
    """What `Retry-After` asks for: seconds, or a date; None where it is missing or means nothing."""
    if value is None:
        return None
    words = value.decode("latin-1").strip()
    if words.isascii() and words.isdigit():
        return float(words[:9])
    try:
        at = parsedate_to_datetime(words)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - now / 1_000_000)


def _jittered(wait_s: float) -> float:
    return wait_s * random.uniform(0.8, 1.2)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
