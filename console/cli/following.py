"""Prints entries as the journal grows, from a thread of its own: a reader that does not read holds up only itself."""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from console.cli.output import note, put, reason_of, silence_stdout
from console.domain.entries import Entry
from console.errors import ConsoleError, JournalError
from console.journal.sqlite import open_reader

LOOK_EVERY_S = 0.05
BATCH = 500
LAST_WORDS_S = 2.0
LEAVES_AFTER_S = 1.0

Show = Callable[[Entry], str | None]
"""The line for an entry; None for none."""


class Follower:
    """Prints what is appended to a journal after `after`, until closed.

    `on_gone` is called in the loop that started it when nobody reads stdout any more, or the journal cannot be read.
    """

    def __init__(self, journal: Path, after: int, show: Show, on_gone: Callable[[], None]) -> None:
        self.shown = 0
        self.error: ConsoleError | None = None
        self._journal = journal
        self._after = after
        self._show = show
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)

    def start(self) -> None:
        """Begins to print; the journal's file must exist."""
        self._thread.start()

    async def aclose(self) -> None:
        """Prints what is left and ends, in a bounded time even when nobody reads."""
        self._enough.set()
        await self._loop.run_in_executor(None, self._thread.join, LAST_WORDS_S)

    @property
    def is_stuck(self) -> bool:
        """Whether the thread still hangs in a write that nobody takes."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._follow()
        except BrokenPipeError:
            silence_stdout()
            self._loop.call_soon_threadsafe(self._on_gone)
        except JournalError as error:
            self.error = error
            self._loop.call_soon_threadsafe(self._on_gone)
        except OSError as error:
            # Where lines go is full, say: calls must not end for that.
            silence_stdout()
            self.error = ConsoleError(f"stdout took no more lines: {reason_of(error)}")
            note(f"{self.error.user_message}; nothing more is printed, recording goes on")

    def _follow(self) -> None:
        reader = open_reader(self._journal)
        try:
            while True:
                is_last_round = self._enough.is_set()
                while batch := reader.read(self._after, limit=BATCH):
                    self._print(batch)
                if is_last_round:
                    return
                while not reader.changed() and not self._enough.wait(LOOK_EVERY_S):
                    pass
        finally:
            reader.close()

    def _print(self, batch: Sequence[Entry]) -> None:
        for entry in batch:
            line = self._show(entry)
            if line is not None:
                put(line)
                self.shown += 1
        self._after = batch[-1].seq


def leave_soon(exit_code: int) -> None:
    """Call it when all is done and said: a thread that still asks a name server, say, may hold the end up so long only.

    Nobody can end such a thread, and both the event loop and the interpreter wait for it.
    """
    leaving = threading.Timer(LEAVES_AFTER_S, os._exit, (exit_code,))
    leaving.daemon = True
    leaving.start()


def leave_at_once(exit_code: int) -> None:
    """Ends the process when a thread hangs in a write: an orderly exit would wait for it for ever."""
    os._exit(exit_code)
