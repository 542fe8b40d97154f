"""The board of the process that writes the journal: it applies what it has just appended, without reading it back."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.board import Board
from console.domain.entries import Draft, Entry, Fact, Micros
from console.domain.legs import LegKey
from console.errors import JournalError
from console.journal.api import Appended, JournalReader, Snapshot
from console.journal.facts import fact_of
from console.store.reduction import KEEP_ENDED, KEEP_ENDED_FOR, Reduction


class LiveBoard:
    """A board fed with every entry its process appends. `reader` is for legs that left memory, and for `load`."""

    def __init__(
        self,
        reader: JournalReader,
        *,
        clock: Callable[[], Micros],
        keep_ended: int = KEEP_ENDED,
        keep_ended_for: Micros = KEEP_ENDED_FOR,
    ) -> None:
        self._reduction = Reduction(
            reader, clock=clock, keep_ended=keep_ended, keep_ended_for=keep_ended_for
        )
        self._ahead: set[int] = set()
        self._saved_seq = 0
        self._is_whole = True

    @property
    def board(self) -> Board:
        """For reading only; another object after `load`."""
        return self._reduction.board

    @property
    def seq(self) -> int:
        """Every entry up to here is on the board."""
        return self._reduction.seq

    def load(self) -> None:
        """The board as the journal has it. Raises `JournalError`."""
        self._reduction.load()
        self._ahead = {seq for seq in self._ahead if seq > self.seq}
        self._advance()
        self._is_whole = True
        self._saved_seq = self.seq

    def add(self, draft: Draft, appended: Appended, fact: Fact | None = None) -> frozenset[LegKey]:
        """Takes in an entry that has just been appended; `fact` where it is known already. Raises `JournalError`.

        Entries may be added in any order, but every one must be. Call `evict` now and then.
        """
        if fact is None:
            fact = fact_of(entry_from(draft, appended))
        reduction = self._reduction
        try:
            if appended.new_leg:
                changed = reduction.board.apply(draft, fact)
            else:
                changed = reduction.apply(draft, fact, appended.seq)
        except JournalError:
            self._is_whole = False
            raise
        if appended.seq == reduction.seq + 1 and not self._ahead:
            reduction.seq += 1
        elif appended.seq > reduction.seq:
            self._ahead.add(appended.seq)
            self._advance()
        return changed

    def evict(self) -> frozenset[LegKey]:
        """Lets go of ended conversations beyond the limits; keys of the legs that went."""
        return self._reduction.evict()

    def snapshot(self) -> Snapshot | None:
        """The board to be saved; None when nothing was added since the last one. Raises `JournalError`.

        A board that missed something is first made anew from the journal.
        """
        if not self._is_whole:
            self.load()
        elif self.seq == self._saved_seq:
            return None
        self._saved_seq = self.seq
        return self._reduction.snapshot()

    def _advance(self) -> None:
        while self._reduction.seq + 1 in self._ahead:
            self._reduction.seq += 1
            self._ahead.remove(self._reduction.seq)


def entry_from(draft: Draft, appended: Appended) -> Entry:
    """The entry that the journal made of a draft."""
    return Entry(
        seq=appended.seq,
        duplicate=appended.duplicate,
        kind=draft.kind,
        received_at=draft.received_at,
        body=draft.body,
        verified=draft.verified,
        event_key=draft.event_key,
        event_id=draft.event_id,
        event_type=draft.event_type,
        occurred_at=draft.occurred_at,
        call_control_id=draft.call_control_id,
        call_leg_id=draft.call_leg_id,
        call_session_id=draft.call_session_id,
        attempt=draft.attempt,
        reason=draft.reason,
        remote=draft.remote,
        headers=draft.headers,
    )
