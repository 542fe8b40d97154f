"""Which rows are on the screen, which one is selected, and where to scroll so that rows keep their place."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from console.ui.presenters.rows import Rows

K = TypeVar("K", bound=Hashable)

At = tuple[K, int]
"""A key and which of its lines."""


class Viewport(Generic[K]):
    """A window of `height` lines from line `top` on the lines of a `Rows` model.

    The selection is a key. `place` is the index it had last, from where the cursor goes on once its row is gone.
    """

    def __init__(self, rows: Rows[K]) -> None:
        self.rows = rows
        self.selected: K | None = None
        self.place = 0
        self.top = 0
        self.height = 0
        self.window: list[At[K] | None] = []

    def look(self, top: int, height: int) -> None:
        """Notes which rows are in sight; the next `held_top` keeps them there."""
        self.top = top
        self.height = height
        lines = self.rows.line_count()
        self.window = [self._at(line) for line in range(top, min(top + height, lines))]
        self.window += [None] * (height - len(self.window))

    def _at(self, line: int) -> At[K]:
        index, sub = self.rows.at_line(line)
        return self.rows.key_at(index), sub

    @property
    def first_row(self) -> int:
        """Index of the first row in sight; 0 when there is none."""
        return self.rows.at_line(self.top)[0] if self.top < self.rows.line_count() else 0

    def choose(self, key: K | None) -> int | None:
        """Selects a key; answers its index."""
        index = None if key is None else self.rows.index_of(key)
        if key is None or index is not None:
            self.selected = key
        if index is not None:
            self.place = index
        return index

    def follow(self) -> None:
        """After a change of the rows: the selection follows its key, or an heir of it, or is gone."""
        if self.selected is None:
            return
        index = self.rows.index_of(self.selected)
        if index is None:
            index = self._inherit(self.selected)
        if index is None:
            self.selected = None
        else:
            self.place = index

    def _inherit(self, gone: K) -> int | None:
        heir = self.rows.successor(gone)
        index = None if heir is None else self.rows.index_of(heir)
        if heir is None or index is None:
            return None
        self.window = [
            (heir, at[1]) if at is not None and at[0] == gone else at for at in self.window
        ]
        self.selected = heir
        return index

    def held_top(self) -> int:
        """The top line that keeps the selected row, else the first row in sight, on its line of the screen.

        At the very top, with no selected row in sight, nothing is held: what is new on top comes into sight.
        """
        for y, at in self._anchors():
            index = self.rows.index_of(at[0])
            if index is not None:
                return self.rows.line_of(index) + at[1] - y
        return self.top

    def _anchors(self) -> list[tuple[int, At[K]]]:
        held = [(y, at) for y, at in enumerate(self.window) if at is not None]
        selected = [(y, at) for y, at in held if at[0] == self.selected]
        if selected:
            return selected[:1]
        return held if self.top > 0 else []

    def revealing_top(self, index: int) -> int:
        """The nearest top line that shows the whole row."""
        first = self.rows.line_of(index)
        more = index + 1 < len(self.rows)
        last = (self.rows.line_of(index + 1) if more else self.rows.line_count()) - 1
        if first < self.top or not self.height:
            return first
        return max(self.top, min(first, last - self.height + 1))

    def target(self, how: str) -> int | None:
        """Index of the row that a movement leads to; None in an empty list."""
        total = len(self.rows)
        if not total:
            return None
        page = max(1, self.height - 1)
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -total,
            "end": total,
        }
        here = None if self.selected is None else self.rows.index_of(self.selected)
        if here is None and how in ("up", "down"):
            goal = self.place
        else:
            goal = (self.place if here is None else here) + steps[how]
        return min(max(goal, 0), total - 1)
