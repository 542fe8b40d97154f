"""The sound of a stream: G.711 as everybody else makes it, and something to hear."""

import array
import struct
import warnings

import pytest

from console.simulator import tones


@pytest.mark.parametrize(
    ("sample", "ulaw", "alaw"),
    [
        (0, 0xFF, 0xD5),
        (-4, 0x7E, 0x55),
        (1000, 0xCE, 0xFA),
        (-1000, 0x4E, 0x7A),
        (32_764, 0x80, 0xAA),
        (-32_768, 0x00, 0x2A),
    ],
)
def test_g711_has_the_known_values(sample: int, ulaw: int, alaw: int) -> None:
    """Silence, small and large values, both signs."""
    one = array.array("h", [sample])

    assert tones.encode(one, "PCMU") == bytes([ulaw])
    assert tones.encode(one, "PCMA") == bytes([alaw])


def test_g711_agrees_with_the_library_where_there_is_one() -> None:
    """All 65536 samples, as long as Python has audioop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        audioop = pytest.importorskip("audioop")
    every = array.array("h", range(-32_768, 32_768))

    assert tones.encode(every, "PCMU") == audioop.lin2ulaw(every.tobytes(), 2)
    assert tones.encode(every, "PCMA") == audioop.lin2alaw(every.tobytes(), 2)


def test_l16_is_in_network_order() -> None:
    """Most significant byte first."""
    assert tones.encode(array.array("h", [1, -2]), "L16") == struct.pack(">hh", 1, -2)


def test_loop_has_speech_and_pauses() -> None:
    """Frames of 20 ms, loud ones and silent ones; the two tracks are different voices."""
    frames = tones.loop("inbound", "L16", 16_000)
    levels = [max(map(abs, struct.unpack(f">{len(f) // 2}h", f))) for f in frames]

    assert len(frames) == tones.LOOP_S * 50
    assert {len(frame) for frame in frames} == {640}
    assert max(levels) > 4_000
    assert levels.count(0) > 20
    assert tones.loop("outbound", "L16", 16_000) != frames
