"""Sound in files: right at any moment, private, never over another file."""

from __future__ import annotations

import array
import asyncio
import stat
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.engine import wav
from console.engine.tracks import Piece
from console.engine.wav import Alignment, Recording, create
from console.errors import EngineError
from tests.unit.engine.fakes import until
from tests.unit.engine.sounds import FRAME, RATE, tone


def samples(path: Path) -> tuple[int, list[int]]:
    """Channels and samples of a file."""
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2
        assert file.getframerate() == RATE
        return file.getnchannels(), list(array.array("h", file.readframes(file.getnframes())))


def flat(value: int, count: int = FRAME) -> bytes:
    return array.array("h", [value] * count).tobytes()


def heard(*names: str) -> Sequence[str]:
    return names


async def test_recording_writes_mono(tmp_path: Path) -> None:
    """One track, in order, its pauses as silence."""
    path = tmp_path / "call.wav"
    recording = Recording(str(path), RATE, lambda: heard("inbound"))

    recording.add("inbound", [Piece(1_000, flat(1)), Piece(1_020, flat(2)), Piece(1_060, flat(3))])
    await recording.stop()

    assert samples(path) == (1, [1] * 160 + [2] * 160 + [0] * 160 + [3] * 160)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert recording.seconds == pytest.approx(0.08)
    assert recording.ended is None


async def test_recording_puts_two_tracks_side_by_side(tmp_path: Path) -> None:
    """Inbound left, outbound right, aligned by their times, filled up with silence."""
    path = tmp_path / "call.WAV"
    recording = Recording(str(path), RATE, lambda: heard("outbound", "inbound"))

    recording.add("inbound", [Piece(0, flat(1)), Piece(20, flat(2))])
    recording.add("outbound", [Piece(20, flat(7)), Piece(40, flat(8))])
    await recording.stop()

    channels, found = samples(path)
    assert channels == 2
    assert found[0::2] == [1] * 160 + [2] * 160 + [0] * 160
    assert found[1::2] == [0] * 160 + [7] * 160 + [8] * 160


async def test_recording_is_readable_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is after a crash: what is in the file now needs no closing."""
    monkeypatch.setattr(wav, "WRITE_EVERY_S", 0.01)
    path = tmp_path / "call.wav"
    recording = Recording(str(path), RATE, lambda: heard("inbound"))
    for number in range(3):
        recording.add("inbound", [Piece(number * 20, flat(number + 1))])
        await until(lambda so_far=number: recording.seconds >= (so_far + 1) * 0.02)  # type: ignore[misc]
        as_it_is = tmp_path / f"copy{number}.wav"
        as_it_is.write_bytes(path.read_bytes())
        assert len(samples(as_it_is)[1]) == (number + 1) * FRAME
    await recording.stop()


async def test_recording_without_sound_is_an_empty_file(tmp_path: Path) -> None:
    """It is a WAV file all the same."""
    path = tmp_path / "call.wav"
    recording = Recording(str(path), RATE, heard)

    await recording.stop()

    assert samples(path) == (1, [])


async def test_recording_ends_when_the_disk_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is kept, the file closed."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    recording = Recording(str(tmp_path / "call.wav"), RATE, lambda: heard("inbound"))
    monkeypatch.setattr(recording, "_put", refuse)
    recording.add("inbound", [Piece(0, flat(1))])
    await recording.stop()

    assert recording.ended == "no space left on device"
    recording.add("inbound", [Piece(20, flat(1))])
    assert recording.seconds == 0


async def test_recording_ends_at_the_longest_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that no reader could open is not written."""
    monkeypatch.setattr(wav, "MAX_BYTES", 100)
    monkeypatch.setattr(wav, "WRITE_EVERY_S", 0.01)
    recording = Recording(str(tmp_path / "call.wav"), RATE, lambda: heard("inbound"))

    recording.add("inbound", [Piece(0, flat(1))])
    await until(lambda: recording.ended is not None)
    await recording.stop()

    assert recording.ended == "the file is as long as WAV files can be"


async def test_recording_does_not_pile_up_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that hangs must not fill the memory."""
    monkeypatch.setattr(wav, "MAX_PENDING_BYTES", 1_000)
    recording = Recording(str(tmp_path / "call.wav"), RATE, lambda: heard("inbound"))

    for number in range(10):
        recording.add("inbound", [Piece(number * 20, flat(1))])
    await recording.stop()

    assert recording.ended == "the disk does not keep up with the sound"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("there.wav", "exists already"),
        ("link.wav", "exists already"),
        ("call.mp3", "must end in .wav"),
        ("missing/call.wav", "cannot be made: no such file"),
        ("call\0.wav", "whole path"),
    ],
)
def test_create_refuses(tmp_path: Path, name: str, words: str) -> None:
    """What exists is left alone, links included; anything else is refused with a sentence."""
    (tmp_path / "there.wav").write_bytes(b"mine")
    (tmp_path / "link.wav").symlink_to(tmp_path / "nowhere.wav")

    with pytest.raises(EngineError, match=words):
        create(f"{tmp_path}/{name}")

    assert (tmp_path / "there.wav").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere.wav").exists()


def test_create_wants_a_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's own folder is nobody's choice."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(EngineError, match="whole path"):
        create("call.wav")


def test_alignment_waits_a_little_for_the_other_track() -> None:
    """Then silence stands in, and what comes too late for its place is left out."""
    alignment = Alignment(RATE)
    both = ("inbound", "outbound")
    for number in range(40):
        alignment.add("inbound", Piece(number * 20, flat(1)))

    first = array.array("h", alignment.take(both, everything=False))
    assert len(first) // 2 == RATE * 0.4
    assert set(first[1::2]) == {0}

    alignment.add("outbound", Piece(380, flat(9, 2 * FRAME)))
    rest = array.array("h", alignment.take(both, everything=True))
    # 20 ms of it belong before the 400 ms that are written already.
    assert list(rest[1::2]) == [9] * FRAME + [0] * (len(rest) // 2 - FRAME)


def test_alignment_bounds_a_pause() -> None:
    """A timestamp that is years ahead makes no file of years."""
    alignment = Alignment(RATE)
    alignment.add("inbound", Piece(0, flat(1)))

    alignment.add("inbound", Piece(10**12, flat(1)))

    assert alignment.pending < 61 * RATE * 2


def test_alignment_leaves_out_unknown_tracks() -> None:
    """There are two sides."""
    alignment = Alignment(RATE)

    alignment.add("sideways", Piece(0, tone(FRAME)))

    assert alignment.pending == 0


async def test_recording_can_be_stopped_at_once(tmp_path: Path) -> None:
    """What came just before is in the file."""
    path = tmp_path / "call.wav"
    recording = Recording(str(path), RATE, lambda: heard("inbound"))
    await asyncio.sleep(0)
    recording.add("inbound", [Piece(0, flat(5))])

    await recording.stop()

    assert samples(path) == (1, [5] * 160)
