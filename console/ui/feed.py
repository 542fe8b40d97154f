"""Follows the store at a bounded rate: one timer, one look at the journal, one round of painting.

The rate gives way when a round takes more than half of its time, down to twice a second, and comes back.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from console.domain.entries import Entry, Event, Fact, Kind
from console.domain.legs import Leg, LegState
from console.errors import ConsoleError

if TYPE_CHECKING:
    from textual.timer import Timer

    from console.domain.board import Board
    from console.store.store import Changes, Store

_SLOWEST_S = 0.5
_HISTORY_S = 60


class Reader(Protocol):
    """Who is told."""

    def board_loaded(self) -> None: ...

    def changed(self, changes: Changes) -> None: ...

    def trouble(self, sentence: str) -> None: ...


class Ticking(Protocol):
    """Where the timer lives: a guarded screen."""

    def guarded_interval(self, seconds: float, callback: Callable[[], None]) -> Timer: ...


class Feed:
    """Looks at the store, tells the reader."""

    def __init__(
        self,
        store: Store,
        *,
        hz: float,
        reader: Reader,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store = store
        self._reader = reader
        self._fastest_s = 1.0 / max(1.0, min(hz, 60.0))
        self.interval_s = self._fastest_s
        self.behind = 0
        """Entries of the journal that have not been taken in yet."""
        self.rate = RateHistory()
        self._stopwatch = stopwatch
        self._timer: Timer | None = None
        self._host: Ticking | None = None
        self._trouble: str | None = None
        self._loaded = False

    def begin(self) -> None:
        """Before the first frame: the calls that go on now, where that is known quickly."""
        with suppress(ConsoleError):
            # `start` tries again, and says why it is not possible.
            if self._store.begin():
                self._reader.board_loaded()

    def start(self, host: Ticking) -> None:
        """Goes on with all of the board, and with a timer."""
        self._host = host
        self._timer = host.guarded_interval(self.interval_s, self.look)
        self.look()

    def look(self) -> None:
        """One round."""
        began = self._stopwatch()
        try:
            if not self._loaded:
                self._store.load()
                self._loaded = True
                self._reader.board_loaded()
            changes = self._store.poll()
        except ConsoleError as error:
            if self._trouble != error.user_message:
                self._trouble = error.user_message
                self._reader.trouble(error.user_message)
            return
        self._trouble = None
        self.behind = changes.behind
        if changes.keys or changes.entries:
            self.rate.count(changes.entries)
            self._reader.changed(changes)
            self._adapt(self._stopwatch() - began)
        elif self.interval_s > self._fastest_s:
            self._adapt(0.0)

    def _adapt(self, took_s: float) -> None:
        """Twice the interval when a round takes more than half of it; half when it would still be at rest."""
        wanted = self.interval_s
        if took_s > self.interval_s / 2:
            wanted = max(self.interval_s, min(self.interval_s * 2, _SLOWEST_S))
        elif took_s < self.interval_s / 8:
            wanted = max(self.interval_s / 2, self._fastest_s)
        if wanted != self.interval_s and self._timer is not None and self._host is not None:
            self.interval_s = wanted
            self._timer.stop()
            self._timer = self._host.guarded_interval(wanted, self.look)


class RateHistory:
    """Events per second, over the last minute."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque([0.0] * _HISTORY_S, maxlen=_HISTORY_S)
        self._current = 0

    def count(self, entries: Sequence[tuple[Entry, Fact]]) -> None:
        """Takes note of webhooks."""
        self._current += sum(1 for entry, _fact in entries if entry.kind is Kind.WEBHOOK)

    def next_second(self) -> None:
        """Closes the present second."""
        self._seconds.append(float(self._current))
        self._current = 0

    @property
    def values(self) -> Sequence[float]:
        """One value per second, the latest last."""
        return tuple(self._seconds)


def new_incoming(entries: Sequence[tuple[Entry, Fact]], board: Board) -> tuple[Leg, ...]:
    """Legs of incoming calls that these entries tell of for the first time, and that still ring."""
    found: dict[str, Leg] = {}
    for entry, fact in entries:
        if entry.duplicate or not isinstance(fact, Event) or fact.type != "call.initiated":
            continue
        leg = board.get(fact.call_control_id or fact.call_leg_id or "")
        if leg is not None and leg.state is LegState.RINGING and leg.direction == "incoming":
            found[leg.key] = leg
    return tuple(found.values())
