"""How long a piece of sound lasts, codec by codec."""

import pytest

from console.simulator import codecs


@pytest.mark.parametrize(
    ("codec", "rate", "octets", "seconds"),
    [
        ("PCMU", 8_000, 160, 0.02),
        ("PCMA", 16_000, 320, 0.02),
        ("G722", 16_000, 160, 0.02),
        ("L16", 8_000, 320, 0.02),
        ("L16", 24_000, 48_000, 1.0),
        ("PCMU", 8_000, 800_000, 30.0),
    ],
)
def test_payload_lasts_by_its_rate(codec: str, rate: int, octets: int, seconds: float) -> None:
    """Octets a sample times samples a second; no more than 30 s."""
    assert codecs.rtp_s(bytes(octets), codec, rate) == seconds


@pytest.mark.parametrize(
    ("packet", "seconds"),
    [
        (b"", 0.0),
        (bytes([1 << 3]), 0.02),
        (bytes([3 << 3 | 1]), 0.12),
        (bytes([15 << 3]), 0.02),
        (bytes([31 << 3]), 0.02),
        (bytes([16 << 3 | 2]), 0.005),
        (bytes([31 << 3 | 3, 0x83]), 0.06),
        (bytes([31 << 3 | 3]), 0.0),
    ],
)
def test_opus_packet_says_how_long_it_is(packet: bytes, seconds: float) -> None:
    """By its first octet, and the second where frames are counted; a packet that is cut off lasts no time."""
    assert codecs.rtp_s(packet, "OPUS", 8_000) == pytest.approx(seconds)


def test_mp3_file_lasts_as_long_as_its_frames() -> None:
    """Of constant or changing bit rate, behind a tag or not, whole or cut off."""
    low = bytes([0xFF, 0xFB, 0x50, 0]).ljust(208, b"\0")  # 64 kbit/s, 44,1 kHz
    high = bytes([0xFF, 0xFB, 0x90, 0]).ljust(417, b"\0")  # 128 kbit/s
    tag = b"ID3\4\0\0" + bytes([0, 0, 1, 0]) + bytes(128)
    half = bytes([0xFF, 0xF3, 0x48, 0]).ljust(144, b"\0")  # MPEG-2, 32 kbit/s, 16 kHz

    assert codecs.mp3_s(low * 100) == pytest.approx(100 * 1152 / 44_100)
    assert codecs.mp3_s(tag + low * 3 + high * 2) == pytest.approx(5 * 1152 / 44_100)
    assert codecs.mp3_s(half * 50) == pytest.approx(50 * 0.036)


@pytest.mark.parametrize("file", [b"", b"RIFF0000WAVE", b"ID3", b"\xff\xfb\xff\xff", b"\xff" * 99])
def test_what_is_no_mp3_lasts_no_time(file: bytes) -> None:
    """Nor does it fail."""
    assert codecs.mp3_s(file) == 0.0
