"""Sends what is heard on calls to WebSockets: the shell of `streams`. Frames as VOICE (c) has them.

Sound goes out in real time, a frame of 20 ms at a time, whatever the simulator's speed. Everything is bounded: how many
streams, how long a connection may take, what may wait to be sent, how much may come back. What comes back is understood
as far as it has an effect: `media` is taken for played, `mark` comes back when that has been heard, `clear` forgets it;
anything else is ignored. (stream_auth_token is not sent: how Telnyx sends it is not documented.)
"""

import asyncio
import base64
import binascii
import itertools
import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import aiohttp

from console.domain.times import iso
from console.simulator import codecs, service_payloads, tones
from console.simulator.chaos import Chaos
from console.simulator.services import CloseStream, OpenStream, Order, Stream, StreamDigit

MAX_STREAMS = 64
CONNECT_S = 5.0
MAX_WAITING = 1_000
MAX_MESSAGE = 1_000_000
MAX_BEHIND_S = 1.0
"""After a longer pause the sound goes on from now."""

Frame = dict[str, object]


class Reports(NamedTuple):
    """How the world is told what became of a stream: by its leg and its id."""

    opened: Callable[[str, str], None]
    failed: Callable[[str, str], None]
    closed: Callable[[str, str], None]


class _Line:
    """One connection: what waits to be sent, and what was sent to us and not yet played."""

    def __init__(self, order: OpenStream) -> None:
        self.call_control_id = order.call_control_id
        self.stream: Stream = order.stream
        self.start = order.start
        self.waiting: asyncio.Queue[Frame | None] = asyncio.Queue(MAX_WAITING)
        self.numbers = itertools.count(1)
        self.played_until = 0.0
        self.marks: dict[str, asyncio.TimerHandle] = {}

    def put(self, frame: Frame | None) -> None:
        """Something to be sent as soon as possible; None: disconnect. Forgotten when too much waits."""
        if not self.waiting.full():
            self.waiting.put_nowait(frame)

    def close(self) -> None:
        """Sends `stop` and disconnects, after what waits."""
        while self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)
        for handle in self.marks.values():
            handle.cancel()


