"""The engine: puts listener, journal, dispatch, reconciliation and control together and owns their life.

Runs in any event loop: in a process of its own under a desk, directly in `listen` and in tests.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from console import __version__
from console.domain.entries import CommandDone, Intent, Micros
from console.engine.absence import (
    Absence,
    forget,
    give_sign,
    keep_in_mind,
    last_sign,
    look_back,
    make_up_for,
    put_back_sign,
    record_absence,
    with_live,
)
from console.engine.api_state import ApiState
from console.engine.checking import Checker
from console.engine.chores import Chores
from console.engine.control import Control
from console.engine.dispatch import Dispatcher
from console.engine.leases import Leases
from console.engine.line import Line
from console.engine.lookup import lookups
from console.engine.media import MediaReceiver
from console.engine.notebook import Notebook
from console.engine.notices import REFUSING_ALL as REFUSING_ALL
from console.engine.notices import WATCHING_ONLY as WATCHING_ONLY
from console.engine.notices import missing
from console.engine.picture import Picture
from console.engine.poll.arrangement import poller_of, resume
from console.engine.port import port_of
from console.engine.questions import Questions
from console.engine.reconcile import Reconciler
from console.engine.recorder import Recorder
from console.engine.replay.room import ReplayRoom
from console.engine.request_log import RequestLog
from console.engine.settings import EngineSettings
from console.engine.upkeep import Upkeep, settle_loose_ends
from console.engine.whereabouts import Whereabouts
from console.errors import JournalError
from console.journal.sqlite import open_reader, open_writer
from console.operator import Health, QueryAnswer, Reconciled, StreamHealth
from console.telnyx.client import TelnyxClient

if TYPE_CHECKING:
    from console.engine.forward.forwarder import Forwarder
    from console.engine.poll.poller import Poller
    from console.journal.sqlite import SqliteWriter

DRAIN_S = 5.0
"""How long a stopping engine waits for answers to commands that are under way."""


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
        self._chores = Chores()
        self._api = ApiState()
        self._request_log = RequestLog(clock)
        self.requests = self._request_log.latest
        """The latest questions to Telnyx, oldest first."""
        self._line: Line | None = None
        self._started_at: Micros = 0
        self._reconciled = Reconciled(ok=False, message="not asked yet")
        self._reconciled_at: Micros | None = None
        self.ended = asyncio.Event()
        """Set when no desk needs this engine any more: whoever runs it should leave the block."""
        self._leases = Leases(_grace_s(settings), self.ended.set)
        self._forwarder: Forwarder | None = None
        self._poller: Poller | None = None
        self._sign_before: Micros | None = None

    async def __aenter__(self) -> Self:
        """Opens everything. Raises `JournalError`, `ConfigError` or `EngineError` with one sentence."""
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            put_back_sign(self._settings.journal, self._sign_before)
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
        settings, listener, api = self._settings, self._listener, self._api
        now_s = asyncio.get_running_loop().time()
        poller = self._poller
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
            last_event_at=(listener if poller is None else poller).last_event_at,
            last_verified_at=listener.last_verified_at,
            clock_offset_ms=listener.clock_offset_ms,
            api_latency_ms=api.latency_ms,
            api_error=api.error,
            journal_error=self._recorder.error or _lag(self._forwarder),
            reconcile=self._reconciled.message,
            reconciled_at=self._reconciled_at,
            rate_limit_remaining=api.rate_limit_remaining,
            rate_limit_reset_s=api.reset_in_s(now_s),
            queued=0 if self._line is None else self._line.queued,
            media_url=None if poller is not None else self._media.url(listener.url),
            media_is_public=self._media.is_public,
            streams=self._media.count,
            desks=self._leases.count,
            notices=self._notices(),
            forward=None if self._forwarder is None else self._forwarder.health(),
            poll=None if poller is None else poller.health(),
            **self.whereabouts.health(),
        )

    async def execute(self, intent: Intent) -> CommandDone:
        """Journals, sends and journals one command. Never raises for a refusal."""
        done = await self._dispatcher.execute(intent)
        if self._poller is not None:
            self._poller.hurry()
        return done

    async def reconcile(self) -> Reconciled:
        """Compares the board with Telnyx now."""
        found = await self._reconciler.run()
        self._reconciled = found
        self._reconciled_at = self._clock()
        return found

    async def check(self, call_control_id: str) -> Reconciled:
        """Compares one leg with Telnyx now."""
        return await self._checker.check(call_control_id)

    async def query(
        self, action: str, params: Mapping[str, object] | None = None, operator: str = ""
    ) -> QueryAnswer:
        """Asks Telnyx, or changes an application. Raises `EngineError` and `UsageError` for what is no question."""
        return await self._questions.ask(action, params or {}, operator)

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        """Writes on a call. Raises `EngineError` with the reason when it was not written."""
        await self._notebook.write(
            call, note=note, tags=tags, ring_back=ring_back, operator=operator
        )

    async def use_connection(self, connection_id: str) -> None:
        """Works on another application from now on, and compares its calls with Telnyx at once."""
        self._settings = replace(self._settings, connection_id=connection_id or None)
        self._dispatcher.use_connection(self._settings.connection_id)
        self._reconciler.use_connection(self._settings.connection_id)
        self.whereabouts.connection_id = self._settings.connection_id
        if self._poller is not None:
            self._poller.use_connection(self._settings.connection_id)
        self._chores.go(self.reconcile(), "compare after a choice")

    async def media(self) -> tuple[StreamHealth, ...]:
        """The streams that are heard now, then those that ended a moment ago."""
        return self._media.health()

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        """Begins or ends saving a call's sound; what was done, in words. Raises `EngineError`."""
        return await self._media.save(call_control_id, path)

    async def _open(self) -> None:
        settings, stack = self._settings, self._stack
        self._started_at = self._clock()
        client = self._client = self._client or _client_of(settings)
        if client is not None:
            stack.push_async_callback(client.aclose)
            self._line = Line(client, self._api, log=self._request_log)
        sign = last_sign(settings.journal)
        writer, self._sign_before = open_writer(settings.journal), sign or 0
        # Opening it was a sign of life, which this engine gives when the absence before it cannot be lost.
        put_back_sign(settings.journal, sign)
        stack.push_async_callback(writer.aclose)
        reader = open_reader(settings.journal)
        stack.callback(reader.close)
        recorder = self._recorder = Recorder(writer)
        picture = self._picture = Picture(reader, self._clock)
        upkeep = self._upkeep = Upkeep(
            writer,
            picture,
            self._clock,
            keep_days=settings.keep_days,
            keep_mb=settings.keep_mb,
            sign=partial(give_sign, settings.journal),
        )
        self._make_parts(recorder, picture)
        replays = ReplayRoom(settings, recorder, reader, self._clock)
        control = Control(settings.journal, self, self._leases, (replays, self.whereabouts))
        # From here on the order in which things end is the reverse of this one.
        stack.push_async_callback(self._save_last_snapshot)
        stack.push_async_callback(self._chores.finish)
        stack.push_async_callback(self._reconciler.aclose)
        if self._poller is not None:
            stack.push_async_callback(self._poller.aclose)
        stack.push_async_callback(control.stop)
        if self._line is not None:
            # Everything that ends after the commands may wait for Telnyx's rate limit.
            stack.callback(self._line.close)
        stack.push_async_callback(self._dispatcher.drain, DRAIN_S)
        if self._forwarder is not None:
            self._forwarder.restore(reader)
            stack.push_async_callback(self._forwarder.aclose)
            self._forwarder.start()
        stack.push_async_callback(self._listener.stop)
        stack.push_async_callback(self._media.stop)
        absence = look_back(reader, sign, self._started_at)
        await keep_in_mind(writer, absence)
        await self._listener.start()
        recorder.tell(
            picture.notice,
            lambda gap: self._chores.go(make_up_for(gap, recorder, self._reconciler), "fill a gap"),
        )
        # The port is open already: webhooks that come while the board is read wait for their turn.
        picture.load()
        absence = with_live(absence, reader, len(picture.live_legs()))
        resume(self._poller, self._reconciler, reader, absence)
        await settle_loose_ends(reader, recorder, self._clock())
        await control.start()
        stack.callback(self._leases.stop)
        self._leases.start()
        stack.callback(upkeep.stop)
        if settings.admin_port:
            from console.engine.admin import open_admin

            await open_admin(
                stack, settings, self.health, picture, writer, self._dispatcher, self._clock
            )
        await stack.enter_async_context(self.whereabouts)
        self._begin_chores(writer, absence)

    def _begin_chores(self, writer: SqliteWriter, absence: Absence) -> None:
        """What goes on beside everything else."""
        go = self._chores.go
        go(self._upkeep.run(), "upkeep")
        go(self._make_up_for(writer, absence), "reconcile at start")
        if self._forwarder is not None and self._line is not None:
            learning = _learn(self._forwarder, self._questions, self._settings)
            go(learning, "read the application", until_end=True)

    def _make_parts(self, recorder: Recorder, picture: Picture) -> None:
        """What hears, sends and compares. Raises `ConfigError` on a malformed public key."""
        settings, line, clock = self._settings, self._line, self._clock
        self._media = MediaReceiver(
            settings, recorder, clock, knows=lambda call: picture.leg(call) is not None
        )
        self._listener, self._forwarder = port_of(settings, recorder, clock, self._media.serve)
        self._dispatcher = Dispatcher(
            line,
            recorder,
            clock,
            leg_of=picture.leg,
            connection_id=settings.connection_id,
            read_only=settings.read_only,
        )
        # An application sends commands of its own.
        keeps_commands = settings.forward is not None or settings.poll is not None
        own, asked = lookups(line, recorder, picture, clock, keeps_commands=keeps_commands)
        self._reconciler = Reconciler(
            own, recorder, picture, clock, connection_id=settings.connection_id
        )
        if settings.poll is not None:
            self._poller = poller_of(
                settings, self._reconciler, recorder, picture, self._api, clock
            )
        self._checker = Checker(asked, recorder, picture, clock)
        self._notebook = Notebook(recorder, picture, clock, read_only=settings.read_only)
        self._questions = Questions(line, self.execute)
        self.whereabouts = Whereabouts(
            settings,
            self._listener,
            self._questions.ask,
            recorder,
            moved=self._media.moved,
            clock=clock,
        )

    async def _make_up_for(self, writer: SqliteWriter, absence: Absence) -> None:
        """Finds out what happened while no engine ran, and says what may be missing."""
        found: Reconciled | None = None
        if self._settings.reconcile_at_start:
            can_ask = self._reconciler.can_ask
            found = await (self.reconcile() if can_ask else self._reconciler.run())
        if await record_absence(self._recorder, absence, found, self._clock()):
            await forget(writer, absence)
        if self._poller is not None:
            self._poller.start()

    def _notices(self) -> tuple[str, ...]:
        has_key, saw_1 = self._client is not None, self._listener.saw_version_1
        found = missing(self._settings, has_api_key=has_key, saw_version_1=saw_1)
        forwarding = () if self._forwarder is None else self._forwarder.notices()
        upkeep = filter(None, (self._upkeep.error,))
        return (*found, *forwarding, *self.whereabouts.notices(), *upkeep)

    async def _save_last_snapshot(self) -> None:
        self._picture.close()
        give_sign(self._settings.journal)
        # The snapshot only saves time at the next start.
        with suppress(JournalError):
            await self._upkeep.save_snapshot()


def _grace_s(settings: EngineSettings) -> float | None:
    """Without end where an application depends on this engine: no desk that dies may take it along."""
    stands_in_front = settings.forward is not None and settings.forward.stands_in_front
    return math.inf if stands_in_front and settings.grace_s is not None else settings.grace_s


def _client_of(settings: EngineSettings) -> TelnyxClient | None:
    """None while no API key is set. Raises `ConfigError`."""
    if not settings.api_key:
        return None
    return TelnyxClient(
        settings.base_url,
        settings.api_key,
        timeout_s=settings.request_timeout_s,
        max_attempts=settings.max_attempts,
    )


async def _learn(forwarder: Forwarder, questions: Questions, settings: EngineSettings) -> None:
    """Reads what the application allows, for the time-out of forwarding."""
    from console.engine.forward.budget import learn

    await learn(forwarder, questions.ask, settings.connection_id)


def _lag(forwarder: Forwarder | None) -> str | None:
    """Why what is forwarded is not recorded."""
    return None if forwarder is None else forwarder.recording.error
