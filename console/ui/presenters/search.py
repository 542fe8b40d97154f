"""Searching a list of lines for a text: which lines hold it, at which of them one is, and how they look.

A search is no filter: nothing is hidden. Case does not matter, and a number is found however its digits are grouped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from console.ui.presenters.cells import Line, Role, Span

_NUMBER = re.compile(r"\+?[0-9][0-9 ]{2,}")


@lru_cache(maxsize=16)
def pattern_of(needle: str) -> re.Pattern[str] | None:
    """What is looked for; None while nothing is typed. Single blanks between the digits of a number do not matter."""
    wanted = needle.strip()
    if not wanted:
        return None
    if _NUMBER.fullmatch(wanted):
        return re.compile(" ?".join(re.escape(char) for char in wanted.replace(" ", "")))
    return re.compile(re.escape(wanted), re.IGNORECASE)


def matches(lines: Sequence[str], needle: str) -> tuple[int, ...]:
    """The numbers of the lines that hold the text, in order."""
    wanted = pattern_of(needle)
    if wanted is None:
        return ()
    return tuple(place for place, line in enumerate(lines) if wanted.search(line))


def places(text: str, needle: str) -> tuple[tuple[int, int], ...]:
    """Where in a line the text stands: from and to, in characters."""
    wanted = pattern_of(needle)
    return () if wanted is None else tuple(found.span() for found in wanted.finditer(text))


def mark_found(line: Line, needle: str, *, here: bool = False) -> Line:
    """The line with every occurrence marked; `here` says that it is the line the search stands on."""
    found = places("".join(span.text for span in line), needle)
    if not found:
        return line
    role = Role.FOUND_HERE if here else Role.FOUND
    marked: list[Span] = []
    start = 0
    for text, own in line:
        cuts = [
            (max(0, left - start), min(len(text), right - start))
            for left, right in found
            if left < start + len(text) and right > start
        ]
        done = 0
        for left, right in cuts:
            marked += [Span(text[done:left], own), Span(text[left:right], role)]
            done = right
        marked.append(Span(text[done:], own))
        start += len(text)
    return tuple(span for span in marked if span.text)


class Search:
    """Where a text was found, and at which of the places the operator is. `at` counts from 0; None: nowhere."""

    def __init__(self) -> None:
        self.needle = ""
        self.found: tuple[int, ...] = ()
        self.at: int | None = None

    def look(self, lines: Sequence[str], needle: str, *, near: int = 0) -> int | None:
        """Looks for the text; gives the first line that holds it from line `near` on, around the end."""
        self.needle = needle
        self.found = matches(lines, needle)
        self.at = None
        if self.found:
            later = (place for place, line in enumerate(self.found) if line >= near)
            self.at = next(later, 0)
        return self.line

    def step(self, by: int) -> int | None:
        """Goes on to the next (1) or back to the previous (-1) line, around the ends."""
        if self.found:
            self.at = ((self.at if self.at is not None else -by) + by) % len(self.found)
        return self.line

    @property
    def line(self) -> int | None:
        """The number of the line the search stands on."""
        return None if self.at is None else self.found[self.at]

    @property
    def words(self) -> str:
        """`3 of 12`, `not found`, or nothing while nothing is typed."""
        if pattern_of(self.needle) is None:
            return ""
        if self.at is None:
            return "not found"
        return f"{self.at + 1} of {len(self.found)}"
