"""A board with bounded memory: applies entries, lets go of what ended long ago, and brings it back when it is heard of.

An entry about a leg that is not in memory may be the first of a new leg or a late one of a leg that was let go. The
journal knows: in the second case all earlier entries of the leg are applied first, so that nothing that ended comes
back to life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import msgspec

from console import __version__
from console.domain.board import Board
from console.domain.entries import Entry, Fact, Micros
from console.domain.legs import LegKey
from console.errors import JournalError
from console.journal.api import LOST_AFTER, JournalReader, Snapshot
from console.journal.facts import fact_of

KEEP_ENDED = 1000
KEEP_ENDED_FOR: Micros = 8 * 3600 * 1_000_000
REPLAY_AT_MOST = 20_000
"""A longer tail is not replayed from its beginning: only live conversations are read, and so many last entries."""
QUICK = 400
"""A tail that is replayed before anything is shown: ten milliseconds of work."""
CHUNK = 1000
_LOOKED_AT = 256
"""How many of the oldest ended legs one eviction looks at; the rest waits for the next."""
_ALWAYS_KEPT = 5
"""One part in so many of `keep_ended` stays however old it is: a quiet desk, or an old journal, is not empty."""
LOST_EVERY: Micros = 600 * 1_000_000
"""How often live legs are looked for that the journal does not know any more: as often as retention works."""
_SLACK = 16
"""Evicting starts so many (plus a part) beyond the limit, so that it is not done for every single leg."""

Pair = tuple[Entry, Fact]

_encode = msgspec.json.Encoder().encode
_UNUSABLE = (msgspec.MsgspecError, UnicodeDecodeError, ValueError)
"""What reading a snapshot raises that is damaged: the entries can always replace it."""


class _Saved(msgspec.Struct):
    """A board in a snapshot. Boards saved by another version of the program are made anew from the entries."""

    version: str
    board: dict[str, object]
    """What went on, with its company."""
    ended: msgspec.Raw
    """What was over: as many legs again as may be live, and read only when those are on the screen."""


_read_saved = msgspec.json.Decoder(_Saved).decode
_read_board = msgspec.json.Decoder(dict[str, object]).decode


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
        self._ended: msgspec.Raw | None = None
        """The part of the snapshot that is not on the board yet."""
        self.kept: set[LegKey] = set()
        """Legs that may not leave memory; the rest of their conversation stays with them."""
        self._asked: set[str] = set()
        """Identifiers of which is known whether the journal has heard of them …"""
        self._heard: Mapping[str, int] = {}
        """… and since which entry."""
        self._reader = reader
        self._replay_at_most = REPLAY_AT_MOST
        self._clock = clock
        self._keep_ended = keep_ended
        self._keep_ended_for = keep_ended_for
        self._looked_at: Micros = 0
        """When legs were last looked for that retention took."""

    def begin(self) -> bool:
        """What goes on, as of now, where that is known quickly; `load` adds the rest. Raises `JournalError`.

        False when it takes a replay to know: then there is nothing to show yet.
        """
        reader = self._reader
        last = reader.last_seq()
        snapshot = reader.snapshot()
        # Where retention took the latest entries a snapshot is ahead of them; no number is given twice.
        if snapshot is None or last > snapshot.seq + QUICK:
            return False
        self._restore(snapshot)
        if self._ended is not None:
            self._read_on(last)
        return self._ended is not None

    def load(self) -> frozenset[LegKey]:
        """The board as of now: the snapshot and what came after it, added to what `begin` found.

        Keys of the legs that this changed. Raises `JournalError`.
        """
        reader = self._reader
        last = reader.last_seq()
        if self._ended is None:
            snapshot = reader.snapshot()
            if snapshot is not None and last <= snapshot.seq + self._replay_at_most:
                self._restore(snapshot)
        ended, self._ended = self._ended, None
        if ended is None or not self._add(ended):
            self.board, self.seq = Board(), max(0, last - self._replay_at_most)
            if self.seq > 0:
                self._replay(reader.of_legs(reader.live_legs(), until=self.seq))
        self._read_on(last)
        return frozenset(self.board.legs)

    def forget(self, *, replay_at_most: int | None = None) -> None:
        """The next `load` begins anew; it replays at most so many entries."""
        self._ended = None
        self._asked, self._heard = set(), {}
        self._replay_at_most = REPLAY_AT_MOST if replay_at_most is None else replay_at_most

    def _restore(self, snapshot: Snapshot) -> None:
        """The live part of a snapshot; the rest waits in `_ended`. Nothing where it cannot be used."""
        try:
            saved = _read_saved(snapshot.body)
            if saved.version == __version__:
                self.board, self.seq = Board.load(saved.board), snapshot.seq
                self._ended = saved.ended
        except _UNUSABLE:
            self._ended = None
        self.board.forget(self._lost(self._clock()))

    def _add(self, ended: msgspec.Raw) -> bool:
        """The rest of a snapshot; False where it cannot be used, since the entries can always replace it."""
        try:
            self.board.restore(_read_board(ended))
        except _UNUSABLE:
            return False
        return True

    def _read_on(self, last: int) -> None:
        while self.seq < last:
            entries = self._reader.read(self.seq, limit=CHUNK, until=last)
            if not entries:
                break
            self.expect(entries)
            try:
                for entry in entries:
                    self.take_in(entry, fact_of(entry))
            finally:
                self.settle()
            self.seq = entries[-1].seq
            self.evict()

    def expect(self, entries: Iterable[Entry]) -> None:
        """Looks for the past of all legs in these entries that are not in memory; they have to be applied next.

        Not needed, but much cheaper than leg by leg. Raises `JournalError`.
        """
        # Several entries are often about one leg: it is looked for once.
        legs = {(entry.call_control_id, entry.call_leg_id) for entry in entries}
        get = self.board.get
        self._asked = {
            any_id for ids in legs for any_id in ids if any_id is not None and get(any_id) is None
        }
        self._heard = self._reader.first_seqs_of(self._asked) if self._asked else {}

    def apply(self, entry: Entry, fact: Fact) -> frozenset[LegKey]:
        """Takes in one entry; keys of the legs that changed. Does not move `seq`. Raises `JournalError`."""
        self.take_in(entry, fact)
        return self.settle()

    def take_in(self, entry: Entry, fact: Fact) -> None:
        """Takes in one of many; `settle` must follow, even where this raises `JournalError`."""
        self._bring_back(entry)
        self.board.take_in(entry, fact)

    def settle(self) -> frozenset[LegKey]:
        """Makes the board show what was taken in; keys of the legs that changed."""
        return self.board.settle()

    def fetch(self, any_id: str) -> frozenset[LegKey]:
        """Brings a leg into memory if the journal knows it; keys of the legs that changed. Raises `JournalError`."""
        if self.board.get(any_id) is not None:
            return frozenset()
        plain = any_id.removeprefix("leg:")
        return self._replay(self._reader.of_legs([plain], until=self.seq))

    def evict(self) -> frozenset[LegKey]:
        """Lets go of ended conversations beyond the limits, oldest first, and now and then of legs that retention took.

        Keys of the legs that went.
        """
        ended = self.board.counts.ended
        surplus = ended - self._keep_ended
        if surplus <= _SLACK + self._keep_ended // 16:
            surplus = 0
        gone, now = self._too_old(ended, surplus), self._clock()
        if abs(now - self._looked_at) >= LOST_EVERY:
            gone |= self._lost(now)
        if gone:
            self.board.forget(gone)
        return gone

    def snapshot(self) -> Snapshot:
        """The board as of `seq`, to be saved in the journal."""
        ended = msgspec.Raw(_encode(self.board.dump(ended=True)))
        saved = _Saved(__version__, self.board.dump(ended=False), ended)
        return Snapshot(self.seq, _encode(saved))

    def _bring_back(self, entry: Entry) -> None:
        """Takes in the past of the entry's leg, where only the journal has it."""
        board, control_id, leg_id = self.board, entry.call_control_id, entry.call_leg_id
        ids = []
        if control_id is not None:
            if board.get(control_id) is not None:
                return
            ids.append(control_id)
        if leg_id is not None:
            if board.get(leg_id) is not None:
                return
            ids.append(leg_id)
        for any_id in ids:
            if any_id in self._asked:
                # Good for once: when the leg has left memory again the journal has to be asked again.
                self._asked.discard(any_id)
                first = self._heard.get(any_id)
            else:
                first = self._reader.first_seq_of(any_id)
            if first is not None and first < entry.seq:
                for earlier in self._reader.of_legs(ids, until=entry.seq - 1):
                    board.take_in(earlier, fact_of(earlier))
                return

    def _replay(self, entries: Iterable[Entry]) -> frozenset[LegKey]:
        board = self.board
        try:
            for entry in entries:
                board.take_in(entry, fact_of(entry))
        finally:
            changed = board.settle()
        return changed

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

    def _lost(self, now: Micros) -> frozenset[LegKey]:
        """Live legs of long ago that the journal does not know any more: nothing would ever end them."""
        self._looked_at = now
        board, horizon = self.board, now - LOST_AFTER
        silent: dict[LegKey, tuple[str, ...]] = {}
        # In the order in which they began, as good as: the look ends at the first that may live.
        for key in islice(board.live_keys, _LOOKED_AT):
            leg = board.legs[key]
            if (leg.began_at or 0) >= horizon:
                break
            silent[key] = tuple(filter(None, (leg.call_control_id, leg.call_leg_id)))
        for kept in filter(None, map(board.get, self.kept)):
            silent.pop(kept.key, None)
        if not silent:
            return frozenset()
        try:
            known = self._reader.first_seqs_of({id_ for ids in silent.values() for id_ in ids})
        except JournalError:
            # There is another look; what was taken in is not to be lost over this one.
            return frozenset()
        return frozenset(key for key, ids in silent.items() if known.keys().isdisjoint(ids))
