"""Stand-ins for what surrounds the parts of the engine: a journal in memory, raw HTTP over a socket, signed events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import UUID

from console.domain.entries import Draft, Micros
from console.engine.settings import EngineSettings
from console.errors import JournalError
from console.journal.api import Appended, Result, Snapshot, Told
from console.telnyx.signature import Signer

SIGNER = Signer(bytes(range(32)))


def now_micros() -> Micros:
    return time.time_ns() // 1000


def settings(**changes: object) -> EngineSettings:
    """Settings for any free port, with the test's public key."""
    values: dict[str, object] = {
        "journal": Path("unused.db"),
        "port": 0,
        "public_key": SIGNER.public_key,
        **changes,
    }
    return EngineSettings(**values)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Waits for something that another task or process brings about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.005)


class MemoryWriter:
    """A `JournalWriter` that keeps drafts in a list; `broken` makes it refuse, `gate` makes it wait."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.broken: str | None = None
        self.gate: asyncio.Event | None = None
        self.arrived = asyncio.Event()
        self._keys: set[bytes] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def append(self, draft: Draft) -> Awaitable[Appended]:
        return self._append(draft)

    def append_soon(self, draft: Draft, told: Told) -> None:
        self._tasks.append(asyncio.ensure_future(self._tell(draft, told)))

    async def _tell(self, draft: Draft, told: Told) -> None:
        try:
            result: Result = await self._append(draft)
        except JournalError as error:
            result = error
        told(result)

    async def _append(self, draft: Draft) -> Appended:
        self.arrived.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.broken is not None:
            raise JournalError(self.broken)
        duplicate = draft.event_key in self._keys
        if draft.event_key is not None:
            self._keys.add(draft.event_key)
        self.drafts.append(draft)
        return Appended(len(self.drafts), duplicate)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        raise AssertionError("no part under test saves snapshots")

    async def aclose(self) -> None:
        return


def event_body(number: int = 1, **payload: object) -> bytes:
    """A version 2 webhook; the same `number` gives the same event."""
    body = {
        "data": {
            "record_type": "event",
            "event_type": "call.initiated",
            "id": str(UUID(int=number)),
            "occurred_at": "2026-02-03T04:05:06.000000Z",
            "payload": {
                "call_control_id": f"v3:{number}",
                "call_leg_id": str(UUID(int=1000 + number)),
                "call_session_id": str(UUID(int=2000 + number)),
                **payload,
            },
        },
        "meta": {"attempt": 1, "delivered_to": "http://example.com/webhooks"},
    }
    return json.dumps(body).encode()


def signed(raw: bytes, *, at_s: float | None = None) -> dict[str, str]:
    """The headers that make `raw` a verified delivery."""
    return SIGNER.headers(raw, now_s=time.time() if at_s is None else at_s)


def post(path: str, raw: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole HTTP request."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(raw)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


class Wire:
    """One raw connection to the port under test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> Wire:
        host, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        status, _, body = await self.full_answer()
        return status, body

    async def full_answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower case) and body of the next answer."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = [line.split(": ", 1) for line in head[1:] if line]
        headers = {name.lower(): value for name, value in fields}
        length = int(headers.get("content-length", "0"))
        return int(head[0].split()[1]), headers, await self._reader.readexactly(length)

    async def is_closed(self) -> bool:
        """Waits for the other side to hang up."""
        try:
            return not await self._reader.read(1)
        except ConnectionError:
            return True

    async def close(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return
