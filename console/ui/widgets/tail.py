"""The tail of the journal, following or held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from console.domain.entries import Micros
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.presenters.tail_rows import EntryFilter, LegOf, Pair, TailRows
from console.ui.widgets.line_list import LineList
from console.ui.widgets.opened import ENTRY_BINDINGS, EntryOpened
from console.ui.widgets.slices import FIRST_SLICE_S, SLICE_S, Slices


def _nothing() -> None: ...


class EventTail(LineList[int]):
    """Follows the newest entry until the operator moves upward or selects a row; End follows again.

    While held, what is on the screen stays where it is, and `new_count` says how many entries came in below.
    """

    BINDINGS: ClassVar[list[BindingType]] = ENTRY_BINDINGS
    EntryOpened: ClassVar[type[EntryOpened]] = EntryOpened

    class FollowChanged(Message):
        """The tail began or ceased to follow, or another number of new entries waits below."""

        def __init__(self, tail: EventTail, following: bool, new_count: int) -> None:
            super().__init__()
            self.tail = tail
            self.following = following
            self.new_count = new_count

        @property
        def control(self) -> EventTail:
            return self.tail

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, EventTail.FollowChanged)

    def __init__(
        self,
        *,
        look: Look = PLAIN_LOOK,
        limit: int = 5_000,
        empty: str = "no events yet",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._tail = TailRows(limit=limit, look=look)
        super().__init__(
            self._tail, glyphs=look.glyphs, empty=empty, name=name, id=id, classes=classes
        )
        self._following = True
        self._new = 0
        self._no_events = empty
        self._slices = Slices(self)
        self.sifted: Callable[[], None] = _nothing
        """Called when more is known of what a filter lets through."""

    @property
    def following(self) -> bool:
        """Whether the newest entry is kept in sight."""
        return self._following

    @property
    def new_count(self) -> int:
        """Entries shown below that came in since the tail was held."""
        return self._new

    @property
    def dropped(self) -> int:
        """Entries that no longer fit into the ring; the journal still has them."""
        return self._tail.dropped

    def pair(self, seq: int) -> Pair | None:
        """A shown entry by its number."""
        return self._tail.pair(seq)

    def extend(self, pairs: Iterable[Pair], now: Micros = 0) -> None:
        """Adds entries in the order of the journal; those already held are passed over."""
        fresh = self._tail.extend(pairs, now)
        if not self._following:
            self._new += fresh
        self.sync()
        if fresh and not self._following:
            self._tell()

    def set_filter(self, wanted: EntryFilter | None, now: Micros = 0) -> None:
        """Shows only what the filter lets through: at once the newest, the rest in slices."""
        self.empty = self._no_events if wanted is None else "no event matches the filter"
        self._tail.set_filter(wanted, now, budget_s=FIRST_SLICE_S if self.is_attached else None)
        self.sync()
        self._sift_on(now)

    def tick(self, now: Micros) -> None:
        """Asks a filter again whose answers change with legs and time."""
        if self._tail.tick(now):
            self._sift_on(now)

    def asks_of(self, leg_of: LegOf) -> None:
        """Where a filter finds the leg that an entry is about."""
        self._tail.leg_of = leg_of

    @property
    def counts(self) -> tuple[int, int, bool]:
        """Entries shown, entries held, and whether a filter has not been asked about all of them yet."""
        return len(self._tail), self._tail.kept, self._tail.is_sifting

    def _sift_on(self, now: Micros) -> None:
        """Goes on between keys and frames."""
        self._slices.stop()
        if not self._tail.is_sifting:
            return

        def piece() -> bool:
            is_sifting = self._tail.sift(now, SLICE_S)
            self.sync()
            self.sifted()
            return is_sifting

        self._slices.start(piece)

    def follow(self) -> None:
        """Back to the newest entry, with no row selected."""
        changed = not self._following
        self._following, self._new = True, 0
        self.select(None)
        self.sync()
        if changed:
            self._tell()

    def hold(self) -> None:
        """Stays where it is while entries come in."""
        if self._following:
            self._following = False
            self._tell()

    def sync(self, *, top: int | None = None) -> None:
        if top is None and self._following:
            top = self._tail.line_count()
        super().sync(top=top)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Dragging the scroll bar upward holds, as any other movement upward does."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value < self.max_scroll_y:
            self.hold()

    def moved_by_hand(self, *, upward: bool) -> None:
        if upward:
            self.hold()

    def action_move(self, how: str) -> None:
        if how == "end":
            self.follow()
        elif self._following and how in ("down", "pagedown"):
            return
        else:
            if self._following:
                self._view.place = max(0, len(self._tail) - 1)
            super().action_move(how)

    def action_activate(self) -> None:
        """Opens the selected entry; while following, the newest."""
        if self.selected is None and self._following and len(self._tail):
            self.activated(self._tail.key_at(len(self._tail) - 1))
        super().action_activate()

    def activated(self, key: int) -> None:
        self.post_message(EntryOpened(self, key))

    def _tell(self) -> None:
        self.post_message(self.FollowChanged(self, self._following, self._new))
