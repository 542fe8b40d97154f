"""The application's answer as ours: status line, header lines and body as they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aiohttp import HttpVersion11, web

from console.engine.entrance import Entrance
from console.engine.forward.client import Reply, TargetError
from console.engine.forward.headers import answer_lines

BODYLESS = frozenset({204, 304})
SENDER_GONE = "the sender went away"
"""In the middle of a long answer: no fault of the application's."""


class _Head(NamedTuple):
    """How an answer begins; `closes` where only the end of the connection tells its length."""

    lines: list[bytes]
    is_chunked: bool = False
    closes: bool = False

    def to_bytes(self) -> bytes:
        return b"\r\n".join([*self.lines, b"", b""])


def _head_of(reply: Reply, *, is_modern: bool) -> _Head:
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}".encode("utf-8", "surrogateescape")]
    lines += answer_lines(reply.headers)
    if any(line[:15].lower() == b"content-length:" for line in lines):
        return _Head(lines)
    if reply.rest is None:
        if reply.status not in BODYLESS:
            lines.append(b"Content-Length: %d" % len(reply.body))
        return _Head(lines)
    if not is_modern:
        return _Head(lines, closes=True)
    lines.append(b"Transfer-Encoding: chunked")
    return _Head(lines, is_chunked=True)


class RelayedAnswer(web.StreamResponse):
    """One reply on its way back. `ended` is called once with the error, None when all of it went out."""

    def __init__(self, reply: Reply, ended: Callable[[str | None], None] | None = None) -> None:
        super().__init__(status=reply.status)
        self._reply = reply
        self._ended = ended
        self._is_chunked = False
        self._request: web.BaseRequest | None = None

    def to(self, _request: web.BaseRequest) -> RelayedAnswer:
        return self

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open after the answer."""
        return super().keep_alive is not False

    async def prepare(self, request: web.BaseRequest) -> None:
        """Sends what there is so far. Raises `ConnectionResetError` when nobody is there to hear it."""
        transport = request.transport
        reply = self._reply
        if transport is None or transport.is_closing():
            self._give_up()
            raise ConnectionResetError
        self._request = request
        is_modern = request.version >= HttpVersion11
        head = _head_of(reply, is_modern=is_modern)
        self._is_chunked = head.is_chunked
        if head.closes or not (request.keep_alive and is_modern):
            self.force_close()
        if not self.keep_alive:
            head.lines.append(b"Connection: close")
        transport.write(head.to_bytes() + self._framed(reply.body))

    async def write_eof(self, _data: bytes = b"") -> None:
        """Streams the rest of a long answer; one that breaks off is cut, so that nobody takes it for whole."""
        rest, request = self._reply.rest, self._request
        if rest is None or request is None:
            return
        error: str | None = SENDER_GONE
        chunks = rest.chunks()
        try:
            async for chunk in chunks:
                transport = request.transport
                if transport is None or transport.is_closing():
                    raise ConnectionResetError
                transport.write(self._framed(chunk))
                await request.writer.drain()
            if self._is_chunked and request.transport is not None:
                request.transport.write(b"0\r\n\r\n")
            error = None
        except TargetError as broken:
            error = broken.sentence
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError from None
        finally:
            await chunks.aclose()
            if self._ended is not None:
                self._ended(error)

    async def answer(self, entrance: Entrance) -> None:
        """The same to a sender whose request came the quick way: a modern one that stays."""
        head = _head_of(self._reply, is_modern=True)
        self._is_chunked = head.is_chunked
        first = head.to_bytes() + self._framed(self._reply.body)
        if self._reply.rest is None:
            entrance.answer(first)
        elif entrance.say(first):
            await self._stream_to(entrance)
        else:
            self._give_up()

    async def _stream_to(self, entrance: Entrance) -> None:
        assert self._reply.rest is not None
        error: str | None = SENDER_GONE
        chunks = self._reply.rest.chunks()
        try:
            async for chunk in chunks:
                if not entrance.say(self._framed(chunk)):
                    break
                await entrance.drain()
            else:
                error = None
                entrance.answer(b"0\r\n\r\n" if self._is_chunked else b"")
        except TargetError as broken:
            error = broken.sentence
        finally:
            await chunks.aclose()
            if error is not None:
                entrance.cut()
            if self._ended is not None:
                self._ended(error)

    def _give_up(self) -> None:
        if self._reply.rest is not None:
            self._reply.rest.close()
            if self._ended is not None:
                self._ended(SENDER_GONE)

    def _framed(self, data: bytes) -> bytes:
        if not self._is_chunked or not data:
            return data
        return b"%x\r\n%s\r\n" % (len(data), data)
