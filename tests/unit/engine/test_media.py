"""The media receiver, over real WebSockets on loopback: who gets in, what is counted, what is kept."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import wave
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from console.domain.entries import Kind
from console.engine import media as media_module
from console.engine.listener import Listener
from console.engine.media import MediaReceiver
from console.engine.recorder import Recorder
from console.errors import EngineError
from console.reports import StreamHealth
from tests.unit.engine import sounds
from tests.unit.engine.fakes import (
    MemoryWriter,
    Wire,
    event_body,
    now_micros,
    post,
    settings,
    signed,
    until,
)
from tests.unit.engine.sounds import FRAME, encoded, tone

SOUND = encoded(tone(FRAME), "PCMU")


class Port:
    """A listener with a media receiver behind it."""

    def __init__(self, writer: MemoryWriter, **changes: object) -> None:
        self.writer = writer
        values = settings(**changes)
        recorder = Recorder(writer)
        self.known = {"v3:a"}
        self.media = MediaReceiver(
            values, recorder, now_micros, knows=lambda call: call in self.known
        )
        self.listener = Listener(values, recorder, now_micros, elsewhere=self.media.serve)

    @property
    def url(self) -> str:
        return self.media.url(self.listener.url)

    @property
    def notes(self) -> list[tuple[str | None, str | None]]:
        drafts = [draft for draft in self.writer.drafts if draft.kind is Kind.NOTE]
        assert not any(draft.body for draft in drafts)
        return [(draft.call_control_id, draft.reason) for draft in drafts]

    @asynccontextmanager
    async def stream(self, *frames: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """A connection that has sent these frames."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self.url, max_msg_size=0) as socket,
        ):
            for frame in frames:
                await socket.send_str(frame)
            yield socket

    async def health(self, packets: int = 0) -> StreamHealth:
        """The newest stream, once it has heard so many packets."""

        def count() -> int:
            return sum(track.packets for each in self.media.health()[:1] for track in each.tracks)

        await until(lambda: bool(self.media.health()) and count() >= packets)
        return self.media.health()[0]


@pytest.fixture
async def port(writer: MemoryWriter) -> AsyncIterator[Port]:
    port = Port(writer)
    await port.listener.start()
    yield port
    await port.media.stop()
    await port.listener.stop()


async def test_media_tells_what_it_hears(port: Port) -> None:
    """Codec, packets, loss, reordering, level and duration of each track."""
    frames = [sounds.media(chunk, SOUND) for chunk in (1, 3, 2, *range(5, 20))]
    frames += [sounds.media(chunk, SOUND, track="outbound") for chunk in range(1, 6)]
    connected = json.dumps({"event": "connected", "version": "1.0.0"})
    async with port.stream(connected, sounds.start(), *frames):
        health = await port.health(23)

        inbound, outbound = health.tracks
        assert (health.call_control_id, health.stream_id) == ("v3:a", "s-1")
        assert (health.codec, health.sample_rate, health.channels) == ("PCMU", 8000, 1)
        assert (health.is_live, health.is_decoded, health.notice) == (True, True, "")
        assert (inbound.track, inbound.packets, inbound.lost, inbound.reordered) == (
            "inbound",
            18,
            1,
            1,
        )
        assert (outbound.track, outbound.packets, outbound.lost) == ("outbound", 5, 0)
        assert inbound.seconds == pytest.approx(0.36)
        assert inbound.level_db == pytest.approx(-9, abs=0.5)
        assert port.media.count == 1


