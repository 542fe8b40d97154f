"""From the payload of a media frame to 16-bit samples, by the standard library's codecs; how loud samples are.

`audioop` left the standard library with Python 3.13; audioop-lts brings it back under the same name. It is loaded
when the first sound arrives.
"""

from __future__ import annotations

import importlib
import math
import sys
import warnings
from functools import cache
from types import ModuleType

SILENCE_DB = -96.0
"""What 16 bits can still tell from nothing."""
WIDTH = 2
"""Bytes of a sample."""
DECIDED_AFTER = 50
"""Packets after which the byte order of L16 is settled."""
_FULL_SCALE = 32_768.0
_IS_LITTLE = sys.byteorder == "little"
_RATES = {"PCMU": 8_000, "PCMA": 8_000, "L16": 16_000}
"""Samples a second where the stream does not say: G.711 has no other; for L16 it is the simulator's and a guess."""
_SANE_RATES = range(4_000, 96_001)
_SANE_CHANNELS = (1, 2)

NOT_INSTALLED = "sound cannot be decoded: audioop is missing, install the package audioop-lts"


class CodecError(Exception):
    """A payload that is no sound of its codec."""


@cache
def library() -> ModuleType | None:
    """The codecs, None where they are not installed."""
    with warnings.catch_warnings():
        # Python 3.11 and 3.12 announce its removal; from 3.13 on the dependency stands in.
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        try:
            return importlib.import_module("audioop")
        except ImportError:
            return None


def sample_rate(encoding: str, told: int | None) -> int:
    """Samples a second: as told where that can be, else what the codec suggests."""
    if told is not None and told in _SANE_RATES:
        return told
    return _RATES.get(encoding, 8_000)


def decoder(encoding: str, channels: int | None) -> Decoder | None:
    """For PCMU, PCMA and L16; None for everything else, and where the library is missing."""
    audioop = library()
    if audioop is None or encoding not in _RATES or channels not in (None, *_SANE_CHANNELS):
        return None
    return Decoder(audioop, encoding, channels or 1)


class Decoder:
    """Decodes one track. Raises `CodecError` for what cannot be decoded."""

    __slots__ = ("_audioop", "_channels", "_encoding", "_heard", "_native", "_swapped")

    def __init__(self, audioop: ModuleType, encoding: str, channels: int) -> None:
        self._audioop = audioop
        self._encoding = encoding
        self._channels = channels
        self._heard = 0
        self._native = 0.0
        self._swapped = 0.0

    @property
    def byte_order(self) -> str | None:
        """`big` or `little` as far as heard; None for codecs of single bytes, and before anything was heard."""
        if self._encoding != "L16" or not self._heard:
            return None
        return "big" if self._is_big_endian else "little"

    def decode(self, payload: bytes) -> bytes:
        """Mono samples of 16 bits in this machine's byte order."""
        audioop = self._audioop
        try:
            if self._encoding == "PCMU":
                pcm: bytes = audioop.ulaw2lin(payload, WIDTH)
            elif self._encoding == "PCMA":
                pcm = audioop.alaw2lin(payload, WIDTH)
            else:
                pcm = self._ordered(payload)
            if self._channels == 2:
                pcm = audioop.tomono(pcm, WIDTH, 0.5, 0.5)
        except audioop.error as error:
            raise CodecError(str(error)) from error
        return pcm

    @property
    def _is_big_endian(self) -> bool:
        if self._native == self._swapped:
            return True
        return (self._swapped < self._native) == _IS_LITTLE

    def _ordered(self, payload: bytes) -> bytes:
        """L16 in this machine's order.

        The payload is RTP, where L16 is big-endian (RFC 3551), but no source says what Telnyx sends and reports
        contradict each other. Sound itself tells: with its bytes exchanged, anything but full-scale noise is louder.
        """
        swapped: bytes = self._audioop.byteswap(payload, WIDTH)
        if self._heard < DECIDED_AFTER:
            self._heard += 1
            self._native += self._audioop.rms(payload, WIDTH)
            self._swapped += self._audioop.rms(swapped, WIDTH)
        return swapped if self._is_big_endian == _IS_LITTLE else payload


def rms(pcm: bytes) -> int:
    """Root mean square of 16-bit samples."""
    audioop = library()
    return int(audioop.rms(pcm, WIDTH)) if audioop is not None else 0


def peak(pcm: bytes) -> int:
    """The largest sample, without sign."""
    audioop = library()
    return int(audioop.max(pcm, WIDTH)) if audioop is not None else 0


def side_by_side(left: bytes, right: bytes) -> bytes:
    """Two tracks of the same length as one with two channels."""
    audioop = library()
    assert audioop is not None, "tracks are decoded, so the library is there"
    both: bytes = audioop.add(
        audioop.tostereo(left, WIDTH, 1, 0), audioop.tostereo(right, WIDTH, 0, 1), WIDTH
    )
    return both


def decibels(value: float) -> float:
    """Below full scale, never below `SILENCE_DB`."""
    if value <= 0:
        return SILENCE_DB
    return max(SILENCE_DB, round(20 * math.log10(value / _FULL_SCALE), 1))
