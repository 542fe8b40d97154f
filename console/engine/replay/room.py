"""The engine's door to sending again: `POST /replay` with a `ReplayOrder`, answered by a line for each `ReplayOutcome`.

The last line is `{}` when everything was sent, else `{"error": sentence}`. When the one who asked goes away, nothing more is sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import msgspec
from aiohttp import web

from console.domain.entries import Entry, Micros
from console.domain.replaying import why_not
from console.engine.recorder import Recorder
from console.engine.replay.sender import ReplaySender
from console.engine.settings import EngineSettings
from console.errors import ConsoleError, EngineError
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
        if order.body is not None and len(order.seqs) != 1:
            raise EngineError("only a single delivery can be sent with another body")
        if order.seqs:
            # What is wrong from the first is said before anything is sent.
            self._entry(order.seqs[0])
        signer = development_signer(self._settings.journal) if order.resign else None
        sender = ReplaySender(
            order.target, self._clock, signer=signer, edited=order.body is not None
        )
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
        try:
            await response.prepare(request)
            await response.write(await self._send(order, sender, response.write))
            await response.write_eof()
        finally:
            await sender.aclose()
        return response

    async def _send(
        self, order: ReplayOrder, sender: ReplaySender, write: Callable[[bytes], Awaitable[None]]
    ) -> bytes:
        """Sends and records one after the other; the last line."""
        # The journal is read entry by entry: an engine has other things to do.
        entries = (self._changed(self._entry(seq), order.body) for seq in order.seqs)
        try:
            async with aclosing(sender.send_all(entries, order.speed)) as all_sent:
                async for sent in all_sent:
                    kept = await self._recorder.try_append(sent.draft)
                    outcome = msgspec.structs.replace(sent.outcome, recorded=kept is not None)
                    await write(msgspec.json.encode(outcome) + b"\n")
        except ConsoleError as error:
            return msgspec.json.encode({"error": error.user_message}) + b"\n"
        return b"{}\n"

    def _entry(self, seq: int) -> Entry:
        entry = self._reader.get(seq)
        if entry is None:
            raise EngineError(f"entry {seq} is not in the journal any more")
        reason = why_not(entry)
        if reason is not None:
            raise EngineError(f"entry {seq} cannot be sent again: {reason}")
        return entry

    @staticmethod
    def _changed(entry: Entry, body: bytes | None) -> Entry:
        return entry if body is None else replace(entry, body=body)