async def test_media_keeps_the_totals_for_the_record(port: Port) -> None:
    """Beginning and end are notes of the leg, without a byte of sound; the figures stay for a minute."""
    stop = json.dumps(
        {"event": "stop", "sequence_number": "9", "stop": {"call_control_id": "v3:a"}}
    )
    frames = [sounds.media(chunk, SOUND) for chunk in (1, 2, 4)]
    async with port.stream(sounds.start(), *frames, stop) as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    await until(lambda: len(port.notes) == 2)

    assert port.notes == [
        ("v3:a", "receiving this call's sound: PCMU, 8000 Hz"),
        ("v3:a", "this call's sound ended: inbound 3 packets, 0.1 s, 1 lost, 0 out of order"),
    ]
    [health] = port.media.health()
    assert (health.is_live, health.tracks[0].packets) == (False, 3)
    assert health.ended_at is not None
    assert port.media.count == 0


async def test_media_brings_no_call_into_being(port: Port) -> None:
    """A stream of a call that the board does not have is noted without it."""
    async with port.stream(sounds.start("v3:stranger"), sounds.media(1, SOUND)):
        await port.health(1)
    await until(lambda: len(port.notes) == 2)

    assert {call for call, _ in port.notes} == {None}
    assert "not known here" in (port.notes[0][1] or "")


@pytest.mark.parametrize("change", ["", "x", "/more", "?token=1"])
async def test_media_is_not_there_without_the_token(port: Port, change: str) -> None:
    """A wrong token, a longer path or none at all: nothing of the kind is here."""
    url = (
        port.url + change if change.startswith(("/", "x")) else port.url.rpartition("/")[0] + change
    )
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(url)
    assert refusal.value.status == 404
    assert not port.media.health()


