"""The three panes of the desk as widgets, and the one place that shows, hides, sizes and focuses them."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from console.ui.compat import Guarded
from console.ui.presenters.glyphs import Glyphs
from console.ui.screens.filter_line import FilterLine
from console.ui.screens.layout import NAMES, PANES, Arrangement, Pane, Shape
from console.ui.widgets.titles import PaneTitle


class PaneBox(Guarded, Vertical):
    """A title, perhaps a filter, and one list."""

    def __init__(
        self,
        pane: Pane,
        body: Widget,
        glyphs: Glyphs,
        filter_line: FilterLine | None = None,
        *,
        is_first: bool = False,
    ) -> None:
        """`is_first`: the list is in the first frame; else it comes with `complete`."""
        super().__init__(id=f"pane-{pane}", classes="pane")
        self.pane: Pane = pane
        self.title_line = PaneTitle(NAMES[pane], glyphs=glyphs)
        self.body = body
        self.filter_line = filter_line
        self._is_first = is_first

    def compose(self) -> ComposeResult:
        yield self.title_line
        if self.filter_line is not None:
            yield self.filter_line
        if self._is_first:
            yield self.body

    def complete(self) -> None:
        """After the first frame: what it did not show."""
        if not self._is_first:
            self.mount(self.body)


class Panes:
    """Carries the arrangement out on the widgets; no widget of the desk decides about its own place."""

    def __init__(self, boxes: Mapping[Pane, PaneBox], upper: Widget) -> None:
        self._boxes = boxes
        self._upper = upper
        self._shape: Shape | None = None
        self.arrangement = Arrangement()

    def fit(self, shape: Shape) -> bool:
        """Takes over another shape; true if it is another one."""
        known, self._shape = self._shape, shape
        self.arrangement.shape = shape
        return known is not shape

    def apply(self) -> None:
        """Shows, hides and sizes the panes."""
        arrangement = self.arrangement
        visible = arrangement.visible
        side_by_side = arrangement.shape is Shape.THREE
        for pane, box in self._boxes.items():
            box.display = pane in visible
        self._upper.display = "calls" in visible or "timeline" in visible
        self._upper.styles.layout = "horizontal" if side_by_side else "vertical"
        calls, timeline, events = (self._boxes[pane] for pane in ("calls", "timeline", "events"))
        weights = arrangement.weights
        calls.styles.width = f"{weights['calls']}fr" if side_by_side else "1fr"
        timeline.styles.width = f"{weights['timeline']}fr" if side_by_side else "1fr"
        timeline.styles.padding = (0, 0, 0, 1) if side_by_side else 0
        calls.styles.height = "1fr" if side_by_side else f"{weights['calls']}fr"
        timeline.styles.height = "1fr" if side_by_side else f"{weights['timeline']}fr"
        upper = 14 if side_by_side else weights["calls"]
        self._upper.styles.height = f"{upper}fr" if "events" in visible else "1fr"
        events.styles.height = f"{weights['events']}fr"

    def focus(self, pane: Pane) -> None:
        """Puts the focus into a pane, and shows it if it was out of sight."""
        before = self.arrangement.visible
        self.arrangement.activate(pane)
        if self.arrangement.visible != before:
            self.apply()
        self._boxes[pane].body.focus()

    def zoom(self) -> None:
        """Gives the whole screen to the pane in focus, or takes it back."""
        self.arrangement.zoomed = not self.arrangement.zoomed
        self.apply()

    def resize(self, step: int) -> None:
        """Grows or shrinks the pane in focus."""
        self.arrangement.resize(step)
        self.apply()

    def title(self, pane: Pane, *details: str, right: str = "") -> None:
        """Draws the line over a pane."""
        name = heading(pane, self.arrangement)
        focused = self.arrangement.active == pane
        self._boxes[pane].title_line.show(name, *details, right=right, focused=focused)

    def title_of(self, pane: Pane) -> PaneTitle:
        """The line over a pane."""
        return self._boxes[pane].title_line

    def noticed(self, focused: Widget | None) -> bool:
        """Takes over a focus that came by mouse or otherwise; true if another pane is in focus now."""
        for pane, box in self._boxes.items():
            if focused is box.body and pane != self.arrangement.active:
                self.arrangement.activate(pane)
                return True
        return False


def heading(pane: Pane, arrangement: Arrangement) -> str:
    """A pane's name; where panes are out of sight theirs too, each with its key: `[1 Calls] 2 Timeline 3 Events`."""
    visible = arrangement.visible
    if not arrangement.tabs or (len(visible) > 1 and pane == "calls"):
        return NAMES[pane]
    words = []
    for number, other in enumerate(PANES, start=1):
        if other == pane:
            words.append(f"[{number} {NAMES[other]}]")
        elif other not in visible:
            words.append(f"{number} {NAMES[other]}")
    return " ".join(words)
