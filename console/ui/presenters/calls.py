"""The order of the list of calls, kept up to date change by change."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, overload

from console.domain.board import Board
from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState

Rank = tuple[int, Micros, LegKey]
"""Group (see `rank`), time within the group, key. Ranks are unique, so they sort without ties."""

_WAITING, _DIALING, _LIVE, _ENDED = range(4)
_BULK = 64


class LegFilter(Protocol):
    """What the list needs of `console.domain.filter.Filter`."""

    def matches(self, leg: Leg, now: Micros, names: Sequence[str] = ()) -> bool: ...


def rank(leg: Leg) -> Rank:
    """Where a leg belongs: who waits first (longest wait on top), then dialing, live by start, ended (latest first)."""
    began = leg.began_at or 0
    match leg.state:
        case LegState.RINGING | LegState.QUEUED:
            return (_WAITING, leg.waiting_since or 0, leg.key)
        case LegState.DIALING:
            return (_DIALING, began, leg.key)
        case LegState.ENDED:
            return (_ENDED, -(leg.ended_at if leg.ended_at is not None else began), leg.key)
        case _:
            return (_LIVE, began, leg.key)


class Keys(Sequence[LegKey]):
    """The keys in order, without a copy."""

    __slots__ = ("_order",)

    def __init__(self, order: list[Rank]) -> None:
        self._order = order

    @overload
    def __getitem__(self, index: int) -> LegKey: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LegKey]: ...
    def __getitem__(self, index: int | slice) -> LegKey | Sequence[LegKey]:
        if isinstance(index, slice):
            return [each[2] for each in self._order[index]]
        return self._order[index][2]

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[LegKey]:
        return (each[2] for each in self._order)


class CallsView:
    """The legs of a board that a filter lets through, in the order of the list.

    A change of one leg moves that leg only: one bisection out, one in. Filters are asked about changed legs only, so
    a filter whose answer depends on the time of day is not kept up to date between changes.
    """

    def __init__(
        self,
        board: Board,
        *,
        name_of: Callable[[str], str | None] | None = None,
        order: Callable[[Leg], Rank] = rank,
    ) -> None:
        """`name_of` gives the operator's names to numbers, so that a filter finds those, too."""
        self.board = board
        self._rank = order
        self.name_of = name_of
        self.filter: LegFilter | None = None
        self._order: list[Rank] = []
        self._ranks: dict[LegKey, Rank] = {}
        self.keys: Sequence[LegKey] = Keys(self._order)
        self._rebuild(0)

    @property
    def total(self) -> int:
        """Legs on the board."""
        return len(self.board.legs)

    @property
    def shown(self) -> int:
        """Legs that the filter lets through."""
        return len(self._order)

    @property
    def ended_from(self) -> int:
        """Index of the first ended leg; `shown` if there is none."""
        return bisect_left(self._order, (_ENDED,))

    @property
    def live_shown(self) -> int:
        """Legs shown that have not ended."""
        return self.ended_from

    def __contains__(self, key: object) -> bool:
        return key in self._ranks

    def index_of(self, key: LegKey) -> int | None:
        """Where a leg stands in the list; None if it is not shown."""
        held = self._ranks.get(key)
        return None if held is None else bisect_left(self._order, held)

    def leg(self, key: LegKey) -> Leg | None:
        """The leg with this very key."""
        return self.board.legs.get(key)

    def use(self, board: Board, now: Micros) -> None:
        """Shows another board (after the store has read one anew)."""
        self.board = board
        self._rebuild(now)

    def set_filter(self, wanted: LegFilter | None, now: Micros) -> None:
        """Asks the filter about every leg; None shows all."""
        self.filter = wanted
        self._rebuild(now)

    def apply(self, changed: Iterable[LegKey], now: Micros) -> bool:
        """Takes over changes of these legs, new and vanished ones included; true if the list changed its order."""
        keys = changed if isinstance(changed, (set, frozenset, list, tuple)) else list(changed)
        if len(keys) > max(_BULK, len(self._order) // 8):
            self._rebuild(now)
            return True
        moved = False
        for key in keys:
            moved |= self._place(key, now)
        return moved

    def _place(self, key: LegKey, now: Micros) -> bool:
        leg = self.board.legs.get(key)
        new = self._rank(leg) if leg is not None and self._passes(leg, now) else None
        old = self._ranks.get(key)
        if new == old:
            return False
        if old is not None:
            del self._order[bisect_left(self._order, old)]
            del self._ranks[key]
        if new is not None:
            insort(self._order, new)
            self._ranks[key] = new
        return True

    def _passes(self, leg: Leg, now: Micros) -> bool:
        if self.filter is None:
            return True
        if self.name_of is None:
            return self.filter.matches(leg, now)
        names = [name for each in (leg.from_, leg.to) if each and (name := self.name_of(each))]
        return self.filter.matches(leg, now, names)

    def _rebuild(self, now: Micros) -> None:
        self._ranks = {
            key: self._rank(leg) for key, leg in self.board.legs.items() if self._passes(leg, now)
        }
        self._order[:] = sorted(self._ranks.values())
