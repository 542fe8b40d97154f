"""The filters of the configuration, to choose one of; a number or Enter does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.domain.filter import FilterError, parse
from console.domain.text import clean
from console.ui.compat import Guarded

_NONE = "none"
_NAMED = "named:"


class NamedFilters(Guarded, ModalScreen[str | None]):
    """Gives the name of the chosen filter, "" for none at all, None when nothing was chosen."""

    AUTO_FOCUS: ClassVar[str] = "#filters-list"

    def __init__(self, title: str, named: Mapping[str, str], in_use: str) -> None:
        super().__init__()
        self._title = title
        self._named = named
        self._in_use = in_use
        self._faults = {name: fault for name, text in named.items() if (fault := _fault(text))}

    def compose(self) -> ComposeResult:
        with Vertical(id="named-filters"):
            yield OptionList(id="filters-list", compact=True, markup=False)

    def on_mount(self) -> None:
        frame = self.query_one("#named-filters")
        frame.border_title = Content(self._title)
        frame.border_subtitle = Content("a number or enter choose  esc close")
        choices = self.query_one(OptionList)
        choices.add_option(Option(Content.assemble(("0  ", "bold"), "no filter"), id=_NONE))
        size = max(map(len, self._named))
        for number, (name, text) in enumerate(self._named.items(), start=1):
            choices.add_option(self._option(number, name, text, size))
        # What is in force is under the cursor, so that one line down is the next one.
        is_used = self._in_use in self._named
        choices.highlighted = list(self._named).index(self._in_use) + 1 if is_used else 0

    def _option(self, number: int, name: str, text: str, size: int) -> Option:
        key = f"{number:<3}" if number < 10 else "   "
        used = " (in use)" if name == self._in_use else ""
        fault = self._faults.get(name)
        words = f"{clean(name):<{size}}  {clean(fault or text)}{used}"
        if fault:
            return Option(Content(key + words).stylize("dim"), id=_NAMED + name)
        return Option(Content.assemble((key, "bold"), words), id=_NAMED + name)

    def on_key(self, event: events.Key) -> None:
        """A number chooses, Escape and the key that opened it close."""
        if event.key in ("escape", "F", "q"):
            event.stop()
            self.dismiss(None)
        elif event.key.isdecimal() and int(event.key) <= len(self._named):
            event.stop()
            self._choose("" if event.key == "0" else list(self._named)[int(event.key) - 1])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(
            (event.option_id or "").removeprefix(_NAMED) if event.option_id != _NONE else ""
        )

    def _choose(self, name: str) -> None:
        if name in self._faults:
            self.app.notify(
                f"filters.{name}: {self._faults[name]}", severity="warning", markup=False
            )
            return
        self.dismiss(name)


def _fault(text: str) -> str:
    """What is wrong with a filter, with its place; empty when nothing is."""
    try:
        parse(text)
    except FilterError as error:
        return f"at character {error.position + 1}: {error.message}"
    return ""
