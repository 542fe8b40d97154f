"""The message of every list of entries: somebody wants to see one whole."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


class EntryOpened(Message):
    """Enter or a double click on an entry; `seq` is its number in the journal."""

    def __init__(self, source: Widget, seq: int) -> None:
        super().__init__()
        self.source = source
        self.seq = seq

    @property
    def control(self) -> Widget:
        return self.source
