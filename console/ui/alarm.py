"""The line that says on every screen that nothing is recorded. Imported when that happens first.

The live desk has its own place for it; every other screen and dialog gets a line at its top, for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.ui.compat import Guarded
from console.ui.screens.desk import DeskScreen
from console.ui.screens.jump import JumpScreen

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp


class Alarm(Guarded, Static):
    """One line; where it is too long, its end is cut."""

    DEFAULT_CSS = """
    Alarm {
        dock: top; height: 1; width: 100%; padding: 0 1;
        background: $error; color: $background; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def say(self, words: str) -> None:
        """Other words."""
        self.update(Content(words), layout=False)


class Alarms:
    """Follows the operator from screen to screen: `trouble` gives the words, empty while all is well."""

    def __init__(self, app: ConsoleApp, trouble: Callable[[], str]) -> None:
        self._app = app
        self._trouble = trouble
        app.screen_change_signal.subscribe(app, self._went_to)

    def show(self) -> None:
        """What is known of the engine may have changed."""
        for screen in self._app.screen_stack:
            self._put(screen)

    def _went_to(self, screen: Screen[Any]) -> None:
        if self._trouble():
            screen.call_later(self._put, screen)

    def _put(self, screen: Screen[Any]) -> None:
        # The screen under letters is seen, and they would no longer stand on what they mean.
        if isinstance(screen, JumpScreen) or type(screen) is DeskScreen or not screen.is_attached:
            return
        words, shown = self._trouble(), screen.query(Alarm)
        if not words:
            shown.remove()
            return
        if not shown:
            line = Alarm(markup=False)
            screen.mount(line, before=0)
        else:
            line = shown.first()
        line.say(words)
