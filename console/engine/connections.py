"""The public HTTP port: how many may be connected, and how long a request may take to arrive.

aiohttp bounds neither, so this holds a sender to a number of connections and to one time-out from the first byte
of a request to the last of its body. Senders over the limit hear 503 before anything of theirs is read.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web

from console.engine.entrance import (
    MAX_FIELD_BYTES,
    MAX_HEADERS,
    MAX_LINE_BYTES,
    Entrance,
    Taker,
)
from console.engine.plain import PlainHandler, quiet_log
from console.errors import EngineError

IDLE_TIMEOUT_S = 75.0
"""How long a kept-alive connection may be quiet between requests."""
LINGER_S = 1.0
SHUTDOWN_S = 1.0
BACKLOG = 512

_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Connection(PlainHandler):
    """One sender. `began_at` is when the request that has not arrived completely began, 0.0 while none has."""

    __slots__ = ("_gate", "_time", "began_at", "is_busy")

    def __init__(self, server: web.Server, gate: Gate, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=IDLE_TIMEOUT_S,
            logger=quiet_log,
            access_log=None,  # type: ignore[arg-type]  # None is what turns the log off
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_FIELD_BYTES,
            max_headers=MAX_HEADERS,
            lingering_time=LINGER_S,
            # What was signed is what was sent, so that is what has to be checked.
            auto_decompress=False,
        )
        self._gate = gate
        self._time = loop.time
        self.began_at = 0.0
        self.is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.began_at = self._time()
        self._gate.connections.add(self)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.began_at == 0.0:
            self.began_at = self._time()
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._gate.connections.discard(self)
        super().connection_lost(exc)

    def drop(self) -> None:
        """Tells the sender that it was too slow, and hangs up."""
        transport = self.transport
        if transport is not None:
            transport.write(_TOO_SLOW)
        self.force_close()


class _TurnedAway(asyncio.Protocol):
    """Says 503 to a sender for whom there is no room."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not every loop's transports are of asyncio's classes.
        stream = cast(asyncio.Transport, transport)
        stream.write(_TOO_MANY)
        stream.close()


class Gate:
    """Listens on one address and hands complete request heads to `handler`."""

    def __init__(
        self,
        handler: Handler,
        *,
        max_connections: int,
        read_timeout_s: float,
        take: Taker | None = None,
    ) -> None:
        """`take` is asked first for requests that arrived whole; `handler` answers all others."""
        self._handler = handler
        self._take = take
        self._max_connections = max_connections
        self._read_timeout_s = read_timeout_s
        self._server: web.Server | None = None
        self._listening: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self.connections: set[Connection] = set()
        self.entrances: set[Entrance] = set()
        self.turned_away = 0

    async def open(self, host: str, port: int) -> int:
        """Accepts from now on; gives the port. Raises `EngineError` when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = server = web.Server(self._handler, access_log=None)
        take = self._take

        def greet() -> asyncio.Protocol:
            if len(self.connections) + len(self.entrances) >= self._max_connections:
                self.turned_away += 1
                return _TurnedAway()
            if take is not None:
                return Entrance(self, take, loop)
            return Connection(server, self, loop)

        try:
            self._listening = await loop.create_server(greet, host, port, backlog=BACKLOG)
        except OSError as error:
            raise EngineError(_why_not(host, port, error)) from error
        except OverflowError as error:
            raise EngineError(f"port {port} is not a port: take one from 0 to 65535") from error
        self._sweep()
        sock: socket.socket = self._listening.sockets[0]
        return int(sock.getsockname()[1])

    async def close(self, patience_s: float = SHUTDOWN_S) -> None:
        """Stops accepting, lets requests that arrived finish for so long, then hangs up."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._listening is not None:
            self._listening.close()
        if self._server is not None:
            self._server.pre_shutdown()
            await asyncio.gather(
                self._server.shutdown(patience_s), self._empty_entrances(patience_s)
            )
        if self._listening is not None:
            await self._listening.wait_closed()
            self._listening = None

    def joined(self, entrance: Entrance) -> None:
        """A sender has come."""
        self.entrances.add(entrance)

    def left(self, entrance: Entrance) -> None:
        """A sender has gone."""
        self.entrances.discard(entrance)

    def hand_over(self, entrance: Entrance, transport: asyncio.Transport, data: bytes) -> None:
        """From here on the connection is aiohttp's."""
        self.entrances.discard(entrance)
        assert self._server is not None
        connection = Connection(self._server, self, asyncio.get_running_loop())
        transport.set_protocol(connection)
        connection.connection_made(transport)
        # The time a request may take counts from its first byte, whoever reads it.
        connection.began_at = entrance.began_at
        connection.data_received(data)

    async def _empty_entrances(self, patience_s: float) -> None:
        loop = asyncio.get_running_loop()
        finished: list[asyncio.Future[None]] = []
        for entrance in tuple(self.entrances):
            finished.append(loop.create_future())
            entrance.finish(finished[-1])
        if finished:
            await asyncio.wait(finished, timeout=patience_s)
        for entrance in tuple(self.entrances):
            entrance.drop()

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        overdue, idle = now - self._read_timeout_s, now - IDLE_TIMEOUT_S
        for entrance in [e for e in self.entrances if not e.is_busy]:
            if 0.0 < entrance.began_at < overdue:
                entrance.drop(_TOO_SLOW)
            elif entrance.quiet_since < idle:
                entrance.drop()
        for connection in [c for c in self.connections if 0.0 < c.began_at < overdue]:
            if not connection.is_busy:
                connection.drop()
        self._sweeper = loop.call_later(min(1.0, self._read_timeout_s / 4), self._sweep)


def _why_not(host: str, port: int, error: OSError) -> str:
    where = f"port {port} on {host}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is already taken by another program: stop it, or choose another port with --port"
    if error.errno == errno.EACCES:
        return f"{where} may not be used by this user: choose a port above 1023 with --port"
    # From Python 3.13 on asyncio gives no number where none of the addresses is ours.
    if error.errno in (errno.EADDRNOTAVAIL, None) or isinstance(error, socket.gaierror):
        return f"{host} is not an address of this machine: set --host to 127.0.0.1 or 0.0.0.0"
    return f"{where} cannot be listened on: {error.strerror or 'the system refused'}"
