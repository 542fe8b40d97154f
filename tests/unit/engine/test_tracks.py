"""One direction of a stream: level, duration, place on the time axis."""

from __future__ import annotations

import pytest

from console.engine.codecs import SILENCE_DB, decoder
from console.engine.ordering import WINDOW, Packet
from console.engine.tracks import Piece, Track
from tests.unit.engine.sounds import FRAME, RATE, encoded, tone


def track(encoding: str = "PCMU") -> Track:
    return Track("inbound", decoder(encoding, 1), RATE, 0.0)


def play(
    subject: Track, chunks: list[int], *, step_ms: float = 20, sound: bytes = b""
) -> list[Piece]:
    """Packets of 20 ms that arrive when their chunk number says."""
    payload = encoded(sound or tone(FRAME), "PCMU")
    pieces: list[Piece] = []
    for chunk in chunks:
        packet = Packet(chunk, (chunk - 1) * step_ms, payload)
        pieces += subject.take(packet, chunk * 0.02)
    return pieces + subject.flush(chunks[-1] * 0.02)


def test_track_measures_what_it_hears() -> None:
    """A sine of half scale: RMS 9 dB below full scale, peak 6, half a second of it."""
    subject = track()

    play(subject, list(range(1, 51)))
    health = subject.health(1.0)

    assert health.level_db == pytest.approx(-9.0, abs=0.3)
    assert health.peak_db == pytest.approx(-6.0, abs=0.3)
    assert health.seconds == pytest.approx(1.0)
    assert (health.packets, health.lost, health.undecoded) == (50, 0, 0)
    assert health.jitter_ms == 0
    assert health.last_packet_age_s == 0


def test_track_forgets_what_it_heard_half_a_second_ago() -> None:
    """Silence is measured, nothing at all is not."""
    subject = track()
    play(subject, list(range(1, 26)))
    assert subject.health(0.6).level_db == pytest.approx(-9.0, abs=0.3)
    assert subject.health(1.2).level_db is None
    assert subject.health(1.2).last_packet_age_s == pytest.approx(0.7)

    subject = track("L16")
    subject.take(Packet(None, None, bytes(320)), 0.1)
    assert subject.health(0.2).level_db == SILENCE_DB


def test_track_places_packets_one_after_the_other() -> None:
    """Also where one is missing: its time passes in silence."""
    lost = 10
    chunks = [chunk for chunk in range(1, 20 + WINDOW) if chunk != lost]

    pieces = play(track(), chunks)

    assert [piece.at_ms for piece in pieces] == [(chunk - 1) * 20 for chunk in chunks]


def test_track_takes_a_step_of_the_timestamps_for_a_pause() -> None:
    """Nothing was lost by number, but time went by."""
    subject = track()
    payload = encoded(tone(FRAME), "PCMU")
    stamps = [0, 20, 40, 60, 5_060, 5_080]
    pieces = [
        piece
        for number, stamp in enumerate(stamps, 1)
        for piece in subject.take(Packet(number, stamp, payload), stamp / 1000)
    ]

    assert [piece.at_ms for piece in pieces] == stamps
    assert subject.order.lost == 0


def test_track_does_not_believe_timestamps_of_another_unit() -> None:
    """In samples they would make a pause of every packet; then the sound's own length counts, and no jitter is told."""
    subject = track()

    pieces = play(subject, list(range(1, 51)), step_ms=160)

    assert pieces[-1].at_ms - pieces[2].at_ms == pytest.approx(47 * 20, abs=200)
    assert subject.health(1.0).jitter_ms is None


def test_track_counts_what_it_cannot_read() -> None:
    """A broken packet is no sound; another codec is only counted."""
    broken = track("L16")
    assert not broken.take(Packet(None, None, b"\0"), 0.0)
    assert broken.undecoded == 1

    other = Track("inbound", None, RATE, 0.0)
    assert not play(other, [1, 2, 3])
    health = other.health(0.1)
    assert (health.packets, health.seconds, health.level_db, health.jitter_ms) == (3, 0, None, None)
