"""The timeline of one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from console.domain.entries import Micros
from console.domain.legs import Leg
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.presenters.timeline_rows import TimelineRows, Times, times_shown
from console.ui.widgets.line_list import LineList
from console.ui.widgets.opened import ENTRY_BINDINGS, EntryOpened

if TYPE_CHECKING:
    from console.domain.closing import Closing
    from console.domain.timeline import TimelineLine


class TimelinePane(LineList[int]):
    """Lines of one conversation, oldest first; its end stays in sight until a line is selected."""

    BINDINGS: ClassVar[list[BindingType]] = ENTRY_BINDINGS
    EntryOpened: ClassVar[type[EntryOpened]] = EntryOpened

    def __init__(
        self,
        *,
        look: Look = PLAIN_LOOK,
        empty: str = "no call selected",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._timeline = TimelineRows(look)
        super().__init__(
            self._timeline, glyphs=look.glyphs, empty=empty, name=name, id=id, classes=classes
        )
        self._title = ""
        self._at_end = True

    @property
    def title_text(self) -> str:
        """What `show` was told the conversation is called."""
        return self._title

    def show(
        self,
        title: str,
        lines: Sequence[TimelineLine],
        legs: Sequence[Leg],
        closed: Sequence[Closing] = (),
    ) -> None:
        """Replaces what is shown; when no line of before is among the new ones, it is another conversation."""
        self._title = title
        if not any(self._timeline.index_of(line.seq) is not None for line in lines):
            self._at_end = True
            self.select(None, scroll=False)
        self._timeline.show(lines, legs, closed)
        self.sync()

    @property
    def times_words(self) -> str:
        """Which times are shown."""
        return times_shown(self._timeline.times, self.size.width)

    def next_times(self) -> None:
        """Shows other times, where there is not room for all."""
        order = list(Times)
        self._timeline.times = order[(order.index(self._timeline.times) + 1) % len(order)]
        self.sync()

    @property
    def time_here(self) -> Micros | None:
        """When the line under the cursor happened, else the last one; None in an empty timeline."""
        return self._timeline.time_of(self.selected)

    def go_to(self, at: Micros) -> None:
        """Puts the cursor on the first line at or after a time, else on the last."""
        index = self._timeline.index_at(at)
        if index is not None:
            self.moved_by_hand(upward=True)
            self.select(self._timeline.key_at(index))

    def sync(self, *, top: int | None = None) -> None:
        if top is None and self._at_end and self.selected is None:
            top = self._timeline.line_count()
        super().sync(top=top)

    def moved_by_hand(self, *, upward: bool) -> None:
        self._at_end = not upward and self.scroll_offset.y >= self.max_scroll_y

    def activated(self, key: int) -> None:
        if key >= 0:
            self.post_message(EntryOpened(self, key))
