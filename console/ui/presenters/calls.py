"""The order of the list of calls, kept up to date change by change, and what a filter leaves of it."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, overload

from console.domain.board import Board
from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState

if TYPE_CHECKING:
    from console.domain.filter import LegText, Shows
    from console.ui.presenters.sifting import Sieve

SortValue = int | tuple[int, ...]
Rank = tuple[int, SortValue, LegKey]
"""Group (see `rank`), place within the group, key. Ranks are unique, so they sort without ties."""
RankOf = Callable[[Leg], Rank]

_WAITING, _DIALING, _LIVE, ENDED = range(4)
_BULK = 64


class LegFilter(Protocol):
    """What the list needs of `console.domain.filter.Filter`."""

    @property
    def is_timed(self) -> bool:
        """Whether legs come and go with the time alone; then `changes_at` says when."""
        ...

    def passes(self, leg: LegText, now: Micros) -> bool: ...


def rank(leg: Leg) -> Rank:
    """Where a leg belongs: who waits first (longest wait on top), then dialing, live by start, ended (latest first)."""
    began = leg.began_at or 0
    match leg.state:
        case LegState.RINGING | LegState.QUEUED:
            return (_WAITING, leg.waiting_since or 0, leg.key)
        case LegState.DIALING:
            return (_DIALING, began, leg.key)
        case LegState.ENDED:
            return (ENDED, -(leg.ended_at if leg.ended_at is not None else began), leg.key)
        case _:
            return (_LIVE, began, leg.key)


class Keys(Sequence[LegKey]):
    """The keys shown, in order, without a copy."""

    __slots__ = ("_view",)

    def __init__(self, view: CallsView) -> None:
        self._view = view

    @overload
    def __getitem__(self, index: int) -> LegKey: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LegKey]: ...
    def __getitem__(self, index: int | slice) -> LegKey | Sequence[LegKey]:
        if isinstance(index, slice):
            return [each[2] for each in self._view.order[index]]
        return self._view.order[index][2]

    def __len__(self) -> int:
        return len(self._view.order)

    def __iter__(self) -> Iterator[LegKey]:
        return (each[2] for each in self._view.order)


class LegOrder:
    """Every leg of a board in the order of the list. A change of one leg costs two bisections."""

    def __init__(self, board: Board, order: RankOf) -> None:
        self.board = board
        self.rank_of: RankOf = order
        self._ranks: dict[LegKey, Rank] = {}
        """Every leg, shown or not."""
        self._all: list[Rank] = []
        self._rebuild()

    @property
    def total(self) -> int:
        """Legs on the board."""
        return len(self.board.legs)

    def leg(self, key: LegKey) -> Leg | None:
        """The leg with this very key."""
        return self.board.legs.get(key)

    def _move(self, key: LegKey) -> tuple[Rank | None, Rank | None]:
        """Puts a changed leg in its place: where it was, and where it is."""
        leg = self.board.legs.get(key)
        new = self.rank_of(leg) if leg is not None else None
        old = self._ranks.get(key)
        if new != old:
            if old is not None:
                del self._all[bisect_left(self._all, old)]
                del self._ranks[key]
            if new is not None:
                insort(self._all, new)
                self._ranks[key] = new
        return old, new

    def _rebuild(self) -> None:
        rank_of = self.rank_of
        self._ranks = {key: rank_of(leg) for key, leg in self.board.legs.items()}
        self._all = sorted(self._ranks.values())


class CallsView(LegOrder):
    """The legs of a board that a filter lets through, in the order of the list.

    A change of one leg moves that leg only: one bisection out, one in. A filter is asked about changed legs, and, where
    it depends on the time, about those whose moment has come (`tick`). Of a large board it may be asked in slices: see
    `console.ui.presenters.sifting`.
    """

    def __init__(
        self,
        board: Board,
        *,
        name_of: Callable[[str], str | None] | None = None,
        order: RankOf = rank,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`name_of` gives the operator's names to numbers, so that a filter finds those, too; `order` the places."""
        super().__init__(board, order)
        self.name_of = name_of
        self.app_of: Callable[[str], str | None] = _nameless
        """Names of applications, by connection id, where they are known."""
        self._stopwatch = stopwatch
        self._sieve: Sieve | None = None
        self.keys: Sequence[LegKey] = Keys(self)

    @property
    def order(self) -> list[Rank]:
        """What is shown, sorted; for reading only."""
        sieve = self._sieve
        return self._all if sieve is None or sieve.filter is None else sieve.shown

    @property
    def filter(self) -> LegFilter | None:
        """The filter in force."""
        return None if self._sieve is None else self._sieve.filter

    @property
    def shown(self) -> int:
        """Legs that the filter lets through."""
        return len(self.order)

    @property
    def is_sifting(self) -> bool:
        """Whether there are legs that the filter has not been asked about yet; `sift` goes on."""
        return self._sieve is not None and self._sieve.is_sifting

    @property
    def ended_from(self) -> int:
        """Index of the first ended leg; `shown` if there is none."""
        return bisect_left(self.order, (ENDED,))

    def __contains__(self, key: object) -> bool:
        sieve = self._sieve
        if sieve is None or sieve.filter is None:
            return key in self._ranks
        return key in sieve.passed

    def index_of(self, key: LegKey) -> int | None:
        """Where a leg stands in the list; None if it is not shown."""
        held = self._ranks.get(key) if key in self else None
        return None if held is None else bisect_left(self.order, held)

    def use(self, board: Board, now: Micros) -> None:
        """Shows another board (after the store has read one anew)."""
        self.board = board
        wanted = self.filter
        self._sieve = None
        self._rebuild()
        self.set_filter(wanted, now, budget_s=0.0)

    def sort(self, rank_of: RankOf, now: Micros) -> None:
        """Another order."""
        self.rank_of = rank_of
        self._rebuild()
        if self._sieve is not None:
            self._sieve.rank(self._ranks, self._all, now)

    def set_filter(
        self,
        wanted: LegFilter | None,
        now: Micros,
        *,
        first: Iterable[LegKey] = (),
        budget_s: float | None = None,
    ) -> None:
        """Asks the filter about every leg; None shows all.

        With a budget only about as many as it allows, from the top, beginning with `first`; `sift` asks on.
        """
        if self._sieve is None:
            if wanted is None:
                return
            self._sieve = self._new_sieve()
        self._sieve.use(wanted, now, first, budget_s)

    def sift(self, now: Micros, budget_s: float) -> bool:
        """Goes on asking the filter; true while there is more to ask."""
        return self._sieve is not None and self._sieve.sift(now, budget_s)

    def warm(self, budget_s: float) -> bool:
        """Prepares for a filter while there is time; true while there is more to prepare."""
        if self._sieve is None:
            self._sieve = self._new_sieve()
        return self._sieve.warm(budget_s)

    def cool(self) -> None:
        """Forgets what it has prepared, unless a filter is in force."""
        if self.filter is None:
            self._sieve = None

    def tick(self, now: Micros) -> bool:
        """Asks again about the legs whose answer depends on the time, where it is due; true if one came or went."""
        return self._sieve is not None and self._sieve.tick(now)

    def apply(self, changed: Iterable[LegKey], now: Micros) -> bool:
        """Takes over changes of these legs, new and vanished ones included; true if the list changed its order."""
        keys = changed if isinstance(changed, (set, frozenset, list, tuple)) else list(changed)
        if len(keys) > max(_BULK, len(self._all) // 8):
            self._rebuild()
            if self._sieve is not None:
                self._sieve.rank(self._ranks, self._all, now)
            return True
        moved = False
        for key in keys:
            moved |= self._place(key, now)
        return moved

    def _place(self, key: LegKey, now: Micros) -> bool:
        old, new = self._move(key)
        if self._sieve is not None:
            return self._sieve.place(key, old, new, now)
        return new != old

    def _new_sieve(self) -> Sieve:
        from console.ui.presenters.sifting import Sieve

        return Sieve(self.board.legs, self._ranks, self._all, self._shows, self._stopwatch)

    def _shows(self) -> Shows:
        """What the rows show beside what Telnyx said."""
        from console.domain.filter import Shows
        from console.ui.presenters.numbers import readable

        return Shows(name_of=self.name_of or _nameless, readable=readable, app_of=self.app_of)


def _nameless(_text: str) -> str | None:
    return None
