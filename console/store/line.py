"""Feeds the figures of the line: the journal's past in slices, then what the store takes in anyway.

The last half hour is read first, so that the figures that matter are there within moments; then the whole day is read
beside it, and takes its place. Used from the store's thread.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.entries import Entry, Fact, Micros
from console.domain.metrics.metrics import Metrics
from console.domain.metrics.parameters import MINUTE, Parameters, day_start
from console.domain.metrics.tally import WINDOW_MIN
from console.domain.ring_back import KEEP_FOR
from console.journal.facts import fact_of
from console.store.store import Changes, Store

SLICE = 50
"""Entries read at a time: two milliseconds of work."""
SEEDED = 20
"""Live legs looked up at a time."""
_MARGIN: Micros = 5 * MINUTE


class _Run:
    """One reading of the journal from some entry on."""

    def __init__(self, store: Store, parameters: Parameters, after: int) -> None:
        self._store = store
        self.after = after
        self.seq = after
        self.metrics = Metrics(parameters, recall=self._recall)
        self.is_current = False
        self._unseeded: list[str] | None = None

    def step(self) -> bool:
        """A slice more; true while there is more to do. Raises `JournalError`."""
        until = self._store.seq
        if self.seq < until:
            entries = self._store.reader.read(self.seq, limit=SLICE, until=until)
            for entry in entries:
                self.metrics.apply(entry, fact_of(entry))
            self.seq = entries[-1].seq if entries else until
            return True
        if self._unseeded is None:
            board = self._store.board
            legs = (board.legs[key] for key in board.live_keys)
            self._unseeded = [leg.call_control_id for leg in legs if leg.call_control_id]
        for key in self._unseeded[:SEEDED]:
            self.metrics.fetch(key)
        del self._unseeded[:SEEDED]
        self.is_current = not self._unseeded
        return not self.is_current

    def take(self, pairs: Iterable[tuple[Entry, Fact]]) -> None:
        """What the store has just taken in; what is older than the reading is at comes by itself."""
        if not self.is_current:
            return
        for entry, fact in pairs:
            if entry.seq > self.seq:
                self.metrics.apply(entry, fact)
                self.seq = entry.seq

    def _recall(self, key: str, before: int) -> Iterable[tuple[Entry, Fact]]:
        """What the journal holds of a leg's conversation before an entry."""
        reader, until = self._store.reader, min(before - 1, self.seq)
        own = reader.of_legs([key], until=until)
        if not own:
            return ()
        sessions = {entry.call_session_id for entry in own if entry.call_session_id}
        ids = dict.fromkeys([key])
        for session in sessions:
            ids.update(dict.fromkeys(reader.legs_of_session(session)))
        entries = reader.of_legs(ids, until=until) if len(ids) > 1 else own
        return [(entry, fact_of(entry)) for entry in entries]


class LineReader:
    """The figures' counts as far as they have been read."""

    def __init__(self, store: Store, parameters: Parameters, now: Micros) -> None:
        """Nothing is read before `step`. Raises `JournalError`."""
        self._store = store
        self._parameters = parameters
        reader = store.reader
        whole = min(day_start(now, parameters), now - KEEP_FOR)
        recent = now - WINDOW_MIN * MINUTE - _MARGIN
        self._whole_after = reader.seq_at(min(whole, recent))
        first = reader.read(0, limit=1)
        self.recorded_from: Micros | None = first[0].received_at if first else None
        """When the journal begins."""
        self._shown = _Run(store, parameters, reader.seq_at(recent))
        self._next: _Run | None = None
        self._advance(self._shown, now)

    @property
    def metrics(self) -> Metrics:
        """To be read, after `advance`."""
        return self._shown.metrics

    @property
    def has_window(self) -> bool:
        """Whether the last half hour has been read."""
        return self._shown.is_current

    @property
    def has_day(self) -> bool:
        """Whether the whole day has been read."""
        return self._shown.is_current and self._shown.after <= self._whole_after

    @property
    def progress(self) -> float:
        """How much of the day has been read, from 0 to 1."""
        run = self._next or self._shown
        if self.has_day:
            return 1.0
        if run.after > self._whole_after:
            return 0.0
        return (run.seq - run.after) / max(1, self._store.seq - run.after)

    def step(self, now: Micros) -> bool:
        """Reads a slice more; true while there is more to do. Raises `JournalError`."""
        if not self._shown.is_current:
            self._shown.step()
            return True
        if self.has_day:
            return False
        if self._next is None:
            self._next = _Run(self._store, self._parameters, self._whole_after)
            self._advance(self._next, now)
        if not self._next.step():
            self._shown, self._next = self._next, None
        return True

    def take(self, changes: Changes) -> None:
        """What the store has just taken in."""
        self._shown.take(changes.entries)
        if self._next is not None:
            self._next.take(changes.entries)

    def advance(self, now: Micros) -> None:
        """Time has passed."""
        self._advance(self._shown, now)

    def _advance(self, run: _Run, now: Micros) -> None:
        run.metrics.advance(now)
