"""A text of finished lines to read: keys and wheel scroll, nothing is selected."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from console.ui.presenters.cells import Line
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.widgets.line_list import LineList


class FixedRows(Rows[int]):
    """Lines by number, as they were given."""

    def __init__(self) -> None:
        self.lines: Sequence[Line] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def key_at(self, index: int) -> int:
        return index

    def index_of(self, key: int) -> int | None:
        return key if 0 <= key < len(self.lines) else None

    def stamp(self, key: int) -> Hashable:
        return self.lines[key] if key < len(self.lines) else None

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        return self.lines[key] if key < len(self.lines) else ()


class LinesView(LineList[int]):
    """`show` replaces the lines; those that look the same are not painted again."""

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._fixed = FixedRows()
        super().__init__(self._fixed, glyphs=glyphs, empty=empty, name=name, id=id, classes=classes)

    def show(self, lines: Sequence[Line], *, top: int | None = None) -> None:
        """Replaces what is shown; `top` scrolls there, else it stays where it is."""
        self._fixed.lines = tuple(lines)
        self.sync(top=self.scroll_offset.y if top is None else top)

    def action_move(self, how: str) -> None:
        """Scrolls."""
        page = max(1, self.size.height - 1)
        total = len(self._fixed)
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -total,
            "end": total,
        }
        self.sync(top=self.scroll_offset.y + steps[how])

    def select(self, key: int | None, *, scroll: bool = True) -> None:
        """Nothing is selected in a text."""
