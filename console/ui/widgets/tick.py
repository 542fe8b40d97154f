"""A box to tick that is empty while it is not ticked: Textual's differs by colour alone."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Tick(Checkbox):
    """`[x]` or `[ ]`, in every terminal."""

    @property
    def _button(self) -> Content:
        return Content("[x]" if self.value else "[ ]")
