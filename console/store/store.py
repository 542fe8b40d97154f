"""The reactive store: follows a journal, keeps the board, tells subscribers which legs changed.

Used from one thread. Costs a few microseconds while nothing is committed; in a burst it takes a bounded number of
entries at a time, so that no frame waits long, and says how far behind it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.domain.board import Board
from console.domain.entries import Entry, Micros
from console.domain.legs import Leg, LegKey
from console.journal.api import JournalReader, Snapshot, Veiled
from console.journal.facts import fact_of
from console.store.past import Past
from console.store.recent import Recent
from console.store.reduction import KEEP_ENDED, KEEP_ENDED_FOR, Pair, Reduction

if TYPE_CHECKING:
    from console.domain.redaction.masks import Masks

RECENT = 5000
RECENT_AT_LOAD = 200
"""Of the recent entries so many are read at the start; older ones are in the journal."""
COLLECT_AFTER = (50_000, 20, 100)
"""Thresholds of the garbage collector in a process that follows a journal: entries and what they say make many objects
and no cycles, and at the usual thresholds a fifth of the work of a burst is looking for some."""
VEILED_REPLAY = 3_000
"""Masking costs several times what reading does: so much of the journal is read again when it begins."""
PER_POLL = 400
"""Entries taken in one poll: under ten milliseconds of work."""

Subscriber = Callable[[frozenset[LegKey]], None]
OnError = Callable[[Exception], None]

_NO_KEYS: frozenset[LegKey] = frozenset()


class Changes(NamedTuple):
    """What one poll brought. A key that is no longer on the board was merged into another leg or let go."""

    keys: frozenset[LegKey]
    entries: Sequence[Pair]
    behind: int = 0
    """How many entries of the journal have not been taken in yet."""


NOTHING = Changes(_NO_KEYS, ())


class Store:
    """The desk's picture of the journal. Whatever reads the journal raises `JournalError`."""

    def __init__(
        self,
        reader: JournalReader,
        *,
        clock: Callable[[], Micros],
        recent: int = RECENT,
        keep_ended: int = KEEP_ENDED,
        keep_ended_for: Micros = KEEP_ENDED_FOR,
        per_poll: int = PER_POLL,
        on_error: OnError | None = None,
    ) -> None:
        """`on_error` hears what subscribers raise; without it `poll` raises it, once all have been told."""
        self.recent = Recent(recent)
        self.past = Past(reader)
        self.reader = reader
        """Of the same journal, for those who read it on their own."""
        self._reduction = Reduction(
            reader, clock=clock, keep_ended=keep_ended, keep_ended_for=keep_ended_for
        )
        self._recent_size = recent
        self._per_poll = per_poll
        self._on_error = on_error
        self._behind = 0
        self._is_due = False
        """Whether something was committed that has not been read; stays so when reading fails."""
        self._untold: set[LegKey] = set()
        self._selected: LegKey | None = None
        self._pinned: set[LegKey] = set()
        self._subscribers: dict[object, Subscriber] = {}

    @property
    def board(self) -> Board:
        """For reading only; the same object from `load` on."""
        return self._reduction.board

    @property
    def seq(self) -> int:
        """Number of the last entry that is on the board."""
        return self._reduction.seq

    @property
    def behind(self) -> int:
        """How many entries the last poll left for the next."""
        return self._behind

    @property
    def pinned(self) -> frozenset[LegKey]:
        """The legs that were pinned."""
        return frozenset(self._pinned)

    def begin(self) -> bool:
        """Reads what goes on now, where that takes no longer than a frame; whether it did. `load` must follow."""
        self.reader.changed()
        return self._reduction.begin()

    def load(self) -> None:
        """Reads the board's snapshot and what came after it, and the latest entries; tells subscribers all keys."""
        self.reader.changed()
        self._reduction.load()
        self.recent.clear()
        self.recent.extend(
            self.reader.tail(min(RECENT_AT_LOAD, self._recent_size), before=self.seq + 1)
        )
        self._tell(frozenset(self.board.legs))

    def poll(self) -> Changes:
        """Takes in what was committed since the last time, at most `per_poll` entries of it."""
        if self.reader.changed():
            self._is_due = True
        if not self._is_due:
            return NOTHING
        entries = self.reader.read(self.seq, limit=self._per_poll)
        self._reduction.expect(entries)
        pairs: list[Pair] = []
        reduction = self._reduction
        try:
            for entry in entries:
                fact = fact_of(entry)
                pairs.append((entry, fact))
                reduction.take_in(entry, fact)
        finally:
            self._untold |= reduction.settle()
        if entries:
            self._reduction.seq = entries[-1].seq
            self.recent.extend(entries)
            self._untold |= self._reduction.evict()
        self._is_due = len(entries) == self._per_poll
        self._behind = max(0, self.reader.last_seq() - self.seq) if self._is_due else 0
        changes = Changes(frozenset(self._untold), pairs, self._behind)
        self._untold.clear()
        self._tell(changes.keys)
        return changes

    def leg(self, any_id: str) -> Leg | None:
        """The leg with this key, call_control_id or call_leg_id, read back from the journal if it left memory."""
        found = self.board.get(any_id)
        if found is not None:
            return found
        past = Board()
        for entry in self.reader.of_legs([any_id.removeprefix("leg:")], until=self.seq):
            past.apply(entry, fact_of(entry))
        return past.get(any_id)

    def entries_of(self, keys: Iterable[LegKey]) -> tuple[Pair, ...]:
        """Every entry of these legs and of the legs of their sessions, in order, from the journal."""
        return entries_with(self, ids_of(self, keys))

    def entry(self, seq: int) -> Pair | None:
        """One entry by its number."""
        entry = self.reader.get(seq)
        return None if entry is None else (entry, fact_of(entry))

    def earlier(self, before: int, count: int) -> tuple[Pair, ...]:
        """The last `count` entries before number `before`, oldest first."""
        return tuple((entry, fact_of(entry)) for entry in self.reader.tail(count, before=before))

    def deliveries(self, event_key: bytes) -> tuple[Entry, ...]:
        """Every delivery of one event."""
        return tuple(self.reader.deliveries(event_key))

    def select(self, key: LegKey | None) -> None:
        """Keeps this leg's conversation in memory while it is selected, reading it back if needed."""
        self._selected = key
        self._keep()

    def pin(self, key: LegKey) -> None:
        """Keeps this leg's conversation in memory until it is unpinned, reading it back if needed."""
        self._pinned.add(key)
        self._keep()

    def unpin(self, key: LegKey) -> None:
        """The leg may leave memory again."""
        self._pinned.discard(key)
        self._keep()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls back with the changed keys after each change; the result ends the subscription."""
        token = object()
        self._subscribers[token] = subscriber

        def unsubscribe() -> None:
            self._subscribers.pop(token, None)

        return unsubscribe

    def snapshot(self) -> Snapshot:
        """The board as of `seq`, fit for the journal."""
        return self._reduction.snapshot()

    def _keep(self) -> None:
        kept = set(self._pinned)
        if self._selected is not None:
            kept.add(self._selected)
        self._reduction.kept = kept
        came_back: set[LegKey] = set()
        for key in kept:
            if self.board.get(key) is None:
                came_back |= self._reduction.fetch(key)
        if came_back:
            self._tell(frozenset(came_back))

    def _tell(self, keys: frozenset[LegKey]) -> None:
        if not keys:
            return
        problems: list[Exception] = []
        for subscriber in tuple(self._subscribers.values()):
            try:
                subscriber(keys)
            except Exception as error:  # noqa: BLE001  one that fails must not keep the news from the others
                problems.append(error)
        if not problems:
            return
        if self._on_error is None:
            raise ExceptionGroup("subscribers of the store failed", problems)
        for problem in problems:
            self._on_error(problem)


def veil(store: Store, masks: Masks | None) -> None:
    """Everything masked from now on, or nothing any more; `load` makes the board anew."""
    from console.journal.veil import Veil

    if isinstance(store.reader, Veiled):
        store.reader.veil = None if masks is None else Veil(masks)
    store.past = Past(store.reader)
    store._reduction.forget(replay_at_most=None if masks is None else VEILED_REPLAY)


def ids_of(store: Store, keys: Iterable[LegKey]) -> tuple[str, ...]:
    """What the journal calls these legs and the legs of their sessions."""
    ids: dict[str, None] = {}
    sessions: dict[str, None] = {}
    unknown: list[str] = []
    for key in keys:
        plain = key.removeprefix("leg:")
        ids[plain] = None
        leg = store.board.get(key)
        if leg is None:
            unknown.append(plain)
            continue
        if leg.call_leg_id is not None:
            ids[leg.call_leg_id] = None
        if leg.call_session_id is not None:
            sessions[leg.call_session_id] = None
    if unknown:
        for entry in store.reader.of_legs(unknown):
            if entry.call_session_id is not None:
                sessions[entry.call_session_id] = None
    for session in sessions:
        ids.update(dict.fromkeys(store.reader.legs_of_session(session)))
    return tuple(ids)


def entries_with(store: Store, ids: Iterable[str], *, after: int = 0) -> tuple[Pair, ...]:
    """Every entry of the legs with these ids beyond number `after`, in order, from the journal."""
    return tuple((entry, fact_of(entry)) for entry in store.reader.of_legs(ids, after=after))
