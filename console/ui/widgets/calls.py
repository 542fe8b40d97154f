"""The list of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from console.domain.entries import Micros
from console.domain.legs import LegKey
from console.ui.actions import Scope, of_scope
from console.ui.presenters.call_rows import CallRows
from console.ui.presenters.calls import CallsView, LegFilter
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.widgets.line_list import LineList
from console.ui.widgets.slices import FIRST_SLICE_S, SLICE_S, Slices

if TYPE_CHECKING:
    from console.ui.presenters.columns import Chosen


def _nothing() -> None: ...


def _nothing_of(_name: str) -> None: ...


def _any_call(_key: LegKey) -> bool:
    return True


class CallTable(LineList[LegKey]):
    """Live and lately ended legs, who waits first; the first leg to appear in an empty list is selected.

    A view that knows no names is given those of `look`, so that a filter finds what the list shows.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            f"screen.act('{action.id}')",
            action.title,
            show=False,
            id=action.id,
        )
        for action in of_scope(Scope.CALLS)
    ]

    class Highlighted(Message):
        """Another leg, or none, is selected."""

        def __init__(self, table: CallTable, key: LegKey | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> CallTable:
            return self.table

    class Activated(Message):
        """Enter or a double click on a leg."""

        def __init__(self, table: CallTable, key: LegKey) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> CallTable:
            return self.table

    def __init__(
        self,
        view: CallsView,
        *,
        look: Look = PLAIN_LOOK,
        empty: str = "no calls",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self.view = view
        self._no_calls = empty
        self.sifted: Callable[[], None] = _nothing
        """Called when more is known of what a filter lets through."""
        self.resort: Callable[[str], None] = _nothing_of
        """Called when the name of a column was clicked."""
        self.offers: Callable[[LegKey], bool] = _any_call
        """Whether a call may be selected that nobody chose: the first one of a list that was empty, or was filtered."""
        self._hidden: LegKey | None = None
        """The call that a filter took from under the cursor, to come back to."""
        self._stand_in: LegKey | None = None
        """The call that is selected in its place."""
        if view.name_of is None:
            view.name_of = look.name_of
        view.app_of = look.app_of
        self.call_rows = CallRows(view, look)
        super().__init__(
            self.call_rows, glyphs=look.glyphs, empty=empty, name=name, id=id, classes=classes
        )
        self._slices = Slices(self)

    def highlighted(self, key: LegKey | None) -> None:
        self.post_message(self.Highlighted(self, key))

    def activated(self, key: LegKey) -> None:
        self.post_message(self.Activated(self, key))

    def refresh_rows(self, changed: Iterable[LegKey], now: Micros) -> None:
        """Takes over changed legs, new and vanished ones included, and repaints what looks different."""
        was_empty = not self.view.shown
        self.call_rows.now = now
        self.view.apply(changed, now)
        self._settle(was_empty=was_empty)

    def set_filter(self, wanted: LegFilter | None, now: Micros) -> None:
        """Shows only the legs that the filter lets through: at once what is in sight, the rest in slices.

        A call that a filter hides is selected again by one that shows it, unless the cursor was moved meanwhile.
        """
        was_empty = not self.view.shown
        if self._hidden is None or self.selected != self._stand_in:
            self._hidden = self.selected
        self.empty = self._no_calls if wanted is None else "no call matches the filter"
        self.call_rows.now = now
        budget_s = FIRST_SLICE_S if self.is_attached else None
        first = [key for key in (self._hidden, self.selected) if key is not None]
        first += [key for _line, key in self.finder.in_sight()]
        self.view.set_filter(wanted, now, first=first, budget_s=budget_s)
        self._settle(was_empty=was_empty)
        self._hold()
        if self.view.is_sifting:
            self._slices.start(self._sift)
        else:
            self._slices.stop()

    def _hold(self) -> None:
        """Selects the call of before, else one in its place."""
        if self._hidden is not None and self._hidden in self.view:
            if self.selected != self._hidden:
                self.select(self._hidden)
            self._hidden = None
        else:
            self._offer()
        self._stand_in = self.selected

    # -- columns and order

    @property
    def chosen(self) -> tuple[Chosen, ...] | None:
        """The columns that were chosen; None: those the width has room for."""
        return self.call_rows.chosen

    @property
    def sorted_by(self) -> str:
        """The column that decides about the order; empty: who waits longest first."""
        return self.call_rows.sorted_by

    @property
    def column_names(self) -> list[str]:
        """The columns on the screen, from the left."""
        return list(self.call_rows.widths)

    def width_of_column(self, name: str) -> int:
        """How wide a column is now; 0 where it is not on the screen."""
        return self.call_rows.widths.get(name, 0)

    def show_columns(self, chosen: tuple[Chosen, ...] | None) -> None:
        """Other columns."""
        self.call_rows.arrange(chosen)
        if self.is_attached:
            self.on_resize()
            self.refresh()

    def sort_by(self, spec: str, now: Micros) -> None:
        """Another order; the cursor stays on its call, and the call on its line."""
        self.call_rows.now = now
        self.call_rows.sort(spec)
        self._settle(was_empty=False)

    def on_click(self, event: events.Click) -> None:
        """A click on the name of a column sorts by it; the list itself takes care of its rows."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= self.call_rows.header_lines:
            return
        left = 2
        for name, size in self.call_rows.widths.items():
            if left <= offset.x <= left + size:
                self.resort(name)
                return
            left += size + 1

    def warm(self) -> None:
        """Prepares for a filter that is about to be typed."""
        self._slices.start(lambda: self.view.warm(SLICE_S))

    def cool(self) -> None:
        """Nobody is typing any more: what the cursor is on now is what was wanted."""
        self._hidden = None
        self.view.cool()

    def _sift(self) -> bool:
        was_empty = not self.view.shown
        is_sifting = self.view.sift(self.call_rows.now, SLICE_S)
        self._settle(was_empty=was_empty)
        self.sifted()
        return is_sifting

    def tick(self, now: Micros) -> None:
        """Moves the clocks of the rows in sight, and what a filter makes of the time."""
        was_empty = not self.view.shown
        self.call_rows.now = now
        self.view.tick(now)
        self._settle(was_empty=was_empty)

    def on_mount(self) -> None:
        self._settle(was_empty=True)

    def _settle(self, *, was_empty: bool) -> None:
        self.sync()
        if was_empty:
            self._offer()

    def _offer(self) -> None:
        if self.selected is None and self.view.shown and self.offers(self.view.keys[0]):
            self.select(self.view.keys[0])
