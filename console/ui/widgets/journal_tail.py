"""The tail of events with the journal behind it: going beyond the oldest entry in memory reads earlier ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from console.domain.entries import Micros
from console.ui.presenters.tail_rows import Pair
from console.ui.widgets.tail import EventTail

Where = Literal["earlier", "later", "latest"]


def _nowhere(_where: Where) -> None: ...


class JournalTail(EventTail):
    """Holds a stretch of the journal. While that does not reach to the newest entry, new ones are only counted."""

    turn: Callable[[Where], None] = staticmethod(_nowhere)
    """Called where another page is wanted; who is asked reads it and calls `hold_page`."""
    is_past = False
    """Whether the newest entries are not among those that are held."""

    @property
    def held(self) -> Sequence[Pair]:
        """What is in memory, shown or not."""
        return self._tail.held

    @property
    def time_here(self) -> Micros | None:
        """When the entry under the cursor came in, else the newest that is shown; None where there is none."""
        key = self.selected
        if key is None and len(self._tail):
            key = self._tail.key_at(len(self._tail) - 1)
        pair = self.pair(key) if key is not None else None
        return None if pair is None else pair[0].received_at

    def hold_page(self, pairs: Iterable[Pair], now: Micros, *, is_past: bool) -> None:
        """Holds other entries from now on, a page of the past or the newest; what is still among them keeps its place."""
        self.is_past = is_past
        self._tail.replace(pairs, now)
        self.sync()
        self._sift_on(now)

    def select_near(self, seq: int) -> Micros | None:
        """Puts the cursor on the first shown entry from a number on, else on the last; when that came in."""
        keys = [self._tail.key_at(place) for place in range(len(self._tail))]
        if not keys:
            return None
        self.hold()
        key = keys[min(bisect_left(keys, seq), len(keys) - 1)]
        self.select(key)
        pair = self.pair(key)
        return None if pair is None else pair[0].received_at

    def extend(self, pairs: Iterable[Pair], now: Micros = 0) -> None:
        if not self.is_past:
            super().extend(pairs, now)
            return
        self._new += sum(1 for _pair in pairs)
        self._tell()

    def follow(self) -> None:
        if self.is_past:
            self.turn("latest")
        super().follow()

    def action_move(self, how: str) -> None:
        if how in ("up", "pageup", "home") and self._is_at(0):
            self.turn("earlier")
        elif how in ("down", "pagedown") and self.is_past and self._is_at(len(self._tail) - 1):
            self.turn("later")
        super().action_move(how)

    def _is_at(self, place: int) -> bool:
        here = None if self.selected is None else self._tail.index_of(self.selected)
        return here == place or not len(self._tail)
