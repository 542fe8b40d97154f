"""Filters with names (`[filters]`), and the columns and the order that the list of calls begins with."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

FILTERS = "filters"

COLUMNS = (
    "state", "from", "to", "who", "wait", "talk", "time", "name", "dir", "started", "ended", "last", "cause", "marks",
    "tags", "note", "peer", "leg", "session", "app", "more",
)  # fmt: skip
"""The columns there are, as in `console.ui.presenters.columns` (a test compares)."""
SORTED = tuple(name for name in COLUMNS if name != "more")
_WIDTHS = range(3, 61)


def filters_of(tables: Mapping[str, object]) -> dict[str, str]:
    """The named filters of checked tables, in the order of the file."""
    found = tables.get(FILTERS, {})
    if not isinstance(found, Mapping):
        return {}
    return {name: text for name, text in found.items() if isinstance(text, str)}


def filter_shape_faults(found: object) -> Iterator[tuple[str, str]]:
    """What is wrong with the table `filters` whatever the filters say: the key below it, and a sentence."""
    if not isinstance(found, Mapping):
        yield "", f'expected a table: [{FILTERS}] with lines such as waiting = "state:waiting"'
        return
    for name, text in found.items():
        if not isinstance(text, str):
            yield f".{name}", 'expected a text, such as "state:waiting wait>20s"'


def filter_faults(filters: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the filters themselves: which one, where, and why."""
    from console.domain.filter import FilterError, parse

    for name, text in filters.items():
        try:
            parse(text)
        except FilterError as error:
            yield f"{FILTERS}.{name}: at character {error.position + 1}: {error.message}"


def column_faults(columns: tuple[str, ...], sort: str) -> Iterator[str]:
    """What is wrong with the columns and the order to begin with."""
    for word in columns:
        name, colon, size = word.partition(":")
        if name not in COLUMNS:
            yield f"screen.columns: there is no column {name}; {_nearest(name, COLUMNS)}"
        elif colon and not (size.isascii() and size.isdecimal() and int(size) in _WIDTHS):
            yield f"screen.columns: {word}: a width is a number of cells from {_WIDTHS[0]} to {_WIDTHS[-1]}"
    name = sort.removeprefix("-")
    if name and name not in SORTED:
        yield f"screen.sort: {sort} is not a column to sort by; {_nearest(name, SORTED)}"


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
