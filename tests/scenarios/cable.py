"""A network that can fail: carries HTTP between two local ports, and can be held, cut and unplugged."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import NamedTuple, Self

_CHUNK = 65_536


class Carried(NamedTuple):
    """A request as it came in, whether or not it went on."""

    method: str
    path: str
    body: object


class Cable:
    """One local port whose requests are carried to another, for the length of an `async with` block."""

    def __init__(self, to_port: int = 0) -> None:
        self.to_port = to_port
        """Where requests go; may be set until the first one comes."""
        self.port = 0
        self.heard: list[Carried] = []
        self._cuts = 0
        self._free = asyncio.Event()
        self._free.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.plug()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.unplug()

    def hold(self) -> None:
        """Requests are taken, and go no further until `release`."""
        self._free.clear()

    def release(self) -> None:
        """What was held goes on."""
        self._free.set()

    def cut(self, times: int = 1_000) -> None:
        """The next requests are read whole; then the connection breaks, and nothing of them arrives."""
        self._cuts = times

    def mend(self) -> None:
        """Requests go through again."""
        self._cuts = 0

    async def plug(self) -> None:
        """Accepts connections, on the same port every time."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Nobody listens any more, and every connection breaks."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            # One whose task was cancelled before it began has not been closed by it.
            writer.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._keep(asyncio.ensure_future(self._carry(reader, writer)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far: asyncio.StreamWriter | None = None
        try:
            while True:
                raw, request = await _request(reader)
                self.heard.append(request)
                await self._free.wait()
                if self._cuts:
                    self._cuts -= 1
                    return
                if far is None:
                    answers, far = await asyncio.open_connection("127.0.0.1", self.to_port)
                    self._keep(asyncio.ensure_future(_pump(answers, writer)))
                far.write(raw)
                await far.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            if far is not None:
                far.transport.abort()


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, Carried]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    length = 0
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    body = await reader.readexactly(length)
    return head + body, Carried(method, path, json.loads(body) if body else None)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers, as they come; the end of the far side is the end of this one."""
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.transport.abort()
