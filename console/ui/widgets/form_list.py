"""The rows of a form: one widget draws them all, however many parameters a command has."""

from __future__ import annotations

from textual.message import Message

from console.ui.forms.rows import FormRows
from console.ui.forms.tree import Path
from console.ui.presenters.glyphs import Glyphs
from console.ui.widgets.line_list import LineList


class FormList(LineList[Path]):
    """Says which place is under the cursor, and which one was opened."""

    class Highlighted(Message):
        """Another row is under the cursor."""

    class Activated(Message):
        """Enter or a double click on a row."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, rows: FormRows, glyphs: Glyphs) -> None:
        super().__init__(rows, glyphs=glyphs, empty="no parameter matches", id="form-fields")

    def highlighted(self, key: Path | None) -> None:  # noqa: ARG002
        self.post_message(self.Highlighted())

    def activated(self, key: Path) -> None:
        self.post_message(self.Activated(key))
