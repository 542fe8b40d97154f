"""From lines of spans to strips: roles become styles, made once per theme."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from console.ui.compat import GuardedLines
from console.ui.presenters.cells import Line, Span, fit_line
from console.ui.presenters.glyphs import ASCII_SIGNS, UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.widgets.colours import CURSOR, painted
from console.ui.widgets.finder import Found

K = TypeVar("K", bound=Hashable)


class Palette:
    """The styles of one widget as of its present theme and focus; `clear` when either may have changed."""

    def __init__(self, widget: Widget, glyphs: Glyphs) -> None:
        self._widget = widget
        self._ascii = glyphs.ascii
        self._styles: dict[tuple[str, ...], Style] = {}
        self._theme: object = None

    @property
    def is_stale(self) -> bool:
        """Whether styles were made for another theme."""
        return bool(self._styles) and self._theme is not self._widget.app.theme_variables

    def clear(self) -> None:
        """Forgets every style."""
        self._styles.clear()

    def style(self, *names: str) -> Style:
        """The style of roles and cursor together, with a background always."""
        held = self._styles.get(names)
        if held is None:
            self._theme = self._widget.app.theme_variables
            held = self._styles[names] = painted(self._widget, names)
        return held

    def strip(self, line: Sequence[Span], width: int, *, cursor: str | None = None) -> Strip:
        """A strip of exactly `width` cells; on the cursor the whole line has the cursor's style.

        A blurred cursor keeps the colours of the roles and changes the background only.
        """
        fitted = fit_line(line, width)
        if self._ascii:
            fitted = tuple(Span(text.translate(ASCII_SIGNS), role) for text, role in fitted)
        if cursor == CURSOR:
            text = "".join(span.text for span in fitted)
            return Strip([Segment(text, self.style(CURSOR))], width)
        extra = (cursor,) if cursor else ()
        segments = [Segment(text, self.style(role.value, *extra)) for text, role in fitted if text]
        return Strip(Segment.simplify(segments), width)


class Pen(Generic[K]):
    """Draws the lines of a list, and keeps the strips of what is on the screen and a page more."""

    def __init__(self, widget: Widget, rows: Rows[K], glyphs: Glyphs) -> None:
        self._widget = widget
        self._rows = rows
        self._glyphs = glyphs
        self._palette = Palette(widget, glyphs)
        self._strips: dict[tuple[K, int], tuple[Hashable, Strip]] = {}

    def __len__(self) -> int:
        return len(self._strips)

    @property
    def is_stale(self) -> bool:
        """Whether what is kept was drawn in another theme."""
        return self._palette.is_stale

    def clear(self) -> None:
        """Forgets styles and strips (theme or width changed)."""
        self._palette.clear()
        self._strips.clear()

    @property
    def width(self) -> int:
        """Cells that text may take: all but the scroll bar's."""
        return self._widget.scrollable_content_region.width

    def strip(self, line: Line) -> Strip:
        """A line that is no row: the header, or words where there are no rows."""
        return self._palette.strip(fit_line(line, self.width), self._widget.size.width)

    def row(
        self, at: tuple[K, int], look: Hashable, cursor: str | None, found: Found | None = None
    ) -> Strip:
        """A line of a row; `look` is everything its drawing depends on, besides the width."""
        width = self._widget.size.width
        held = self._strips.get(at)
        if held is not None and held[0] == look and held[1].cell_length == width:
            return held[1]
        key, sub = at
        line = fit_line(self._rows.draw(key, sub, self.width), self.width)
        if cursor is not None and sub == 0 and line:
            focused = cursor == CURSOR
            sign = self._glyphs.cursor if focused else self._glyphs.cursor_blurred
            line = (Span(f"{sign}{line[0].text[1:]}", line[0].role), *line[1:])
        if found is not None:
            from console.ui.presenters.search import mark_found

            line = mark_found(line, found[0], here=found[1])
        strip = self._palette.strip(line, width, cursor=cursor)
        if len(self._strips) >= 2 * max(1, self._widget.size.height):
            self._strips.clear()
        self._strips[at] = (look, strip)
        return strip


class PaintedLines(GuardedLines, Widget):
    """A widget of a fixed number of lines; a change repaints the lines concerned and asks for no layout."""

    DEFAULT_CSS = "PaintedLines { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._glyphs = glyphs
        self._palette = Palette(self, glyphs)
        self._painted: tuple[Line, ...] = ()

    def lines(self, width: int) -> Sequence[Line]:
        """What to draw at this width; pure with regard to the widget's present facts."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Draws again what would look different now."""
        if not self.is_attached or not self.size.width:
            return
        new = tuple(self.lines(self.size.width))
        if new != self._painted:
            self._painted = new
            self.refresh()

    def on_resize(self) -> None:
        """The width decides what there is room for."""
        self._painted = tuple(self.lines(self.size.width))
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme, or focus: other styles."""
        if self._palette.is_stale:
            self.refresh()
        self._palette.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line as it was decided by the last `repaint`."""
        width = self.size.width
        if not self._painted:
            self._painted = tuple(self.lines(width))
        line = self._painted[y] if y < len(self._painted) else ()
        return self._palette.strip(line, width)
