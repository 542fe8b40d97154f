"""Sound and media frames for tests: known tones, encoded as Telnyx would send them."""

from __future__ import annotations

import array
import base64
import json
import math
import sys

from console.simulator import tones

RATE = 8_000
FRAME = 160
"""Samples of 20 ms."""


def tone(count: int, *, amplitude: int = 16_384, hz: float = 400.0, rate: int = RATE) -> bytes:
    """A sine in this machine's byte order."""
    step = 2 * math.pi * hz / rate
    return array.array("h", (round(amplitude * math.sin(step * n)) for n in range(count))).tobytes()


def encoded(pcm: bytes, encoding: str) -> bytes:
    """As the payload of a frame; L16 big-endian, `L16LE` little-endian."""
    samples = array.array("h")
    samples.frombytes(pcm)
    if encoding == "L16LE":
        if sys.byteorder == "big":
            samples.byteswap()
        return samples.tobytes()
    return tones.encode(samples, encoding)


def start(call: str | None = "v3:a", encoding: str | None = "PCMU", **media: object) -> str:
    """The frame that says what comes."""
    told: dict[str, object] = {"sample_rate": RATE, "channels": 1, **media}
    if encoding is not None:
        told["encoding"] = encoding
    body: dict[str, object] = {"user_id": "u", "media_format": told}
    if call is not None:
        body["call_control_id"] = call
    frame = {"event": "start", "sequence_number": "1", "stream_id": "s-1", "start": body}
    return json.dumps(frame)


def media(
    chunk: int | str | None,
    payload: bytes,
    *,
    track: str | None = "inbound",
    timestamp: object = None,
) -> str:
    """One packet; its timestamp fits its number unless told otherwise."""
    body: dict[str, object] = {"payload": base64.b64encode(payload).decode()}
    if track is not None:
        body["track"] = track
    if chunk is not None:
        body["chunk"] = str(chunk)
        body["timestamp"] = str((int(chunk) - 1) * 20) if timestamp is None else timestamp
    return json.dumps({"event": "media", "sequence_number": "2", "stream_id": "s-1", "media": body})
