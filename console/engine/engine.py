"""The engine: puts listener, journal, dispatch, reconciliation and control together and owns their life.

Runs in any event loop: in a process of its own under a desk, directly in `listen` and in tests.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

from console import __version__
from console.domain.entries import CommandDone, Intent, Micros
from console.engine.control import Control
from console.engine.dispatch import ApiState, Dispatcher
from console.engine.leases import Leases
from console.engine.listener import NO_KEY, VERSION_1, Listener
from console.engine.picture import Picture
from console.engine.reconcile import Reconciler
from console.engine.recorder import Outage, Recorder
from console.engine.settings import EngineSettings
from console.engine.upkeep import Upkeep, record_gap, settle_loose_ends
from console.errors import JournalError
from console.journal.sqlite import open_reader, open_writer
from console.operator import Health, Reconciled
from console.telnyx.client import TelnyxClient

DRAIN_S = 5.0
"""How long a stopping engine waits for answers to commands that are under way."""

WATCHING_ONLY = (
    "no API key is set, so this console only watches: set TELNYX_API_KEY to send commands"
)
NOT_COMPARING = (
    "no connection id is set, so calls are not compared with Telnyx: set connection_id"
    " to your Call Control application's id"
)
REFUSING_ALL = f"every webhook is refused: {NO_KEY}"

_log = logging.getLogger("console.engine")


def now_micros() -> Micros:
    """This machine's clock."""
    return time.time_ns() // 1000


class Engine:
    """Everything that goes on without a screen, for the length of an `async with` block."""

    def __init__(
        self,
        settings: EngineSettings,
        *,
        clock: Callable[[], Micros] = now_micros,
        client: TelnyxClient | None = None,
    ) -> None:
        """`client` stands in for the one made from the settings; the engine closes it."""
        self._settings = settings
        self._clock = clock
        self._client = client
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[object]] = set()
        self._api = ApiState()
        self._leases = Leases(settings.grace_s, self._end)
        self._started_at: Micros = 0
        self._reconciled = Reconciled(ok=False, message="not asked yet")
        self._reconciled_at: Micros | None = None
        self.ended = asyncio.Event()
        """Set when no desk needs this engine any more: whoever runs it should leave the block."""

    async def __aenter__(self) -> Self:
        """Opens everything. Raises `JournalError`, `ConfigError` or `EngineError` with one sentence."""
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def webhook_url(self) -> str:
        """Where webhooks are heard."""
        return self._listener.url

    def health(self) -> Health:
        """Everything an operator may want to know, as of now."""
        settings, listener = self._settings, self._listener
        return Health(
            pid=os.getpid(),
            version=__version__,
            started_at=self._started_at,
            journal=str(settings.journal),
            webhook_url=listener.url,
            base_url=settings.base_url,
            profile=settings.profile,
            public_key=bool(settings.public_key),
            api_key=self._client is not None,
            connection_id=settings.connection_id,
            read_only=settings.read_only,
            verified=listener.verified,
            refused=listener.refusals.count,
            duplicates=listener.duplicates,
            in_flight=self._dispatcher.in_flight,
            last_event_at=listener.last_event_at,
            last_verified_at=listener.last_verified_at,
            clock_offset_ms=listener.clock_offset_ms,
            api_latency_ms=self._api.latency_ms,
            api_error=self._api.error,
            journal_error=self._recorder.error or self._upkeep.error,
            reconcile=self._reconciled.message,
            reconciled_at=self._reconciled_at,
            rate_limit_remaining=self._api.rate_limit_remaining,
            desks=self._leases.count,
            notices=self._notices(),
        )

    async def execute(self, intent: Intent) -> CommandDone:
        """Journals, sends and journals one command. Never raises for a refusal."""
        return await self._dispatcher.execute(intent)

    async def reconcile(self) -> Reconciled:
        """Compares the board with Telnyx now."""
        found = await self._reconciler.run()
        self._reconciled = found
        self._reconciled_at = self._clock()
        return found

    async def _open(self) -> None:
        settings, stack = self._settings, self._stack
        self._started_at = self._clock()
        client = self._client = self._made_client()
        if client is not None:
            stack.push_async_callback(client.aclose)
        writer = open_writer(settings.journal)
        stack.push_async_callback(writer.aclose)
        reader = open_reader(settings.journal)
        stack.callback(reader.close)
        recorder = self._recorder = Recorder(writer)
        picture = self._picture = Picture(reader, self._clock)
        upkeep = self._upkeep = Upkeep(
            writer, picture, self._clock, keep_days=settings.keep_days, keep_mb=settings.keep_mb
        )
        self._dispatcher = Dispatcher(
            client,
            recorder,
            self._clock,
            api=self._api,
            connection_id=settings.connection_id,
            read_only=settings.read_only,
        )
        self._reconciler = Reconciler(
            client,
            recorder,
            picture,
            self._clock,
            connection_id=settings.connection_id,
            api=self._api,
        )
        listener = self._listener = Listener(settings, recorder, self._clock)
        control = Control(settings.journal, self, self._leases)
        # From here on the order in which things end is the reverse of this one.
        stack.push_async_callback(self._save_last_snapshot)
        stack.push_async_callback(self._finish_tasks)
        stack.push_async_callback(self._reconciler.aclose)
        stack.push_async_callback(control.stop)
        stack.push_async_callback(self._dispatcher.drain, DRAIN_S)
        stack.push_async_callback(listener.stop)
        await listener.start()
        recorder.tell(picture.notice, self._recovered)
        # The port is open already: webhooks that come while the board is read wait for their turn.
        picture.load()
        await settle_loose_ends(reader, recorder, self._clock())
        await control.start()
        stack.callback(self._leases.stop)
        self._leases.start()
        stack.callback(upkeep.stop)
        self._go(upkeep.run(), "upkeep")
        if settings.reconcile_at_start and client is not None and settings.connection_id:
            self._go(self.reconcile(), "reconcile at start")

    def _made_client(self) -> TelnyxClient | None:
        settings = self._settings
        if self._client is not None or not settings.api_key:
            return self._client
        return TelnyxClient(
            settings.base_url,
            settings.api_key,
            timeout_s=settings.request_timeout_s,
            max_attempts=settings.max_attempts,
        )

    def _notices(self) -> tuple[str, ...]:
        settings = self._settings
        found = {
            REFUSING_ALL: not settings.public_key,
            WATCHING_ONLY: self._client is None,
            NOT_COMPARING: self._client is not None and not settings.connection_id,
            VERSION_1: self._listener.saw_version_1,
        }
        return tuple(notice for notice, applies in found.items() if applies)

    def _go(self, work: Coroutine[object, object, object], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed: %s", task.get_name(), type(error).__name__)

    def _recovered(self, outage: Outage) -> None:
        self._go(record_gap(self._recorder, outage), "record a gap")

    async def _finish_tasks(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _save_last_snapshot(self) -> None:
        self._picture.close()
        # The snapshot only saves time at the next start.
        with suppress(JournalError):
            await self._upkeep.save_snapshot()

    def _end(self) -> None:
        self.ended.set()
