"""What an engine does on the side: snapshots of the board, removal of what is too old, and loose ends at the start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from console.domain.entries import MAY_HAVE_ARRIVED, CommandDone, CommandSent, Micros
from console.engine.dispatch import STOPPED
from console.engine.picture import Picture
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.facts import fact_of
from console.journal.records import outcome_draft
from console.journal.sqlite import SqliteReader, SqliteWriter

LOOK_EVERY_S = 5.0
SNAPSHOT_EVERY_S = 60.0
SNAPSHOT_EVERY = 5_000
"""Entries after which a snapshot is due; reading that many at a start takes 40 ms."""
PRUNE_FIRST_S = 30.0
PRUNE_EVERY_S = 600.0
LOOKED_BACK = 2_000
"""Commands and outcomes among which those without an outcome are looked for: far more than can be under way."""


_log = logging.getLogger("console.engine.upkeep")


class Upkeep:
    """Runs in a task of its own."""

    def __init__(
        self,
        writer: SqliteWriter,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        keep_days: float,
        keep_mb: float,
        sign: Callable[[], None] = lambda: None,
    ) -> None:
        """`sign` tells those who come later that this engine still lived."""
        self._sign = sign
        self._writer = writer
        self._picture = picture
        self._clock = clock
        self._keep_days = keep_days
        self._keep_mb = keep_mb
        self._stop = asyncio.Event()
        self._saved_at_s = 0.0
        self._errors: dict[str, str] = {}

    @property
    def error(self) -> str | None:
        """What does not work, in words; recording may go on all the same."""
        return next(iter(self._errors.values()), None)

    async def run(self) -> None:
        """Goes on until `stop`."""
        time = asyncio.get_running_loop().time
        self._saved_at_s = time()
        prune_at_s = time() + PRUNE_FIRST_S
        while not await self._is_told_to_stop(LOOK_EVERY_S):
            self._sign()
            if time() >= prune_at_s:
                prune_at_s = time() + PRUNE_EVERY_S
                await self._attempt("prune", self.prune)
            if self._is_snapshot_due(time()):
                self._saved_at_s = time()
                await self._attempt("snapshot", self.save_snapshot)

    async def _attempt(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """What fails is said until it works again; the log says it once where nobody foresaw it."""
        try:
            await work()
        except JournalError as error:
            self._errors[what] = f"the journal's upkeep failed: {error.user_message}"
        except Exception as error:  # noqa: BLE001 - the worker border: without this task nothing is ever removed
            words = f"the journal's upkeep failed ({type(error).__name__} in {what})"
            if self._errors.get(what) != words:
                _log.error("%s", words)
            self._errors[what] = words
        else:
            self._errors.pop(what, None)

    def stop(self) -> None:
        """Ends `run` at its next breath."""
        self._stop.set()

    async def prune(self) -> None:
        """Removes what is beyond the limits. Raises `JournalError`."""
        await self._writer.prune(
            keep_days=self._keep_days, keep_mb=self._keep_mb, now=self._clock()
        )

    async def save_snapshot(self) -> None:
        """Saves the board, if it has changed. Raises `JournalError`."""
        snapshot = self._picture.snapshot()
        if snapshot is not None:
            await self._writer.save_snapshot(snapshot)

    def _is_snapshot_due(self, now_s: float) -> bool:
        new = self._picture.unsaved
        return new >= SNAPSHOT_EVERY or (new > 0 and now_s - self._saved_at_s >= SNAPSHOT_EVERY_S)

    async def _is_told_to_stop(self, timeout_s: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._stop.wait()
        return self._stop.is_set()


async def settle_loose_ends(reader: SqliteReader, recorder: Recorder, at: Micros) -> int:
    """Gives an outcome to commands that an engine was killed over; how many. Raises `JournalError` if none can be read.

    What cannot be written now is left to the next start: a full disk keeps no engine from answering calls.
    """
    open_commands: dict[str, CommandSent] = {}
    answered: set[str] = set()
    for entry in reader.remains.commands(LOOKED_BACK):
        fact = fact_of(entry)
        if isinstance(fact, CommandSent):
            open_commands[fact.command_id] = fact
        elif isinstance(fact, CommandDone):
            answered.add(fact.command_id)
    loose = [sent for command_id, sent in open_commands.items() if command_id not in answered]
    for settled, sent in enumerate(loose):
        done = CommandDone(
            command_id=sent.command_id,
            action=sent.action,
            call_control_id=sent.call_control_id,
            ok=False,
            status=None,
            code=None,
            message=STOPPED,
            latency_ms=0.0,
            attempts=0,
            data={MAY_HAVE_ARRIVED: True},
        )
        if await recorder.try_append(outcome_draft(done, at)) is None:
            return settled
    return len(loose)
