"""The tail of the journal: a bounded ring of entries, filtered, each drawn when it comes into sight."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from console.domain.entries import Entry, Fact, Forwarded, Micros
from console.domain.forwarding import is_told_with_its_event
from console.domain.legs import Leg
from console.ui.presenters.cells import Line, Span
from console.ui.presenters.entries import present_entry
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.presenters.rows import Rows

if TYPE_CHECKING:
    from console.domain.filter import EntryText
    from console.ui.presenters.entry_sifting import EntrySieve

Pair = tuple[Entry, Fact]
LegOf = Callable[[str], Leg | None]
"""The leg with an identifier; None where it is not known."""


class EntryFilter(Protocol):
    """What the tail needs of `console.domain.filter.Filter`."""

    @property
    def follows_legs(self) -> bool:
        """Whether entries come and go with what becomes of their legs."""
        ...

    def passes_entry(self, entry: EntryText, now: Micros) -> bool: ...


class TailRows(Rows[int]):
    """Rows by `seq`, oldest first. At most `limit` entries are kept, shown or not; the journal has them all.

    Of a long tail a filter is asked in slices, the newest entries first: see `set_filter` and `sift`.
    """

    def __init__(
        self,
        *,
        limit: int = 5_000,
        look: Look = PLAIN_LOOK,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.limit = limit
        self.dropped = 0
        self.leg_of: LegOf = _nobody
        """The leg that an entry is about, for filters that ask about it."""
        self._look = look
        self._stopwatch = stopwatch
        self._all: list[Pair] = []
        self._seqs: list[int] = []
        """Of all of them."""
        self._plain: list[int] = []
        """Of those that have a line of their own while there is no filter."""
        self._events: dict[bytes, int] = {}
        """The latest delivery of each event that is held."""
        self._answers: dict[int, tuple[int, Forwarded]] = {}
        """What the application said to a delivery, and the number of the entry that tells it."""
        self._sieve: EntrySieve | None = None

    @property
    def filter(self) -> EntryFilter | None:
        """The filter in force."""
        return None if self._sieve is None else self._sieve.filter

    @property
    def is_sifting(self) -> bool:
        """Whether there are entries that the filter has not been asked about yet."""
        return self._sieve is not None and self._sieve.is_sifting

    @property
    def _shown(self) -> list[int]:
        return self._plain if self._sieve is None else self._sieve.shown

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def kept(self) -> int:
        """Entries in the ring, shown or not."""
        return len(self._all)

    def key_at(self, index: int) -> int:
        return self._shown[index]

    def index_of(self, key: int) -> int | None:
        return _place(self._shown, key)

    def stamp(self, key: int) -> Hashable:
        answer = self._answers.get(key)
        return key if answer is None else (key, answer[0])

    def pair(self, key: int) -> Pair | None:
        """The entry that a row stands for."""
        if self.index_of(key) is None:
            return None
        index = _place(self._seqs, key)
        return None if index is None else self._all[index]

    def extend(self, pairs: Iterable[Pair], now: Micros = 0) -> int:
        """Adds entries newer than those held; answers how many of them are shown."""
        last = self._all[-1][0].seq if self._all else -1
        new = [pair for pair in pairs if pair[0].seq > last]
        if len(new) > self.limit:
            self.dropped += len(new) - self.limit
            new = new[-self.limit :]
        self._all += new
        self._seqs += [pair[0].seq for pair in new]
        plain = self._take_in(new)
        fresh = plain if self._sieve is None else self._sieve.extend(new, now)
        self._trim()
        return fresh

    @property
    def held(self) -> Sequence[Pair]:
        """All entries that are held, shown or not, oldest first."""
        return tuple(self._all)

    def replace(self, pairs: Iterable[Pair], now: Micros = 0) -> None:
        """Holds other entries; the filter in force is asked about all of them at once."""
        wanted = self.filter
        self._sieve = None
        self._all[:] = pairs
        self._seqs[:] = [pair[0].seq for pair in self._all]
        self._plain.clear()
        self._events.clear()
        self._answers.clear()
        self._take_in(self._all)
        self.set_filter(wanted, now)

    def set_filter(
        self, wanted: EntryFilter | None, now: Micros = 0, *, budget_s: float | None = None
    ) -> None:
        """Shows what the filter lets through; None shows all. With a budget `sift` has to go on."""
        if wanted is None:
            self._sieve = None
            return
        if self._sieve is None:
            from console.ui.presenters.entry_sifting import EntrySieve

            self._sieve = EntrySieve(self._all, self._look, self.leg_of, self._stopwatch)
        self._sieve.use(wanted, now, budget_s)

    def sift(self, now: Micros, budget_s: float) -> bool:
        """Goes on asking the filter; true while there is more to ask."""
        return self._sieve is not None and self._sieve.sift(now, budget_s)

    def tick(self, now: Micros) -> bool:
        """Begins to ask again where answers change with legs and time; `sift` goes on. True if there is a need."""
        return self._sieve is not None and self._sieve.again(now)

    def _trim(self) -> None:
        excess = len(self._all) - self.limit
        if excess <= 0:
            return
        self.dropped += excess
        for entry, _fact in self._all[:excess]:
            self._answers.pop(entry.seq, None)
            if entry.event_key is not None and self._events.get(entry.event_key) == entry.seq:
                del self._events[entry.event_key]
        del self._plain[: bisect_left(self._plain, self._all[excess][0].seq)]
        del self._all[:excess]
        del self._seqs[:excess]
        if self._sieve is not None:
            self._sieve.trim(self._seqs[0], excess)

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        pair = self.pair(key)
        if pair is None:
            return (Span("  "),)
        _, answer = self._answers.get(key, (0, None))
        return present_entry(*pair, width, self._look, answer=answer)

    def _take_in(self, pairs: Sequence[Pair]) -> int:
        """Puts answers of an application beside their events; how many pairs have a line of their own."""
        before = len(self._plain)
        for entry, fact in pairs:
            if isinstance(fact, Forwarded):
                if self._is_beside_its_event(entry.seq, fact):
                    continue
            elif entry.event_key is not None:
                self._events[entry.event_key] = entry.seq
            self._plain.append(entry.seq)
        return len(self._plain) - before

    def _is_beside_its_event(self, seq: int, fact: Forwarded) -> bool:
        event = None if fact.event_key is None else self._events.get(fact.event_key)
        if event is None or fact.is_observer:
            return False
        self._answers[event] = (seq, fact)
        return is_told_with_its_event(fact)


def _place(seqs: list[int], seq: int) -> int | None:
    index = bisect_left(seqs, seq)
    return index if index < len(seqs) and seqs[index] == seq else None


def _nobody(_any_id: str) -> Leg | None:
    return None
