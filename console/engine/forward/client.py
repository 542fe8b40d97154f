"""Asks an application: one request, byte for byte as it is to be, and the answer as it came.

aiohttp's connector gives pooled connections (TLS, names, keep-alive) and its parser reads the answer, but the request's
head is written here: aiohttp's client session merges repeated headers whose names differ in case, and loses header bytes
that are no UTF-8. No redirect is followed, nothing is decompressed, nothing is sent twice.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import NamedTuple

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from console.engine.forward.headers import Raw, first
from console.engine.forward.target import Target

UNREACHABLE = 502
TOO_SLOW = 504
BROKE_OFF = "the answer broke off"

HELD_BYTES = 64 * 1024
"""An answer up to this size goes back only when all of it has come, so that one that breaks off is a 502."""
KEEP_ALIVE_S = 1.5
"""Common servers hang up on idle connections after 2 to 5 s; a request that crosses with that would be lost."""

_CLOSED = (aiohttp.ClientError, HttpProcessingError, ConnectionError, OSError, EOFError)


class TargetError(Exception):
    """No usable answer came: `status` is what to tell the sender, `sentence` why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Reply(NamedTuple):
    """What the application answered. `rest` is there when the answer is longer than what is held."""

    status: int
    reason: str
    headers: Raw
    body: bytes
    rest: Rest | None = None


