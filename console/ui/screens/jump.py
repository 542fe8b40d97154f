"""Jump mode: letters over panes and rows; the one that is pressed goes there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.ui.compat import Guarded
from console.ui.screens.layout import PANES, Pane
from console.ui.widgets.line_list import LineList
from console.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen
    from console.ui.screens.live import LivePane

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The ones under the fingers first."""


class Target(NamedTuple):
    """Where a letter stands on the screen, and where it leads."""

    x: int
    y: int
    go: Callable[[], object]


def labels(count: int) -> list[str]:
    """As many different labels: one letter each, else two each, so that none begins another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return ["".join(pair) for pair in product(LETTERS, repeat=2)][:count]


def open_jump(desk: DeskScreen) -> None:
    """Shows the letters over the desk, and goes where one of them leads."""

    def chosen(go: Callable[[], object] | None) -> None:
        if go is not None:
            go()
            desk.drawing.titles()

    desk.app.push_screen(JumpScreen(*_targets(desk)), chosen)


def _targets(desk: DeskScreen) -> tuple[dict[str, Target], dict[str, Target]]:
    """The panes by digit, those out of sight in the top line of those that are not, and the rows by letters."""
    panes: dict[str, Target] = {}
    rows: list[Target] = []
    lists: dict[Pane, LineList[Any]] = {
        "calls": desk.calls,
        "timeline": desk.timeline,
        "events": desk.tail,
    }
    for number, pane in enumerate(PANES, start=1):
        title = desk.panes.title_of(pane)
        if pane in desk.panes.arrangement.visible:
            region = title.region
            panes[str(number)] = Target(region.x, region.y, partial(desk.panes.focus, pane))
            rows += _rows_of(lists[pane], partial(desk.panes.focus, pane))
        else:
            # Its key works as on the desk; there is no place to show it.
            panes[str(number)] = Target(-1, -1, partial(desk.panes.focus, pane))
    return panes, dict(zip(labels(len(rows)), rows, strict=True))


def _rows_of(rows: LineList[Any], focus: Callable[[], object] | None = None) -> list[Target]:
    """A target for every row in sight; `focus` puts the focus there, if the list itself cannot."""
    top = rows.region.y + rows.rows.header_lines

    def go(key: Hashable) -> None:
        (focus or rows.focus)()
        rows.moved_by_hand(upward=True)
        rows.select(key)

    return [Target(rows.region.x, top + y, partial(go, key)) for y, key in rows.finder.in_sight()]


def open_jump_over(pane: LivePane) -> None:
    """Shows the letters over the rows of a screen over the desk; says so where there is nothing to go to."""
    lists = [each for each in pane.query(LineList) if each.can_focus and _is_seen(each)]
    rows: list[Target] = []
    for each in lists:
        if not isinstance(each, LinesView):
            rows += _rows_of(each)
    if not rows and len(lists) < 2:
        pane.app.notify("jump: there is no row on this screen to go to", severity="warning")
        return
    # A list's digit stands at its end, where no letter is.
    digits = {
        str(number): Target(each.region.right - 2, each.region.y, each.focus)
        for number, each in enumerate(lists, start=1)
        if len(lists) > 1
    }

    def chosen(go: Callable[[], object] | None) -> None:
        if go is not None:
            go()

    pane.app.push_screen(
        JumpScreen(digits, dict(zip(labels(len(rows)), rows, strict=True))), chosen
    )


def _is_seen(rows: LineList[Any]) -> bool:
    return bool(rows.region.area) and rows.is_on_screen


class JumpScreen(Guarded, ModalScreen[Callable[[], object] | None]):
    """Gives what to do, or None; the desk goes on underneath."""

    def __init__(self, panes: dict[str, Target], rows: dict[str, Target]) -> None:
        super().__init__()
        self._targets = {**panes, **rows}
        self._signs: dict[str, Static] = {}
        self._typed = ""

    def compose(self) -> ComposeResult:
        for label, target in self._targets.items():
            if target.y < 0:
                continue
            sign = Static(Content(label), classes="jump-label")
            sign.styles.offset = (target.x, target.y)
            self._signs[label] = sign
            yield sign

    @property
    def shown(self) -> Sequence[str]:
        """The labels that can still be meant."""
        return [label for label in self._signs if label.startswith(self._typed)]

    def on_key(self, event: events.Key) -> None:
        """A label goes there; anything that is none leaves."""
        event.stop()
        typed = self._typed + (event.character or "")
        if event.character and typed in self._targets:
            self.dismiss(self._targets[typed].go)
        elif event.character and any(label.startswith(typed) for label in self._targets):
            self._typed = typed
            for label, sign in self._signs.items():
                sign.display = label.startswith(typed)
        else:
            self.dismiss(None)

    def on_click(self) -> None:
        """A click leaves."""
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        """Another size: the letters would stand beside what they mean."""
        if self._size_known and event.size != self._size_known:
            self.dismiss(None)
        self._size_known = event.size

    _size_known: object = None
