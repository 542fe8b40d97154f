"""The list of every call of the journal: searches in slices between keys and frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.errors import JournalError
from console.ui.presenters.history_rows import HistoryRows, Order
from console.ui.widgets.line_list import LineList
from console.ui.widgets.slices import FIRST_SLICE_S, SLICE_S, Slices

if TYPE_CHECKING:
    from console.ui.presenters.calls import LegFilter


class HistoryList(LineList[int]):
    """`opened` is called for Enter and a double click; `told` when the cursor moves, or when more was found."""

    def __init__(
        self,
        rows: HistoryRows,
        *,
        now: Callable[[], Micros],
        opened: Callable[[], None],
        told: Callable[[], None],
        id: str | None = None,  # noqa: A002  (Textual's own word)
    ) -> None:
        super().__init__(rows, glyphs=rows.look.glyphs, empty="no calls yet", id=id)
        self._history = rows
        self._now = now
        self._opened = opened
        self._told = told
        self._slices = Slices(self)
        self._stays_on_top = False
        """Whether the cursor goes with what comes to the top: another order was asked for, and nobody has moved since."""

    def activated(self, key: int) -> None:  # noqa: ARG002
        self._opened()

    def highlighted(self, key: int | None) -> None:  # noqa: ARG002
        self._told()

    def use_filter(self, wanted: LegFilter | None) -> None:
        """Searches the newest calls now, the others in slices."""
        self._history.use(wanted)
        self._search(FIRST_SLICE_S)
        self.search_on()

    def sort(self, order: Order) -> None:
        """Another order, with the cursor on what is on top."""
        self._history.sort(order)
        self._stays_on_top = True
        self._search(FIRST_SLICE_S)
        self.search_on()

    def moved_by_hand(self, *, upward: bool) -> None:  # noqa: ARG002
        self._stays_on_top = False

    def search_on(self) -> None:
        """Asks the filter about what it has not been asked about, until that is done."""
        if self._history.is_searching and not self._slices.are_due:
            self._slices.start(lambda: self._search(SLICE_S))

    def _nothing(self, *, is_searching: bool) -> str:
        """What is said where there are no rows."""
        if self._history.filter is None:
            return "reading the journal …" if is_searching else "no calls yet"
        return "searching the journal …" if is_searching else "no call matches the filter"

    def renew(self) -> None:
        """After the rows changed; where nothing is selected the newest is."""
        self.sync()
        if (self.selected is None or self._stays_on_top) and len(self._history):
            self.select(self._history.key_at(0), scroll=self._stays_on_top)

    def _search(self, budget_s: float) -> bool:
        try:
            more = self._history.search(budget_s, self._now())
            self._history.problem = ""
        except JournalError as error:
            self._history.problem, more = error.user_message, False
        self.empty = self._nothing(is_searching=more)
        self.renew()
        self._stays_on_top = self._stays_on_top and more
        self._told()
        return more
