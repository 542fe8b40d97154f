"""The engine's door to sending again: `POST /replay` with a `ReplayOrder`, answered by a line for each `ReplayOutcome`.

A line `{}` says that everything was sent. When the one who asked goes away, nothing more is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import msgspec
from aiohttp import web

from console.domain.entries import Entry, Micros
from console.domain.replaying import why_not
from console.engine.recorder import Recorder
from console.engine.replay.sender import ReplaySender
from console.engine.settings import EngineSettings
from console.errors import EngineError
from console.journal.api import JournalReader
from console.replaying import ReplayOrder
from console.telnyx.development_key import development_signer

READ_ONLY = "this console is read-only: nothing is sent from it, not to an application either"


class ReplayRoom:
    """Sends for whoever may use the engine's door, and records what came of it."""

    def __init__(
        self,
        settings: EngineSettings,
        recorder: Recorder,
        reader: JournalReader,
        clock: Callable[[], Micros],
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self._reader = reader
        self._clock = clock

    def add_to(self, router: web.UrlDispatcher) -> None:
        """The routes."""
        router.add_post("/replay", self._replay)

    async def _replay(self, request: web.Request) -> web.StreamResponse:
        order = msgspec.json.decode(await request.read(), type=ReplayOrder)
        if self._settings.read_only:
            raise EngineError(READ_ONLY)
        entries = self._entries(order)
        signer = development_signer(self._settings.journal) if order.resign else None
        sender = ReplaySender(order.target, self._clock, signer=signer)
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
        try:
            await response.prepare(request)
            async for sent in sender.send_all(entries, order.speed):
                kept = await self._recorder.try_append(sent.draft)
                outcome = msgspec.structs.replace(sent.outcome, recorded=kept is not None)
                await response.write(msgspec.json.encode(outcome) + b"\n")
            await response.write(b"{}\n")
            await response.write_eof()
        finally:
            await sender.aclose()
        return response

    def _entries(self, order: ReplayOrder) -> Sequence[Entry]:
        entries = list(self._found(order.seqs))
        if order.body is not None:
            if len(entries) != 1:
                raise EngineError("only a single delivery can be sent with another body")
            entries = [replace(entries[0], body=order.body)]
        return entries

    def _found(self, seqs: Iterable[int]) -> Iterable[Entry]:
        for seq in seqs:
            entry = self._reader.get(seq)
            if entry is None:
                raise EngineError(f"entry {seq} is not in the journal any more")
            reason = why_not(entry)
            if reason is not None:
                raise EngineError(f"entry {seq} cannot be sent again: {reason}")
            yield entry
