"""The public HTTP port: how many may be connected, and how long a request may take to arrive.

aiohttp bounds neither, so this holds a sender to a number of connections and to one time-out from the first byte
of a request to the last of its body. Senders over the limit hear 503 before anything of theirs is read.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable

from aiohttp import web

from console.errors import EngineError

IDLE_TIMEOUT_S = 75.0
"""How long a kept-alive connection may be quiet between requests."""
LINGER_S = 1.0
SHUTDOWN_S = 1.0
MAX_LINE_BYTES = 4096
MAX_FIELD_BYTES = 8190
MAX_HEADERS = 64
BACKLOG = 512

_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

quiet_log = logging.getLogger("console.engine.http")
"""aiohttp logs a traceback for every malformed request of a stranger; nobody needs them."""
quiet_log.addHandler(logging.NullHandler())
quiet_log.propagate = False
quiet_log.setLevel(logging.CRITICAL)

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Connection(web.RequestHandler):
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
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_TOO_MANY)
            transport.close()


class Gate:
    """Listens on one address and hands complete request heads to `handler`."""

    def __init__(self, handler: Handler, *, max_connections: int, read_timeout_s: float) -> None:
        self._handler = handler
        self._max_connections = max_connections
        self._read_timeout_s = read_timeout_s
        self._server: web.Server | None = None
        self._listening: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self.connections: set[Connection] = set()
        self.turned_away = 0

    async def open(self, host: str, port: int) -> int:
        """Accepts from now on; gives the port. Raises `EngineError` when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = server = web.Server(self._handler, access_log=None)

        def greet() -> asyncio.Protocol:
            if len(self.connections) >= self._max_connections:
                self.turned_away += 1
                return _TurnedAway()
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
            await self._server.shutdown(patience_s)
        if self._listening is not None:
            await self._listening.wait_closed()
            self._listening = None

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        overdue = loop.time() - self._read_timeout_s
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
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is not an address of this machine: set --host to 127.0.0.1 or 0.0.0.0"
    return f"{where} cannot be listened on: {error.strerror or 'the system refused'}"
