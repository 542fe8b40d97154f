"""An app whose first frame comes quickly: what it does not show is read, and garbage is looked for, after it."""

from __future__ import annotations

import gc
from typing import Any

from textual.screen import Screen

from console.ui import style_files
from console.ui.compat import GuardedApp, fit_no_color

_COLLECT_AFTER_S = 1.0
"""Garbage is not looked for before: a start makes none worth a pause before its first frame."""
_USUAL_THRESHOLDS = gc.get_threshold()


class PromptScreen(Screen[None]):
    """A screen that is shown in parts: set `has_begun` when the first frame is drawn."""

    has_begun = False

    def update_node_styles(self, animate: bool = True) -> None:
        """Textual asks for all styles when a screen comes up; before its first frame each was made a moment ago."""
        if self.has_begun:
            super().update_node_styles(animate)


class PromptApp(GuardedApp):
    """Call `begun` when the first frame is drawn. The theme is chosen before anything is mounted."""

    def __init__(self) -> None:
        super().__init__(css_path=style_files.first())
        self.has_begun = False
        """Whether the first frame is drawn."""
        self._has_all_styles = False

    def begin_in(self, theme: str) -> None:
        """The theme to begin with."""
        self.theme = theme
        fit_no_color(self)
        self.stylesheet.set_variables(self.get_css_variables())

    def refresh_css(self, animate: bool = True) -> None:
        """Before the first frame there is nothing to refresh: all is styled in the one theme it begins with."""
        if self.has_begun:
            super().refresh_css(animate)

    def push_screen(self, *args: Any, **named: Any) -> Any:
        """What opens over the desk has its own style sheets, read before the first one of them is shown."""
        self._style_all()
        return super().push_screen(*args, **named)

    def begun(self) -> None:
        """The first frame is drawn: what remains may take its time."""
        self.has_begun = True
        self.set_timer(_COLLECT_AFTER_S, self._collect_again)

    def end_collecting(self) -> None:
        """As any other program again: an interpreter may outlive its app."""
        gc.unfreeze()
        gc.set_threshold(*_USUAL_THRESHOLDS)
        gc.enable()

    def _style_all(self) -> None:
        if not self._has_all_styles:
            self._has_all_styles = True
            self.stylesheet.read_all(style_files.later())
            self.stylesheet.parse()

    def _collect_again(self) -> None:
        """What the start has made stays, and need not be looked at again."""
        from console.store.store import COLLECT_AFTER

        self._style_all()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        gc.enable()
