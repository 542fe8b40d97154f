"""The filter of one pane: applies while it is typed, says what is wrong in place, keeps the last one that was valid.

The parser is loaded when a filter is used first: nothing of it is needed for the first frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from console.ui.compat import Guarded
from console.ui.screens.layout import Pane

if TYPE_CHECKING:
    from console.domain.filter import Filter
    from console.ui.memory import Memory
    from console.ui.recall import Recall

_LONGEST = 500
"""Characters that can be typed."""


class FilterLine(Guarded, Vertical):
    """One line, hidden while it is not being typed in; Enter keeps the filter, Escape clears it, Up brings back older ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "clear", show=False),
        Binding("up", "recall(-1)", "older filter", show=False),
        Binding("down", "recall(1)", "newer filter", show=False),
    ]

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

    def __init__(self, pane: Pane, placeholder: str, memory: Memory | None = None) -> None:
        super().__init__(classes="filter-line")
        self.pane: Pane = pane
        self.text = ""
        """The filter in force, as it was typed."""
        self.name_in_use = ""
        """Its name in the configuration, where it has one."""
        self.parsed: Filter | None = None
        """The same, parsed."""
        self.error: str | None = None
        self._placeholder = placeholder
        self._memory = memory
        self._recall: Recall | None = None

    @property
    def label(self) -> str:
        """What the title says of the filter in force."""
        return f"{self.name_in_use}: {self.text}" if self.name_in_use else self.text

    def on_mount(self) -> None:
        self.display = False

    def _input(self) -> Input:
        """The line to type in, made when it is needed first."""
        found = self.query(Input)
        if found:
            return found.first()
        line = Input(
            placeholder=self._placeholder, compact=True, select_on_focus=False, max_length=_LONGEST
        )
        error = Static(classes="filter-error")
        error.display = False
        self.mount(line, error)
        return line

    def open(self) -> None:
        """Shows the line with the filter in force, ready for typing."""
        self.display = True
        if self._recall is not None:
            self._recall.begin()
        line = self._input()
        with self.prevent(Input.Changed):
            line.value = self.text
        line.focus()
        line.action_end()

    def remember_in(self, memory: Memory) -> None:
        """Older filters come from here from now on."""
        self._memory, self._recall = memory, None

    def use(self, text: str, name: str = "") -> None:
        """Puts a filter in force that was not typed; one that is wrong is shown for correction."""
        self._apply(text, name)
        if self.error is not None:
            self.open()
            self._input().value = text

    def action_clear(self) -> None:
        """Lets everything through again, and closes the line."""
        self._apply("")
        if self.query(Input):
            with self.prevent(Input.Changed):
                self._input().value = ""
        self._close()

    def action_recall(self, step: int) -> None:
        """An older or a newer filter in place of what is typed."""
        text = self._history().step(step, self._input().value)
        if text is not None:
            self._input().value = text
            self._input().action_end()

    def _history(self) -> Recall:
        if self._recall is None:
            from console.ui.memory import Memory
            from console.ui.recall import Recall

            self._recall = Recall(self._memory or Memory(), self.pane)
        return self._recall

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._apply(event.value, is_typed=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._apply(event.value)
        if self.error is not None:
            return
        problem = self._history().keep(event.value)
        if problem is not None:
            self.app.notify(f"The filter is not remembered: {problem}", severity="warning")
        self._close()

    def _close(self) -> None:
        self.display = False
        self.post_message(self.Done(self))

    def _apply(self, text: str, name: str = "", *, is_typed: bool = False) -> None:
        """Puts a filter in force, if it is one; while it is typed, half the name of a field is not taken for a word."""
        from console.domain.filter import FilterError, parse, unfinished

        known = unfinished(text) if is_typed else ""
        if known:
            self._say(None, f"{known}, or a space after it to look for the word")
            return
        try:
            wanted = parse(text) if text.strip() else None
        except FilterError as error:
            self._say(self._caret(text, error.position, error.message))
            return
        idle = wanted.idle if wanted is not None and self.pane == "calls" else ()
        hint = f"{', '.join(idle)} is about deliveries and hides no call" if idle else ""
        self._say(None, hint or self._unknown(wanted))
        if (text.strip(), name) != (self.text, self.name_in_use):
            self.text, self.name_in_use, self.parsed = text.strip(), name, wanted
            self.post_message(self.Applied(self, wanted))

    @staticmethod
    def _unknown(wanted: Filter | None) -> str:
        """That a word of it can find nothing, where that is so."""
        if wanted is None or not wanted.terms:
            return ""
        from console.domain.filtering.vocabulary import unknown_words

        return unknown_words(wanted.terms)

    def _caret(self, text: str, position: int, message: str) -> str:
        from console.ui.presenters.caret import caret_line

        line = self._input()
        width = line.size.width or self.app.size.width
        return caret_line(text, position, message, width, round(line.scroll_x))

    def _say(self, error: str | None, hint: str = "") -> None:
        """The words under the line: what is wrong, or what is worth knowing."""
        self.error = error
        words = error or hint
        if not words and not self.query(Static):
            return
        self._input()
        place = self.query_one(Static)
        place.update(Content(words), layout=False)
        place.set_class(error is None, "-hint")
        place.display = bool(words)
