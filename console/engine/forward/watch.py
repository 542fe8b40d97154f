"""Whether a target can be reached: every 15 s while it can, every 5 s while it cannot, and from what webhooks tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from console.domain.entries import Micros
from console.engine.forward.client import TargetClient, TargetError
from console.engine.forward.gauge import Gauge
from console.engine.forward.recording import Recording
from console.journal.records import note_draft
from console.reports import TargetHealth

UP_EVERY_S = 15.0
DOWN_EVERY_S = 5.0
LOOK_AGAIN_S = 1.0

_log = logging.getLogger("console.engine.forward")


class Watch:
    """One target's state, counted by whoever asks it. `run` looks by itself; leave it out for targets nobody waits for."""

    def __init__(
        self,
        client: TargetClient,
        recording: Recording,
        clock: Callable[[], Micros],
        *,
        limit: int,
        health_path: str = "",
    ) -> None:
        self._client = client
        self._recording = recording
        self._clock = clock
        self._limit = limit
        self._health_path = health_path
        self._nudge = asyncio.Event()
        self._is_stopped = False
        self._has_complained = False
        self._looked_s = float("-inf")
        self.gauge = Gauge()
        self.is_up: bool | None = None
        self.why = ""
        self.checked_at: Micros | None = None

    async def run(self) -> None:
        """Goes on until `stop`."""
        while True:
            self._nudge.clear()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the worker border: one odd answer must not end the watching
                self._complain(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(UP_EVERY_S if self.is_up else DOWN_EVERY_S):
                    await self._nudge.wait()
            if self._is_stopped:
                return

    def _complain(self, error: Exception) -> None:
        """What could not be found out is unknown; the log says so once."""
        kind = type(error).__name__
        self.is_up, self.why = None, f"it could not be looked at ({kind})"
        self.checked_at = self._clock()
        if not self._has_complained:
            self._has_complained = True
            _log.error("a target could not be looked at: %s", kind)

    def stop(self) -> None:
        self._is_stopped = True
        self._nudge.set()

    async def look(self) -> None:
        """Checks once: a connection, or what the health path answers."""
        self._looked_s = asyncio.get_running_loop().time()
        try:
            await self._probe()
        except TargetError as error:
            self._is_now(False, error.sentence)
        else:
            self._is_now(True, "")

    def took(self, status: int, latency_ms: float) -> None:
        """A webhook was answered."""
        self.gauge.took(status, latency_ms, asyncio.get_running_loop().time())
        if not self.is_up:
            self._is_now(True, "")

    def missed(self, error: str) -> None:
        """A webhook was not answered: worth a look at once, if the last one is not a moment ago."""
        now_s = asyncio.get_running_loop().time()
        self.gauge.missed(error, now_s)
        if self.is_up and now_s - self._looked_s >= LOOK_AGAIN_S:
            self._nudge.set()

    def is_down(self, why: str) -> None:
        """Whoever asks it has decided so, where `run` does not look."""
        if self.is_up is not False:
            self._is_now(False, why)

    def health(self, mode: str, *, queued: int = 0, dropped: int = 0) -> TargetHealth:
        """All of it, as of now."""
        gauge, now_s = self.gauge, asyncio.get_running_loop().time()
        p50, p95 = gauge.percentiles(now_s)
        return TargetHealth(
            url=self._client.target.name,
            mode=mode,
            is_up=self.is_up,
            why=self.why,
            checked_at=self.checked_at,
            in_flight=gauge.in_flight,
            limit=self._limit,
            answered=gauge.answered,
            failed=gauge.failed,
            failures_last_minute=gauge.failures_of_last_minute(now_s),
            last_status=gauge.last_status,
            last_error=gauge.last_error,
            last_latency_ms=gauge.last_latency_ms,
            p50_ms=p50,
            p95_ms=p95,
            queued=queued,
            dropped=dropped,
        )

    async def _probe(self) -> None:
        if not self._health_path:
            await self._client.probe()
            return
        authority = self._client.target.authority
        head = f"GET {self._health_path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: call-console\r\n\r\n"
        reply = await self._client.ask(head.encode(), b"")
        if reply.rest is not None:
            reply.rest.close()
        if reply.status >= 500:
            raise TargetError(502, f"{self._health_path} answers {reply.status}")

    def _is_now(self, is_up: bool, why: str) -> None:
        was_up, self.is_up, self.why = self.is_up, is_up, why
        self.checked_at = self._clock()
        if was_up == is_up or (was_up is None and is_up):
            return
        name = self._client.target.name
        words = f"{name} can be reached again" if is_up else f"{name} cannot be reached: {why}"
        self._recording.later(partial(note_draft, words, self._clock()))