async def test_media_answers_websockets_only(port: Port) -> None:
    """Who knows the token but speaks HTTP sees nothing either."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(port.url.replace("ws://", "http://")) as answer,
    ):
        assert answer.status == 404


async def test_media_takes_so_many_streams(writer: MemoryWriter) -> None:
    """The limit is its own: webhooks are heard all the same."""
    port = Port(writer, media_max_streams=1)
    await port.listener.start()
    async with port.stream(sounds.start()):
        await until(lambda: port.media.count == 1)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(port.url)
        assert refusal.value.status == 503
        assert port.media.turned_away == 1
        assert port.listener.in_flight == 0
        wire = await Wire.open(port.listener.url)
        raw = event_body(1)
        await wire.send(post("/webhooks", raw, signed(raw)))
        assert (await wire.answer())[0] == 200
        await wire.close()
    await port.media.stop()
    await port.listener.stop()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not json",
        "[]",
        "1",
        "{}",
        '{"event": 7}',
        '{"event": "media"}',
        '{"event": "media", "media": []}',
        '{"event": "media", "media": {"payload": 7}}',
        '{"event": "media", "media": {"payload": "%%%"}}',
        '{"event": "media", "media": {"payload": "\\u00e4"}}',
        '{"event": "something new"}',
        "[" * 10_000,
    ],
)
async def test_media_survives_senseless_frames(port: Port, frame: str) -> None:
    """Whatever a frame holds, the next one is heard."""
    async with port.stream(frame, sounds.start(), frame, sounds.media(1, SOUND)):
        health = await port.health(1)

    assert health.tracks[0].packets == 1


@pytest.mark.parametrize(
    "frame",
    [
        '{"event": "start"}',
        '{"event": "start", "start": 1, "stream_id": []}',
        '{"event": "start", "start": {"call_control_id": 7, "media_format": {"encoding": 1, "sample_rate": "x"}}}',
        '{"event": "start", "start": {"media_format": {"encoding": "PCMU", "sample_rate": -5, "channels": 1e300}}}',
        '{"event": "mark"}',
        '{"event": "dtmf", "dtmf": {"digit": "1"}}',
        '{"event": "error", "error": "what"}',
    ],
)
async def test_media_tolerates_every_shape(port: Port, frame: str) -> None:
    """Every field is optional, and every type is borne."""
    async with port.stream(frame, sounds.media("7", SOUND, track=None), sounds.media(None, SOUND)):
        health = await port.health(2)

    assert health.tracks[0].track == "inbound"
    assert health.tracks[0].lost is None


async def test_media_cleans_what_it_shows(port: Port) -> None:
    """No control characters reach a screen, no word is endless."""
    start = sounds.start("v3:a", "PC\x1b[31mMU" + "x" * 1000)
    async with port.stream(start, sounds.media(1, SOUND, track="in\x1bbound")):
        health = await port.health(1)

    assert health.codec is not None
    assert "\x1b" not in health.codec + health.notice + health.tracks[0].track
    assert len(health.codec) <= 80


async def test_media_hangs_up_on_rubbish(port: Port) -> None:
    """A sender that never makes sense is not listened to for ever."""
    async with port.stream(*["rubbish"] * 300) as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_media_hangs_up_on_a_frame_that_is_too_large(port: Port) -> None:
    """Before it is read to the end; what was heard before counts."""
    large = sounds.media(2, bytes(100_000))
    async with port.stream(sounds.start(), sounds.media(1, SOUND), large) as socket:
        message = await socket.receive()
    assert message.type is aiohttp.WSMsgType.CLOSE
    assert message.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    await until(lambda: port.media.count == 0)


@pytest.mark.parametrize("frames", [(), (sounds.start(),)])
async def test_media_hangs_up_on_silence(
    port: Port, monkeypatch: pytest.MonkeyPatch, frames: tuple[str, ...]
) -> None:
    """Neither one that never says what it is nor one that stops talking keeps its place."""
    monkeypatch.setattr(media_module, "START_S", 0.05)
    monkeypatch.setattr(media_module, "IDLE_S", 0.05)
    async with port.stream(*frames) as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_media_counts_a_codec_it_cannot_read(port: Port) -> None:
    """And says so; saving is refused for the same reason."""
    async with port.stream(
        sounds.start(encoding="OPUS"), sounds.media(1, b"x"), sounds.media(2, b"y")
    ):
        health = await port.health(2)
        assert (health.codec, health.is_decoded) == ("OPUS", False)
        assert health.notice == "OPUS is only counted: PCMU, PCMA and L16 can be decoded"
        assert health.tracks[0].level_db is None
        with pytest.raises(EngineError, match="OPUS is only counted"):
            await port.media.save("v3:a", "/nowhere/x.wav")


async def test_media_says_what_it_assumes_of_l16(port: Port) -> None:
    """The byte order is nowhere documented."""
    sound = encoded(tone(FRAME), "L16LE")
    async with port.stream(
        sounds.start(encoding="L16"), *(sounds.media(n, sound) for n in range(1, 9))
    ):
        health = await port.health(8)

    assert health.tracks[0].level_db == pytest.approx(-9, abs=0.5)
    assert "little-endian" in health.notice


async def test_media_does_not_call_shared_numbers_loss(port: Port) -> None:
    """Should both tracks count together, every second number is the other's."""
    frames = [
        sounds.media(number, SOUND, track="inbound" if number % 2 else "outbound")
        for number in range(1, 61)
    ]
    async with port.stream(sounds.start(), *frames):
        health = await port.health(60)

    assert [track.lost for track in health.tracks] == [None, None]
    assert "loss cannot be told" in health.notice


async def test_media_shows_what_telnyx_reports(port: Port) -> None:
    """Error frames are in the notice and in the record."""
    error = {
        "event": "error",
        "error": {"code": 100003, "title": "malformed_frame", "detail": "no"},
    }
    async with port.stream(sounds.start(), json.dumps(error), sounds.media(1, SOUND)):
        health = await port.health(1)
        assert health.notice == "Telnyx reports: 100003 malformed_frame no"
    await until(lambda: len(port.notes) == 2)
    assert "100003" in (port.notes[1][1] or "")


