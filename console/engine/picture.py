"""The engine's own board, for reconciling and for snapshots: follows the journal, off the path of the answer.

What senders wait for comes first. A port that is busy is left alone: what it brings stays in the journal until the
burst is over, or until somebody needs the board.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from console.domain.entries import Entry, Micros
from console.domain.legs import Leg
from console.errors import JournalError
from console.journal.api import Appended, JournalReader, Snapshot
from console.journal.facts import fact_of
from console.store.reduction import REPLAY_AT_MOST, Reduction

REST_S = 0.05
"""How long entries wait to be taken in, and how long a busy port is left alone."""
BUSY = 50
"""More entries than this within one rest, a thousand a second, and the port counts as busy."""
AT_ONCE = 200
"""So many entries are taken in at once when somebody asks for a leg: under ten milliseconds."""
SLICE = 50
"""Entries taken in at a time: two milliseconds in which no webhook is answered."""

_log = logging.getLogger("console.engine.picture")


class Picture:
    """Belongs to one event loop. `notice` is cheap; the work is done in small slices a little later."""

    def __init__(self, reader: JournalReader, clock: Callable[[], Micros]) -> None:
        self._reader = reader
        self._reduction = Reduction(reader, clock=clock)
        self._newest = 0
        self._newest_before = 0
        self._saved_seq = 0
        self._timer: asyncio.TimerHandle | None = None
        self._has_complained = False

    @property
    def seq(self) -> int:
        """Every entry up to here is on the board."""
        return self._reduction.seq

    @property
    def unsaved(self) -> int:
        """How many entries came onto the board since the last snapshot."""
        return self.seq - self._saved_seq

    def load(self) -> None:
        """The board as the journal has it. Raises `JournalError`."""
        self._reduction.load()
        self._newest = max(self._newest, self.seq)
        snapshot = self._reader.snapshot()
        # A start that had to replay a long tail is the last that has to.
        self._saved_seq = 0 if snapshot is None else snapshot.seq

    def notice(self, appended: Appended) -> None:
        """An entry has just been committed."""
        self._newest = max(self._newest, appended.seq)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(REST_S, self._tick)

    def catch_up(self) -> None:
        """Takes in everything that was committed so far. Raises `JournalError`."""
        if self._newest - self.seq > REPLAY_AT_MOST:
            self.load()
        while self._take_slice():
            pass

    def live_legs(self) -> Sequence[Leg]:
        """The legs that have not ended."""
        board = self._reduction.board
        return [board.legs[key] for key in board.live_keys]

    def leg(self, any_id: str) -> Leg | None:
        """The leg with this key, call_control_id or call_leg_id, if it is in memory; up to date unless the port is busy."""
        if self._newest - self.seq <= AT_ONCE:
            # A journal that cannot be read now is no reason to say nothing of the leg.
            with suppress(JournalError):
                self.catch_up()
        return self._reduction.board.get(any_id)

    def knows(self, event_key: bytes) -> bool:
        """Whether the journal has this event. Raises `JournalError`."""
        return bool(self._reader.deliveries(event_key))

    def has_heard_of(self, any_id: str) -> bool:
        """Whether the journal knows this leg, in memory or not. Raises `JournalError`."""
        if self.leg(any_id) is not None:
            return True
        return self._reader.first_seq_of(any_id.removeprefix("leg:")) is not None

    def snapshot(self) -> Snapshot | None:
        """The board to be saved; None when nothing has changed since the last one."""
        if self.seq == self._saved_seq:
            return None
        self._saved_seq = self.seq
        return self._reduction.snapshot()

    def close(self) -> None:
        """Takes in the rest; nothing comes after this."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            self.catch_up()
        except JournalError as error:
            _log.error("the last entries are not in the snapshot: %s", error.user_message)

    def _tick(self) -> None:
        came, self._newest_before = self._newest - self._newest_before, self._newest
        rest_s = REST_S
        if came <= BUSY:
            try:
                # Waiting webhooks come in between two slices.
                rest_s = 0.0 if self._take_slice() else REST_S
            except JournalError:
                # Whoever appends says so; here it is tried again.
                rest_s = REST_S
        self._timer = (
            asyncio.get_running_loop().call_later(rest_s, self._tick)
            if self.seq < self._newest
            else None
        )

    def _take_slice(self) -> bool:
        """Takes in some entries; whether there are more. Raises `JournalError`."""
        reduction, newest = self._reduction, self._newest
        entries = self._reader.read(reduction.seq, limit=SLICE, until=newest)
        reduction.expect(entries)
        try:
            for entry in entries:
                self._at_the_border(partial(self._take_in, entry))
                reduction.seq = entry.seq
        finally:
            # What several entries say of one leg is worked out once.
            self._at_the_border(reduction.settle)
        if len(entries) < SLICE:
            # What is not there was removed meanwhile: to wait for it would never end.
            reduction.seq = max(reduction.seq, newest)
        reduction.evict()
        return reduction.seq < self._newest

    def _take_in(self, entry: Entry) -> None:
        self._reduction.take_in(entry, fact_of(entry))

    def _at_the_border(self, work: Callable[[], object]) -> None:
        """A fault in the picture must not stop webhooks. Raises `JournalError`."""
        try:
            work()
        except JournalError:
            raise
        except Exception as error:  # noqa: BLE001 - the worker border
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        if not self._has_complained:
            self._has_complained = True
            _log.error("an entry could not be put on the board: %s", type(error).__name__)
