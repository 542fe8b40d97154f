"""`replay --board`: recorded deliveries on a board of their own, in the screen or as a list. The journal stays as it is."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import desk
from console.cli.clock import now_micros
from console.cli.lines import leg_json
from console.cli.output import put
from console.domain.entries import Entry, Micros
from console.domain.replaying import pauses_s

if TYPE_CHECKING:
    from console.config.load import Loaded
    from console.journal.api import JournalWriter


class ReplayClock:
    """The time in which the deliveries came, `speed` times as fast; it stops at the last one."""

    def __init__(self, entries: Sequence[Entry], speed: float) -> None:
        self._first = entries[0].received_at
        self._last = entries[-1].received_at
        self._speed = speed
        self._began = now_micros()

    def __call__(self) -> Micros:
        """µs since 1970."""
        if self._speed <= 0:
            return self._last
        passed = int((now_micros() - self._began) * self._speed)
        return min(self._first + passed, self._last)


def shown(loaded: Loaded, entries: Sequence[Entry], *, speed: float, as_json: bool) -> int:
    """In the screen where there is a terminal, else as `calls` prints it, when all have been taken in."""
    if as_json or not desk.has_screen():
        _print(entries, as_json=as_json)
        return 0
    return asyncio.run(_screen(loaded, entries, speed))


def _print(entries: Sequence[Entry], *, as_json: bool) -> None:
    from console.cli.calls import table
    from console.domain.board import Board
    from console.journal.facts import fact_of

    board = Board()
    for entry in entries:
        board.apply(entry, fact_of(entry))
    legs = sorted(board.legs.values(), key=lambda leg: leg.initiated_at or leg.first_at or 0)
    if as_json:
        for leg in legs:
            put(json.dumps(leg_json(leg)), now=False)
    else:
        table(legs, entries[-1].received_at)


async def _screen(loaded: Loaded, entries: Sequence[Entry], speed: float) -> int:
    from console.cli import offline
    from console.journal.opening import open_reader
    from console.journal.sqlite import open_writer

    with tempfile.TemporaryDirectory(prefix="call-console-replay-") as folder:
        journal = Path(folder) / "replay.sqlite3"
        writer = open_writer(journal)
        if speed <= 0:
            await feed(writer, entries, speed)
        reader = open_reader(journal)
        pace = "" if speed <= 0 else f", {speed:g}x"
        words = f"replay of {len(entries)} webhooks{pace}"
        feeding = asyncio.create_task(
            feed(writer, () if speed <= 0 else entries, speed), name="replay"
        )
        try:
            return await offline.show(loaded, reader, words, ReplayClock(entries, speed))
        finally:
            feeding.cancel()
            with suppress(asyncio.CancelledError):
                await feeding
            reader.close()
            await writer.aclose()


async def feed(writer: JournalWriter, entries: Sequence[Entry], speed: float) -> None:
    """Appends each when it is due, with the time at which it came. Raises `JournalError`."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    for entry, due_s in zip(entries, pauses_s(entries, speed), strict=True):
        wait_s = began_s + due_s - loop.time()
        if wait_s > 0:
            # The pauses between deliveries are what a replay is asked for.
            await asyncio.sleep(wait_s)
        await writer.append(entry)
