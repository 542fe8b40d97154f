"""How a desk, or the shell, asks an engine: execute this command, what is your health, reconcile now.

The engine answers on a private socket (HTTP); `HttpOperator` is the client. Screens and tests know only the
`Operator` protocol.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from console import endpoint
from console.domain.entries import CommandDone, Intent
from console.errors import EngineError, OutcomeUnknown
from console.life import EngineLife as EngineLife
from console.life import LifeState as LifeState
from console.life import LifeStatus as LifeStatus
from console.reports import Asked as Asked
from console.reports import ForwardHealth as ForwardHealth
from console.reports import Health as Health
from console.reports import QueryAnswer as QueryAnswer
from console.reports import Reconciled as Reconciled
from console.reports import StreamHealth as StreamHealth
from console.reports import TargetHealth as TargetHealth
from console.reports import TrackHealth as TrackHealth
from console.standing import Reach as Reach
from console.standing import TakingAnswer as TakingAnswer

if TYPE_CHECKING:
    import httpx

    from console.replaying import ReplayOrder, ReplayOutcome


class Operator(Protocol):
    """Raises `EngineError` when the engine does not answer; a refusal by Telnyx is a `CommandDone` with ok False."""

    async def execute(self, intent: Intent) -> CommandDone:
        """Raises `OutcomeUnknown` where the command may have been sent; with any other `EngineError` it was not."""
        ...

    async def health(self) -> Health: ...

    async def reconcile(self) -> Reconciled: ...

    async def check(self, call_control_id: str) -> Reconciled:
        """Compares one leg with Telnyx and repairs the picture; `message` and `extra["differences"]` say what was."""
        ...

    async def query(self, action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        """Any catalogued GET, or a change of an application; `params` hold the path's names too.

        A refusal is an answer with ok False; `EngineError` also where the action is none that may be asked so.
        """
        ...

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        """Writes on a call (a leg's key), ended ones included; None leaves a part as it was, `tags` are all from now on.

        Raises `EngineError` with the reason when it was not written: no engine, read-only, a call that is not known.
        """
        ...

    async def use_connection(self, connection_id: str) -> None:
        """Has the engine work on another application until it ends: dial with it, compare its calls."""
        ...

    async def self_test(self, url: str | None = None) -> Reach:
        """Whether an address leads to the engine; its own public one where none is given."""
        ...

    async def webhook_url(self, deed: str, **about: object) -> TakingAnswer:
        """`look`, `take`, `give_back` or `keep` (see `console.standing.DEEDS`); a refusal is an answer with ok False."""
        ...

    async def requests(self) -> tuple[Asked, ...]:
        """The latest questions to Telnyx, by operators and by the engine itself, oldest first."""
        ...

    async def media(self) -> tuple[StreamHealth, ...]:
        """The streams that are heard now, then those that ended a moment ago."""
        ...

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        """Writes what is heard of a call from now on into a new WAV file; None ends that. What was done, in words.

        Raises `EngineError` with the reason when it cannot be: no stream, another codec, the file exists.
        """
        ...

    async def aclose(self) -> None: ...


QUICK_TIMEOUT_S = 5.0
RECONCILE_TIMEOUT_S = 300.0
EXECUTE_TIMEOUT_S = 300.0
"""The engine retries inside and answers when it knows; this only bounds an engine that hangs."""
TOKEN_HEADER = "x-call-console-token"

_T = TypeVar("_T")


class _AskedError(EngineError):
    """The question was heard, perhaps, and not answered."""


class _Refusal(msgspec.Struct):
    error: str = ""


class _Hello(msgspec.Struct):
    lease: str
    pid: int


class Attachment:
    """A desk's lease on an engine, held for as long as the connection lives."""

    def __init__(
        self, hello: _Hello, lines: AsyncIterator[str], transport_error: type[Exception]
    ) -> None:
        self.lease = hello.lease
        self.pid = hello.pid
        self._lines = lines
        self._transport_error = transport_error

    async def until_gone(self) -> None:
        """Returns when the engine has ended the lease, or has died."""
        try:
            async for _ in self._lines:
                pass
        except self._transport_error:
            return


class HttpOperator:
    """Asks the engine that serves `journal`, one connection per question. Loads httpx when first used.

    Every method raises `EngineError` when there is no answer.
    """

    def __init__(self, journal: Path, *, operator: str = "") -> None:
        """`operator` is recorded with changes of applications; commands name theirs themselves."""
        self._journal = self.journal = journal
        self._operator = operator
        self._client: httpx.AsyncClient | None = None
        self._door: endpoint.TcpDoor | None = None

    async def execute(self, intent: Intent) -> CommandDone:
        """Sends one command; the same `command_id` again gives the same outcome and is not sent twice.

        Raises `OutcomeUnknown` where the command may have been sent; with any other `EngineError` it was not.
        """
        question = _question(intent)
        try:
            return command_done(await self._ask("POST", "/execute", question, EXECUTE_TIMEOUT_S))
        except _AskedError as error:
            raise OutcomeUnknown(f"{error.user_message}; {_MAY_BE_SENT}") from error

    async def health(self) -> Health:
        return _decoded(await self._ask("GET", "/health", None, QUICK_TIMEOUT_S), Health)

    async def reconcile(self) -> Reconciled:
        return _decoded(
            await self._ask("POST", "/reconcile", b"{}", RECONCILE_TIMEOUT_S), Reconciled
        )

    async def check(self, call_control_id: str) -> Reconciled:
        body = _question({"call_control_id": call_control_id})
        return _decoded(await self._ask("POST", "/check", body, EXECUTE_TIMEOUT_S), Reconciled)

    async def query(self, action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        asked = {"action": action, "params": params or {}, "operator": self._operator}
        body = _question(asked)
        return _decoded(await self._ask("POST", "/query", body, EXECUTE_TIMEOUT_S), QueryAnswer)

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        said = {
            "call": call,
            "note": note,
            "tags": None if tags is None else list(tags),
            "ring_back": ring_back,
            "operator": operator,
        }
        await self._ask("POST", "/annotate", _question(said), QUICK_TIMEOUT_S)

    async def use_connection(self, connection_id: str) -> None:
        body = _question({"connection_id": connection_id})
        await self._ask("POST", "/connection", body, QUICK_TIMEOUT_S)

    async def self_test(self, url: str | None = None) -> Reach:
        body = _question({"url": url})
        return _decoded(await self._ask("POST", "/self-test", body, EXECUTE_TIMEOUT_S), Reach)

    async def webhook_url(self, deed: str, **about: object) -> TakingAnswer:
        body = _question({"operator": self._operator, **about, "deed": deed})
        return _decoded(await self._ask("POST", "/taking", body, EXECUTE_TIMEOUT_S), TakingAnswer)

    async def requests(self) -> tuple[Asked, ...]:
        raw = await self._ask("GET", "/requests", None, QUICK_TIMEOUT_S)
        return _decoded(raw, tuple[Asked, ...])

    async def media(self) -> tuple[StreamHealth, ...]:
        raw = await self._ask("GET", "/media", None, QUICK_TIMEOUT_S)
        return _decoded(raw, tuple[StreamHealth, ...])

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        file = None if path is None else _whole_path(path)
        body = _question({"call_control_id": call_control_id, "path": file})
        answer = _decoded(
            await self._ask("POST", "/media/save", body, QUICK_TIMEOUT_S), dict[str, str]
        )
        return answer.get("message", "")

    def replay(self, order: ReplayOrder) -> AsyncGenerator[ReplayOutcome]:
        """Has recorded deliveries sent again, gives each outcome as it comes; closing it ends the sending."""
        from console.replaying import replayed

        return replayed(self, order)

    @asynccontextmanager
    async def attach(self) -> AsyncGenerator[Attachment]:
        """Holds a lease for the length of the block. Raises `EngineError` when no engine gives one."""
        httpx_module = await load_httpx()
        client = await self.client()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(QUICK_TIMEOUT_S):
                    answer = await stack.enter_async_context(
                        client.stream("GET", "/attach", timeout=httpx_module.Timeout(None))
                    )
                    lines = answer.aiter_lines()
                    hello = _decoded((await anext(lines, "")).encode(), _Hello)
            except TimeoutError:
                raise EngineError(
                    f"the engine did not answer within {QUICK_TIMEOUT_S:.0f} s"
                ) from None
            except httpx_module.TransportError:
                raise EngineError(no_engine(self._journal)) from None
            yield Attachment(hello, lines, httpx_module.TransportError)

    async def leave(self, lease: str, *, starter: bool) -> bool:
        """Gives back a lease; `starter` when this desk started the engine. True if the engine ends now."""
        body = _question({"lease": lease, "starter": starter})
        answer = _decoded(await self._ask("POST", "/leave", body, QUICK_TIMEOUT_S), dict[str, bool])
        return answer.get("ends", False)

    async def aclose(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def client(self) -> httpx.AsyncClient:
        """The client bound to the engine's socket. Raises `EngineError` when no engine has one."""
        httpx_module = await load_httpx()
        if not endpoint.HAS_UNIX_SOCKETS:
            await self._follow_door()
        if self._client is None:
            self._client = _new_client(httpx_module, self._journal, self._door)
        return self._client

    async def _follow_door(self) -> None:
        """Where there are no Unix sockets every engine has another port: begins anew when it changed."""
        door = endpoint.read_door(self._journal)
        if door is None:
            raise EngineError(no_engine(self._journal))
        if door != self._door:
            await self.aclose()
            self._door = door

    async def _ask(self, method: str, path: str, body: bytes | None, timeout_s: float) -> bytes:
        httpx_module = await load_httpx()
        client = await self.client()
        try:
            answer = await client.request(
                method,
                path,
                content=body,
                timeout=httpx_module.Timeout(timeout_s, connect=QUICK_TIMEOUT_S),
            )
        except httpx_module.ConnectError:
            raise EngineError(no_engine(self._journal)) from None
        except httpx_module.ConnectTimeout:
            raise EngineError(_too_late(QUICK_TIMEOUT_S)) from None
        except httpx_module.TimeoutException:
            raise _AskedError(_too_late(timeout_s)) from None
        except httpx_module.TransportError as error:
            raise _AskedError("the engine went away while it was asked") from error
        if answer.status_code != 200:
            kind = _AskedError if answer.status_code >= 500 else EngineError
            raise kind(_refusal(answer.content, answer.status_code))
        return bytes(answer.content)


def no_engine(journal: Path) -> str:
    """The sentence for a question that found nobody."""
    return f"no engine serves {journal}: start one with call-console run or listen"


def command_done(raw: bytes) -> CommandDone:
    """The outcome in an engine's answer (an object with the names of `CommandDone`)."""
    found = _decoded(raw, dict[str, object])
    try:
        return msgspec.convert([found[name] for name in CommandDone._fields], CommandDone)
    except (KeyError, msgspec.ValidationError) as error:
        raise _AskedError(_NOT_UNDERSTOOD) from error


def encode_done(done: CommandDone) -> bytes:
    """What `command_done` reads."""
    return msgspec.json.encode(done._asdict())


async def load_httpx() -> ModuleType:
    """httpx, imported in a thread: it takes 0.1 s that the screen can use."""
    return await asyncio.to_thread(importlib.import_module, "httpx")


_MAY_BE_SENT = "whether the command reached Telnyx is not known"
_NO_TEXT = "what was typed holds bytes that are no UTF-8 text: type it again"
_NOT_UNDERSTOOD = "the engine's answer is not understood: it may be of another version, restart it"


def _question(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise EngineError(_NO_TEXT) from None


def _decoded(raw: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise _AskedError(_NOT_UNDERSTOOD) from error


def _too_late(timeout_s: float) -> str:
    return f"the engine did not answer within {timeout_s:.0f} s: it may be overloaded or suspended"


def _whole_path(path: str) -> str:
    """The engine may run in another folder than the desk."""
    return os.path.abspath(os.path.expanduser(path))


def _refusal(raw: bytes, status: int) -> str:
    try:
        said = msgspec.json.decode(raw, type=_Refusal).error
    except (msgspec.ValidationError, msgspec.DecodeError):
        said = ""
    return said or f"the engine refused the question (HTTP {status})"


def _new_client(
    httpx_module: ModuleType, journal: Path, door: endpoint.TcpDoor | None
) -> httpx.AsyncClient:
    # A connection that outlives its question may belong to an engine that has died since.
    limits = httpx_module.Limits(max_keepalive_connections=0)
    base_url, headers, transport = "http://engine", {}, None
    if door is not None:
        base_url, headers = f"http://127.0.0.1:{door.port}", {TOKEN_HEADER: door.token}
    else:
        path = endpoint.socket_path(journal)
        endpoint.check_private(path.parent)
        # No TLS on a socket of our own: without `verify` the certificates of the world need not be read.
        transport = httpx_module.AsyncHTTPTransport(uds=str(path), limits=limits, verify=False)
    client: httpx.AsyncClient = httpx_module.AsyncClient(
        base_url=base_url, headers=headers, transport=transport, limits=limits, trust_env=False
    )
    return client
