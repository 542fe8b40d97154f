"""One direction of a stream's sound: in order, decoded, measured, and placed on a time axis. No I/O, no clock.

Seconds of arrival are on a monotonic clock; `at_ms` counts from the beginning of the stream.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from console.engine.codecs import WIDTH, CodecError, Decoder, decibels, peak, rms
from console.engine.ordering import Order, Packet, Released
from console.reports import TrackHealth

HEARD_S = 0.5
"""What levels are measured over."""
TOLERANCE_MS = 60.0
"""By how much a timestamp may differ from the sound before it before it is a pause."""
MAX_PAUSE_MS = 60_000.0
"""A longer step is an error in the timestamps."""
SMOOTHING = 16
"""Of the jitter, as in RFC 3550."""
_TRUST = 8


class Piece(NamedTuple):
    """Sound in order: mono samples of 16 bits that begin at `at_ms`."""

    at_ms: float
    pcm: bytes


class _Heard(NamedTuple):
    at_s: float
    samples: int
    rms: int
    peak: int


class Track:
    """`began_s` is when the stream began; `decoder` is None where the codec is only counted."""

    def __init__(self, name: str, decoder: Decoder | None, rate: int, began_s: float) -> None:
        self.name = name
        self.order = Order()
        self.undecoded = 0
        self._decoder = decoder
        self._rate = rate
        self._began_s = began_s
        self._samples = 0
        self._heard: deque[_Heard] = deque()
        self._last_s: float | None = None
        self._end_ms: float | None = None
        self._last_ms = 0.0
        self._last_stamp: float | None = None
        self._trust = 1
        self._arrival: tuple[float, float] | None = None
        self._jitter_ms = 0.0

    @property
    def seconds(self) -> float:
        """How much sound came."""
        return self._samples / self._rate

    @property
    def byte_order(self) -> str | None:
        """That of L16, as heard."""
        return None if self._decoder is None else self._decoder.byte_order

    def take(self, packet: Packet, now_s: float) -> list[Piece]:
        """The sound whose turn it is now."""
        self._last_s = now_s
        self._watch_arrival(packet.timestamp_ms, now_s)
        return self._decoded(self.order.take(packet), now_s)

    def flush(self, now_s: float) -> list[Piece]:
        """The sound that still waits for what is missing."""
        return self._decoded(self.order.flush(), now_s)

    def give_up_order(self, now_s: float) -> list[Piece]:
        """Chunk numbers mean nothing for this track."""
        return self._decoded(self.order.give_up(), now_s)

    def health(self, now_s: float) -> TrackHealth:
        """Figures as of now."""
        self._forget_before(now_s - HEARD_S)
        samples = sum(heard.samples for heard in self._heard)
        level = highest = None
        if samples:
            power = sum(heard.rms**2 * heard.samples for heard in self._heard) / samples
            level = decibels(math.sqrt(power))
            highest = decibels(max(heard.peak for heard in self._heard))
        order = self.order
        is_timed = self._decoder is not None and self._arrival is not None and self._trust > 0
        return TrackHealth(
            track=self.name,
            packets=order.packets,
            lost=order.lost,
            reordered=order.reordered,
            late=order.late,
            duplicates=order.duplicates,
            undecoded=self.undecoded,
            seconds=round(self.seconds, 3),
            level_db=level,
            peak_db=highest,
            jitter_ms=round(self._jitter_ms, 1) if is_timed else None,
            last_packet_age_s=None if self._last_s is None else round(now_s - self._last_s, 3),
        )

    def _decoded(self, released: list[Released], now_s: float) -> list[Piece]:
        if self._decoder is None:
            return []
        pieces: list[Piece] = []
        for packet, gap in released:
            try:
                pcm = self._decoder.decode(packet.payload)
            except CodecError:
                self.undecoded += 1
                continue
            samples = len(pcm) // WIDTH
            if samples:
                pieces.append(Piece(self._place(packet.timestamp_ms, gap, samples, now_s), pcm))
                self._samples += samples
                self._heard.append(_Heard(now_s, samples, rms(pcm), peak(pcm)))
        self._forget_before(now_s - HEARD_S)
        return pieces

    def _place(self, stamp: float | None, gap: int, samples: int, now_s: float) -> float:
        """Where on the time axis a packet begins: after the one before, unless its timestamp says that time passed."""
        length_ms = samples * 1000 / self._rate
        if self._end_ms is None:
            at_ms = stamp if stamp is not None else (now_s - self._began_s) * 1000
        else:
            self._judge(stamp, gap)
            at_ms = self._end_ms + gap * self._last_ms
            if stamp is not None and self._trust > 0:
                pause_ms = stamp - at_ms
                if TOLERANCE_MS < pause_ms < MAX_PAUSE_MS:
                    at_ms = stamp
        self._last_stamp = stamp
        self._last_ms = length_ms
        self._end_ms = at_ms + length_ms
        return at_ms

    def _judge(self, stamp: float | None, gap: int) -> None:
        """Whether timestamps are milliseconds, as they seem to be: no source names the unit."""
        if gap or stamp is None or self._last_stamp is None:
            return
        is_plausible = 0.4 < (stamp - self._last_stamp) / self._last_ms < 2.5
        self._trust = max(-_TRUST, min(_TRUST, self._trust + (1 if is_plausible else -1)))

    def _watch_arrival(self, stamp: float | None, now_s: float) -> None:
        if stamp is None:
            return
        if self._arrival is not None:
            arrived_s, stamped = self._arrival
            off_ms = abs((now_s - arrived_s) * 1000 - (stamp - stamped))
            self._jitter_ms += (min(off_ms, MAX_PAUSE_MS) - self._jitter_ms) / SMOOTHING
        self._arrival = (now_s, stamp)

    def _forget_before(self, at_s: float) -> None:
        while self._heard and self._heard[0].at_s < at_s:
            self._heard.popleft()
