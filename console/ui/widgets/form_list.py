"""The rows of a form: one widget draws them all, however many parameters a command has."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from console.ui.forms.rows import FormRows
from console.ui.forms.tree import Path
from console.ui.presenters.glyphs import Glyphs
from console.ui.widgets.line_list import LineList


class FormList(LineList[Path], inherit_bindings=False):
    """Letters are typed into the field under the cursor, so that only keys without letters move.

    Says which place is under the cursor, and which one was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"move('{key}')", key, show=False)
            for key in ("up", "down", "pageup", "pagedown", "home", "end")
        ),
        Binding("enter", "activate", "Open", show=False),
    ]

    class Highlighted(Message):
        """Another row is under the cursor."""

    class Activated(Message):
        """Enter or a double click on a row, or a letter typed on it."""

        def __init__(self, path: Path, typed: str = "") -> None:
            super().__init__()
            self.path = path
            self.typed = typed

    def __init__(self, rows: FormRows, glyphs: Glyphs) -> None:
        super().__init__(rows, glyphs=glyphs, empty="no parameter matches", id="form-fields")

    def highlighted(self, key: Path | None) -> None:  # noqa: ARG002
        self.post_message(self.Highlighted())

    def on_key(self, event: events.Key) -> None:
        """A letter or digit begins to type over the value; keys with a meaning of their own keep it."""
        char = event.character
        if self.selected is None or char is None or char in " /" or not event.is_printable:
            return
        event.stop()
        self.post_message(self.Activated(self.selected, char))

    def activated(self, key: Path) -> None:
        self.post_message(self.Activated(key))
