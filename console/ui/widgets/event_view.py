"""One entry of the journal, whole: a cursor over head and body, objects that fold, a search that looks into folded ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.domain.entries import Entry, Fact
from console.ui.presenters.event_cursor import Copy, EventCursor
from console.ui.presenters.event_head import HeadItem
from console.ui.presenters.event_rows import EventRows, Key
from console.ui.presenters.event_search import EventSearch
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.widgets.line_list import LineList
from console.ui.widgets.opened import EntryOpened


class EventView(LineList[Key]):
    """Enter and Space fold, or open the entry that a line is about; Left and Right fold and unfold as in any tree."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "activate", "Fold", show=False),
        Binding("left", "step('out')", "Fold", show=False),
        Binding("right", "step('in')", "Unfold", show=False),
    ]

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(
        self,
        *,
        look: Look = PLAIN_LOOK,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._event = EventRows(look.glyphs)
        self._cursor = EventCursor(self._event)
        self._search = EventSearch(self._event)
        super().__init__(
            self._event,
            glyphs=look.glyphs,
            empty="nothing to show",
            name=name,
            id=id,
            classes=classes,
        )

    @property
    def is_raw(self) -> bool:
        """Whether the body is shown as bytes."""
        return self._event.raw

    def show(
        self,
        entry: Entry,
        fact: Fact,
        deliveries: Sequence[Entry] = (),
        ties: Sequence[HeadItem] = (),
        *,
        anew: bool = True,
    ) -> None:
        """Turns to an entry. `deliveries` are all of its event, `ties` what belongs to it. `anew` goes to its top."""
        self._search.forget()
        self._event.show(entry, fact, deliveries, ties)
        if anew:
            self._go(self._event.key_at(0), top=0)
        else:
            self.sync()

    def toggle_raw(self) -> None:
        """JSON to bytes and back."""
        self._search.forget()
        self._event.toggle_raw()
        self._go(self._event.key_at(0), top=0)

    def fold_all(self) -> None:
        """Only the outermost members of the body stay in sight."""
        self._go(self._cursor.fold_all(self.selected))

    def unfold_all(self) -> bool:
        """Everything of the body; whether it was all."""
        is_all = self._cursor.unfold_all()
        self._go(self.selected)
        return is_all

    @property
    def value(self) -> Copy | None:
        """What a copy of the line under the cursor gives."""
        return self._cursor.copy_of(self.selected) if self.selected is not None else None

    @property
    def path(self) -> str | None:
        """Where in the JSON the cursor is, as `data.payload.from`; None elsewhere."""
        return self._cursor.path_of(self.selected) if self.selected is not None else None

    def highlighted(self, key: Key | None) -> None:  # noqa: ARG002
        self.post_message(self.Moved())

    def activated(self, key: Key) -> None:
        item = self._event.item(key)
        if item is not None and item.seq is not None:
            self.post_message(EntryOpened(self, item.seq))
        else:
            self._go(self._cursor.toggle(key))

    def action_step(self, how: str) -> None:
        """Out of what the cursor is in, or into it."""
        if self.selected is not None:
            step = self._cursor.step_out if how == "out" else self._cursor.step_in
            self._go(step(self.selected))

    def _go(self, key: Key | None, *, top: int | None = None) -> None:
        """Draws what changed, with the cursor on this row."""
        if key is not None and key != self.selected:
            self._view.choose(key)
        self.sync(top=top)
        if top is None and key is not None:
            self.select(key)

    # -- searching, also in what is folded

    def search_texts(self) -> Sequence[str]:
        """Head and body as text."""
        return self._search.texts()

    def search_from(self) -> int:
        """The place of the row under the cursor."""
        return self._search.place_of(self.selected)

    def show_found(self, needle: str, line: int | None) -> None:
        """Unfolds what hides the place, and goes there."""
        key = None if line is None else self._search.reveal(line)
        self.sync()
        self.finder.show_found(needle, None if key is None else self._event.index_of(key))
