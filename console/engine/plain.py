"""What is no HTTP is answered in our own form: a status, and no word of what was sent or of what this is made with."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from console.engine.answers import BareAnswer

quiet_log = logging.getLogger("console.engine.http")
"""aiohttp logs a traceback for every malformed request of a stranger; nobody needs them."""
quiet_log.addHandler(logging.NullHandler())
quiet_log.propagate = False
quiet_log.setLevel(logging.CRITICAL)

_MALFORMED = BareAnswer(400, closes=True, is_named=False)
_TOO_LONG = BareAnswer(431, closes=True, is_named=False)
_FAULT = BareAnswer(500, closes=True, is_named=False)


class PlainHandler(web.RequestHandler):
    """One connection, as aiohttp serves it."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what was sent
    ) -> web.StreamResponse:
        """The answer to what could not be read, or not be dealt with. Logs nothing: strangers could fill the disk."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        if isinstance(exc, LineTooLong) or _has_too_many_headers(exc):
            return _TOO_LONG
        return _MALFORMED if status < 500 else _FAULT


class PlainRunner(web.AppRunner):
    """An application behind such connections, none of whose answers says what it is made with."""

    def __init__(
        self, app: web.Application, *, shutdown_timeout: float, handler_cancellation: bool = False
    ) -> None:
        super().__init__(
            app,
            access_log=None,
            logger=quiet_log,
            shutdown_timeout=shutdown_timeout,
            handler_cancellation=handler_cancellation,
        )
        app.on_response_prepare.append(_forget_software)

    @property
    def server(self) -> web.Server | None:
        """What makes connections, once it is set up."""
        server = super().server
        if server is None:
            return None
        # Sites only call it.
        return cast(web.Server, partial(_connection, server))


def _connection(server: web.Server) -> PlainHandler:
    return PlainHandler(
        server,
        loop=asyncio.get_running_loop(),
        logger=quiet_log,
        access_log=None,  # type: ignore[arg-type]  # None is what turns the log off
    )


async def _forget_software(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall("Server", None)


def _has_too_many_headers(exc: BaseException | None) -> bool:
    # aiohttp has no type for it.
    return isinstance(exc, HttpProcessingError) and exc.message.startswith("Too many headers")
