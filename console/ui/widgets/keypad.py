"""The keys of a keypad, to be clicked, and the log of digits beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.keypad import CELL, ROWS, LogLine, key_under, present_log_line
from console.ui.widgets.painting import PaintedLines


class KeypadGrid(PaintedLines):
    """Four rows of four keys, and the pauses."""

    DEFAULT_CSS = f"KeypadGrid {{ width: {4 * CELL}; height: {len(ROWS)}; }}"

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, digit: str) -> None:
            super().__init__()
            self.digit = digit

    def lines(self, width: int) -> Sequence[Line]:  # noqa: ARG002
        return [tuple(Span(f"[ {key} ]", Role.KEY) for key in row) for row in ROWS]

    def on_click(self, event: events.Click) -> None:
        """The key under the pointer."""
        event.stop()
        offset = event.get_content_offset(self)
        key = None if offset is None else key_under(offset.x, offset.y)
        if key is not None:
            self.post_message(self.Pressed(key))


class KeypadLog(PaintedLines):
    """The latest lines, as many as there is room for."""

    DEFAULT_CSS = f"KeypadLog {{ width: 1fr; height: {len(ROWS)}; margin-left: 2; }}"

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs=glyphs, name=name, id=id, classes=classes)
        self._log: Sequence[LogLine] = ()

    def show(self, log: Sequence[LogLine]) -> None:
        """Replaces the log."""
        self._log = log
        self.repaint()

    def lines(self, width: int) -> Sequence[Line]:
        if not self._log:
            return [(Span("type or click digits", Role.DIM),)]
        seen = self._log[-max(1, self.size.height) :]
        return [present_log_line(each, width, self._glyphs) for each in seen]
