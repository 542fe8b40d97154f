"""The line over a pane: its name, what it shows, and where not all panes are seen, the way to the others."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.presenters.cells import Line, Role, Span, shown, spread, width_of
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.screens.layout import PANES, Arrangement, Pane
from console.ui.widgets.painting import PaintedLines

NAMES: dict[Pane, str] = {"calls": "Calls", "timeline": "Timeline", "events": "Events"}


class PaneTitle(PaintedLines):
    """One line, drawn as a rule: `─ Calls ─ 12 of 340 ──────── / state:ringing ─`."""

    def __init__(self, pane: Pane, glyphs: Glyphs = UNICODE) -> None:
        super().__init__(classes="pane-title")
        self._pane = pane
        self._glyphs = glyphs
        self._arrangement = Arrangement()
        self._details: tuple[str, ...] = ()
        self._right = ""

    def show(self, arrangement: Arrangement, details: Sequence[str] = (), right: str = "") -> None:
        """What to say; `details` follow the name, `right` stands at the end."""
        self._arrangement = arrangement
        self._details = tuple(shown(detail) for detail in details if detail)
        self._right = shown(right)
        self.repaint()

    def lines(self, width: int) -> Sequence[Line]:
        rule = self._glyphs.rule
        left: list[Span] = [Span(f"{rule} ", Role.DIM), *self._names()]
        for detail in self._details:
            left += [Span(f" {rule} ", Role.DIM), Span(detail, Role.TEXT)]
        left.append(Span(" ", Role.DIM))
        right = [Span(f" {self._right} {rule}", Role.DIM)] if self._right else []
        used = sum(width_of(span.text) for span in (*left, *right))
        if used < width:
            left.append(Span(rule * (width - used), Role.DIM))
        return (spread(left, right, width),)

    def _names(self) -> list[Span]:
        """The pane's name; with tabs the names of all panes out of sight too, each with its key."""
        current = self._arrangement.active == self._pane
        own = Role.KEY if current else Role.STRONG
        visible = self._arrangement.visible
        if not self._arrangement.tabs or (len(visible) > 1 and self._pane == "calls"):
            return [Span(NAMES[self._pane], own)]
        names: list[Span] = []
        for number, pane in enumerate(PANES, start=1):
            if pane in visible and pane != self._pane:
                continue
            role = own if pane == self._pane else Role.DIM
            names.append(Span(f"{'  ' if names else ''}{number} {NAMES[pane]}", role))
        return names
