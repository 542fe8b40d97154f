"""The engine's own board, for reconciling and for snapshots: fed with what was appended, off the path of the answer."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from console.domain.entries import Draft, Fact, Micros
from console.domain.legs import Leg
from console.errors import JournalError
from console.journal.api import Appended, JournalReader, Snapshot
from console.store.live import LiveBoard

REST_S = 0.02
"""How long an entry waits at most before it is taken in."""
SLICE = 50
"""Entries taken in at a time: under a millisecond in which no webhook is answered."""

_log = logging.getLogger("console.engine.picture")

_New = tuple[Draft, Appended, Fact | None]


class Picture:
    """Belongs to one event loop. `notice` is cheap; the work is done in small slices a little later."""

    def __init__(self, reader: JournalReader, clock: Callable[[], Micros]) -> None:
        self._reader = reader
        self._live = LiveBoard(reader, clock=clock)
        self._news: deque[_New] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._has_complained = False

    def load(self) -> None:
        """The board as the journal has it. Raises `JournalError`."""
        self._live.load()

    def notice(self, draft: Draft, appended: Appended, fact: Fact | None) -> None:
        """Takes an entry that has just been committed; `fact` where it is known already."""
        self._news.append((draft, appended, fact))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(REST_S, self._take_slice)

    def catch_up(self) -> None:
        """Takes in everything that was committed so far."""
        while self._news:
            for _ in range(min(SLICE, len(self._news))):
                self._take()
            self._live.evict()

    def live_legs(self) -> Sequence[Leg]:
        """The legs that have not ended."""
        board = self._live.board
        return [board.legs[key] for key in board.live_keys]

    def leg(self, any_id: str) -> Leg | None:
        """The leg with this key, call_control_id or call_leg_id, if it is in memory."""
        return self._live.board.get(any_id)

    def knows(self, event_key: bytes) -> bool:
        """Whether the journal has this event. Raises `JournalError`."""
        return bool(self._reader.deliveries(event_key))

    def snapshot(self) -> Snapshot | None:
        """The board to be saved; None when nothing has changed since the last one."""
        return self._live.snapshot()

    @property
    def seq(self) -> int:
        """Every entry up to here is on the board."""
        return self._live.seq

    def close(self) -> None:
        """Takes in the rest; nothing comes after this."""
        if self._timer is not None:
            self._timer.cancel()
        self.catch_up()

    def _take_slice(self) -> None:
        for _ in range(min(SLICE, len(self._news))):
            self._take()
        self._live.evict()
        # Waiting webhooks come in between two slices.
        self._timer = (
            asyncio.get_running_loop().call_later(0, self._take_slice) if self._news else None
        )

    def _take(self) -> None:
        draft, appended, fact = self._news.popleft()
        if appended.seq <= self._live.seq:
            return
        try:
            self._live.add(draft, appended, fact)
        except JournalError:
            # A leg that cannot be read back is shown from its next entry on.
            return
        except Exception as error:  # noqa: BLE001 - the worker border: a fault in the picture must not stop webhooks
            if not self._has_complained:
                self._has_complained = True
                _log.error("an entry could not be put on the board: %s", type(error).__name__)
