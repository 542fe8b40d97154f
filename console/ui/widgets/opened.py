"""What every list of entries shares: its keys, and the message that somebody wants to see one whole."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from console.ui.actions import Scope, of_scope

ENTRY_BINDINGS: list[BindingType] = [
    Binding(",".join(action.keys), f"screen.act('{action.id}')", action.title, show=False, id=action.id)
    for action in of_scope(Scope.ENTRIES)
]  # fmt: skip
"""What is done with the entry under the cursor; the screen does it."""


class EntryOpened(Message):
    """Enter or a double click on an entry; `seq` is its number in the journal."""

    def __init__(self, source: Widget, seq: int) -> None:
        super().__init__()
        self.source = source
        self.seq = seq

    @property
    def control(self) -> Widget:
        return self.source
