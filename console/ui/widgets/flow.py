"""The ladder of a conversation: a cursor on its arrows, and a window that moves in both directions."""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message

from console.domain.ladder import Ladder
from console.ui.presenters.flow_rows import FlowRows
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.widgets.line_list import LineList
from console.ui.widgets.opened import EntryOpened


class FlowView(LineList[int]):
    """Steps, oldest first; the end stays in sight until a step is selected."""

    EntryOpened: ClassVar[type[EntryOpened]] = EntryOpened

    class Moved(Message):
        """The cursor is on another step, or the window was moved."""

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "nothing is known of this call",
        id: str | None = None,  # noqa: A002  (Textual's own word)
    ) -> None:
        self._flow = FlowRows(glyphs)
        super().__init__(self._flow, glyphs=glyphs, empty=empty, id=id)
        self._at_end = True

    def show(self, ladder: Ladder) -> None:
        """Replaces what is shown; the cursor stays on its step."""
        self._flow.show(ladder)
        self.sync()

    @property
    def sentence(self) -> str:
        """All that the step under the cursor says."""
        return self._flow.sentence(self.selected)

    @property
    def sides(self) -> tuple[bool, bool]:
        """Whether there is more to the left, and to the right."""
        return self._flow.x > 0, self._flow.x < self._flow.most

    @property
    def following(self) -> bool:
        """Whether the newest step is kept in sight."""
        return self._at_end and self.selected is None

    def pan(self, lanes: int) -> None:
        """Moves the window by so many lanes."""
        if self._flow.pan(lanes * self._flow.pitch):
            self.sync()
            self.post_message(self.Moved())

    def follow(self) -> None:
        """Back to the newest step, with none selected."""
        self._at_end = True
        self.select(None)
        self.sync()
        self.post_message(self.Moved())

    def sync(self, *, top: int | None = None) -> None:
        if top is None and self.following:
            top = self._flow.line_count()
        super().sync(top=top)

    def highlighted(self, key: int | None) -> None:
        if key is not None and self._flow.reveal(key):
            self.sync()
        self.post_message(self.Moved())

    def moved_by_hand(self, *, upward: bool) -> None:
        self._at_end = not upward and self.scroll_offset.y >= self.max_scroll_y

    def activated(self, key: int) -> None:
        if key >= 0:
            self.post_message(EntryOpened(self, key))
