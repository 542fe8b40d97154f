"""The admin port: `/healthz` and `/metrics` for those who watch over machines. Off unless a port is set.

It is never the webhook port, which the internet reaches. Nothing can be changed here, and nothing it says names a call.

| request | answer |
| --- | --- |
| `GET /healthz` | `{"status", "reasons", "warnings", "version", "pid", "uptime_s", "last_event_age_s"}`; 200 `ready`, 503 `degraded` |
| `GET /metrics` | Prometheus' text format; 501 where prometheus-client is not installed |

`reasons` make it degraded: what arrives is not recorded, is refused, or does not reach the application. What keeps commands from
being sent are `warnings`: an engine that still takes webhooks must not be restarted because Telnyx's API does not answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from console.domain.entries import Micros
from console.domain.legs import Leg
from console.engine.dispatch import Dispatcher
from console.engine.picture import Picture
from console.engine.plain import PlainRunner
from console.engine.settings import EngineSettings
from console.engine.tally import Tally
from console.errors import EngineError
from console.journal.commit_times import CommitTimes
from console.journal.sqlite import SqliteWriter
from console.reports import Health

if TYPE_CHECKING:
    from console.engine.exposition import Exposition

SHUTDOWN_S = 1.0
MAX_QUESTION_BYTES = 1024

NO_METRICS = (
    "metrics need the package prometheus-client, which is not installed:"
    " pip install 'telnyx-call-console[metrics]', then restart the engine"
)
NO_KEY = "every webhook is refused: no public key is set"

_json = msgspec.json.Encoder()


async def open_admin(
    stack: AsyncExitStack,
    settings: EngineSettings,
    health: Callable[[], Health],
    picture: Picture,
    writer: SqliteWriter,
    dispatcher: Dispatcher,
    clock: Callable[[], Micros],
) -> None:
    """Serves until the stack ends. Raises `EngineError` when the address cannot be had."""
    writer.times = times = CommitTimes()
    tally = Tally()
    dispatcher.told = tally.note
    page = exposition(health, picture.live_legs, settings.journal, times, tally)
    admin = Admin(health, page, clock)
    stack.push_async_callback(admin.stop)
    await admin.start(settings.admin_host, settings.admin_port)


def exposition(
    health: Callable[[], Health],
    live_legs: Callable[[], Sequence[Leg]],
    journal: Path,
    times: CommitTimes,
    tally: Tally,
) -> Exposition | None:
    """None where prometheus-client is not installed."""
    try:
        from console.engine.exposition import Exposition, Sources
    except ImportError as error:
        if not (error.name or "").startswith("prometheus_client"):
            raise
        return None
    return Exposition(Sources(health, live_legs, journal, times, tally))


def reasons(health: Health) -> Iterator[str]:
    """Why webhooks are lost, refused or do not reach the application."""
    if health.journal_error:
        yield f"not recording: {health.journal_error}"
    takes_all = health.forward is not None and health.forward.unverified
    if not health.public_key and not takes_all and health.poll is None:
        yield NO_KEY
    if health.poll is not None and health.poll.error:
        yield f"Telnyx's records cannot be read: {health.poll.error}"
    target = None if health.forward is None else health.forward.target
    if target is not None and target.is_up is False:
        yield f"the application cannot be reached: {target.why}"


def warnings(health: Health) -> Iterator[str]:
    """What does not work as it should although webhooks do."""
    if not health.api_key:
        yield "no API key: nothing can be sent"
    if health.api_error:
        yield f"Telnyx's API: {health.api_error}"
    for number, observer in enumerate(
        () if health.forward is None else health.forward.observers, 1
    ):
        if observer.is_up is False:
            yield f"observer {number} cannot be reached"


class Admin:
    """One engine's admin port."""

    def __init__(
        self, health: Callable[[], Health], page: Exposition | None, clock: Callable[[], Micros]
    ) -> None:
        self._health = health
        self._page = page
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Answers from now on, on the port that is returned. Raises `EngineError` when the address cannot be had."""
        app = web.Application(client_max_size=MAX_QUESTION_BYTES, middlewares=[_border])
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", self._metrics)
        runner = self._runner = PlainRunner(app, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise EngineError(
                f"the admin port {port} on {host} cannot be opened: {(error.strerror or str(error)).lower()};"
                " end what holds it, or set admin.port"
            ) from error
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        """May be called twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.StreamResponse:
        health = self._health()
        now = self._clock()
        found = list(reasons(health))
        last = health.last_event_at
        said = {
            "status": "degraded" if found else "ready",
            "reasons": found,
            "warnings": list(warnings(health)),
            "version": health.version,
            "pid": health.pid,
            "uptime_s": round((now - health.started_at) / 1e6, 1),
            "last_event_age_s": None if last is None else round(max(0, now - last) / 1e6, 1),
        }
        return _answer(_json.encode(said), 503 if found else 200, "application/json")

    async def _metrics(self, _request: web.Request) -> web.StreamResponse:
        if self._page is None:
            return _answer(NO_METRICS.encode() + b"\n", 501, "text/plain")
        answer = _answer(self._page.text(), 200, "text/plain")
        answer.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
        return answer


@web.middleware
async def _border(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The request border: a sentence, never a traceback."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        words = "this port answers GET /healthz and GET /metrics\n"
        return _answer(words.encode(), error.status, "text/plain")
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001 - the request border
        return _answer(f"failed ({type(error).__name__})\n".encode(), 500, "text/plain")


def _answer(body: bytes, status: int, kind: str) -> web.Response:
    return web.Response(
        body=body, status=status, content_type=kind, headers={"Cache-Control": "no-store"}
    )
