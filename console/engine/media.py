"""The media receiver: a WebSocket beside the webhooks that calls' sound is streamed to.

`PATH/TOKEN` on the listener's port; the token is made anew by every engine, cannot be guessed and is not logged.
Without it the path does not exist. Nothing is sent back. What matters for the record is journaled as notes of the leg.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import msgspec
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from console.domain.entries import Micros
from console.engine.answers import BareAnswer
from console.engine.recorder import Recorder
from console.engine.settings import EngineSettings
from console.engine.streams import Stream
from console.errors import EngineError
from console.journal.records import note_draft
from console.reports import StreamHealth

TOKEN_BYTES = 24
MAX_FRAME_BYTES = 64 * 1024
"""A frame of 20 ms has a few hundred bytes."""
MAX_IGNORED = 200
"""Frames without sense after which a connection is closed."""
START_S = 10.0
"""How long a connection may take to say what it is."""
IDLE_S = 60.0
"""How long a connection may be silent; calls on hold may send nothing for a while."""
CLOSE_S = 1.0
FINISH_S = 3.0
"""How long a stopping engine waits for files to be closed."""
REMEMBERED_S = 60.0
REMEMBERED = 32

NOT_FOUND = BareAnswer(404, closes=True)
TOO_MANY = BareAnswer(503, closes=True)

_decode = msgspec.json.Decoder(dict[str, object]).decode


class MediaReceiver:
    """Belongs to one event loop. `knows` says whether the board has a leg."""

    def __init__(
        self,
        settings: EngineSettings,
        recorder: Recorder,
        clock: Callable[[], Micros],
        *,
        knows: Callable[[str], bool] = lambda _: True,
    ) -> None:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._path = f"{settings.media_path.rstrip('/')}/{token}"
        self._settings = settings
        self._public_url = settings.media_public_url or _beside(settings)
        self._max_streams = settings.media_max_streams
        self._recorder = recorder
        self._clock = clock
        self._knows = knows
        self._live: dict[Stream, web.WebSocketResponse] = {}
        self._ended: deque[tuple[float, Stream]] = deque(maxlen=REMEMBERED)
        self._finishing: set[asyncio.Future[None]] = set()
        self._is_closed = False
        self.turned_away = 0
        """Connections that knew the token, but for which there was no room."""

    @property
    def count(self) -> int:
        """Streams that are connected."""
        return len(self._live)

    @property
    def is_public(self) -> bool:
        """Whether a public address was configured."""
        return self._public_url is not None

    def moved(self, public_url: str | None) -> None:
        """The webhooks' public address is another one now; one that was set for sound alone stays."""
        settings = replace(self._settings, public_url=public_url)
        self._public_url = settings.media_public_url or _beside(settings)

    def url(self, listener_url: str) -> str:
        """What to give as stream_url: the public address where one is set, else this machine's."""
        base = urlsplit(self._public_url or listener_url)
        scheme = {"http": "ws", "https": "wss"}.get(base.scheme, base.scheme)
        prefix = base.path.rstrip("/") if self._public_url else ""
        netloc = base.netloc.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")
        return urlunsplit((scheme, netloc, prefix + self._path, "", ""))

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answers whatever is not a webhook; for as long as the connection lives if it is a stream."""
        if not hmac.compare_digest(_bytes(request.path), _bytes(self._path)):
            return NOT_FOUND
        socket = web.WebSocketResponse(
            timeout=CLOSE_S, max_msg_size=MAX_FRAME_BYTES, compress=False
        )
        if request.method != "GET" or not socket.can_prepare(request):
            return NOT_FOUND
        if self._is_closed or len(self._live) >= self._max_streams:
            self.turned_away += 1
            return TOO_MANY
        loop = asyncio.get_running_loop()
        stream = Stream(self._clock(), loop.time())
        finished: asyncio.Future[None] = loop.create_future()
        self._live[stream] = socket
        self._finishing.add(finished)
        try:
            await socket.prepare(request)
            await self._listen(stream, socket)
        finally:
            try:
                await self._finish(stream)
            finally:
                self._finishing.discard(finished)
                finished.set_result(None)
        return socket

    def health(self) -> tuple[StreamHealth, ...]:
        """Live streams in order of their beginning, then those that ended within the last minute."""
        now_s = asyncio.get_running_loop().time()
        while self._ended and self._ended[0][0] < now_s - REMEMBERED_S:
            self._ended.popleft()
        streams = [*self._live, *(stream for _, stream in reversed(self._ended))]
        return tuple(stream.health(now_s) for stream in streams)

    async def save(self, call_control_id: str, path: str | None) -> str:
        """Begins or ends saving a call's sound; what was done, in words. Raises `EngineError`."""
        stream = self._stream_of(call_control_id)
        if stream is None:
            raise EngineError("no sound of this call is streamed here: start streaming first")
        if path is not None:
            recording = stream.save(path)
            await self._note(stream, f"saving the sound to {recording.path}")
            return f"saving to {recording.path}"
        if stream.recording is None:
            raise EngineError("this call's sound is not being saved")
        return await self._stop_saving(stream)

    async def stop(self) -> None:
        """Hangs up on every stream; returns when every file is closed and every total noted."""
        self._is_closed = True
        sockets = list(self._live.values())
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY) for socket in sockets),
            return_exceptions=True,
        )
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=FINISH_S)

    async def _listen(self, stream: Stream, socket: web.WebSocketResponse) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_S
        has_told = False
        while not stream.is_stopped and stream.ignored <= MAX_IGNORED:
            try:
                async with asyncio.timeout_at(deadline):
                    message = await socket.receive()
            except TimeoutError:
                break
            now_s = loop.time()
            if stream.is_started:
                deadline = now_s + IDLE_S
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            _take(stream, message, now_s)
            if stream.is_started and not has_told:
                has_told = True
                await self._note(stream, f"receiving this call's sound: {stream.words()}")
        with contextlib.suppress(ConnectionError):
            await socket.close()

    async def _finish(self, stream: Stream) -> None:
        """What is left to do once nothing comes any more."""
        del self._live[stream]
        now_s = asyncio.get_running_loop().time()
        stream.end(self._clock(), now_s)
        self._ended.append((now_s, stream))
        if stream.recording is not None:
            await self._stop_saving(stream)
        if stream.is_started:
            errors = "".join(f"; Telnyx reports: {error}" for error in stream.errors)
            await self._note(stream, f"this call's sound ended: {stream.totals()}{errors}")

    async def _stop_saving(self, stream: Stream) -> str:
        recording, stream.recording = stream.recording, None
        if recording is None:
            return "this call's sound is not being saved"
        await recording.stop()
        words = f"{recording.seconds:.1f} s of sound saved to {recording.path}"
        if recording.ended is not None:
            words += f", not to the end: {recording.ended}"
        await self._note(stream, words)
        return words

    def _stream_of(self, call_control_id: str) -> Stream | None:
        for stream in reversed(self._live):
            if stream.call_control_id == call_control_id:
                return stream
        return None

    async def _note(self, stream: Stream, words: str) -> None:
        """In the journal, with the leg if the board has it: a stream must not bring calls into being."""
        call = stream.call_control_id
        if call is not None and not self._knows(call):
            call, words = None, f"{words} (of a call that is not known here)"
        await self._recorder.try_append(note_draft(words, self._clock(), call_control_id=call))


def _take(stream: Stream, message: WSMessage, now_s: float) -> None:
    try:
        frame = _decode(message.data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        stream.ignored += 1
        return
    stream.take(frame, now_s)


def _beside(settings: EngineSettings) -> str | None:
    """The public address of the port, from that of the webhooks on it; None where there is none."""
    if settings.public_url is None:
        return None
    url = urlsplit(settings.public_url)
    prefix = url.path.removesuffix(settings.path) if url.path.endswith(settings.path) else ""
    return urlunsplit((url.scheme, url.netloc, prefix, "", ""))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
