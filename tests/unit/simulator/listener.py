"""A small listener that keeps what it is sent, answers as it is told, and can be waited for."""

import asyncio
import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiohttp import web

PATIENCE_S = 60.0


class Received(NamedTuple):
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    raw: bytes
    body: Any

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self._event["event_type"])

    @property
    def payload(self) -> Mapping[str, Any]:
        """The event's payload."""
        payload: Mapping[str, Any] = self._event["payload"]
        return payload

    @property
    def _event(self) -> Any:
        """conference.floor.changed comes without the `data` around it."""
        return self.body.get("data", self.body)

    @property
    def attempt(self) -> int:
        """meta.attempt."""
        return int(self.body["meta"]["attempt"])


class Listener:
    """An aiohttp server on a free port; `answers` are used up first, then it answers 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.hold_s = 0.0
        self.held = self.held_at_once = 0
        """Requests being held now, and the most there ever were at one time."""
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._base = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str = "/webhooks") -> str:
        """An address at this listener."""
        return self._base + path

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        async with self._news:
            self.received.append(
                Received(request.path, dict(request.headers), raw, json.loads(raw))
            )
            self._news.notify_all()
        if self.hold_s:
            self.held += 1
            self.held_at_once = max(self.held_at_once, self.held)
            await asyncio.sleep(self.hold_s)
            self.held -= 1
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def until(self, wanted: Callable[[list[Received]], bool]) -> list[Received]:
        """Everything received, once it is enough; fails after some seconds."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: wanted(self.received))
        return self.received

    async def hears(self, event_type: str, call_control_id: str | None = None) -> Received:
        """The first event of a type (about a leg), as soon as it is there."""

        def fits(each: Received) -> bool:
            mine = call_control_id in {None, each.payload.get("call_control_id")}
            return mine and each.type == event_type

        received = await self.until(lambda all_: any(map(fits, all_)))
        return next(each for each in received if fits(each))
