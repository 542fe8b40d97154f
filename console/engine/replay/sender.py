"""Sends recorded deliveries again, one after the other, each when it is due. Nothing here can send a command to Telnyx.

The bytes of the body are those that were recorded, the headers too: hop-by-hop ones and those about the connection
itself left out, nothing added. Signed anew, the two signature headers are replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from itertools import tee
from typing import NamedTuple

from console.domain.entries import Draft, Entry, Micros
from console.domain.replaying import SECOND, SIGNATURE_HEADERS, pauses_s
from console.engine.forward.client import Reply, TargetClient, TargetError
from console.engine.forward.headers import OURS, Raw, answer_lines
from console.engine.forward.target import Target, target_of
from console.journal.forwards import Forward, forward_draft
from console.replaying import TIMEOUT_S, ReplayOutcome
from console.telnyx.signature import Signer

MODE = "replay"
EDITED = "replay, edited"
"""How it is recorded where the body is not the one that was recorded."""
ANSWER_LIMIT_BYTES = 1024 * 1024
KEPT_ANSWER_BYTES = 4096


class Sent(NamedTuple):
    """What came of one delivery, and the same as an entry to be recorded."""

    outcome: ReplayOutcome
    draft: Draft


class ReplaySender:
    """Sends to one URL. Use `aclose`. Raises `ConfigError` for what is no address."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], Micros],
        *,
        signer: Signer | None = None,
        edited: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.target = target_of(url)
        self._clock = clock
        self._signer = signer
        self._mode = EDITED if edited else MODE
        self._client = TargetClient(
            self.target, timeout_s=timeout_s, limit_bytes=ANSWER_LIMIT_BYTES
        )

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._client.aclose()

    async def send_all(self, entries: Iterable[Entry], speed: float) -> AsyncGenerator[Sent]:
        """In order, with the pauses that were between them, divided by `speed`; 0: without. Takes one at a time."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        ours, for_times = tee(entries)
        for entry, due_s in zip(ours, pauses_s(for_times, speed), strict=True):
            wait_s = began_s + due_s - loop.time()
            if wait_s > 0:
                # The pauses between deliveries are what a replay is asked for.
                await asyncio.sleep(wait_s)
            yield await self.send(entry)

    async def send(self, entry: Entry) -> Sent:
        """Sends one delivery. Never raises for what the application does."""
        time = asyncio.get_running_loop().time
        began_s = time()
        reply: Reply | None = None
        error = ""
        try:
            reply = await self._client.ask(self._head(entry), entry.body)
        except TargetError as problem:
            error = problem.sentence
        took_ms = (time() - began_s) * 1000
        if reply is not None and reply.rest is not None:
            reply.rest.close()
        return self._sent(entry, reply, took_ms, error)

    def _head(self, entry: Entry) -> bytes:
        fresh: dict[str, str] = {}
        if self._signer is not None:
            fresh = self._signer.headers(entry.body, now_s=self._clock() / SECOND)
        return request_head(self.target, entry, fresh)

    def _sent(self, entry: Entry, reply: Reply | None, took_ms: float, error: str) -> Sent:
        status = None if reply is None else reply.status
        forward = Forward(
            entry,
            self.target.name,
            self._mode,
            status=status,
            latency_ms=took_ms,
            error=error,
            headers=() if reply is None else reply.headers,
            body=b"" if reply is None else reply.body,
        )
        outcome = ReplayOutcome(
            seq=entry.seq,
            event_id=entry.event_id,
            event_type=entry.event_type,
            call_control_id=entry.call_control_id,
            status=status,
            latency_ms=round(took_ms, 1),
            error=error,
            signed_with="" if self._signer is None else self._signer.public_key,
        )
        return Sent(outcome, forward_draft(forward, self._clock(), keep_bytes=KEPT_ANSWER_BYTES))


def request_head(target: Target, entry: Draft, fresh: dict[str, str]) -> bytes:
    """The head of the request: the recorded headers, `fresh` ones in place of a signature."""
    dropped = {name.encode() for name in SIGNATURE_HEADERS} if fresh else set()
    kept: Raw = tuple(
        (_raw(name), _raw(value))
        for name, value in entry.headers
        if _raw(name).lower() not in OURS and _raw(name).lower() not in dropped
    )
    lines = [
        _raw(f"POST {target.path_for('', '')} HTTP/1.1"),
        b"Host: " + target.authority.encode(),
        *answer_lines(kept),
        *(_raw(f"{name}: {value}") for name, value in fresh.items()),
    ]
    if not any(name.lower() == b"content-type" for name, _ in kept):
        lines.append(b"Content-Type: application/json")
    lines.append(b"Content-Length: %d" % len(entry.body))
    return b"\r\n".join([*lines, b"", b""])


def _raw(text: str) -> bytes:
    """What was decoded from bytes, as those bytes; never two lines."""
    return text.replace("\r", " ").replace("\n", " ").encode("utf-8", "surrogateescape")
