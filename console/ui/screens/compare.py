"""Two entries side by side: what changed, what came, what went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult

from console.domain.entries import Entry, Fact
from console.ui.actions import Scope
from console.ui.presenters.difference_rows import (
    Comparison,
    compare,
    copy_text,
    present_comparison,
)
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.line_list import LineList
from console.ui.widgets.lines_view import FixedRows
from console.ui.widgets.search_line import SearchLine


class CompareScreen(LivePane):
    """The structure of the bodies counts, not the order of members or blanks."""

    SCOPE = Scope.COMPARE
    BINDINGS = keys_of(Scope.COMPARE)

    def __init__(
        self,
        services: Services,
        old: tuple[Entry, Fact],
        new: tuple[Entry, Fact],
        copy: Callable[[str, str], None],
    ) -> None:
        super().__init__(services)
        self._sides = (old[0], new[0])
        self._copy = copy
        self._found: Comparison | None = None
        self._everything = False
        self._rows = FixedRows()
        self.verbs = {
            "compare.all": self._show_all,
            "compare.swap": self._swap,
            "compare.search": lambda: self.query_one(SearchLine).open(),
            "compare.copy": self._copy_line,
            "compare.back": self._back,
        }

    def compose_body(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        yield LineList(self._rows, glyphs=glyphs, empty="comparing …", id="comparison")
        yield SearchLine(id="compare-search")

    def on_mount(self) -> None:
        self.query_one(SearchLine).subject = self._list.finder
        self._list.focus()
        self._begin()

    @property
    def _list(self) -> LineList[int]:
        return self.query_one("#comparison", LineList)

    def _begin(self) -> None:
        """Large bodies take a moment: beside the screen."""
        self._found = None
        old, new = self._sides

        async def found() -> Comparison:
            return await asyncio.to_thread(compare, old, new)

        self.ask(found, self._compared, lambda words: self.say(words, problem=True))

    def _compared(self, found: Comparison) -> None:
        self._found = found
        self._draw()
        self._list.select(0)

    def look(self) -> None:
        """Nothing changes here by itself."""
        if self._found is not None:
            self.head("Compare", f"entry {self._sides[0].seq} with entry {self._sides[1].seq}",
                      right="all" if self._everything else "differences")  # fmt: skip
        self.keys()

    def _draw(self) -> None:
        if self._found is None or not self.is_attached:
            return
        view = self._list
        self._rows.lines = present_comparison(
            *self._sides,
            self._found,
            max(20, view.scrollable_content_region.width),
            everything=self._everything,
            arrow=self.services.look.glyphs.arrow,
        )
        view.sync()
        self.look()

    @on(events.Resize)
    def _refit(self) -> None:
        self.call_after_refresh(self._draw)

    def _show_all(self) -> None:
        self._everything = not self._everything
        self._draw()

    def _swap(self) -> None:
        self._sides = (self._sides[1], self._sides[0])
        self._begin()

    def _copy_line(self) -> None:
        place = self._list.selected
        if place is not None and place < len(self._rows.lines):
            self._copy(copy_text([self._rows.lines[place]]), "line")

    @on(SearchLine.Closed)
    def _searched(self) -> None:
        self._list.focus()

    def _back(self) -> None:
        line = self.query_one(SearchLine)
        if line.is_open:
            line.action_close()
        else:
            self.dismiss(None)