async def test_media_saves_what_it_hears(port: Port, tmp_path: Path) -> None:
    """From now on, until told to stop; the file holds exactly that."""
    path = str(tmp_path / "call.wav")
    async with port.stream(
        sounds.start(), *(sounds.media(n, SOUND) for n in range(1, 11))
    ) as socket:
        await port.health(10)
        assert await port.media.save("v3:a", path) == f"saving to {path}"
        with pytest.raises(EngineError, match="saved already"):
            await port.media.save("v3:a", str(tmp_path / "other.wav"))
        for chunk in range(11, 36):
            await socket.send_str(sounds.media(chunk, SOUND))
        health = await port.health(35)
        assert health.saving == path

        words = await port.media.save("v3:a", None)

    assert words == f"0.5 s of sound saved to {path}"
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getnframes()) == (1, 25 * FRAME)
        assert file.readframes(2 * FRAME) != bytes(4 * FRAME)
    with pytest.raises(EngineError, match="start streaming first"):
        await port.media.save("v3:other", None)
    assert ("v3:a", words) in port.notes


async def test_media_closes_the_file_when_the_stream_ends(port: Port, tmp_path: Path) -> None:
    """Also if it just breaks off; the record says how much was saved."""
    path = tmp_path / "call.wav"
    async with port.stream(sounds.start(), sounds.media(1, SOUND)) as socket:
        await port.health(1)
        await port.media.save("v3:a", str(path))
        for chunk in range(2, 12):
            await socket.send_str(sounds.media(chunk, SOUND))
        await port.health(11)
    await until(lambda: len(port.notes) == 4)

    with wave.open(str(path)) as file:
        assert file.getnframes() == 11 * FRAME
    assert port.notes[2] == ("v3:a", f"0.2 s of sound saved to {path}")


async def test_media_ends_with_the_engine(port: Port, tmp_path: Path) -> None:
    """Streams are told, files are whole, and nobody new gets in."""
    path = tmp_path / "call.wav"
    async with port.stream(sounds.start(), sounds.media(1, SOUND)) as socket:
        await port.health(1)
        await port.media.save("v3:a", str(path))
        ending = asyncio.ensure_future(port.media.stop())
        message = await socket.receive()
        await ending
    assert message.data == aiohttp.WSCloseCode.GOING_AWAY
    wave.open(str(path)).close()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(port.url)


async def test_media_logs_nothing_of_its_token(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is it in the journal."""
    caplog.set_level(logging.DEBUG)
    token = port.url.rpartition("/")[2]
    async with port.stream("rubbish", sounds.start(), sounds.media(1, SOUND)):
        await port.health(1)
    await until(lambda: len(port.notes) == 2)

    assert len(base64.urlsafe_b64decode(token + "==")) >= 16
    own = [record for record in caplog.records if record.name.startswith("console")]
    assert token not in str([record.getMessage() for record in own])
    assert token not in repr(port.writer.drafts)


@pytest.mark.parametrize(
    ("public", "webhooks", "begins"),
    [
        (None, None, "ws://127.0.0.1:8080/media/"),
        ("https://calls.example.com", "https://other/x", "wss://calls.example.com/media/"),
        ("wss://calls.example.com/console/", None, "wss://calls.example.com/console/media/"),
        (None, "https://calls.example.com/webhooks", "wss://calls.example.com/media/"),
        (None, "http://example.com:8/console/webhooks", "ws://example.com:8/console/media/"),
        (None, "https://calls.example.com/something/else", "wss://calls.example.com/media/"),
    ],
)
def test_media_says_what_to_give_as_stream_url(
    writer: MemoryWriter, public: str | None, webhooks: str | None, begins: str
) -> None:
    """The public address where one is known, of the webhooks if no other; one that listens everywhere is here."""
    values = settings(media_public_url=public, public_url=webhooks)
    one = MediaReceiver(values, Recorder(writer), now_micros)
    other = MediaReceiver(values, Recorder(writer), now_micros)

    assert one.url("http://0.0.0.0:8080/webhooks").startswith(begins)
    assert one.url("http://x:1/w") != other.url("http://x:1/w")
    assert one.is_public is bool(public or webhooks)
