"""A WebSocket server that keeps the frames it is sent, and can send some back."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

PATIENCE_S = 60.0
Frame = dict[str, Any]


class Ears:
    """Listens on a free port; `frames` holds what came, of all connections."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.hung_up = 0
        """Connections that the other side has closed."""
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/media", self._hear)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/media"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for socket in self.sockets:
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _hear(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                async with self._news:
                    self.frames.append(json.loads(message.data))
                    self._news.notify_all()
        async with self._news:
            self.hung_up += 1
            self._news.notify_all()
        return socket

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Waits until something is so; fails after some seconds."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(wanted)

    async def hears(self, event: str, times: int = 1) -> list[Frame]:
        """The frames of a kind, once there are so many."""
        await self.until(lambda: len(self.of(event)) >= times)
        return self.of(event)

    def of(self, event: str) -> list[Frame]:
        """The frames of a kind so far."""
        return [frame for frame in self.frames if frame["event"] == event]
