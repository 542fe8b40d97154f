"""What a search found in a list of lines: which text is marked, and on which row the search stands."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from console.ui.presenters.viewport import Viewport
    from console.ui.widgets.line_list import LineList

K = TypeVar("K", bound=Hashable)

Found = tuple[str, bool]
"""The text that is marked in a row, and whether the search stands on that row."""


class Finder(Generic[K]):
    """The side of a `LineList` that a `SearchLine` works on."""

    def __init__(self, widget: LineList[K], view: Viewport[K]) -> None:
        self._widget = widget
        self._view = view
        self._needle = ""
        self._at: K | None = None

    def found(self, key: K) -> Found | None:
        """What is marked in a row; None while nothing is searched."""
        return (self._needle, key == self._at) if self._needle else None

    def in_sight(self) -> list[tuple[int, K]]:
        """The rows on the screen: the line of the body where each begins, and its key."""
        return [
            (y, at[0]) for y, at in enumerate(self._view.window) if at is not None and at[1] == 0
        ]

    @property
    def first_row(self) -> int:
        """The first row in sight."""
        return self._view.first_row

    def search_texts(self) -> Sequence[str]:
        """Every row as text, cut nowhere."""
        rows = self._widget.rows
        return [rows.text(rows.key_at(place)) for place in range(len(rows))]

    def search_from(self) -> int:
        """The row under the cursor, else the first one in sight."""
        selected = self._view.selected
        place = None if selected is None else self._widget.rows.index_of(selected)
        return self._view.first_row if place is None else place

    def show_found(self, needle: str, line: int | None) -> None:
        """Marks a text wherever it is seen, and goes to a row."""
        self._needle = needle
        self._at = None if line is None else self._widget.rows.key_at(line)
        top = None
        if line is not None and self._at is not None:
            self._widget.moved_by_hand(upward=True)
            self._widget.select(self._at)
            if self._view.selected is None:  # a text to read, in which nothing is selected
                top = self._view.revealing_top(line)
        self._widget.sync(top=top)
