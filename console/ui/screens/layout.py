"""Which panes are seen, and how large: a pure answer to the terminal's size and to what the operator chose."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from console.ui.widgets.size_guard import is_too_small

Pane = Literal["calls", "timeline", "events"]

PANES: Final[tuple[Pane, ...]] = ("calls", "timeline", "events")
NAMES: Final[dict[Pane, str]] = {"calls": "Calls", "timeline": "Timeline", "events": "Events"}
_LOW = 20
WEIGHT_LIMITS = (2, 30)


class Shape(StrEnum):
    """What fits: three panes, two, one at a time, or nothing that could be used."""

    THREE = "three"
    TWO = "two"
    ONE = "one"
    TOO_SMALL = "too-small"


def shape_of(width: int, height: int) -> Shape:
    """The shape for a terminal of that many columns and rows."""
    if is_too_small(width, height):
        return Shape.TOO_SMALL
    if width < 100 or height < _LOW:
        return Shape.ONE
    return Shape.THREE if width >= 140 else Shape.TWO


class Arrangement:
    """The operator's choices (pane in focus, zoom, sizes), kept over every change of the terminal's size."""

    def __init__(self) -> None:
        self.shape = Shape.THREE
        self.active: Pane = "calls"
        self.zoomed = False
        self.weights: dict[Pane, int] = {"calls": 11, "timeline": 9, "events": 7}
        self._lower: Pane = "timeline"

    def activate(self, pane: Pane) -> None:
        """Makes a pane the one in focus; where only some are seen, it is one of them from now on."""
        self.active = pane
        if pane != "calls":
            self._lower = pane

    def neighbour(self, step: int) -> Pane:
        """The next (1) or previous (-1) pane, around the corner."""
        return PANES[(PANES.index(self.active) + step) % len(PANES)]

    def resize(self, step: int) -> None:
        """Grows (1) or shrinks (-1) the pane in focus."""
        least, most = WEIGHT_LIMITS
        self.weights[self.active] = max(least, min(self.weights[self.active] + step, most))

    @property
    def visible(self) -> tuple[Pane, ...]:
        """The panes that are drawn, in order."""
        if self.shape is Shape.TOO_SMALL:
            return ()
        if self.zoomed or self.shape is Shape.ONE:
            return (self.active,)
        return PANES if self.shape is Shape.THREE else ("calls", self._lower)

    @property
    def tabs(self) -> bool:
        """Whether panes are out of sight, so that the titles must tell how to reach them."""
        return 0 < len(self.visible) < len(PANES)
