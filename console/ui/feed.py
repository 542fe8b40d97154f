"""Follows the store at a bounded rate: one timer, one look at the journal, one round of painting.

The rate gives way when a round takes more than half of its time, down to twice a second, and comes back.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
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


class Ticking(Protocol):
    """Where the timers live: a guarded screen."""

    def guarded_interval(self, seconds: float, callback: Callable[[], None]) -> Timer: ...


class Feed:
    """`on_changes` gets what is new; `on_trouble` gets a sentence when the journal cannot be read, None when it can."""

    def __init__(
        self,
        store: Store,
        *,
        hz: float,
        on_changes: Callable[[Changes], None],
        on_trouble: Callable[[str | None], None],
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store = store
        self._fastest_s = 1.0 / max(1.0, min(hz, 60.0))
        self.interval_s = self._fastest_s
        self._on_changes = on_changes
        self._on_trouble = on_trouble
        self._stopwatch = stopwatch
        self._timer: Timer | None = None
        self._host: Ticking | None = None
        self._trouble: str | None = None
        self.loaded = False
        self.rate = RateHistory()

    def start(self, host: Ticking) -> None:
        """Begins: reads the board, then goes on with the timer."""
        self._host = host
        self._timer = host.guarded_interval(self.interval_s, self.look)
        self.look()

    def look(self) -> None:
        """One round."""
        began = self._stopwatch()
        try:
            if not self.loaded:
                self._store.load()
                self.loaded = True
            changes = self._store.poll()
        except ConsoleError as error:
            self._tell(error.user_message)
            return
        self._tell(None)
        if changes.keys or changes.entries:
            self.rate.count(changes.entries)
            self._on_changes(changes)
            self._adapt(self._stopwatch() - began)
        elif self.interval_s > self._fastest_s:
            self._adapt(0.0)

    def _tell(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._on_trouble(trouble)

    def _adapt(self, took_s: float) -> None:
        """Twice the interval when a round takes more than half of it; half when it would still be at rest."""
        wanted = self.interval_s
        if took_s > self.interval_s / 2:
            wanted = min(self.interval_s * 2, max(_SLOWEST_S, self._fastest_s))
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
