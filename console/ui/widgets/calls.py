"""The list of calls."""

from __future__ import annotations

from collections.abc import Iterable

from textual.message import Message

from console.domain.entries import Micros
from console.domain.legs import LegKey
from console.ui.presenters.call_rows import CallRows
from console.ui.presenters.calls import CallsView, LegFilter
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.widgets.line_list import LineList


class CallTable(LineList[LegKey]):
    """Live and lately ended legs, who waits first; the first leg to appear in an empty list is selected.

    A view that knows no names is given those of `look`, so that a filter finds what the list shows.
    """

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
        if view.name_of is None:
            view.name_of = look.name_of
        self._calls = CallRows(view, look)
        super().__init__(
            self._calls, glyphs=look.glyphs, empty=empty, name=name, id=id, classes=classes
        )

    def highlighted(self, key: LegKey | None) -> None:
        self.post_message(self.Highlighted(self, key))

    def activated(self, key: LegKey) -> None:
        self.post_message(self.Activated(self, key))

    def refresh_rows(self, changed: Iterable[LegKey], now: Micros) -> None:
        """Takes over changed legs, new and vanished ones included, and repaints what looks different."""
        was_empty = not self.view.shown
        self._calls.now = now
        self.view.apply(changed, now)
        self._settle(was_empty=was_empty)

    def set_filter(self, wanted: LegFilter | None, now: Micros) -> None:
        """Shows only the legs that the filter lets through."""
        was_empty = not self.view.shown
        self.empty = self._no_calls if wanted is None else "no call matches the filter"
        self._calls.now = now
        self.view.set_filter(wanted, now)
        self._settle(was_empty=was_empty)

    def tick(self, now: Micros) -> None:
        """Moves the clocks of the rows in sight."""
        self._calls.now = now
        self._settle(was_empty=False)

    def on_mount(self) -> None:
        self._settle(was_empty=True)

    def _settle(self, *, was_empty: bool) -> None:
        self.sync()
        if was_empty and self.selected is None and self.view.shown:
            self.select(self.view.keys[0])
