"""What was typed to find people, while the screen is masked: put aside, and in force again when it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widgets import Input

from console.domain.filtering.terms import Both, Either, Field, Not, Term, Word
from console.ui.widgets.search_line import SearchLine

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen
    from console.ui.screens.filter_line import FilterLine
    from console.ui.services import Services

_HARMLESS = frozenset({"state", "dir", "type", "leg", "session", "app", "cause", "sip"})
"""Fields that say nothing about who somebody is."""


def tells_of_people(term: Term) -> bool:
    """Whether a number, a name or a tag may stand in it."""
    match term:
        case Not():
            return tells_of_people(term.term)
        case Both() | Either():
            return any(map(tells_of_people, term.terms))
        case Field():
            return term.name not in _HARMLESS
        case _:
            return isinstance(term, Word)


class TypedAside:
    """Of one desk."""

    def __init__(self) -> None:
        self._filters: dict[FilterLine, tuple[str, str]] = {}
        """Text and name of those that were in force."""

    def put(self, desk: DeskScreen, services: Services) -> bool:
        """Takes filters away that tell of people, and what was searched; whether a filter was among it."""
        for line in _lines(desk):
            line.remember_in(services.memory)
            if line.parsed is not None and any(map(tells_of_people, line.parsed.terms)):
                self._filters[line] = (line.text, line.name_in_use)
                line.use("")
        for search in desk.query(SearchLine):
            if search.is_open:
                search.action_close()
            search.query_one(Input).value = ""
        return bool(self._filters)

    def take_back(self, desk: DeskScreen, services: Services) -> None:
        """Every filter as it was, where none has taken its place; what was typed meanwhile was about masks."""
        for line in _lines(desk):
            line.remember_in(services.memory)
            is_of_masks = line.parsed is not None and any(map(tells_of_people, line.parsed.terms))
            text, name = self._filters.pop(line, ("", ""))
            if is_of_masks or (text and not line.text):
                line.use(text, name)


def _lines(desk: DeskScreen) -> Iterable[FilterLine]:
    return (desk.calls_filter, desk.events_filter)
