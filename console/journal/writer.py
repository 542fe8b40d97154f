"""The journal's writer: its own thread, one commit for everything that arrived while the previous one ran.

The event loop hands over drafts and gets futures; the thread commits a batch and resolves all of its futures with one
wake-up of the loop. While events come one by one each is committed at once. When the last batch held several, the
thread waits a moment for more, as long as they keep arriving: that is what keeps syncs rare in a burst.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from console.domain.entries import Draft, Kind, Micros
from console.errors import JournalError
from console.journal.api import Appended, Result, Snapshot, Told
from console.journal.commit_times import CommitTimes
from console.journal.faults import ROW_ERRORS, explain
from console.journal.ledger import Ledger
from console.journal.lock import WriterLock
from console.journal.retention import Pruned, Pruning
from console.journal.rows import storable
from console.journal.wal import WriteAheadLog

BATCH_TARGET = 24
"""In a burst a commit waits until this many entries are there …"""
LINGER_STEP_S = 0.001
"""… or none arrived for so long …"""
LINGER_LIMIT_S = 0.006
"""… or so much time has passed."""
PROBE_EVERY = 8
"""Where so many never come together it waits for as many as did come, and looks for more only every so often."""
MAX_BATCH = 1000
IDLE_S = 1.0
_NEVER = 1 << 62

_Future = asyncio.Future[Appended]
_Waiting = tuple[Draft, Told]


class _Bell:
    """A `threading.Event` for one who rings and one who waits, at a fifth of its cost."""

    __slots__ = ("_silence",)

    def __init__(self) -> None:
        self._silence = threading.Lock()
        self._silence.acquire()

    def set(self) -> None:
        if self._silence.locked():
            self._silence.release()

    def clear(self) -> None:
        self._silence.acquire(blocking=False)

    def wait(self, timeout_s: float | None) -> bool:
        """Whether it rang, which it has to do again for the next to hear it."""
        return self._silence.acquire(timeout=-1 if timeout_s is None else timeout_s)


class _Job(NamedTuple):
    """Work in small steps between batches; `step` says whether it wants to be called again."""

    step: Callable[[], bool]
    future: asyncio.Future[None]


class SqliteWriter:
    """A `JournalWriter` on one SQLite file. Made by `open_writer`; all methods belong to one event loop."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock) -> None:
        self.path = path
        self.times: CommitTimes | None = None
        """Told about each batch, where somebody wants to know."""
        self._connection = connection
        self._lock = lock
        self._ledger = Ledger(connection)
        self._wal = WriteAheadLog(connection, path)
        self._inode = path.stat().st_ino
        self._queue: deque[_Waiting] = deque()
        self._jobs: deque[_Job] = deque()
        self._wake = _Bell()
        self._wanted = _NEVER
        self._last_batch = 0
        self._expected = BATCH_TARGET
        self._until_probe = PROBE_EVERY
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Future[None] | None = None
        self._thread: threading.Thread | None = None

    def append(self, draft: Draft) -> Awaitable[Appended]:
        """Durable once the awaitable is done. Raises `JournalError` when it cannot be."""
        future: _Future = self._running_loop().create_future()
        self.append_soon(draft, partial(_resolve, future))
        return future

    def append_soon(self, draft: Draft, told: Told) -> None:
        """Calls `told` once, in the event loop, when the draft is durable or cannot be. Raises `JournalError` when closed."""
        if self._loop is None or self._stopping:
            self._running_loop()
        queue = self._queue
        queue.append((draft, told))
        if len(queue) >= self._wanted:
            self._wanted = _NEVER
            self._wake.set()

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replaces the board's snapshot. Raises `JournalError`."""

        def step() -> bool:
            self._ledger.save_snapshot(snapshot)
            self._wal.wrote(1, len(snapshot.body))
            return False

        await self._do(step)

    async def count(self, numbers: Mapping[str, int | None]) -> None:
        """Keeps numbers beside the entries, durably; None removes one. Raises `JournalError`."""

        def step() -> bool:
            self._ledger.count(numbers)
            self._wal.wrote(1, 0)
            return False

        await self._do(step)

    async def prune(self, *, keep_days: float, keep_mb: float, now: Micros) -> Pruned:
        """Removes the oldest ended conversations beyond the limits, in small steps. Raises `JournalError`."""
        pruning = Pruning(
            self._ledger, self._connection, keep_days=keep_days, keep_mb=keep_mb, now=now
        )

        def step() -> bool:
            is_unfinished = pruning.step()
            self._wal.wrote(pruning.last_removed, 0)
            return is_unfinished

        await self._do(step)
        return pruning.result

    async def aclose(self) -> None:
        """Commits what was appended, closes the file and gives back the lock. May be called twice."""
        if self._stopping:
            if self._stopped is not None:
                await asyncio.shield(self._stopped)
            return
        loop = self._running_loop()
        self._stopped = loop.create_future()
        self._stopping = True
        self._wake.set()
        await asyncio.shield(self._stopped)
        if self._thread is not None:
            self._thread.join()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            # Daemon: a program that forgets to close must still be able to end; nothing acknowledged is lost by it.
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        elif self._stopping:
            raise JournalError(f"The journal {self.path} is closed.")
        return self._loop

    def _do(self, step: Callable[[], bool]) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self._running_loop().create_future()
        self._jobs.append(_Job(step, future))
        self._wake.set()
        return future

    # From here on: the writer's thread.

    def _run(self) -> None:
        while True:
            batch = self._take()
            if batch:
                self._write(batch)
            elif self._stopping and not self._queue and not self._jobs:
                break
            if self._jobs:
                self._work(self._jobs[0])
            self._fold(self._wal.checkpoint_if_due)
        self._finish()

    def _take(self) -> list[_Waiting]:
        """What is to be committed next; empty when there is only other work, or none any more."""
        queue = self._queue
        while not queue and not self._jobs and not self._stopping:
            self._wake.clear()
            self._wanted = 1
            if queue or self._jobs or self._stopping:
                break
            if not self._wake.wait(IDLE_S if self._wal.has_grown else None):
                self._fold(self._wal.checkpoint)
        if self._last_batch > 1:
            self._linger()
        self._wanted = _NEVER
        batch = [queue.popleft() for _ in range(min(len(queue), MAX_BATCH))]
        # What came of forwarding shares a webhook's commit; it does not make a burst.
        self._last_batch = sum([draft.kind is not Kind.FORWARD for draft, _ in batch])
        return batch

    def _linger(self) -> None:
        queue = self._queue
        self._until_probe -= 1
        if self._until_probe <= 0:
            self._until_probe = PROBE_EVERY
            self._expected = BATCH_TARGET
        give_up_at = time.monotonic() + LINGER_LIMIT_S
        self._wanted = self._expected
        seen = len(queue)
        while seen < self._expected and not self._stopping:
            self._wake.clear()
            if len(queue) >= self._expected or self._wake.wait(LINGER_STEP_S):
                return
            if len(queue) == seen:
                self._expected = max(2, seen)
                return
            if time.monotonic() >= give_up_at:
                return
            seen = len(queue)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        results: Sequence[Result]
        times, began_s = self.times, time.monotonic()
        try:
            _check_place(self.path, self._inode)
            results = self._ledger.commit([draft for draft, _ in batch])
        except ROW_ERRORS:
            results = [self._write_singly(draft) for draft, _ in batch]
        except JournalError as error:
            results = [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - the worker border: without this thread nothing is recorded or answered
            results = [explain(error, self.path)] * len(batch)
        if times is not None:
            is_whole = not any(isinstance(result, JournalError) for result in results)
            times.note(len(batch), time.monotonic() - began_s, is_whole=is_whole)
        self._wal.wrote(len(batch), sum([len(draft.body) for draft, _ in batch]))
        self._tell(self._tell_all, batch, results)

    def _write_singly(self, draft: Draft) -> Result:
        """One entry spoiled its batch: every entry gets a commit of its own, mended where it cannot be stored as is."""
        try:
            return self._ledger.commit([draft])[0]
        except ROW_ERRORS:
            try:
                return self._ledger.commit([storable(draft)])[0]
            except Exception as error:  # noqa: BLE001 - as in `_write`
                return explain(error, self.path)
        except Exception as error:  # noqa: BLE001 - as in `_write`
            return explain(error, self.path)

    def _work(self, job: _Job) -> None:
        error: JournalError | None = None
        is_unfinished = False
        try:
            is_unfinished = job.step()
        except Exception as problem:  # noqa: BLE001 - as in `_write`
            self._ledger.abandon()
            error = explain(problem, self.path)
        if not is_unfinished:
            self._jobs.popleft()
            self._tell(_settle, job.future, error)

    def _fold(self, fold: Callable[[], None]) -> None:
        # The entries are safe in the log; a full disk shows with the next commit.
        with contextlib.suppress(sqlite3.Error):
            fold()

    def _finish(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._lock.release()
        if self._stopped is not None:
            self._tell(_settle, self._stopped, None)

    def _tell_all(self, batch: Sequence[_Waiting], results: Sequence[Result]) -> None:
        """In the event loop: one wake-up for everybody whose entry was in the batch."""
        for (_, told), result in zip(batch, results, strict=True):
            try:
                told(result)
            except Exception as error:  # noqa: BLE001 - the worker border: the others in the batch have to be told
                self._complain(error)

    def _complain(self, error: Exception) -> None:
        if self._loop is not None:
            context = {"message": "nobody heard of an entry", "exception": error}
            self._loop.call_exception_handler(context)

    def _tell(self, tell: Callable[..., None], *what: object) -> None:
        if self._loop is not None:
            # A loop that was closed has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(tell, *what)


def _check_place(path: Path, inode: int) -> None:
    """A file that was removed or replaced would swallow everything written to it. Raises `JournalError`."""
    try:
        is_there = path.stat().st_ino == inode
    except FileNotFoundError:
        is_there = False
    if not is_there:
        raise JournalError(
            f"The journal {path} was removed or replaced while it was written; "
            "put it back, or restart Call Console."
        )


def _resolve(future: _Future, result: Result) -> None:
    if future.done():
        # Cancelled by a sender that went away; the entry is in the journal all the same.
        return
    if isinstance(result, JournalError):
        future.set_exception(JournalError(result.user_message))
    else:
        future.set_result(result)


def _settle(future: asyncio.Future[None], error: JournalError | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
