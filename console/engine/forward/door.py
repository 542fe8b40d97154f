"""The webhook port of an engine that forwards: a listener that answers what the application answers.

Everything below the webhooks' path belongs to the application. What only listens does not load this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from aiohttp import web
from aiohttp.http import RawRequestMessage

from console.domain.entries import Draft, Micros
from console.engine.answers import BareAnswer
from console.engine.connections import Connection
from console.engine.entrance import Entrance
from console.engine.forward.answer import RelayedAnswer
from console.engine.forward.forwarder import TAKEN, Forwarder
from console.engine.forward.front import Asked
from console.engine.forward.headers import Sender
from console.engine.forward.intake import Intake
from console.engine.forward.recording import WAIT_S
from console.engine.forward.target import below
from console.engine.listener import (
    FAULT,
    NO_KEY,
    REFUSED,
    TOO_LARGE,
    VERSION_1,
    Elsewhere,
    Listener,
    _signed_note,
    _worth_keeping,
)
from console.engine.recorder import Recorder
from console.engine.settings import EngineSettings
from console.errors import PayloadError, SignatureError
from console.journal.records import note_draft, refused_draft, webhook_draft
from console.telnyx.glance import glance
from console.telnyx.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER

NOT_ALLOWED = BareAnswer(405, closes=True, headers=("Allow: GET, POST",))
METHODS = frozenset({"GET", "POST"})
GET_IS_UNSIGNED = (
    "sent with GET: Telnyx does not document how such webhooks are signed; set webhook_url_method"
    " to POST, or name the path in forward.unverified_paths"
)
LEAVE_S = 0.2


class ForwardingListener(Listener):
    """Serves everything below the webhooks' path; the rest as a plain listener does."""

    def __init__(
        self,
        settings: EngineSettings,
        recorder: Recorder,
        clock: Callable[[], Micros],
        forwarder: Forwarder,
        *,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        super().__init__(settings, recorder, clock, elsewhere=elsewhere)
        self._forwarder = forwarder
        self._keeping: set[asyncio.Task[None]] = set()
        self._media = f"{settings.media_path.rstrip('/')}/"
        if forwarder.is_copy:
            self._fault = TAKEN.closing
        self._patience_s = forwarder.plan.timeout_s + LEAVE_S

    async def stop(self) -> None:
        """As a listener; but who waits for the application gets its answer."""
        await self._gate.close(self._patience_s)
        if self._keeping:
            await asyncio.wait(tuple(self._keeping), timeout=self._patience_s)
        await self.refusals.aclose()

    def _takes_whole(self) -> bool:
        return True

    def _take_whole(self, message: RawRequestMessage, raw: bytes, entrance: Entrance) -> bool:
        """Takes the usual webhook for an application that answers; all others go the long way through `_serve`."""
        target, forwarder = message.path, self._forwarder
        if not forwarder.is_front:
            return False
        found = None if target.startswith(self._media) else below(target, self._path)
        if found is None:
            return False
        now = self._clock()
        try:
            whole = self._whole_draft(message, raw, entrance, now)
            if whole is None:
                return False
            draft, sent_s = whole
            keeping = forwarder.begin(draft, self._count_duplicate)
            sender = Sender(entrance.remote, message.headers.get("Host", ""))
            intake = Intake("POST", *found, message.raw_headers, raw, sender, draft, keeping)
            asked = forwarder.begin_asking(intake)
        except Exception as error:  # noqa: BLE001 - the request border: one bad request must not end the port
            self._note_fault(error)
            entrance.answer(FAULT.to_bytes(), closes=True)
            return True
        self._note_verified(now, sent_s)
        self.in_flight += 1
        handing_on = self._hand_on_whole(intake, target, asked, entrance)
        task = asyncio.get_running_loop().create_task(handing_on)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        return True

    async def _hand_on_whole(
        self, intake: Intake, target: str, asked: Asked | None, entrance: Entrance
    ) -> None:
        try:
            answer = await self._forwarder.hand_on(intake, target, asked)
            if isinstance(answer, RelayedAnswer):
                await answer.answer(entrance)
            else:
                entrance.answer(answer.staying.to_bytes())
        except Exception as error:  # noqa: BLE001 - the request border: one bad request must not end the port
            self._note_fault(error)
            entrance.answer(FAULT.to_bytes(), closes=True)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.BaseRequest, connection: Connection) -> web.StreamResponse:
        raw_target = request.raw_path
        found = None if raw_target.startswith(self._media) else below(raw_target, self._path)
        if found is None:
            if request.path != self._path:
                return await super()._answer(request, connection)
            # The same path in another spelling: never to be answered as if it had been delivered.
            found = "", raw_target.partition("?")[2]
        return await self._answer_below(request, connection, found)

    async def _answer_below(
        self, request: web.BaseRequest, connection: Connection, found: tuple[str, str]
    ) -> web.StreamResponse:
        if (proof := self.self_test.answer_to(request.headers)) is not None:
            return proof
        if request.method not in METHODS:
            return NOT_ALLOWED
        raw = await self._body(request, connection)
        now = self._clock()
        if raw is None:
            words = f"the body is larger than {self._limit} bytes"
            await self._keep_refused(request, b"", words, now)
            return TAKEN.closing if self._forwarder.is_copy else TOO_LARGE
        draft = await self._draft(request, raw, now)
        if draft is None:
            return (TAKEN if self._forwarder.is_copy else REFUSED).to(request)
        sender = Sender(request.remote, request.headers.get("Host", ""))
        keeping = self._forwarder.begin(draft, self._count_duplicate)
        intake = Intake(request.method, *found, request.raw_headers, raw, sender, draft, keeping)
        answer = await self._forwarder.hand_on(intake, request.raw_path)
        return answer.to(request)

    def _count_duplicate(self) -> None:
        self.duplicates += 1

    async def _draft(self, request: web.BaseRequest, raw: bytes, now: Micros) -> Draft | None:
        """The entry to be made of a request that may go on; None for one that may not."""
        reason = self._why_not(request, raw, now)
        self.last_event_at = now
        if reason is not None:
            if not self._forwarder.takes_unverified(request.path):
                await self._keep_refused(request, raw, reason, now)
                return None
            await self._keep_refused(request, raw, f"{reason}; forwarded all the same", now)
            return refused_draft(b"", reason, now)
        self.last_verified_at = now
        self.verified += 1
        headers = _worth_keeping(request)
        try:
            event = glance(raw)
        except PayloadError as error:
            words = f"signed by Telnyx, but {error.user_message}"
            return _signed_note(raw, words, now, request.remote, headers)
        if event.envelope == "v1" and not self.saw_version_1:
            self.saw_version_1 = True
            self._forwarder.recording.later(partial(note_draft, VERSION_1, now))
        return webhook_draft(event, raw, now, request.remote, headers)

    def _why_not(self, request: web.BaseRequest, raw: bytes, now: Micros) -> str | None:
        """Why the request is not verified, in words; None when it is."""
        if request.method == "GET":
            # A signature over an empty body would vouch for any query, and no source tells of another (VOICE d, trap 4).
            return GET_IS_UNSIGNED
        if self._verifier is None:
            return NO_KEY
        headers = request.headers
        try:
            sent_s = self._verifier.verify(
                raw,
                timestamp=headers.get(TIMESTAMP_HEADER),
                signature=headers.get(SIGNATURE_HEADER),
                now_s=now / 1_000_000,
            )
        except SignatureError as error:
            return error.user_message
        self._offset.observe(now / 1000 - sent_s * 1000, now / 1_000_000)
        return None

    async def _keep_refused(
        self, request: web.BaseRequest, raw: bytes, reason: str, now: Micros
    ) -> None:
        """Records within the time a call may wait for the journal."""
        keep = self.refusals.record(
            raw, reason, at=now, remote=request.remote, headers=_worth_keeping(request)
        )
        task = asyncio.get_running_loop().create_task(keep, name="record a refusal")
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        await asyncio.wait((task,), timeout=WAIT_S)
