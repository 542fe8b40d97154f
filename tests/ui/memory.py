"""A journal in memory, for tests of the screen: entries as the real one hands them out, without files or threads."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from console.domain.entries import Draft, Entry, Kind, Micros
from console.errors import JournalError
from console.journal.api import Snapshot


class MemoryJournal:
    """Implements `JournalReader`; `append` is the writer's half."""

    def __init__(self) -> None:
        self._all: list[Entry] = []
        self.veil: Callable[[Entry], Entry] | None = None
        self.broken: str | None = None
        self._keys: set[bytes] = set()
        self._seen = 0
        self.legs = MemoryLegs(self)

    @property
    def entries(self) -> list[Entry]:
        """All of them, through the veil where there is one."""
        return self._all if self.veil is None else [self.veil(each) for each in self._all]

    def append(self, draft: Draft) -> Entry:
        """Numbers a draft and keeps it."""
        duplicate = draft.event_key is not None and draft.event_key in self._keys
        if draft.event_key is not None:
            self._keys.add(draft.event_key)
        entry = Entry(**asdict(draft), seq=len(self._all) + 1, duplicate=duplicate)
        self._all.append(entry)
        return entry

    def changed(self) -> bool:
        if self.broken is not None:
            raise JournalError(self.broken)
        changed = len(self.entries) != self._seen
        self._seen = len(self.entries)
        return changed

    def read(
        self,
        after: int = 0,
        *,
        limit: int | None = None,
        until: int | None = None,
        kind: Kind | None = None,
    ) -> Sequence[Entry]:
        if self.broken is not None:
            raise JournalError(self.broken)
        found = [
            e
            for e in self.entries[after:]
            if (until is None or e.seq <= until) and kind in (None, e.kind)
        ]
        return found if limit is None else found[:limit]

    def tail(self, count: int, *, before: int | None = None) -> Sequence[Entry]:
        end = len(self.entries) if before is None else before - 1
        return self.entries[max(0, end - count) : end]

    def get(self, seq: int) -> Entry | None:
        return self.entries[seq - 1] if 0 < seq <= len(self.entries) else None

    def of_legs(
        self, ids: Iterable[str], *, after: int = 0, until: int | None = None
    ) -> Sequence[Entry]:
        wanted = {each.removeprefix("leg:") for each in ids}
        return [
            e for e in self.read(after, until=until) if {e.call_control_id, e.call_leg_id} & wanted
        ]

    def legs_of_session(self, call_session_id: str) -> Sequence[str]:
        found = (
            e.call_control_id or e.call_leg_id
            for e in self.entries
            if e.call_session_id == call_session_id
        )
        return list(dict.fromkeys(each for each in found if each))

    def live_legs(self) -> Sequence[str]:
        sessions: dict[str, dict[str, bool]] = {}
        for e in self.entries:
            if e.call_control_id:
                legs = sessions.setdefault(e.call_session_id or e.call_control_id, {})
                legs.setdefault(e.call_control_id, True)
                if e.event_type == "call.hangup":
                    legs[e.call_control_id] = False
        return [leg for legs in sessions.values() if any(legs.values()) for leg in legs]

    def first_seq_of(self, any_leg_id: str) -> int | None:
        return next((e.seq for e in self.of_legs([any_leg_id])), None)

    def first_seqs_of(self, ids: Collection[str]) -> Mapping[str, int]:
        return {i: seq for i in ids if (seq := self.first_seq_of(i)) is not None}

    def seq_at(self, at: Micros) -> int:
        return max((e.seq for e in self.entries if e.received_at <= at), default=0)

    def last_seq(self) -> int:
        return len(self.entries)

    def deliveries(self, event_key: bytes) -> Sequence[Entry]:
        return [e for e in self.entries if e.event_key == event_key]

    def snapshot(self) -> Snapshot | None:
        return None

    def scan(self, *, after: int = 0, event_type: str | None = None) -> Iterator[Entry]:
        for entry in self.entries[after:]:
            if event_type is None or fnmatch.fnmatch(entry.event_type or "", event_type):
                yield entry

    def close(self) -> None:
        pass


class MemoryLegs:
    """`JournalLegs` of a journal in memory."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal

    def _known(self) -> dict[str, tuple[int, int | None, str | None]]:
        """By id in the order heard of: first entry, when we were told of the end, session."""
        known: dict[str, tuple[int, int | None, str | None]] = {}
        for e in self._journal.entries:
            name = e.call_control_id or e.call_leg_id
            if name is None:
                continue
            first, ended, session = known.get(name, (e.seq, None, None))
            if e.event_type == "call.hangup" and ended is None:
                ended = e.received_at
            known[name] = first, ended, session or e.call_session_id
        return known

    def numbers(self, *, after: int = 0) -> Sequence[int]:
        return list(range(len(self._known()), after, -1))

    def ids(self, numbers: Collection[int]) -> Mapping[int, str]:
        names = list(self._known())
        return {n: names[n - 1] for n in numbers if 0 < n <= len(names)}

    def heard_of_by(self, seq: int) -> int:
        return sum(1 for first, _ended, _session in self._known().values() if first <= seq)

    def live_at(self, seq: int, at: Micros) -> Sequence[str]:
        known = {name: each for name, each in self._known().items() if each[0] <= seq}
        live = [name for name, (_f, ended, _s) in known.items() if ended is None or ended > at]
        sessions = {known[name][2] for name in live} - {None}
        return [name for name, each in known.items() if name in live or each[2] in sessions]

    def ended_by(self, at: Micros, count: int) -> Sequence[str]:
        ends = [(end, name) for name, (_f, end, _s) in self._known().items() if end is not None]
        return [name for end, name in sorted(ends, reverse=True) if end <= at][:count]
