"""The webhook port: raw bytes in, verified, journaled, answered 200 once they are durable.

Answers (DESIGN §3): 200 with an empty body after the commit, 401 not verified, 404 another path, 405 another method,
408 too slow, 413 too large, 503 the journal cannot take it (Telnyx then tries again). Nothing verified is refused
for its shape. The path from first byte to answer is the engine's hot one: no logging, one lookup per fact.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache, partial

from aiohttp import web
from aiohttp.http import RawRequestMessage

from console.domain.entries import Draft, Micros
from console.engine.answers import Answers, BareAnswer
from console.engine.connections import Connection, Gate
from console.engine.entrance import Entrance
from console.engine.limits import ClockOffset
from console.engine.recorder import Recorder
from console.engine.refusals import Headers, Refusals
from console.engine.self_test import SelfTest
from console.engine.settings import EngineSettings
from console.errors import JournalError, PayloadError, SignatureError
from console.journal.api import Result
from console.journal.records import note_draft, webhook_draft
from console.telnyx.glance import glance
from console.telnyx.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Verifier

NO_KEY = (
    "no public key is set: set TELNYX_PUBLIC_KEY to the key shown in the Telnyx portal"
    " (Account Settings, Keys & Credentials, Public Key)"
)
VERSION_1 = (
    "Telnyx sends version 1 webhooks: set the application's webhook_api_version to 2,"
    " version 1 lacks fields this console shows"
)
CREDENTIAL_HEADERS = frozenset(
    {
        b"authorization",
        b"proxy-authorization",
        b"cookie",
        b"set-cookie",
        b"x-api-key",
        b"api-key",
        b"x-auth-token",
        b"x-access-token",
        b"x-csrf-token",
        b"x-amz-security-token",
    }
)

TAKEN = Answers(200)
REFUSED = Answers(401)
UNAVAILABLE = Answers(503)
BROKEN_OFF = BareAnswer(400, closes=True)
NOT_FOUND = BareAnswer(404, closes=True)
NOT_ALLOWED = BareAnswer(405, closes=True, headers=("Allow: POST",))
TOO_SLOW = BareAnswer(408, closes=True)
TOO_LARGE = BareAnswer(413, closes=True)
FAULT = BareAnswer(500, closes=True)

Elsewhere = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LOG_EVERY_S = 1.0

_log = logging.getLogger("console.engine.listener")


class Listener:
    """Serves `POST path` on one address. Counters are plain attributes, read by the engine's health."""

    def __init__(
        self,
        settings: EngineSettings,
        recorder: Recorder,
        clock: Callable[[], Micros],
        *,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """`elsewhere` answers what is not for the webhooks' path. Raises `ConfigError` on a malformed public key."""
        self._elsewhere = elsewhere
        key = settings.public_key
        self._verifier = Verifier(key, settings.tolerance_s) if key else None
        self._path = settings.path
        self._limit = settings.body_limit_bytes
        self._read_timeout_s = settings.read_timeout_s
        self._host, self._port = settings.host, settings.port
        self._append = recorder.append
        self._recorder = recorder
        self._clock = clock
        self._gate = Gate(
            self._serve,
            max_connections=settings.max_connections,
            read_timeout_s=settings.read_timeout_s,
            take=self._take_whole if self._takes_whole() else None,
        )
        self._fault = FAULT
        """What somebody hears whose request broke the handler."""
        self._logged_at = float("-inf")
        self._offset = ClockOffset()
        self.refusals = Refusals(recorder, clock)
        self.self_test = SelfTest()
        self.verified = 0
        self.duplicates = 0
        self.in_flight = 0
        self.last_event_at: Micros | None = None
        self.last_verified_at: Micros | None = None
        self.saw_version_1 = False

    @property
    def url(self) -> str:
        """Where webhooks are heard, e.g. `http://127.0.0.1:8080/webhooks`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}{self._path}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port; the port that was had, once it is open."""
        return self._host, self._port

    @property
    def clock_offset_ms(self) -> float | None:
        """This machine's clock minus Telnyx's; None before the first signed webhook."""
        return self._offset.value

    async def start(self) -> None:
        """Accepts from now on. Raises `EngineError` when the address cannot be had."""
        self._port = await self._gate.open(self._host, self._port)

    async def stop(self) -> None:
        """Stops accepting, finishes what arrived, records what was only counted."""
        await self._gate.close()
        await self.refusals.aclose()

    def _takes_whole(self) -> bool:
        # Who serves in another way has a say in every answer.
        own = type(self)
        return own._serve is Listener._serve and own._answer is Listener._answer

    def _take_whole(self, message: RawRequestMessage, raw: bytes, entrance: Entrance) -> bool:
        """Takes the usual webhook, verified and of a shape we know; all others go the long way through `_serve`."""
        if message.path != self._path:
            return False
        now = self._clock()
        try:
            whole = self._whole_draft(message, raw, entrance, now)
            if whole is None:
                return False
            draft, sent_s = whole
            self._recorder.append_soon(draft, partial(self._answer_whole, entrance))
        except Exception as error:  # noqa: BLE001 - the request border: one bad request must not end the port
            self._note_fault(error)
            entrance.answer(FAULT.to_bytes(), closes=True)
            return True
        self._note_verified(now, sent_s)
        self.in_flight += 1
        return True

    def _whole_draft(
        self, message: RawRequestMessage, raw: bytes, entrance: Entrance, now: Micros
    ) -> tuple[Draft, int] | None:
        """The entry of the usual webhook and when it was signed, in s; None for what has to go the long way."""
        if len(raw) > self._limit or self._verifier is None:
            return None
        headers = message.headers
        try:
            sent_s = self._verifier.verify(
                raw,
                timestamp=headers.get(TIMESTAMP_HEADER),
                signature=headers.get(SIGNATURE_HEADER),
                now_s=now / 1_000_000,
            )
            event = glance(raw)
        except (SignatureError, PayloadError):
            return None
        if event.envelope == "v1" and not self.saw_version_1:
            return None
        return webhook_draft(event, raw, now, entrance.remote, _worth_keeping(message)), sent_s

    def _answer_whole(self, entrance: Entrance, result: Result) -> None:
        self.in_flight -= 1
        if isinstance(result, JournalError):
            entrance.answer(UNAVAILABLE.staying.to_bytes())
            return
        if result.duplicate:
            self.duplicates += 1
        entrance.answer(TAKEN.staying.to_bytes())

    def _note_verified(self, now: Micros, sent_s: int) -> None:
        self._offset.observe(now / 1000 - sent_s * 1000, now / 1_000_000)
        self.last_event_at = self.last_verified_at = now
        self.verified += 1

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        connection: Connection = request.protocol  # type: ignore[assignment]  # the Gate makes no other
        connection.is_busy = True
        self.in_flight += 1
        try:
            return await self._answer(request, connection)
        except TimeoutError:
            return TOO_SLOW
        except (ConnectionError, web.RequestPayloadError):
            return BROKEN_OFF
        except Exception as error:  # noqa: BLE001 - the request border: one bad request must not end the port
            self._note_fault(error)
            return self._fault
        finally:
            connection.began_at = 0.0
            connection.is_busy = False
            self.in_flight -= 1

    async def _answer(self, request: web.BaseRequest, connection: Connection) -> web.StreamResponse:
        """What is answered; whatever it raises has an answer, too."""
        if request.raw_path != self._path and request.path != self._path:
            return await self._serve_elsewhere(request)
        if (proof := self.self_test.answer_to(request.headers)) is not None:
            return proof
        if request.method != "POST":
            return NOT_ALLOWED
        raw = await self._body(request, connection)
        if raw is None:
            words = f"the body is larger than {self._limit} bytes"
            await self._refuse(request, b"", words, self._clock())
            return TOO_LARGE
        return (await self._take(request, raw)).to(request)

    async def _body(self, request: web.BaseRequest, connection: Connection) -> bytes | None:
        """All of it; None if it is too large. Raises `TimeoutError`."""
        content = request.content
        raw: bytes | None
        if content.is_eof():
            raw = content.read_nowait()
        else:
            raw = await self._read_slowly(request, connection)
        connection.began_at = 0.0
        return None if raw is None or len(raw) > self._limit else raw

    async def _serve_elsewhere(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._elsewhere is None:
            return NOT_FOUND
        # A stream that lasts as long as a call is no webhook that waits.
        self.in_flight -= 1
        try:
            return await self._elsewhere(request)
        finally:
            self.in_flight += 1

    async def _take(self, request: web.BaseRequest, raw: bytes) -> Answers:
        """What to answer, after everything that has to be durable is."""
        now = self._clock()
        headers = request.headers
        if self._verifier is None:
            return await self._refuse(request, raw, NO_KEY, now)
        try:
            sent_s = self._verifier.verify(
                raw,
                timestamp=headers.get(TIMESTAMP_HEADER),
                signature=headers.get(SIGNATURE_HEADER),
                now_s=now / 1_000_000,
            )
        except SignatureError as error:
            return await self._refuse(request, raw, error.user_message, now)
        self._note_verified(now, sent_s)
        try:
            return await self._keep(request, raw, now)
        except JournalError:
            return UNAVAILABLE

    async def _keep(self, request: web.BaseRequest, raw: bytes, now: Micros) -> Answers:
        headers = _worth_keeping(request)
        try:
            event = glance(raw)
        except PayloadError as error:
            reason = f"signed by Telnyx, but {error.user_message}"
            await self._append(_signed_note(raw, reason, now, request.remote, headers))
            return TAKEN
        draft = webhook_draft(event, raw, now, request.remote, headers)
        if (await self._append(draft)).duplicate:
            self.duplicates += 1
        if event.envelope == "v1" and not self.saw_version_1:
            self.saw_version_1 = True
            await self._recorder.try_append(note_draft(VERSION_1, now))
        return TAKEN

    async def _refuse(
        self, request: web.BaseRequest, raw: bytes, reason: str, now: Micros
    ) -> Answers:
        self.last_event_at = now
        await self.refusals.record(
            raw, reason, at=now, remote=request.remote, headers=_worth_keeping(request)
        )
        return REFUSED

    async def _read_slowly(self, request: web.BaseRequest, connection: Connection) -> bytes | None:
        """A body that had not arrived with its head; None if it is too large. Raises `TimeoutError`."""
        length = request.content_length
        if length is not None and length > self._limit:
            return None
        transport = request.transport
        if request.headers.get("Expect", "").lower() == "100-continue" and transport is not None:
            transport.write(_CONTINUE)
        loop = asyncio.get_running_loop()
        began_at = connection.began_at or loop.time()
        content = request.content
        body = bytearray()
        async with asyncio.timeout_at(began_at + self._read_timeout_s):
            while chunk := await content.readany():
                body += chunk
                if len(body) > self._limit:
                    return None
        return bytes(body)

    def _note_fault(self, error: Exception) -> None:
        """Says where the handler broke, without a word of what was received; at most one line a second."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._logged_at < _LOG_EVERY_S:
            return
        self._logged_at = now_s
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = ""
        if trace is not None:
            where = f" in {trace.tb_frame.f_code.co_qualname} line {trace.tb_lineno}"
        with suppress(OSError):
            _log.error("a webhook could not be handled: %s%s", type(error).__name__, where)


def _worth_keeping(request: web.BaseRequest | RawRequestMessage) -> Headers:
    """The request's headers in order, duplicates included, without credentials."""
    # From the raw bytes: the parsed ones have names of a type that no JSON encoder takes.
    return tuple(
        [
            (known, value.decode("utf-8", "surrogateescape"))
            for name, value in request.raw_headers
            if (known := _name_of(name))
        ]
    )


@lru_cache(maxsize=256)
def _name_of(name: bytes) -> str:
    """The name of a header as text, empty for one that carries credentials. Senders always use the same few."""
    return "" if name.lower() in CREDENTIAL_HEADERS else name.decode("utf-8", "surrogateescape")


def _signed_note(
    raw: bytes, reason: str, at: Micros, remote: str | None, headers: Headers
) -> Draft:
    return note_draft(reason, at, body=raw, verified=True, remote=remote, headers=headers)
