"""The line of keys at the foot of the screen: drawn by itself, since Textual's Footer recomposes with every change."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.presenters.cells import Line
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.keys import KeyHint, present_keys
from console.ui.widgets.painting import PaintedLines

__all__ = ["KeyBar", "KeyHint"]


class KeyBar(PaintedLines):
    """One line that never wraps; keys that do nothing now are dimmed, the least important give way."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; }"

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs=glyphs, name=name, id=id, classes=classes)
        self._hints: tuple[KeyHint, ...] = ()

    def show(self, hints: Sequence[KeyHint]) -> None:
        """Replaces the hints; repaints only if they differ."""
        self._hints = tuple(hints)
        self.repaint()

    def lines(self, width: int) -> Sequence[Line]:
        return [present_keys(self._hints, width, self._glyphs)]