class Streamer:
    """One task per stream; `take` never waits and never fails."""

    def __init__(self, *, chaos: Chaos) -> None:
        self._chaos = chaos
        self._lines: dict[str, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.reports: Reports | None = None
        """Must be set before the first order."""

    async def open(self) -> None:
        """Must be called in the loop before the first order."""
        self._session = aiohttp.ClientSession(headers={"User-Agent": "telnyx-media-streaming"})

    async def close(self) -> None:
        """Disconnects everybody."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def take(self, orders: Iterable[Order]) -> None:
        """Carries out what the world asked for."""
        for order in orders:
            match order:
                case OpenStream():
                    self._begin(order)
                case CloseStream():
                    if (line := self._lines.pop(order.stream_id, None)) is not None:
                        line.close()
                case StreamDigit():
                    if (line := self._lines.get(order.stream_id)) is not None:
                        line.put(_dtmf(order))

    def _begin(self, order: OpenStream) -> None:
        line = _Line(order)
        self._lines[order.stream.id] = line
        task = asyncio.get_running_loop().create_task(self._run(line), name="stream")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, line: _Line) -> None:
        """Connects, sends until somebody ends it, disconnects."""
        session, reports = self._session, self.reports
        assert session is not None
        assert reports is not None
        stream_id = line.stream.id
        try:
            if len(self._tasks) > MAX_STREAMS:
                raise OSError("too many streams")
            async with asyncio.timeout(CONNECT_S):
                socket = await session.ws_connect(line.stream.url, max_msg_size=MAX_MESSAGE)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            self._lines.pop(stream_id, None)
            reports.failed(line.call_control_id, stream_id)
            return
        try:
            await socket.send_str(json.dumps({"event": "connected", "version": "1.0.0"}))
            reports.opened(line.call_control_id, stream_id)
            await self._talk(line, socket)
        except (ConnectionError, aiohttp.ClientError):
            pass  # gone; reported below like an orderly end
        finally:
            for handle in line.marks.values():
                handle.cancel()
            await socket.close()
            self._lines.pop(stream_id, None)
            reports.closed(line.call_control_id, stream_id)

    async def _talk(self, line: _Line, socket: aiohttp.ClientWebSocketResponse) -> None:
        await _send(line, socket, {"event": "start", "start": line.start})
        ears = asyncio.get_running_loop().create_task(_listen(line, socket), name="stream ears")
        try:
            await self._play(line, socket)
        finally:
            ears.cancel()
            await asyncio.gather(ears, return_exceptions=True)
        stop = {"user_id": service_payloads.ACCOUNT, "call_control_id": line.call_control_id}
        await _send(line, socket, {"event": "stop", "stop": stop})

    async def _play(self, line: _Line, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Frames in time, and whatever waits in between, until None waits."""
        loop = asyncio.get_running_loop()
        for track in _tracks(line.stream.track):  # made once; nobody else waits for that
            await asyncio.to_thread(_frames, line.stream, track)
        begun = loop.time()
        held: list[Frame] = []
        for chunk in itertools.count(1):
            due = begun + chunk * tones.FRAME_S
            if loop.time() - due > MAX_BEHIND_S:
                begun = loop.time() - chunk * tones.FRAME_S
                due = loop.time()
            if not await _send_waiting(line, socket, due):
                return
            held = await self._send_sound(line, socket, chunk, held)

    async def _send_sound(
        self,
        line: _Line,
        socket: aiohttp.ClientWebSocketResponse,
        chunk: int,
        held: list[Frame],
    ) -> list[Frame]:
        """Sends one chunk of every track, then those held back by chaos; gives those held back now."""
        late: list[Frame] = []
        for track in _tracks(line.stream.track):
            frame = _numbered(line, _media(line.stream, track, chunk))
            match self._chaos.chunk(line.stream.id, track, chunk):
                case "late":
                    late.append(frame)
                case "sent":
                    await socket.send_str(json.dumps(frame))
        for frame in held:
            await socket.send_str(json.dumps(frame))
        return late


async def _send_waiting(line: _Line, socket: aiohttp.ClientWebSocketResponse, due: float) -> bool:
    """Sends what waits until it is time for the next sound; False when the end was among it."""
    while True:
        try:
            async with asyncio.timeout_at(due):
                frame = await line.waiting.get()
        except TimeoutError:
            return True
        if frame is None:
            return False
        await _send(line, socket, frame)


async def _send(line: _Line, socket: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
    await socket.send_str(json.dumps(_numbered(line, frame)))


def _numbered(line: _Line, frame: Frame) -> Frame:
    return {**frame, "sequence_number": str(next(line.numbers)), "stream_id": line.stream.id}


def _tracks(track: str) -> tuple[str, ...]:
    if track == "both_tracks":
        return ("inbound", "outbound")
    return (track.removesuffix("_track"),)


def _frames(stream: Stream, track: str) -> tuple[bytes, ...]:
    return tones.loop(track, stream.encoding, stream.sample_rate)


def _media(stream: Stream, track: str, chunk: int) -> Frame:
    frames = _frames(stream, track)
    payload = frames[(chunk - 1) % len(frames)]
    return {
        "event": "media",
        "media": {
            "track": track,
            "chunk": str(chunk),
            "timestamp": str(round((chunk - 1) * tones.FRAME_S * 1000)),
            "payload": base64.b64encode(payload).decode(),
        },
    }


def _dtmf(order: StreamDigit) -> Frame:
    return {
        "event": "dtmf",
        "occurred_at": iso(order.occurred_at),
        "dtmf": {"digit": order.digit},
    }


async def _listen(line: _Line, socket: aiohttp.ClientWebSocketResponse) -> None:
    """Takes what the other side sends until it disconnects."""
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            _heed(line, message.data)
    line.put(None)


def _heed(line: _Line, text: str) -> None:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return
    match frame:
        case {"event": "media", "media": {"payload": str(payload)}}:
            line.played_until = max(line.played_until, _clock()) + _length_s(line, payload)
        case {"event": "mark", "mark": {"name": str(name)}} if len(line.marks) < MAX_WAITING:
            _mark(line, name)
        case {"event": "clear"}:
            line.played_until = 0.0
            for name in list(line.marks):
                _heard(line, name)


def _mark(line: _Line, name: str) -> None:
    """Comes back as soon as what was sent before it has been played."""
    if (earlier := line.marks.pop(name, None)) is not None:
        earlier.cancel()
    delay_s = max(0.0, line.played_until - _clock())
    loop = asyncio.get_running_loop()
    line.marks[name] = loop.call_later(delay_s, _heard, line, name)


def _heard(line: _Line, name: str) -> None:
    line.marks.pop(name).cancel()
    line.put({"event": "mark", "mark": {"name": name}})


def _length_s(line: _Line, payload: str) -> float:
    """How long a piece of sound lasts; what is none lasts no time."""
    try:
        sound = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return 0.0
    stream = line.stream
    if not stream.is_bidirectional_rtp:
        return codecs.mp3_s(sound)
    return codecs.rtp_s(sound, stream.returned, stream.returned_rate)


def _clock() -> float:
    return asyncio.get_running_loop().time()
