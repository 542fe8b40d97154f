"""The store of a desk that shows the past: the same journal, read up to one entry, and the board as of that entry.

No entry can be taken off a board again, so going back makes a new one; going on a little takes entries in as usual.
A board at any moment costs what is on it and not what came before: the journal says which legs went on then, and which
ended last, and only their entries are read, a few at a time and the live ones first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.domain.entries import Micros
from console.domain.legs import LegKey
from console.journal.api import JournalReader
from console.journal.bounded import BoundedReader
from console.journal.facts import fact_of
from console.store.reduction import KEEP_ENDED, KEEP_ENDED_FOR, Reduction
from console.store.store import RECENT_AT_LOAD, Store

NEAR = 2_000
"""Going on by more entries than this makes a new board."""
PIECE = 8
"""Legs whose entries are read at a time: a few milliseconds of work."""


class MomentStore(Store):
    """At `seq_then`, the last entry received at or before some time. Whatever reads the journal raises `JournalError`."""

    def __init__(
        self,
        reader: JournalReader,
        *,
        clock: Callable[[], Micros],
        keep_ended: int = KEEP_ENDED,
        keep_ended_for: Micros = KEEP_ENDED_FOR,
    ) -> None:
        """`clock` tells the time of the moment shown. Nothing is read before `go_to`."""
        self._whole = reader
        self._bounded = BoundedReader(reader, 0)
        self._clock = clock
        self._ended_kept = keep_ended
        self._ended_kept_for = keep_ended_for
        self._todo: list[str] = []
        self._wanted = 0
        super().__init__(
            self._bounded, clock=clock, keep_ended=keep_ended, keep_ended_for=keep_ended_for
        )

    @property
    def seq_then(self) -> int:
        """The last entry that exists at the moment shown; `seq` follows with the next polls."""
        return self._bounded.until

    @property
    def progress(self) -> float:
        """How much of the board has been read, from 0 to 1."""
        return 1.0 if not self._todo else 1.0 - len(self._todo) / max(1, self._wanted)

    def seq_at(self, at: Micros) -> int:
        """The last entry received at or before a time, whatever moment is shown."""
        return self._whole.seq_at(at)

    def received_at(self, seq: int) -> Micros | None:
        """When the first entry from `seq` on came in; None beyond the end of the journal."""
        found = self._whole.read(seq - 1, limit=1)
        return found[0].received_at if found else None

    def neighbour(self, step: int) -> tuple[int, Micros] | None:
        """Number and time of the entry after (1) or before (-1) the one shown last; None at an end of the journal."""
        here = self._bounded.until
        found = self._whole.read(here, limit=1) if step > 0 else self._whole.tail(1, before=here)
        return (found[0].seq, found[0].received_at) if found else None

    def go_to(self, seq: int) -> bool:
        """Shows the journal up to this entry; true where that takes another board, which `load` begins."""
        on = seq - self.seq
        self._bounded.until = seq
        return not 0 <= on <= NEAR or self.board_is_empty

    @property
    def board_is_empty(self) -> bool:
        """Whether nothing was loaded yet."""
        return self.seq == 0

    def begin(self) -> bool:
        """There is nothing that could be shown before it was read."""
        return False

    def load(self) -> None:
        """Begins a board as of `seq_then`: the first legs now, the others with `fill`."""
        reader, seq = self._bounded, self._bounded.until
        kept = self._reduction.kept
        self._reduction = Reduction(
            reader,
            clock=self._clock,
            keep_ended=self._ended_kept,
            keep_ended_for=self._ended_kept_for,
        )
        self._reduction.kept = kept
        self._reduction.seq = seq
        last = self._whole.tail(1, before=seq + 1)
        at = last[0].received_at if last else 0
        self.recent.clear()
        self.recent.extend(reader.tail(RECENT_AT_LOAD))
        live = reader.legs.live_at(seq, at)
        ended = reader.legs.ended_by(at, self._ended_kept)
        first = (key.removeprefix("leg:") for key in sorted(kept))
        todo = list(dict.fromkeys([*first, *live, *ended]))
        todo.reverse()
        self._todo, self._wanted = todo, len(todo)
        reader.changed()
        self._tell(self._take(()))

    def fill(self) -> frozenset[LegKey]:
        """Reads a few legs more; their keys. None are left when `progress` is 1."""
        some = self._todo[-PIECE:]
        keys = self._take(some)
        del self._todo[-PIECE:]
        if not self._todo:
            # What no leg's entries tell: a dial command, which knows no call before its outcome.
            for entry, fact in self.recent:
                keys |= self._reduction.apply(entry, fact)
        self._tell(keys)
        return keys

    def _take(self, ids: Sequence[str]) -> frozenset[LegKey]:
        changed: set[LegKey] = set()
        for entry in self._bounded.of_legs(ids, until=self.seq) if ids else ():
            changed |= self.board.apply(entry, fact_of(entry))
        return frozenset(changed)
