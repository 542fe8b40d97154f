"""The engine's private door: what desks and the shell may ask, as HTTP on a Unix socket (loopback TCP elsewhere).

| request | answer |
| --- | --- |
| `GET /health` | `Health` |
| `POST /execute` with an `Intent` | `CommandDone`, by names |
| `POST /reconcile` | `Reconciled` |
| `POST /check` with `{"call_control_id"}` | `Reconciled` for that leg |
| `POST /query` with `{"action", "params", "operator"}` | `QueryAnswer` |
| `POST /annotate` with `{"call", "note", "tags", "ring_back", "operator"}` (null leaves a part as it is) | `{}` |
| `POST /connection` with `{"connection_id"}` | `{}`: works on that application from now on |
| `GET /requests` | a list of `Asked`: the latest questions to Telnyx, oldest first |
| `GET /media` | a list of `StreamHealth` |
| `POST /media/save` with `{"call_control_id", "path"}` (null ends it) | `{"message": sentence}` |
| `GET /attach` | one line `{"lease", "pid"}`, then held open; its end is the end of the desk, or of the engine |
| `POST /replay` with a `ReplayOrder` (`console.replaying`) | a line for each `ReplayOutcome`, then `{}` |
| `POST /self-test` with `{"url"}` (null: the engine's own) | `Reach` |
| `POST /taking` with `{"deed", "application_id", "operator", "with_failover", "untested"}` | `TakingAnswer` |
| `POST /leave` with `{"lease", "starter"}` | `{"ends": bool}` |

Everything else answers with `{"error": sentence}` and a status that is not 200.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec
from aiohttp import web

from console import endpoint
from console.domain.entries import CommandDone, Intent
from console.engine.leases import Leases
from console.engine.plain import PlainRunner
from console.errors import ConsoleError, EngineError
from console.operator import (
    TOKEN_HEADER,
    Asked,
    Health,
    QueryAnswer,
    Reconciled,
    StreamHealth,
    encode_done,
)

MAX_QUESTION_BYTES = 1024 * 1024
SHUTDOWN_S = 1.0

_json = msgspec.json.Encoder()


class Answers(Protocol):
    """Who knows the answers: the engine."""

    def health(self) -> Health: ...

    async def execute(self, intent: Intent) -> CommandDone: ...

    async def reconcile(self) -> Reconciled: ...

    async def check(self, call_control_id: str) -> Reconciled: ...

    async def query(
        self, action: str, params: Mapping[str, object] | None = None, operator: str = ""
    ) -> QueryAnswer: ...

    @property
    def requests(self) -> Callable[[], Sequence[Asked]]: ...

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None: ...

    async def use_connection(self, connection_id: str) -> None: ...

    async def media(self) -> tuple[StreamHealth, ...]: ...

    async def save_audio(self, call_control_id: str, path: str | None) -> str: ...


class Room(Protocol):
    """Something of its own behind the same door."""

    def add_to(self, router: web.UrlDispatcher) -> None: ...


class _Farewell(msgspec.Struct):
    lease: str = ""
    starter: bool = False


class _Leg(msgspec.Struct):
    call_control_id: str


class _Question(msgspec.Struct):
    action: str
    params: dict[str, object] = {}
    operator: str = ""


class _Note(msgspec.Struct):
    call: str
    note: str | None = None
    tags: list[str] | None = None
    ring_back: bool | None = None
    operator: str = ""


class _Connection(msgspec.Struct):
    connection_id: str


class _Save(msgspec.Struct):
    call_control_id: str
    path: str | None = None


class Control:
    """Serves one engine's door for `journal`. Open it only while holding the journal's lock: it replaces a stale one."""

    def __init__(
        self, journal: Path, answers: Answers, leases: Leases, rooms: Sequence[Room] = ()
    ) -> None:
        self._journal = journal
        self._rooms = rooms
        self._answers = answers
        self._leases = leases
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._token = ""
        self._files: list[Path] = []

    async def start(self) -> None:
        """Answers from now on. Raises `EngineError` when the private folder or the socket cannot be made."""
        app = web.Application(
            client_max_size=MAX_QUESTION_BYTES, middlewares=[_border, self._check_token]
        )
        app.router.add_get("/health", self._health)
        app.router.add_post("/execute", self._execute)
        app.router.add_post("/reconcile", self._reconcile)
        app.router.add_post("/check", self._check)
        app.router.add_post("/query", self._query)
        app.router.add_post("/annotate", self._annotate)
        app.router.add_post("/connection", self._connection)
        app.router.add_get("/requests", self._requests)
        app.router.add_get("/media", self._media)
        app.router.add_post("/media/save", self._save)
        app.router.add_get("/attach", self._attach)
        app.router.add_post("/leave", self._leave)
        for room in self._rooms:
            room.add_to(app.router)
        self._runner = PlainRunner(app, handler_cancellation=True, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        try:
            if endpoint.HAS_UNIX_SOCKETS:
                await self._listen_unix(self._runner)
            else:
                await self._listen_tcp(self._runner)
        except OSError as error:
            await self.stop()
            raise EngineError(
                f"the engine's socket cannot be opened: {error.strerror or error}"
            ) from error
        except EngineError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends every lease and removes the socket."""
        self._closing.set()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()
        for path in self._files:
            path.unlink(missing_ok=True)
        self._files.clear()

    async def _listen_unix(self, runner: web.AppRunner) -> None:
        path = endpoint.socket_path(self._journal)
        endpoint.make_folder(path.parent)
        path.unlink(missing_ok=True)
        await web.UnixSite(runner, str(path)).start()
        self._files.append(path)
        path.chmod(endpoint.SOCKET_MODE)

    async def _listen_tcp(self, runner: web.AppRunner) -> None:
        path = endpoint.door_path(self._journal)
        endpoint.make_folder(path.parent)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._token = secrets.token_urlsafe(32)
        door = _json.encode({"port": runner.addresses[0][1], "token": self._token})
        path.unlink(missing_ok=True)
        with open(path, "xb", opener=_private) as file:  # noqa: ASYNC230 - forty bytes, once
            file.write(door)
        self._files.append(path)

    @web.middleware
    async def _check_token(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        given = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return _sorry("the token of the engine's door is missing or wrong", 401)
        return await handler(request)

    async def _health(self, _request: web.Request) -> web.StreamResponse:
        return _answer(_json.encode(self._answers.health()))

    async def _execute(self, request: web.Request) -> web.StreamResponse:
        intent = msgspec.json.decode(await request.read(), type=Intent)
        return _answer(encode_done(await self._answers.execute(intent)))

    async def _reconcile(self, _request: web.Request) -> web.StreamResponse:
        return _answer(_json.encode(await self._answers.reconcile()))

    async def _check(self, request: web.Request) -> web.StreamResponse:
        leg = msgspec.json.decode(await request.read(), type=_Leg)
        return _answer(_json.encode(await self._answers.check(leg.call_control_id)))

    async def _query(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=_Question)
        answer = await self._answers.query(asked.action, asked.params, asked.operator)
        return _answer(_json.encode(answer))

    async def _annotate(self, request: web.Request) -> web.StreamResponse:
        said = msgspec.json.decode(await request.read(), type=_Note)
        await self._answers.annotate(
            said.call,
            note=said.note,
            tags=said.tags,
            ring_back=said.ring_back,
            operator=said.operator,
        )
        return _answer(b"{}")

    async def _connection(self, request: web.Request) -> web.StreamResponse:
        chosen = msgspec.json.decode(await request.read(), type=_Connection)
        await self._answers.use_connection(chosen.connection_id)
        return _answer(b"{}")

    async def _requests(self, _request: web.Request) -> web.StreamResponse:
        return _answer(_json.encode(self._answers.requests()))

    async def _media(self, _request: web.Request) -> web.StreamResponse:
        return _answer(_json.encode(await self._answers.media()))

    async def _save(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=_Save)
        words = await self._answers.save_audio(asked.call_control_id, asked.path)
        return _answer(_json.encode({"message": words}))

    async def _attach(self, request: web.Request) -> web.StreamResponse:
        lease = self._leases.take()
        try:
            response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
            await response.prepare(request)
            await response.write(_json.encode({"lease": lease, "pid": os.getpid()}) + b"\n")
            await self._closing.wait()
            with suppress(ConnectionError):
                await response.write_eof()
        finally:
            self._leases.vanish(lease)
        return response

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        farewell = msgspec.json.decode(await request.read(), type=_Farewell)
        ends = self._leases.leave(farewell.lease, starter=farewell.starter)
        return _answer(_json.encode({"ends": ends}))


@web.middleware
async def _border(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The request border: whoever asks gets a sentence, never a traceback."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _sorry(f"the engine has no answer to {request.method} {request.path}", error.status)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return _sorry(f"the question is not understood: {error}", 400)
    except ConsoleError as error:
        return _sorry(error.user_message, 500)
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001 - the request border
        return _sorry(f"the engine failed to answer ({type(error).__name__})", 500)


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def _sorry(sentence: str, status: int) -> web.Response:
    return web.Response(
        body=_json.encode({"error": sentence}), status=status, content_type="application/json"
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
