"""Writes sound into a WAV file while it arrives: 16-bit PCM, mono or inbound left and outbound right.

Data and header are written together twice a second, so after a crash the file is readable and lacks at most the last
half second. An existing file is never touched.
"""

from __future__ import annotations

import asyncio
import os
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from console.engine.codecs import WIDTH, side_by_side
from console.engine.tracks import MAX_PAUSE_MS, Piece
from console.errors import EngineError

FILE_MODE = 0o600
SUFFIX = ".wav"
WRITE_EVERY_S = 0.5
HOLD_S = 0.4
"""How long one track waits for the other before silence stands in."""
MAX_BYTES = 2_000_000_000
"""The format ends at 4 GB, and many readers at 2."""
MAX_PENDING_BYTES = 8_000_000
"""Sound that may wait for the disk."""
SIDES = ("inbound", "outbound")
_SLACK = 0.005
"""Seconds by which rounding may move a piece."""


def create(path: str) -> IO[bytes]:
    """A new private file. Raises `EngineError` when there must not or cannot be one."""
    file = Path(path)
    if "\0" in path or not file.is_absolute():
        raise EngineError("the sound file needs a whole path, like /home/you/call.wav")
    if file.suffix.lower() != SUFFIX:
        raise EngineError(f"the sound file must end in {SUFFIX}: what is written is WAV")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        # Unbuffered: what was written is the system's, whatever becomes of this process.
        return open(os.open(file, flags, FILE_MODE), "wb", buffering=0)
    except FileExistsError:
        raise EngineError(f"{file} exists already: choose another name") from None
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise EngineError(f"{file} cannot be made: {reason}") from error


class Alignment:
    """Two tracks on one time axis. The first piece of either is the beginning."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._base_ms: float | None = None
        self._taken = 0
        self._waiting = {side: bytearray() for side in SIDES}

    @property
    def pending(self) -> int:
        """Bytes that wait to be taken."""
        return sum(map(len, self._waiting.values()))

    def add(self, side: str, piece: Piece) -> None:
        """Sound in the order of its track; a track that is neither of the two is left out."""
        buffer = self._waiting.get(side)
        if buffer is None:
            return
        if self._base_ms is None:
            self._base_ms = piece.at_ms
        at = round((piece.at_ms - self._base_ms) * self._rate / 1000)
        end = self._taken + len(buffer) // WIDTH
        pcm = piece.pcm
        if abs(at - end) > self._rate * _SLACK:
            if at < end:
                # Its turn is over: silence, or the other track, has gone by.
                pcm = pcm[(end - at) * WIDTH :]
            else:
                pause = min(at - end, round(self._rate * MAX_PAUSE_MS / 1000))
                buffer += bytes(pause * WIDTH)
        buffer += pcm

    def take(self, sides: Sequence[str], *, everything: bool) -> bytes:
        """The frames of these sides that are complete; the shorter one is filled up with silence."""
        lengths = [len(self._waiting[side]) // WIDTH for side in sides]
        longest, shortest = max(lengths), min(lengths)
        count = longest if everything else max(shortest, longest - round(HOLD_S * self._rate))
        if count <= 0:
            return b""
        parts = []
        for side in sides:
            part = bytes(self._waiting[side][: count * WIDTH])
            parts.append(part.ljust(count * WIDTH, b"\0"))
        for buffer in self._waiting.values():
            del buffer[: count * WIDTH]
        self._taken += count
        return parts[0] if len(parts) == 1 else side_by_side(parts[0], parts[1])


class Recording:
    """Sound on its way into one file. `ended` says why it ended by itself, None while it goes on."""

    def __init__(self, path: str, rate: int, heard: Callable[[], Sequence[str]]) -> None:
        """`heard` names the tracks that have come so far. Raises `EngineError` as `create`."""
        self._file = create(path)
        self.path = path
        self.ended: str | None = None
        self._rate = rate
        self._heard = heard
        self._alignment = Alignment(rate)
        self._wave: wave.Wave_write | None = None
        self._sides: tuple[str, ...] = ()
        self._frames = 0
        self._stop = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="save sound")

    @property
    def seconds(self) -> float:
        """How much is in the file."""
        return self._frames / self._rate

    def add(self, side: str, pieces: Sequence[Piece]) -> None:
        """Takes sound; never waits."""
        if self.ended is None:
            for piece in pieces:
                self._alignment.add(side, piece)
            if self._alignment.pending > MAX_PENDING_BYTES:
                self._end("the disk does not keep up with the sound")

    async def stop(self) -> None:
        """Writes what is left and closes the file."""
        self._stop.set()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            is_last = False
            while not is_last:
                await _either(self._stop, WRITE_EVERY_S)
                is_last = self._stop.is_set()
                await self._write(everything=is_last)
        except OSError as error:
            self._end((error.strerror or "the system refused").lower())
        except (wave.Error, EOFError) as error:
            self._end(str(error))
        finally:
            await asyncio.to_thread(self._close)

    async def _write(self, *, everything: bool) -> None:
        if self._wave is None:
            self._sides = tuple(side for side in SIDES if side in self._heard()) or SIDES[:1]
        frames = self._alignment.take(self._sides, everything=everything)
        await asyncio.to_thread(self._put, frames)
        self._frames += len(frames) // (WIDTH * len(self._sides))
        if self._frames * WIDTH * len(self._sides) > MAX_BYTES:
            self._end("the file is as long as WAV files can be")

    def _put(self, frames: bytes) -> None:
        """In a thread: sound, then the header that counts it."""
        if self._wave is None:
            self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - lives as long as the recording
            self._wave.setnchannels(len(self._sides))
            self._wave.setsampwidth(WIDTH)
            self._wave.setframerate(self._rate)
        self._wave.writeframes(frames)

    def _close(self) -> None:
        try:
            if self._wave is not None:
                self._wave.close()
        except OSError:
            # The header of the last write is in place.
            pass
        finally:
            self._file.close()

    def _end(self, reason: str) -> None:
        if self.ended is None:
            self.ended = reason
        self._stop.set()


async def _either(stop: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await stop.wait()
    except TimeoutError:
        return
