"""A board with bounded memory: applies entries, lets go of what ended long ago, and brings it back when it is heard of.

An entry about a leg that is not in memory may be the first of a new leg or a late one of a leg that was let go. The
journal knows: in the second case all earlier entries of the leg are applied first, so that nothing that ended comes
back to life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

import msgspec

from console import __version__
from console.domain.board import Board
from console.domain.entries import Entry, Fact, Micros
from console.domain.legs import LegKey
from console.journal.api import JournalReader, Snapshot
from console.journal.facts import fact_of

KEEP_ENDED = 1000
KEEP_ENDED_FOR: Micros = 8 * 3600 * 1_000_000
REPLAY_AT_MOST = 20_000
"""A longer tail is not replayed from its beginning: only live conversations are read, and so many last entries."""
CHUNK = 1000
_LOOKED_AT = 256
"""How many of the oldest ended legs one eviction looks at; the rest waits for the next."""
_ALWAYS_KEPT = 5
"""One part in so many of `keep_ended` stays however old it is: a quiet desk, or an old journal, is not empty."""
_SLACK = 16
"""Evicting starts so many (plus a part) beyond the limit, so that it is not done for every single leg."""

Pair = tuple[Entry, Fact]

_encode = msgspec.json.Encoder().encode


class _Saved(msgspec.Struct):
    """A board in a snapshot. Boards saved by another version of the program are made anew from the entries."""

    version: str
    board: dict[str, object]


_read_saved = msgspec.json.Decoder(_Saved).decode


class Reduction:
    """The board, and what it takes to keep it small and right."""

    def __init__(
        self,
        reader: JournalReader,
        *,
        clock: Callable[[], Micros],
        keep_ended: int = KEEP_ENDED,
        keep_ended_for: Micros = KEEP_ENDED_FOR,
    ) -> None:
        self.board = Board()
        self.seq = 0
        """Every entry up to here has been applied."""
        self.kept: set[LegKey] = set()
        """Legs that may not leave memory; the rest of their conversation stays with them."""
        self._reader = reader
        self._clock = clock
        self._keep_ended = keep_ended
        self._keep_ended_for = keep_ended_for

    def load(self) -> None:
        """The board as of now: the snapshot and what came after it. Raises `JournalError`."""
        reader = self._reader
        last = reader.last_seq()
        snapshot = reader.snapshot()
        board = None
        if snapshot is not None and snapshot.seq <= last <= snapshot.seq + REPLAY_AT_MOST:
            board = _restored(snapshot)
        if snapshot is not None and board is not None:
            self.board, self.seq = board, snapshot.seq
        else:
            self.board, self.seq = Board(), max(0, last - REPLAY_AT_MOST)
            if self.seq > 0:
                self._replay(reader.of_legs(reader.live_legs(), until=self.seq))
        while self.seq < last:
            entries = reader.read(self.seq, limit=CHUNK, until=last)
            if not entries:
                break
            for entry in entries:
                self.apply(entry, fact_of(entry))
            self.seq = entries[-1].seq
            self.evict()

    def apply(self, entry: Entry, fact: Fact) -> frozenset[LegKey]:
        """Takes in one entry; keys of the legs that changed. Does not move `seq`. Raises `JournalError`."""
        came_back = self._bring_back(entry)
        changed = self.board.apply(entry, fact)
        return came_back | changed if came_back else changed

    def fetch(self, any_id: str) -> frozenset[LegKey]:
        """Brings a leg into memory if the journal knows it; keys of the legs that changed. Raises `JournalError`."""
        if self.board.get(any_id) is not None:
            return frozenset()
        plain = any_id.removeprefix("leg:")
        return self._replay(self._reader.of_legs([plain], until=self.seq))

    def evict(self) -> frozenset[LegKey]:
        """Lets go of ended conversations beyond the limits, oldest first; keys of the legs that went."""
        ended = self.board.counts.ended
        surplus = ended - self._keep_ended
        if surplus <= _SLACK + self._keep_ended // 16:
            surplus = 0
        gone = self._too_old(ended, surplus)
        if gone:
            self.board.forget(gone)
        return gone

    def snapshot(self) -> Snapshot:
        """The board as of `seq`, to be saved in the journal."""
        return Snapshot(self.seq, _encode(_Saved(__version__, self.board.dump())))

    def _bring_back(self, entry: Entry) -> frozenset[LegKey]:
        board = self.board
        ids = []
        for any_id in (entry.call_control_id, entry.call_leg_id):
            if any_id is not None:
                if board.get(any_id) is not None:
                    return frozenset()
                ids.append(any_id)
        for any_id in ids:
            first = self._reader.first_seq_of(any_id)
            if first is not None and first < entry.seq:
                return self._replay(self._reader.of_legs(ids, until=entry.seq - 1))
        return frozenset()

    def _replay(self, entries: Iterable[Entry]) -> frozenset[LegKey]:
        changed: set[LegKey] = set()
        for entry in entries:
            changed |= self.board.apply(entry, fact_of(entry))
        return frozenset(changed)

    def _too_old(self, ended: int, surplus: int) -> frozenset[LegKey]:
        """Ended legs to let go of: whole conversations, none of them live, selected or pinned."""
        board = self.board
        horizon = self._clock() - self._keep_ended_for
        aged = ended - self._keep_ended // _ALWAYS_KEPT
        gone: set[LegKey] = set()
        spared: set[LegKey] = set()
        kept: frozenset[LegKey] | None = None
        for key in islice(board.ended_keys, max(0, min(_LOOKED_AT + surplus, max(surplus, aged)))):
            if len(gone) >= surplus and (
                len(gone) >= aged or (board.legs[key].ended_at or 0) >= horizon
            ):
                break
            if key in gone or key in spared:
                continue
            if kept is None:
                kept = frozenset(leg.key for any_id in self.kept if (leg := board.get(any_id)))
            conversation = board.conversation(key)
            keys = {leg.key for leg in conversation}
            if kept.isdisjoint(keys) and not any(leg.is_live for leg in conversation):
                gone |= keys
            else:
                spared |= keys
        return frozenset(gone)


def _restored(snapshot: Snapshot) -> Board | None:
    """The board in a snapshot; None where it cannot be used, since the entries can always replace it."""
    try:
        saved = _read_saved(snapshot.body)
        return Board.load(saved.board) if saved.version == __version__ else None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        return None
