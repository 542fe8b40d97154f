"""The filter of one pane: applies while it is typed, says what is wrong in place, keeps the last one that was valid."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from console.domain.filter import Filter, FilterError, parse
from console.ui.compat import Guarded
from console.ui.screens.layout import Pane


class FilterLine(Guarded, Vertical):
    """One line, hidden while it is not being typed in; Enter keeps the filter, Escape clears it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "clear", "clear", show=False)]

    class Applied(Message):
        """Another filter is in force; None lets everything through."""

        def __init__(self, line: FilterLine, wanted: Filter | None) -> None:
            super().__init__()
            self.line = line
            self.filter = wanted

    class Done(Message):
        """The operator is back at the list."""

        def __init__(self, line: FilterLine) -> None:
            super().__init__()
            self.line = line

    def __init__(self, pane: Pane, placeholder: str) -> None:
        super().__init__(classes="filter-line")
        self.pane: Pane = pane
        self.text = ""
        """The filter in force, as it was typed."""
        self.error: str | None = None
        self._placeholder = placeholder

    def on_mount(self) -> None:
        self.display = False

    def _input(self) -> Input:
        """The line to type in, made when it is needed first."""
        found = self.query(Input)
        if found:
            return found.first()
        line = Input(placeholder=self._placeholder, compact=True, select_on_focus=False)
        error = Static(classes="filter-error")
        error.display = False
        self.mount(line, error)
        return line

    def open(self) -> None:
        """Shows the line with the filter in force, ready for typing."""
        self.display = True
        line = self._input()
        with self.prevent(Input.Changed):
            line.value = self.text
        line.focus()
        line.action_end()

    def use(self, text: str) -> None:
        """Puts a filter in force that was not typed; one that is wrong is shown for correction."""
        self._apply(text)
        if self.error is not None:
            self.open()
            self._input().value = text

    def action_clear(self) -> None:
        """Lets everything through again, and closes the line."""
        self._apply("")
        with self.prevent(Input.Changed):
            self._input().value = ""
        self._close()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._apply(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.error is None:
            self._close()

    def _close(self) -> None:
        self.display = False
        self.post_message(self.Done(self))

    def _apply(self, text: str) -> None:
        try:
            wanted = parse(text) if text.strip() else None
        except FilterError as error:
            self._show_error(f"{' ' * error.position}^ {error.message}")
            return
        self._show_error(None)
        if text.strip() != self.text:
            self.text = text.strip()
            self.post_message(self.Applied(self, wanted))

    def _show_error(self, text: str | None) -> None:
        if text == self.error:
            return
        self.error = text
        self._input()
        place = self.query_one(Static)
        place.update(Content(text or ""), layout=False)
        place.display = text is not None
