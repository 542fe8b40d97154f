"""How the line does: every figure with its target and its course, the one under the cursor with how it was made."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual import events
from textual.app import ComposeResult

from console.domain.metrics.figures import Window, incomplete_since
from console.domain.metrics.measures import figures
from console.domain.metrics.series import series
from console.domain.times import local_clock
from console.ui.actions import Scope
from console.ui.line_watch import LineWatch
from console.ui.presenters.plots import PlotStyle, next_style
from console.ui.presenters.pulse_rows import FigureRows, figure_lines
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView
from console.ui.widgets.row_list import RowList

DRAWN_EVERY_S = 0.5
_LEAST_LIST = 6
_DETAIL = 12


class PulsePane(LivePane):
    """Over one window at a time: the last half hour, or today."""

    SCOPE = Scope.PULSE
    BINDINGS = keys_of(Scope.PULSE)

    def __init__(
        self, services: Services, line: LineWatch, copy: Callable[[str, str], None]
    ) -> None:
        """`copy` takes a text and what it is."""
        super().__init__(services)
        self._line = line
        self._copy_text = copy
        self._rows = FigureRows(services.look.glyphs)
        self._window = Window.ROLLING
        self._style = PlotStyle.ASCII if services.look.glyphs.ascii else PlotStyle.BLOCK
        self._drawn_at = 0.0
        self.verbs = {
            "pulse.window": self._other_window,
            "pulse.style": self._other_style,
            "pulse.copy": self._copy,
            "pulse.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        yield RowList(self._rows, glyphs=glyphs, moved=self._moved, id="pulse-figures")
        detail = LinesView(glyphs=glyphs, id="pulse-detail")
        detail.can_focus = False
        yield detail

    def on_mount(self) -> None:
        self._share_height(self.app.size.height)
        self.query_one(RowList).focus()

    def on_resize(self, event: events.Resize) -> None:
        """The plot gives way before the list does."""
        self._share_height(event.size.height)
        self.call_after_refresh(self.draw)

    def _share_height(self, height: int) -> None:
        room = height - 4
        self.query_one("#pulse-detail").styles.height = max(4, min(_DETAIL, room - _LEAST_LIST))

    def look(self) -> None:
        if time.perf_counter() - self._drawn_at >= DRAWN_EVERY_S:
            self.draw()

    def draw(self) -> None:
        """All figures anew."""
        self._drawn_at = time.perf_counter()
        line, metrics = self._line, self._line.metrics
        m = line.moment(self._window)
        if metrics is None or m is None:
            self.head("Pulse", self._window.value)
            self.say(line.trouble or "reading the journal …", problem=bool(line.trouble))
            self.keys()
            return
        found = figures(m)
        courses = {
            each.id: course
            for each in found
            if (course := series(metrics, each.id, self._window, m.now)) is not None
        }
        self._rows.window = self._window
        self._rows.show(found, courses)
        self.query_one(RowList).refill()
        self._show_detail()
        self._show_state()
        self.keys()

    def _moved(self, _key: str | None) -> None:
        self._show_detail(top=0)

    def _show_detail(self, top: int | None = None) -> None:
        detail = self.query_one(LinesView)
        figure = self._rows.figure(self.query_one(RowList).selected)
        m, metrics = self._line.moment(self._window), self._line.metrics
        if figure is None or m is None or metrics is None:
            return
        course = series(metrics, figure.id, self._window, m.now)
        glyphs = self.services.look.glyphs
        lines = figure_lines(figure, course, m, detail.size, style=self._style, glyphs=glyphs)
        detail.show(lines, top=top)

    def _show_state(self) -> None:
        line, metrics = self._line, self._line.metrics
        m = line.moment(self._window)
        assert metrics is not None
        assert m is not None
        missing = incomplete_since(metrics, m.since)
        right = "" if missing is None else f"incomplete since {local_clock(missing)[:5]}"
        begun = line.recorded_from
        if not right and begun is not None and begun > m.since:
            right = f"recorded from {local_clock(begun)[:5]}"
        self.head("Pulse", self._window.value, f"now {local_clock(m.now)}", right=right)
        if line.trouble:
            self.say(f"the journal cannot be read: {line.trouble}", problem=True)
        elif not line.is_ready(self._window):
            self.say(
                f"{self._window.value} is being read, the figures are not complete: {line.progress:.0%}"
            )
        elif missing is not None:
            self.say(f"{right}: what happened then is not in the journal, and not in these figures")
        else:
            self.say("few calls are shown as counts, none as -; a call counts when its wait began")

    def _other_window(self) -> None:
        rolling = self._window is Window.ROLLING
        self._window = Window.TODAY if rolling else Window.ROLLING
        self.draw()

    def _other_style(self) -> None:
        self._style = next_style(self._style, ascii_only=self.services.look.glyphs.ascii)
        self.draw()

    def _copy(self) -> None:
        figure = self._rows.figure(self.query_one(RowList).selected)
        if figure is None:
            return
        text = f"{figure.title}: {figure.value} ({self._window.value}; {figure.formula}; {figure.counts})"
        self._copy_text(text, figure.title)