class Rest:
    """The part of a long answer that has not come yet. Iterate to its end, or close it."""

    def __init__(
        self,
        connection: aiohttp.connector.Connection,
        payload: aiohttp.StreamReader,
        deadline_s: float,
        allowed: int,
    ) -> None:
        self._connection = connection
        self._payload = payload
        self._deadline_s = deadline_s
        self._allowed = allowed

    def close(self) -> None:
        """Lets go of an answer that nobody waits for any more."""
        self._connection.close()

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Raises `TargetError` when it breaks off, takes too long, or is too long."""
        try:
            while True:
                async with asyncio.timeout_at(self._deadline_s):
                    chunk = await self._payload.readany()
                if not chunk:
                    break
                self._allowed -= len(chunk)
                if self._allowed < 0:
                    raise TargetError(UNREACHABLE, "the answer is too long")
                yield chunk
        except TimeoutError:
            raise TargetError(TOO_SLOW, "the answer did not end in time") from None
        except _CLOSED as error:
            why = _why(error)
            if why != BROKE_OFF:
                why = f"{BROKE_OFF}: {why}"
            raise TargetError(UNREACHABLE, why) from None
        else:
            self._connection.release()
        finally:
            self._connection.close()


class Begun(NamedTuple):
    """A request that was sent over a connection that was idle; its answer is still to be awaited."""

    connection: aiohttp.connector.Connection
    deadline_s: float


class TargetClient:
    """Connections to one application. `limit_bytes` bounds an answer's body."""

    def __init__(self, target: Target, *, timeout_s: float, limit_bytes: int) -> None:
        self.target = target
        self._timeout_s = timeout_s
        self._limit = limit_bytes
        self._url = URL.build(scheme=target.scheme, host=target.host, port=target.port, path="/")
        self._connector: aiohttp.TCPConnector | None = None
        self._pattern: aiohttp.ClientRequest | None = None
        self._idle: deque[tuple[aiohttp.connector.Connection, float]] = deque()
        """Connections by when they became idle: the connector would make one of its objects for every request."""
        self._sweeper: asyncio.TimerHandle | None = None

    def begin(self, head: bytes, body: bytes) -> Begun | None:
        """Sends the request at once if a connection is idle; None when one has to be made first."""
        now_s = asyncio.get_running_loop().time()
        while self._idle:
            connection, since_s = self._idle.pop()
            protocol = connection.protocol
            if (
                protocol is None
                or protocol.should_close
                or not protocol.is_connected()
                or now_s - since_s > KEEP_ALIVE_S
            ):
                connection.close()
                continue
            _send(connection, head + body)
            return Begun(connection, now_s + self._timeout_s)
        return None

    async def ask(self, head: bytes, body: bytes) -> Reply:
        """Raises `TargetError` when the application did not answer, whole and in time."""
        return await self.answer(self.begin(head, body), head, body)

    async def answer(self, begun: Begun | None, head: bytes, body: bytes) -> Reply:
        """As `ask`, of a request that was begun, if it was."""
        connection: aiohttp.connector.Connection | None = None
        reply: Reply | None = None
        if begun is None:
            deadline_s = asyncio.get_running_loop().time() + self._timeout_s
        else:
            connection, deadline_s = begun
        try:
            async with asyncio.timeout_at(deadline_s):
                if connection is None:
                    connection = await self._connect()
                    _send(connection, head + body)
                reply = await self._reply(connection, deadline_s)
        except TimeoutError:
            what = "connection" if connection is None else "answer"
            raise TargetError(TOO_SLOW, f"no {what} within {_seconds(self._timeout_s)}") from None
        except (*_CLOSED, ValueError) as error:
            raise TargetError(UNREACHABLE, _why(error)) from None
        finally:
            if reply is None and connection is not None:
                connection.close()
        if reply.rest is None:
            self._let_go(connection)
        return reply

    async def probe(self) -> None:
        """Whether the application can be connected to anew. Raises `TargetError`."""
        connector = aiohttp.TCPConnector(force_close=True)
        try:
            async with asyncio.timeout(self._timeout_s):
                (await connector.connect(self._request(), [], _NO_TIMEOUT)).close()
        except TimeoutError:
            raise TargetError(
                TOO_SLOW, f"no connection within {_seconds(self._timeout_s)}"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise TargetError(UNREACHABLE, _why(error)) from None
        finally:
            await connector.close()

    async def aclose(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        while self._idle:
            self._idle.pop()[0].close()
        if self._connector is not None:
            await self._connector.close()

    async def _connect(self) -> aiohttp.connector.Connection:
        connector = self._connector
        if connector is None:
            connector = self._connector = aiohttp.TCPConnector(
                limit=0, keepalive_timeout=KEEP_ALIVE_S
            )
        return await connector.connect(self._request(), [], _NO_TIMEOUT)

    def _let_go(self, connection: aiohttp.connector.Connection) -> None:
        """Keeps a connection for the next request, unless the application wants it closed."""
        if connection.protocol is None or connection.protocol.should_close:
            connection.release()
            return
        loop = asyncio.get_running_loop()
        self._idle.append((connection, loop.time()))
        if self._sweeper is None:
            self._sweeper = loop.call_later(KEEP_ALIVE_S, self._sweep)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        overdue = loop.time() - KEEP_ALIVE_S
        while self._idle and self._idle[0][1] <= overdue:
            self._idle.popleft()[0].close()
        self._sweeper = loop.call_later(KEEP_ALIVE_S, self._sweep) if self._idle else None

    def _request(self) -> aiohttp.ClientRequest:
        """By a request the connector knows where to connect to; ours differ in nothing it looks at."""
        if self._pattern is None:
            loop = asyncio.get_running_loop()
            self._pattern = aiohttp.ClientRequest("POST", self._url, loop=loop)
        return self._pattern

    async def _reply(self, connection: aiohttp.connector.Connection, deadline_s: float) -> Reply:
        protocol = connection.protocol
        if protocol is None:
            raise ConnectionResetError("the connection was closed")
        while True:
            message, payload = await protocol.read()
            if message.code >= 200:
                break
            if message.code == 101:
                raise TargetError(UNREACHABLE, "it switched to another protocol")
        headers = tuple(message.raw_headers)
        announced = first(headers, b"content-length") or b""
        if announced.isdigit() and int(announced[:20]) > self._limit:
            raise TargetError(UNREACHABLE, f"the answer is longer than {self._limit} bytes")
        body = await self._held(payload)
        if payload.at_eof():
            return Reply(message.code, message.reason, headers, body)
        rest = Rest(connection, payload, deadline_s, self._limit - len(body))
        return Reply(message.code, message.reason, headers, body, rest)

    async def _held(self, payload: aiohttp.StreamReader) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while not payload.at_eof() and size <= HELD_BYTES:
            chunk = await payload.readany()
            chunks.append(chunk)
            size += len(chunk)
        if size > self._limit:
            raise TargetError(UNREACHABLE, f"the answer is longer than {self._limit} bytes")
        return b"".join(chunks)


_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


def _send(connection: aiohttp.connector.Connection, request: bytes) -> None:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None:
        raise ConnectionResetError("the connection was closed")
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    transport.write(request)


def _seconds(value: float) -> str:
    return f"{value:g} s"


def _why(error: BaseException) -> str:
    """The cause in plain words; library texts may hold addresses and bytes of an answer."""
    with suppress(AttributeError):
        error = error.os_error or error  # type: ignore[attr-defined]
    match error:
        case ConnectionRefusedError():
            return "connection refused"
        case aiohttp.ClientConnectorDNSError():
            return "its name cannot be resolved"
        case ssl.SSLError() | aiohttp.ClientSSLError() | ssl.CertificateError():
            return "no secure connection: its certificate or TLS was not accepted"
        case aiohttp.ClientPayloadError():
            return BROKE_OFF
        case aiohttp.ServerDisconnectedError() | ConnectionResetError():
            return "it closed the connection without an answer"
        case HttpProcessingError() | aiohttp.ClientResponseError():
            return "its answer is not HTTP"
        case OSError() if error.strerror:
            return error.strerror.lower()
        case _:
            return "the connection failed"
