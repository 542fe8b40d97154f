"""The line in which a search is typed: it looks while one types, goes from match to match, and hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from console.ui.compat import Guarded
from console.ui.presenters.search import Search

_IDLE = "search"
_LOOK_EVERY_S = 0.5
"""How soon lines that came in meanwhile are counted."""


class Searched(Protocol):
    """What can be searched: lines as text, and a way to show where it was found. `LineList` is one."""

    def search_texts(self) -> Sequence[str]:
        """Every line as text, cut nowhere."""
        ...

    def search_from(self) -> int:
        """The number of the line from which to look first."""
        ...

    def show_found(self, needle: str, line: int | None) -> None:
        """Marks the text wherever it is seen, and brings the line with this number into sight; "" marks nothing."""
        ...


class SearchLine(Guarded, Horizontal):
    """Hidden until `open`. Enter and Down go to the next match, Up to the one before, Escape closes.

    Works on its subject by itself; the messages are for whoever has more to do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False),
        Binding("down", "step(1)", "next", show=False),
        Binding("up", "step(-1)", "previous", show=False),
    ]
    DEFAULT_CSS = """
    SearchLine { height: 1; padding: 0 1; background: $surface; display: none; }
    SearchLine.-open { display: block; }
    SearchLine Input { width: 1fr; background: $surface; border: none; padding: 0; }
    SearchLine .search-count { width: 14; color: $text-accent; }
    """

    class Said(Message):
        """Something about this line; `control` is it."""

        def __init__(self, line: SearchLine) -> None:
            super().__init__()
            self.line = line

        @property
        def control(self) -> SearchLine:
            return self.line

    class Changed(Said):
        """Another text is looked for: `line.search.needle`."""

    class Next(Said):
        """The next match was asked for."""

    class Previous(Said):
        """The match before was asked for."""

    class Closed(Said):
        """The operator is done; the focus belongs to the subject again."""

    def __init__(
        self,
        subject: Searched | None = None,
        *,
        placeholder: str = "enter next, up previous, esc close",
        id: str | None = None,  # noqa: A002  (Textual's own word)
    ) -> None:
        super().__init__(id=id, classes="search-line")
        self.subject = subject
        self.search = Search()
        self._placeholder = placeholder
        self._before: Widget | None = None
        """What had the focus when it was opened, and gets it back."""
        self._watching: Timer | None = None
        self._said = _IDLE

    def compose(self) -> ComposeResult:
        # Before the text and not behind it: a notice may lie over the end of the line.
        yield Static(Content(_IDLE), classes="search-count")
        yield Input(placeholder=self._placeholder, compact=True, select_on_focus=True)

    @property
    def is_open(self) -> bool:
        """Whether the line is in sight."""
        return self.has_class("-open")

    def open(self) -> None:
        """Shows the line with the last search in it, ready for typing."""
        if not self.is_open:
            self._before = self.screen.focused
            self._watching = self.guarded_interval(_LOOK_EVERY_S, self.refreshed)
        self.add_class("-open")
        line = self.query_one(Input)
        line.focus()
        line.action_select_all()
        if line.value:
            self.look()

    def look(self) -> None:
        """Looks again: the text is another one, or the lines are."""
        needle = self.query_one(Input).value
        if self.subject is not None:
            near = self.subject.search_from() if self.search.line is None else self.search.line
            self.subject.show_found(
                needle, self.search.look(self.subject.search_texts(), needle, near=near)
            )
        self._count()

    def refreshed(self) -> None:
        """The lines may have changed: what is counted follows, without going anywhere."""
        if self.is_open and self.subject is not None and self.search.needle:
            texts = self.subject.search_texts()
            self.search.look(texts, self.search.needle, near=self.search.line or 0)
            self._count()

    def action_step(self, by: int) -> None:
        """To the next (1) or the previous (-1) match."""
        if self.subject is not None:
            self.subject.show_found(self.search.needle, self.search.step(by))
            self._count()
        self.post_message(self.Next(self) if by > 0 else self.Previous(self))

    def action_close(self) -> None:
        """Marks nothing any more, and hides the line; the text stays for the next time."""
        self.remove_class("-open")
        if self.subject is not None:
            self.subject.show_found("", None)
        self.search = Search()
        if self._watching is not None:
            self._watching.stop()
            self._watching = None
        if self._before is not None and self._before.is_attached:
            self._before.focus()
        self.post_message(self.Closed(self))

    def _count(self) -> None:
        words = self.search.words or _IDLE
        if words != self._said:
            self._said = words
            self.query_one(".search-count", Static).update(Content(self._said))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.look()
            self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_step(1)
