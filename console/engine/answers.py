"""Answers without a body, made once: most of what an aiohttp response costs is building headers that never differ."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import HttpVersion11, web


class _Clock:
    """The `Date` line, made anew once a second."""

    __slots__ = ("_line", "_second")

    def __init__(self) -> None:
        self._second = 0
        self._line = b""

    def line(self) -> bytes:
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._line = f"Date: {formatdate(now, usegmt=True)}\r\n\r\n".encode("ascii")
        return self._line


_clock = _Clock()


class BareAnswer(web.StreamResponse):
    """A status and nothing else. Holds no state of a request, so one object answers any number of them."""

    def __init__(
        self, status: int, *, closes: bool, headers: tuple[str, ...] = (), is_named: bool = True
    ) -> None:
        """`is_named`: it says that it is ours, as whoever tests an address wants to know."""
        super().__init__(status=status)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Content-Length: 0"]
        lines += [*(["Server: call-console"] if is_named else []), *headers]
        if closes:
            lines.append("Connection: close")
            self.force_close()
        self._head = "".join(f"{line}\r\n" for line in lines).encode("ascii")

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open after the answer."""
        return super().keep_alive is not False

    def to_bytes(self) -> bytes:
        """All of the answer, as of now."""
        return self._head + _clock.line()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Sends everything there is. Raises `ConnectionResetError` when nobody is there to hear it."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        transport.write(self.to_bytes())

    async def write_eof(self, _data: bytes = b"") -> None:
        """Nothing is left to send."""


class Answers:
    """One status in both forms."""

    __slots__ = ("closing", "staying")

    def __init__(self, status: int) -> None:
        self.staying = BareAnswer(status, closes=False)
        self.closing = BareAnswer(status, closes=True)

    def to(self, request: web.BaseRequest) -> BareAnswer:
        """The form that this sender asked for; those before HTTP 1.1 would need another head to stay."""
        stays = request.keep_alive and request.version >= HttpVersion11
        return self.staying if stays else self.closing
