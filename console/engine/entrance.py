"""The quick way in: a webhook that arrived whole is handed on without a request object, a stream and two tasks for it.

aiohttp's parser reads the request here as well, and everything that is not a plain POST in one piece, or that the taker
does not want, goes to aiohttp's own connection from its first byte on, and the connection stays there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser, HttpVersion11, RawRequestMessage

MAX_LINE_BYTES = 4096
MAX_FIELD_BYTES = 8190
MAX_HEADERS = 64
WHOLE_BYTES = 64 * 1024
"""What is longer than this is read piece by piece."""
_HEAD_END = b"\r\n\r\n"


class Keeper(Protocol):
    """Who is responsible for the connections that nobody else has as yet."""

    def joined(self, entrance: Entrance) -> None: ...
    def left(self, entrance: Entrance) -> None: ...
    def hand_over(self, entrance: Entrance, transport: asyncio.Transport, data: bytes) -> None:
        """Gives the connection to aiohttp, with what has been received of its next request."""
        ...


Taker = Callable[[RawRequestMessage, bytes, "Entrance"], bool]
"""Takes a request and answers it later, or says False and has done nothing. Never raises."""


class Reader:
    """Reads requests that are there as a whole, of one sender; not to be asked again once it has said None."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._feed = HttpRequestParser(
            BaseProtocol(loop),
            loop,
            2 * WHOLE_BYTES,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_FIELD_BYTES,
            max_headers=MAX_HEADERS,
            # What was signed is what was sent, so that is what has to be checked.
            auto_decompress=False,
        ).feed_data

    def read(self, data: bytes) -> tuple[RawRequestMessage, bytes] | None:
        """The one plain request that `data` is, head and body; None where it is anything else."""
        if len(data) > WHOLE_BYTES or not data.startswith(b"POST "):
            return None
        try:
            messages, _is_upgraded, _tail = self._feed(data)
        except HttpProcessingError:
            return None
        if len(messages) != 1:
            return None
        message, payload = messages[0]
        if (
            not payload.is_eof()
            or message.version != HttpVersion11
            or message.should_close
            or message.chunked
            or message.upgrade
        ):
            return None
        body = payload.read_nowait()
        # The parser keeps to itself what has come of a next request.
        is_all = data.find(_HEAD_END) + len(_HEAD_END) + len(body) == len(data)
        return (message, body) if is_all else None


class Entrance(asyncio.Protocol):
    """One sender. `began_at` is when the request that has not arrived completely began, 0.0 while none has."""

    __slots__ = (
        "_heard",
        "_keeper",
        "_later",
        "_left",
        "_read",
        "_take",
        "_time",
        "_transport",
        "began_at",
        "is_busy",
        "quiet_since",
        "remote",
    )

    def __init__(self, keeper: Keeper, take: Taker, loop: asyncio.AbstractEventLoop) -> None:
        self._keeper = keeper
        self._read = Reader(loop).read
        self._take = take
        self._time = loop.time
        self._transport: asyncio.Transport | None = None
        self._later = b""
        self._left: asyncio.Future[None] | None = None
        self._heard: asyncio.Future[None] | None = None
        self.began_at = self.quiet_since = 0.0
        self.is_busy = False
        """Whether a request was taken and waits for its answer."""
        self.remote: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not every loop's transports are of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.remote = str(peer[0]) if isinstance(peer, tuple | list) else None
        self.began_at = self.quiet_since = self._time()
        self._keeper.joined(self)

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or self._left is not None:
            return
        if self.is_busy:
            self._later += data
            if len(self._later) > WHOLE_BYTES:
                transport.pause_reading()
            return
        found = self._read(data)
        if found is not None:
            self.is_busy = True
            self.began_at = 0.0
            if self._take(*found, self):
                return
            self.is_busy = False
        self._transport = None
        self._keeper.hand_over(self, transport, data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the protocol has it
        self._transport = None
        self._keeper.left(self)
        self._hear()
        if self._left is not None and not self._left.done():
            self._left.set_result(None)

    def pause_writing(self) -> None:
        """Whoever does not hear the answers is not asked for more."""
        if self._transport is not None:
            self._heard = asyncio.get_running_loop().create_future()
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._hear()
        if self._transport is not None:
            self._transport.resume_reading()

    def answer(self, answer: bytes, *, closes: bool = False) -> None:
        """What became of the request that was taken. The next one begins."""
        self.is_busy = False
        self.quiet_since = self._time()
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(answer)
        if closes or self._left is not None:
            transport.close()
        elif self._later:
            data, self._later = self._later, b""
            if len(data) > WHOLE_BYTES:
                transport.resume_reading()
            self.began_at = self.quiet_since
            self.data_received(data)

    def say(self, part: bytes) -> bool:
        """The next part of a long answer, which `answer` ends; False when nobody is there to hear it."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(part)
        return True

    async def drain(self) -> None:
        """Until the sender has heard enough of a long answer to be told more."""
        if self._heard is not None:
            await self._heard

    def cut(self) -> None:
        """Breaks off in the middle of an answer, so that nobody takes it for whole."""
        if self._transport is not None:
            self._transport.abort()

    def _hear(self) -> None:
        heard, self._heard = self._heard, None
        if heard is not None and not heard.done():
            heard.set_result(None)

    def drop(self, last_words: bytes = b"") -> None:
        """Hangs up."""
        if self._transport is not None:
            if last_words:
                self._transport.write(last_words)
            self._transport.close()

    def finish(self, finished: asyncio.Future[None]) -> None:
        """Hangs up once the request that was taken has its answer; `finished` is done then."""
        self._left = finished
        if not self.is_busy:
            self.drop()
