"""A text over everything else, to be read and copied: a request before it is sent, an answer that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from console.domain.text import clean
from console.errors import UsageError
from console.ui.compat import Guarded, GuardedApp
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.glyphs import Glyphs
from console.ui.presenters.wrapping import wrapped
from console.ui.widgets.lines_view import LinesView


class Copy(NamedTuple):
    """One form in which the text can be copied; `make` may raise `UsageError`."""

    title: str
    make: Callable[[], str]


class SheetScreen(Guarded, ModalScreen[None]):
    """Shows a text; a key for each form it can be copied in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f3", "close", "close", show=False),
        *(Binding(key, f"copy('{key}')", show=False) for key in "cpsy"),
    ]

    def __init__(
        self, title: str, text: str, glyphs: Glyphs, copies: Mapping[str, Copy] | None = None
    ) -> None:
        """`copies`: key (one of c, p, s, y) → what it copies."""
        super().__init__()
        self._title = title
        self._text = text
        self._copies = copies or {}
        self._view = LinesView(glyphs=glyphs, id="sheet-text")

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield self._view

    def on_mount(self) -> None:
        frame = self.query_one("#sheet")
        frame.border_title = Content(clean(self._title))
        keys = [f"{key} {copy.title}" for key, copy in self._copies.items()]
        frame.border_subtitle = Content("  ".join([*keys, "esc close"]))
        self._view.focus()
        self.call_after_refresh(self._fill)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        width = max(20, self._view.size.width - 4)
        self._view.show(_lines(self._text.split("\n"), width))

    def action_copy(self, key: str) -> None:
        """Copies one form of it, and says what happened."""
        copy = self._copies.get(key)
        if copy is None:
            return
        try:
            text = copy.make()
        except UsageError as error:
            self.app.notify(error.user_message, severity="warning", markup=False)
            return
        if isinstance(self.app, GuardedApp):
            from console.ui import clipboard

            clipboard.copy(self.app, text, copy.title.removeprefix("copy as "))

    def action_close(self) -> None:
        """Back to what is underneath."""
        self.dismiss(None)


def _lines(texts: Sequence[str], width: int) -> list[Line]:
    found: list[Line] = []
    for text in texts:
        bare = text.lstrip(" ")
        pad = " " * min(len(text) - len(bare), width // 2)
        found += [
            (Span("  "), Span(f"{pad}{row}", Role.TEXT)) for row in wrapped(bare, width - len(pad))
        ]
    return found
