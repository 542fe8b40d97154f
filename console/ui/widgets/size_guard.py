"""What is shown instead of the screen in a terminal that is too small for it."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.presenters.cells import Line, Role, Span, fit
from console.ui.widgets.painting import PaintedLines

MIN_WIDTH, MIN_HEIGHT = 60, 16


def is_too_small(width: int, height: int) -> bool:
    """Whether the console cannot be drawn in this many cells."""
    return width < MIN_WIDTH or height < MIN_HEIGHT


def present_too_small(width: int, height: int, here: tuple[int, int]) -> list[Line]:
    """The notice in the middle of `width` × `height` cells; `here` is the terminal's size."""
    words = [
        ("This terminal is too small.", Role.STRONG),
        (f"It has {here[0]}×{here[1]} cells, {MIN_WIDTH}×{MIN_HEIGHT} are needed.", Role.TEXT),
        ("Calls go on, webhooks are recorded.", Role.TEXT),
        ("ctrl+q quits.", Role.DIM),
    ]
    room = words[:height]
    lines: list[Line] = [()] * ((height - len(room)) // 2)
    for text, role in room:
        size = min(len(text), width)
        pad = " " * ((width - size) // 2)
        lines.append((Span(pad + fit(text, size), role),))
    return lines


class TooSmall(PaintedLines):
    """Says how many cells there are and how many are needed."""

    DEFAULT_CSS = "TooSmall { width: 1fr; height: 1fr; background: $background; }"

    def lines(self, width: int) -> Sequence[Line]:
        size = self.app.size
        return present_too_small(width, self.size.height, (size.width, size.height))
