"""Sound that resembles speech, in the codecs that a stream can carry: PCMU, PCMA and L16. Pure; made once and looped.

A voice is a buzz with falling harmonics whose strength follows syllables and pauses. G.711 is a table look-up, made
here because the standard library lost its codec with Python 3.13 and no dependency has one.
"""

import array
import math
import sys
from functools import cache

FRAME_S = 0.02
LOOP_S = 4
_SYLLABLE_S = 0.22
_PITCH_HZ = {"inbound": 118.0, "outbound": 196.0}
_HARMONICS = (1.0, 0.55, 0.4, 0.22, 0.12)
_PEAK = 9_000
_PAUSES = frozenset({4, 5, 11, 16, 17})
"""Syllables of the loop that are silent."""
_MU_BIAS, _MU_CLIP = 132, 32_635
_A_CLIP = 32_635


@cache
def loop(track: str, encoding: str, sample_rate: int) -> tuple[bytes, ...]:
    """The frames of 20 ms that one track repeats, encoded."""
    samples = _speech(_PITCH_HZ.get(track, 150.0), sample_rate)
    size = round(sample_rate * FRAME_S)
    frames = (samples[at : at + size] for at in range(0, len(samples), size))
    return tuple(encode(frame, encoding) for frame in frames)


def encode(samples: array.array, encoding: str) -> bytes:  # type: ignore[type-arg]
    """16-bit samples as RTP payload; L16 is in network order."""
    if encoding == "L16":
        ordered = array.array("h", samples)
        if sys.byteorder == "little":
            ordered.byteswap()
        return ordered.tobytes()
    table = _ulaw_table() if encoding == "PCMU" else _alaw_table()
    return bytes(table[(sample + 32_768) >> 2] for sample in samples)


def _speech(pitch_hz: float, rate: int) -> array.array:  # type: ignore[type-arg]
    step = 2 * math.pi * pitch_hz / rate
    total = sum(_HARMONICS)
    samples = array.array("h")
    for n in range(LOOP_S * rate):
        syllable, within = divmod(n / rate, _SYLLABLE_S)
        if int(syllable) in _PAUSES:
            samples.append(0)
            continue
        strength = math.sin(math.pi * within / _SYLLABLE_S) ** 2
        buzz = sum(a * math.sin((k + 1) * step * n) for k, a in enumerate(_HARMONICS))
        samples.append(round(_PEAK * strength * buzz / total))
    return samples


def ulaw(sample: int) -> int:
    """One sample in G.711 µ-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _MU_CLIP) + _MU_BIAS
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def alaw(sample: int) -> int:
    """One sample in G.711 A-law."""
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(sample if sample >= 0 else -sample - 1, _A_CLIP)
    exponent = max(0, magnitude.bit_length() - 8)
    mantissa = magnitude >> (exponent + 3 if exponent else 4) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


@cache
def _ulaw_table() -> bytes:
    return bytes(ulaw(sample) for sample in range(-32_768, 32_768, 4))


@cache
def _alaw_table() -> bytes:
    return bytes(alaw(sample) for sample in range(-32_768, 32_768, 4))
