"""From payload to samples."""

from __future__ import annotations

import array

import pytest

from console.engine import codecs
from console.engine.codecs import CodecError, decoder
from tests.unit.engine.sounds import FRAME, encoded, tone


def loudest_difference(one: bytes, other: bytes) -> int:
    left, right = array.array("h", one), array.array("h", other)
    assert len(left) == len(right)
    return max(abs(a - b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize(
    ("encoding", "tolerance"), [("PCMU", 700), ("PCMA", 700), ("L16", 0), ("L16LE", 0)]
)
def test_decoder_gives_the_samples_back(encoding: str, tolerance: int) -> None:
    """G.711 within its steps, L16 exactly and in whichever byte order it comes."""
    sound = tone(FRAME)
    found = decoder(encoding.removesuffix("LE"), 1)
    assert found is not None

    assert loudest_difference(found.decode(encoded(sound, encoding)), sound) <= tolerance


def test_decoder_says_which_byte_order_it_heard() -> None:
    """The order that makes the sound quieter; silence tells nothing, and network order is taken."""
    for encoding, order in [("L16", "big"), ("L16LE", "little")]:
        found = decoder("L16", 1)
        assert found is not None
        assert found.byte_order is None
        found.decode(encoded(tone(FRAME, amplitude=40), encoding))
        assert found.byte_order == order
    quiet = decoder("L16", None)
    assert quiet is not None
    quiet.decode(bytes(320))
    assert quiet.byte_order == "big"


def test_decoder_mixes_two_channels() -> None:
    """What is interleaved becomes one track."""
    found = decoder("PCMU", 2)
    assert found is not None

    assert len(found.decode(encoded(tone(FRAME), "PCMU"))) == FRAME


def test_decoder_refuses_half_a_sample() -> None:
    """A payload that cannot be sound is an error of its own."""
    found = decoder("L16", 1)
    assert found is not None

    with pytest.raises(CodecError):
        found.decode(b"\0\0\0")


@pytest.mark.parametrize(("encoding", "channels"), [("OPUS", 1), ("G722", 1), ("", 1), ("PCMU", 7)])
def test_decoder_knows_what_it_cannot_do(encoding: str, channels: int) -> None:
    """Everything else is only counted."""
    assert decoder(encoding, channels) is None


def test_decoder_does_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed there is no sound, and no failure."""
    monkeypatch.setattr(codecs, "library", lambda: None)

    assert decoder("PCMU", 1) is None


@pytest.mark.parametrize(
    ("encoding", "told", "rate"),
    [("PCMU", None, 8_000), ("L16", None, 16_000), ("L16", 24_000, 24_000), ("PCMU", 0, 8_000)],
)
def test_sample_rate_is_what_was_told_or_usual(encoding: str, told: int | None, rate: int) -> None:
    """A rate that cannot be is not believed."""
    assert codecs.sample_rate(encoding, told) == rate


def test_decibels_are_below_full_scale() -> None:
    """Half is 6 dB less, nothing is the floor."""
    assert codecs.decibels(32_768) == 0
    assert codecs.decibels(16_384) == -6.0
    assert codecs.decibels(0) == codecs.SILENCE_DB
