"""The one list for everything live: lines drawn on demand, the selection a key, no layout for a change of content.

A frame costs the lines that look different from what is on the screen. Textual asks for a layout whenever
`virtual_size` is assigned; here the scroll bar is moved directly instead, and it is always there, so that its
coming and going never changes the width of a row.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from console.ui.actions import Scope, of_scope
from console.ui.compat import GuardedLines
from console.ui.presenters.cells import Role, Span
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.presenters.viewport import Viewport
from console.ui.widgets.colours import CURSOR, CURSOR_BLURRED
from console.ui.widgets.finder import Finder
from console.ui.widgets.painting import Pen

K = TypeVar("K", bound=Hashable)

_WHEEL_LINES = 3
_NEVER = object()
"""Stands for a line that has not been drawn."""

LIST_BINDINGS: list[BindingType] = [
    *(
        Binding(
            ",".join(action.keys),
            f"move('{action.id[5:]}')",
            action.title,
            show=False,
            id=action.id,
        )
        for action in of_scope(Scope.LISTS)
    ),
    Binding("enter", "activate", "Open", show=False),
]


class LineList(GuardedLines, ScrollView, Generic[K], can_focus=True, inherit_bindings=False):
    """Rows of a `Rows` model. After the model changed, call `sync`; what looks the same is not painted again.

    The selected row keeps its place on the screen when rows come or go above it. When its key leaves the list,
    nothing is selected until the operator moves: a key press never reaches a row that slid under the cursor.
    """

    BINDINGS = LIST_BINDINGS
    DEFAULT_CSS = """
    LineList {
        height: 1fr; overflow-x: hidden; overflow-y: scroll;
        scrollbar-size-vertical: 1; scrollbar-background: $background;
    }
    """
    ALLOW_SELECT = False

    def __init__(
        self,
        rows: Rows[K],
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        """`empty` is said where there are no rows."""
        super().__init__(name=name, id=id, classes=classes)
        self.rows = rows
        self.empty = empty
        self._view = Viewport(rows)
        self._pen = Pen(self, rows, glyphs)
        self._drawn: list[Hashable] = []
        self._shaped = Size(0, 0)
        self.finder = Finder(self, self._view)
        """What a `SearchLine` is given to search this list."""

    def highlighted(self, key: K | None) -> None:
        """Hook: the selection has changed."""

    def activated(self, key: K) -> None:
        """Hook: Enter, or a double click, on a row."""

    def moved_by_hand(self, *, upward: bool) -> None:
        """Hook: the operator moved the cursor or scrolled."""

    @property
    def selected(self) -> K | None:
        """The key of the selected row."""
        return self._view.selected

    def select(self, key: K | None, *, scroll: bool = True) -> None:
        """Selects a row that exists (None: no row) and brings it into sight."""
        before = self._view.selected
        index = self._view.choose(key)
        if index is not None and scroll and self.is_attached:
            _resize_content(self, self.rows.line_count() + self.rows.header_lines)
            self._scroll_lines(self._view.revealing_top(index))
        self._repaint()
        if self._view.selected != before:
            self.highlighted(self._view.selected)

    def action_move(self, how: str) -> None:
        """Moves the cursor: up, down, pageup, pagedown, home, end."""
        self.moved_by_hand(upward=how in ("up", "pageup", "home"))
        index = self._view.target(how)
        if index is not None:
            self.select(self.rows.key_at(index))

    def action_activate(self) -> None:
        """Opens the selected row."""
        if self._view.selected is not None:
            self.activated(self._view.selected)

    def sync(self, *, top: int | None = None) -> None:
        """Takes over whatever changed in the model, and paints the lines that look different now.

        `top` is the line to have on top instead of holding rows in their place.
        """
        if not self.is_attached:
            return
        before = self._view.selected
        self._view.follow()
        _resize_content(self, self.rows.line_count() + self.rows.header_lines)
        self._scroll_lines(self._view.held_top() if top is None else top)
        self._repaint()
        if self._view.selected != before:
            self.highlighted(self._view.selected)

    def _scroll_lines(self, target: int) -> None:
        target = min(max(target, 0), self.max_scroll_y)
        if target != self.scroll_y:
            self.scroll_target_y = self.scroll_y = target

    def _repaint(self) -> None:
        """Refreshes the lines whose look differs from what was drawn last."""
        if not self.is_attached:
            return
        height = self.size.height
        self._view.look(self.scroll_offset.y, max(0, height - self.rows.header_lines))
        start: int | None = None
        for y in range(height + 1):
            drawn = self._drawn[y] if y < len(self._drawn) else _NEVER
            differs = y < height and self._look(y) != drawn
            if differs and start is None:
                start = y
            elif not differs and start is not None:
                self.refresh(Region(0, start, self.size.width, y - start))
                start = None

    def _look(self, y: int) -> Hashable:
        """What line `y` of the screen looks like, as a value."""
        body = y - self.rows.header_lines
        if body < 0:
            return self.rows.header(self._pen.width, self._view.first_row)
        at = self._view.window[body] if body < len(self._view.window) else None
        if at is None:
            return self.empty if body == 0 and not len(self.rows) else None
        cursor = None
        if at[0] == self._view.selected:
            cursor = CURSOR if self.has_focus else CURSOR_BLURRED
        return (at, self.rows.stamp(at[0]), cursor, self.finder.found(at[0]))

    def render_line(self, y: int) -> Strip:
        """One line of the screen; from the cache where it looks as before."""
        if self.size != self._shaped:
            # Textual paints a new size before it tells of it.
            self._reshape()
        while len(self._drawn) <= y:
            self._drawn.append(_NEVER)
        self._drawn[y] = look = self._look(y)
        body = y - self.rows.header_lines
        if body < 0:
            return self._pen.strip(self.rows.header(self._pen.width, self._view.first_row))
        at = self._view.window[body] if body < len(self._view.window) else None
        if at is None:
            return self._pen.strip((Span(f"  {look}" if look else "", Role.DIM),))
        cursor = None
        if at[0] == self._view.selected:
            cursor = CURSOR if self.has_focus else CURSOR_BLURRED
        return self._pen.row(at, look, cursor, self.finder.found(at[0]))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight: those are the ones to hold from now on."""
        super().watch_scroll_y(old_value, new_value)
        self._view.look(self.scroll_offset.y, max(0, self.size.height - self.rows.header_lines))

    def on_resize(self) -> None:
        """The width decides about columns; the selected row stays in sight."""
        self._reshape()
        self.sync()
        if self._view.selected is not None:
            self.select(self._view.selected)

    def _reshape(self) -> None:
        """Takes over the size, and draws nothing."""
        self._shaped = self.size
        self._pen.clear()
        self._drawn.clear()
        self.rows.resize(self._pen.width)
        self._view.look(self.scroll_offset.y, max(0, self.size.height - self.rows.header_lines))

    def notify_style_update(self) -> None:
        """Another theme: other styles."""
        if self._pen.is_stale:
            self.refresh()
        self._pen.clear()
        super().notify_style_update()

    @on(events.Focus)
    @on(events.Blur)
    def _refocused(self) -> None:
        self._repaint()

    def on_click(self, event: events.Click) -> None:
        """One click selects, two open."""
        offset = event.get_content_offset(self)
        y = -1 if offset is None else offset.y - self.rows.header_lines
        at = self._view.window[y] if 0 <= y < len(self._view.window) else None
        if at is None:
            return
        self.moved_by_hand(upward=True)
        self.select(at[0])
        if event.chain == 2:
            self.activated(at[0])

    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    def _wheel(self, event: events.MouseEvent) -> None:
        upward = isinstance(event, events.MouseScrollUp)
        event.prevent_default().stop()
        self.moved_by_hand(upward=upward)
        self._scroll_lines(self.scroll_offset.y + (-_WHEEL_LINES if upward else _WHEEL_LINES))


def _resize_content(widget: ScrollView, lines: int) -> None:
    """Tells the scroll bar how many lines there are, without a layout."""
    if lines == widget.virtual_size.height:
        return
    widget.set_reactive(Widget.virtual_size, Size(1, lines))
    if widget.show_vertical_scrollbar:
        widget.vertical_scrollbar.window_virtual_size = lines


def draw_anew(table: LineList[Any]) -> None:
    """Draws everything again, also what is known by its version: that may say something else now."""
    table._pen.clear()
    table._drawn.clear()
    table.refresh()
