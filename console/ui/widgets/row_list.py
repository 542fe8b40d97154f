"""A list over rows by text keys that tells its pane when the cursor moves and when a row is opened."""

from __future__ import annotations

from collections.abc import Callable

from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.widgets.line_list import LineList


class RowList(LineList[str]):
    """`moved` and `opened` are called with the key concerned."""

    def __init__(
        self,
        rows: Rows[str],
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "",
        moved: Callable[[str | None], None] | None = None,
        opened: Callable[[str], None] | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
    ) -> None:
        super().__init__(rows, glyphs=glyphs, empty=empty, id=id)
        self._moved = moved
        self._opened = opened
        self._was_filled = False

    def highlighted(self, key: str | None) -> None:
        if self._moved is not None:
            self._moved(key)

    def activated(self, key: str) -> None:
        if self._opened is not None:
            self._opened(key)

    def refill(self) -> None:
        """After the rows were replaced. The first is selected the first time only: when a row goes under the cursor, no
        other takes its place by itself.
        """
        self.sync()
        if not self._was_filled and len(self.rows):
            self._was_filled = True
            self.select(self.rows.key_at(0), scroll=False)

    def select_near(self, index: int) -> None:
        """Selects what stands at this place now, or the last row."""
        if len(self.rows):
            self.select(self.rows.key_at(min(max(index, 0), len(self.rows) - 1)))
