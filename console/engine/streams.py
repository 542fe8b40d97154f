"""Calls' sound as it arrives: what media frames say, per stream and track. Nothing of the sound is kept.

Frames are those of VOICE (c), "Media-stream WebSocket"; every field is optional, and what is not understood is only
counted. Who may send them is the business of `media`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.text import clean
from console.domain.values import mapping, number, text
from console.engine import codecs
from console.engine.ordering import Packet
from console.engine.tracks import Piece, Track
from console.engine.wav import SIDES, Recording
from console.errors import EngineError
from console.reports import StreamHealth

MAX_TRACKS = 2
MAX_WORD = 80
MAX_ID = 512
COMPARED = 20
"""Chunk numbers of each track that show whether both tracks count together."""

SHARED = "both tracks count their packets together, so loss cannot be told"


class Format(NamedTuple):
    """`media_format` of the start frame, as far as it could be read."""

    encoding: str | None = None
    sample_rate: int | None = None
    channels: int | None = None


class Stream:
    """One connection. `now_s` is on a monotonic clock, `started_at` on this machine's."""

    def __init__(self, started_at: Micros, now_s: float) -> None:
        self.started_at = started_at
        self.ended_at: Micros | None = None
        self.call_control_id: str | None = None
        self.stream_id: str | None = None
        self.format = Format()
        self.is_started = False
        self.is_stopped = False
        self.ignored = 0
        """Frames that said nothing we understand."""
        self.errors: list[str] = []
        """What Telnyx reported in error frames, in words; at most a few."""
        self.recording: Recording | None = None
        self._began_s = now_s
        self._ended_s: float | None = None
        self._tracks: dict[str, Track] = {}
        self._numbers: dict[str, set[int]] | None = {}
        self._is_shared = False

    @property
    def rate(self) -> int:
        """Samples a second, told or assumed."""
        return codecs.sample_rate(self.format.encoding or "", self.format.sample_rate)

    @property
    def is_decoded(self) -> bool:
        """Whether its sound can be read."""
        encoding = self.format.encoding
        return encoding is not None and codecs.decoder(encoding, self.format.channels) is not None

    def take(self, frame: Mapping[str, object], now_s: float) -> None:
        """One frame, whatever it holds."""
        match frame.get("event"):
            case "media":
                self._media(mapping(frame, "media"), now_s)
            case "start":
                self._start(frame)
            case "stop":
                self.is_stopped = True
            case "error":
                self._error(frame)
            case "connected" | "dtmf" | "mark":
                pass
            case _:
                self.ignored += 1

    def end(self, at: Micros, now_s: float) -> None:
        """Nothing comes any more: what waited for missing packets is taken as it is."""
        if self._ended_s is None:
            self.ended_at, self._ended_s = at, now_s
            for track in self._tracks.values():
                self._save(track, track.flush(now_s))

    def save(self, path: str) -> Recording:
        """Writes what is heard from now on. Raises `EngineError` with the reason when that cannot be."""
        if self.recording is not None and self.recording.ended is None:
            raise EngineError(f"this call's sound is being saved already: {self.recording.path}")
        if not self.is_decoded:
            raise EngineError(self._not_decoded() or "nothing is known of this call's sound yet")
        self.recording = Recording(path, self.rate, self.sides)
        return self.recording

    def sides(self) -> Sequence[str]:
        """The tracks that have come so far, under the names a recording knows."""
        return list(self._tracks)

    def health(self, now_s: float) -> StreamHealth:
        """Figures as of now; those of an ended stream stay as they were at its end, but without levels."""
        at_s = now_s if self._ended_s is None else max(now_s, self._ended_s)
        recording = self.recording
        is_saving = recording is not None and recording.ended is None and self._ended_s is None
        told = self.format
        return StreamHealth(
            call_control_id=self.call_control_id,
            stream_id=self.stream_id,
            is_live=self._ended_s is None,
            started_at=self.started_at,
            ended_at=self.ended_at,
            codec=told.encoding,
            sample_rate=told.sample_rate or (self.rate if told.encoding else None),
            channels=told.channels,
            is_decoded=self.is_decoded,
            tracks=tuple(track.health(at_s) for track in self._tracks.values()),
            saving=recording.path if recording is not None and is_saving else None,
            saved_s=0.0 if recording is None else round(recording.seconds, 2),
            notice=self._notice(),
        )

    def totals(self) -> str:
        """What came, in words, for the record."""
        parts = [_total(track, self.is_decoded) for track in self._tracks.values()]
        return "; ".join(parts) or "no sound came"

    def words(self) -> str:
        """What kind of sound it is, in words."""
        told = self.format
        parts = [told.encoding or "codec not told", f"{self.rate} Hz" if told.encoding else ""]
        if told.channels not in (None, 1):
            parts.append(f"{told.channels} channels")
        return ", ".join(part for part in parts if part)

    def _start(self, frame: Mapping[str, object]) -> None:
        start = mapping(frame, "start")
        self.is_started = True
        self.stream_id = _word(frame, "stream_id") or _word(start, "stream_id")
        call = text(start, "call_control_id")
        if call is not None and len(call) <= MAX_ID:
            self.call_control_id = call
        told = mapping(start, "media_format")
        encoding = _word(told, "encoding")
        if not self._tracks:
            self.format = Format(
                None if encoding is None else encoding.upper(),
                _whole(told, "sample_rate"),
                _whole(told, "channels"),
            )

    def _error(self, frame: Mapping[str, object]) -> None:
        # Where the error stands is not quite clear from the sources: in an object of its own, or payload.
        error = mapping(frame, "error") or mapping(frame, "payload") or frame
        words = [_word(error, name) for name in ("code", "title", "detail")]
        if len(self.errors) < 3:
            told = " ".join(word for word in words if word)
            self.errors.append(told or "an error without words")

    def _media(self, media: Mapping[str, object], now_s: float) -> None:
        payload = _payload(media)
        if payload is None:
            self.ignored += 1
            return
        name = _word(media, "track") or SIDES[0]
        track = self._tracks.get(name)
        if track is None:
            if len(self._tracks) >= MAX_TRACKS:
                self.ignored += 1
                return
            track = self._tracks[name] = self._new_track(name)
        packet = Packet(_whole(media, "chunk"), number(media, "timestamp"), payload)
        self._save(track, track.take(packet, now_s))
        if self._numbers is not None and packet.chunk is not None:
            self._compare_numbers(name, packet.chunk, now_s)

    def _new_track(self, name: str) -> Track:
        encoding = self.format.encoding
        decoder = None if encoding is None else codecs.decoder(encoding, self.format.channels)
        track = Track(name, decoder, self.rate, self._began_s)
        if self._is_shared:
            track.order.give_up()
        return track

    def _compare_numbers(self, name: str, chunk: int, now_s: float) -> None:
        """Whether each track counts for itself, as the sources suggest, or both together, which they do not exclude."""
        assert self._numbers is not None
        seen = self._numbers.setdefault(name, set())
        if len(seen) < COMPARED:
            seen.add(chunk)
        if len(self._numbers) < MAX_TRACKS or min(map(len, self._numbers.values())) < COMPARED:
            return
        one, other = self._numbers.values()
        self._numbers = None
        if max(min(one), min(other)) < min(max(one), max(other)) and not one & other:
            self._is_shared = True
            for track in self._tracks.values():
                self._save(track, track.give_up_order(now_s))

    def _save(self, track: Track, pieces: Sequence[Piece]) -> None:
        if self.recording is not None and pieces:
            # A track without a known name is taken for the first side.
            side = track.name if track.name in SIDES else SIDES[0]
            self.recording.add(side, pieces)

    def _notice(self) -> str:
        recording = self.recording
        parts = [
            self._not_decoded(),
            self._byte_order(),
            SHARED if self._is_shared else "",
            f"no longer saved: {recording.ended}" if recording and recording.ended else "",
            *(f"Telnyx reports: {error}" for error in self.errors),
        ]
        return "; ".join(part for part in parts if part)

    def _not_decoded(self) -> str:
        encoding = self.format.encoding
        if encoding is None:
            return "Telnyx has not said what codec it sends, so packets are only counted"
        if self.is_decoded:
            return ""
        if codecs.library() is None:
            return codecs.NOT_INSTALLED
        return f"{encoding} is only counted: PCMU, PCMA and L16 can be decoded"

    def _byte_order(self) -> str:
        orders = {track.byte_order for track in self._tracks.values()} - {None}
        if not orders:
            return ""
        return f"L16 is read as {orders.pop()}-endian, which its sound suggests: Telnyx documents no byte order"


def _total(track: Track, is_decoded: bool) -> str:
    order = track.order
    parts = [f"{track.name} {order.packets} packets"]
    if is_decoded:
        parts.append(f"{track.seconds:.1f} s")
    parts.append("loss not known" if order.lost is None else f"{order.lost} lost")
    parts.append(f"{order.reordered} out of order")
    if track.undecoded:
        parts.append(f"{track.undecoded} not readable")
    return ", ".join(parts)


def _word(source: Mapping[str, object], name: str) -> str | None:
    """A short text for the screen."""
    found = text(source, name)
    return None if found is None else clean(found[:MAX_WORD])


def _whole(source: Mapping[str, object], name: str) -> int | None:
    found = number(source, name)
    if found is None or not 0 <= found < 2**53 or found != int(found):
        return None
    return int(found)


def _payload(media: Mapping[str, object]) -> bytes | None:
    told = media.get("payload")
    if not isinstance(told, str):
        return None
    try:
        return base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return None
