"""What is kept of webhooks that were refused: everything of a few, a count of a flood.

Whoever can reach the port can send rubbish as fast as the line allows; the disk must not fill with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console.domain.entries import Micros
from console.engine.limits import Bucket
from console.engine.recorder import Recorder
from console.journal.records import KEPT_REFUSED_BYTES, refused_draft

ENTRIES_AT_ONCE, ENTRIES_PER_S = 50.0, 5.0
BYTES_AT_ONCE, BYTES_PER_S = 1024.0 * 1024.0, 4096.0
MAX_HEADER_BYTES = 8 * 1024
SUMMARY_AFTER_S = 5.0

Headers = tuple[tuple[str, str], ...]


class Refusals:
    """Records refused webhooks as far as the limits allow; `count` counts all of them."""

    def __init__(
        self,
        recorder: Recorder,
        clock: Callable[[], Micros],
        *,
        summary_after_s: float = SUMMARY_AFTER_S,
    ) -> None:
        self._recorder = recorder
        self._clock = clock
        self._summary_after_s = summary_after_s
        self._entries = Bucket(ENTRIES_AT_ONCE, ENTRIES_PER_S)
        self._bytes = Bucket(BYTES_AT_ONCE, BYTES_PER_S)
        self._timer: asyncio.TimerHandle | None = None
        self._summary: asyncio.Task[None] | None = None
        self._unrecorded = 0
        self._last_reason = ""
        self.count = 0

    async def record(
        self, raw: bytes, reason: str, *, at: Micros, remote: str | None, headers: Headers
    ) -> None:
        """Keeps one refused webhook, or counts it when there were too many lately. Never raises `JournalError`."""
        self.count += 1
        loop = asyncio.get_running_loop()
        if not self._entries.take(1.0, loop.time()):
            self._unrecorded += 1
            self._last_reason = reason
            if self._timer is None:
                self._timer = loop.call_later(self._summary_after_s, self._summarise_later)
            return
        kept = raw[:KEPT_REFUSED_BYTES]
        if kept and not self._bytes.take(len(kept), loop.time()):
            kept = b""
        if len(kept) < len(raw):
            reason = f"{reason} (kept {len(kept)} of {len(raw)} bytes)"
        await self._recorder.try_append(
            refused_draft(kept, reason, at, remote=remote, headers=_bounded(headers))
        )

    async def aclose(self) -> None:
        """Records what was only counted so far."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._summary is not None:
            await self._summary
        await self._summarise()

    def _summarise_later(self) -> None:
        self._timer = None
        self._summary = asyncio.get_running_loop().create_task(self._summarise())

    async def _summarise(self) -> None:
        count, self._unrecorded = self._unrecorded, 0
        if count:
            what = "1 more webhook was" if count == 1 else f"{count} more webhooks were"
            reason = f"{what} refused and only counted; the latest: {self._last_reason}"
            await self._recorder.try_append(refused_draft(b"", reason, self._clock()))


def _bounded(headers: Headers) -> Headers:
    kept: list[tuple[str, str]] = []
    size = 0
    for name, value in headers:
        size += len(name) + len(value)
        if size > MAX_HEADER_BYTES:
            break
        kept.append((name, value))
    return tuple(kept)
