"""A journal as it was: a reader that knows nothing of what came after one entry. The bound can be moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from console.domain.entries import Entry, Kind, Micros
from console.journal.api import JournalReader, Snapshot
from console.journal.legs import JournalLegs


class BoundedReader:
    """A `JournalReader` over another one, which stays open and in use: it is asked nothing that would change it."""

    def __init__(self, reader: JournalReader, until: int) -> None:
        self._reader = reader
        self.until = until
        """Number of the last entry that exists."""
        self.legs: JournalLegs = BoundedLegs(reader.legs, self)
        self._told: int | None = None

    def changed(self) -> bool:
        """Whether the bound was moved since the last call; the first says yes."""
        told, self._told = self._told, self.until
        return told != self.until

    def read(
        self,
        after: int = 0,
        *,
        limit: int | None = None,
        until: int | None = None,
        kind: Kind | None = None,
    ) -> Sequence[Entry]:
        return self._reader.read(after, limit=limit, until=self._within(until), kind=kind)

    def tail(self, count: int, *, before: int | None = None) -> Sequence[Entry]:
        end = self.until + 1
        return self._reader.tail(count, before=end if before is None else min(before, end))

    def get(self, seq: int) -> Entry | None:
        return self._reader.get(seq) if seq <= self.until else None

    def of_legs(
        self, ids: Iterable[str], *, after: int = 0, until: int | None = None
    ) -> Sequence[Entry]:
        return self._reader.of_legs(ids, after=after, until=self._within(until))

    def legs_of_session(self, call_session_id: str) -> Sequence[str]:
        """Those that came later have no entries here."""
        return self._reader.legs_of_session(call_session_id)

    def live_legs(self) -> Sequence[str]:
        last = self._reader.get(self.until)
        return () if last is None else self.legs.live_at(self.until, last.received_at)

    def first_seq_of(self, any_leg_id: str) -> int | None:
        first = self._reader.first_seq_of(any_leg_id)
        return first if first is not None and first <= self.until else None

    def first_seqs_of(self, ids: Collection[str]) -> Mapping[str, int]:
        firsts = self._reader.first_seqs_of(ids)
        return {name: first for name, first in firsts.items() if first <= self.until}

    def seq_at(self, at: Micros) -> int:
        return min(self._reader.seq_at(at), self.until)

    def last_seq(self) -> int:
        return min(self._reader.last_seq(), self.until)

    def deliveries(self, event_key: bytes) -> Sequence[Entry]:
        return [e for e in self._reader.deliveries(event_key) if e.seq <= self.until]

    def snapshot(self) -> Snapshot | None:
        saved = self._reader.snapshot()
        return saved if saved is not None and saved.seq <= self.until else None

    def scan(self, *, after: int = 0, event_type: str | None = None) -> Iterator[Entry]:
        for entry in self._reader.scan(after=after, event_type=event_type):
            if entry.seq > self.until:
                return
            yield entry

    def close(self) -> None:
        """Whoever opened the journal closes it."""

    def _within(self, until: int | None) -> int:
        return self.until if until is None else min(until, self.until)


class BoundedLegs:
    """The legs that had been heard of by the bound."""

    def __init__(self, legs: JournalLegs, reader: BoundedReader) -> None:
        self._legs = legs
        self._reader = reader

    def numbers(self, *, after: int = 0) -> Sequence[int]:
        last = self._legs.heard_of_by(self._reader.until)
        return [number for number in self._legs.numbers(after=after) if number <= last]

    def ids(self, numbers: Collection[int]) -> Mapping[int, str]:
        return self._legs.ids(numbers)

    def heard_of_by(self, seq: int) -> int:
        return self._legs.heard_of_by(min(seq, self._reader.until))

    def live_at(self, seq: int, at: Micros) -> Sequence[str]:
        return self._legs.live_at(min(seq, self._reader.until), at)

    def ended_by(self, at: Micros, count: int) -> Sequence[str]:
        return self._legs.ended_by(at, count)
