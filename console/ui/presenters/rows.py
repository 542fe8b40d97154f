"""What a list of lines shows, without the widget: rows addressed by key, each of one or more lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Generic, TypeVar

from console.ui.presenters.cells import Line

K = TypeVar("K", bound=Hashable)

_UNCUT = 480
"""Cells in which a searched row is drawn."""


class Rows(ABC, Generic[K]):
    """Rows in order. Every method costs the same however many rows there are (an index may take a bisection).

    A drawn line begins with a span of two blank cells, the place of the cursor's mark.
    """

    header_lines = 0

    @abstractmethod
    def __len__(self) -> int:
        """Rows."""

    @abstractmethod
    def key_at(self, index: int) -> K:
        """The key of a row; `0 <= index < len(self)`."""

    @abstractmethod
    def index_of(self, key: K) -> int | None:
        """Where a key stands; None if it has no row."""

    @abstractmethod
    def stamp(self, key: K) -> Hashable:
        """Everything that the drawing of a row depends on, besides its width: equal stamps look equal."""

    @abstractmethod
    def draw(self, key: K, sub: int, width: int) -> Line:
        """Line `sub` of a row."""

    def text(self, key: K) -> str:
        """A row as plain text for a search, with what its width cuts off."""
        return "".join(span.text for span in self.draw(key, 0, _UNCUT)).strip()

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        """The line over the rows, when `first` is the first row on the screen."""
        return ()

    def resize(self, width: int) -> None:  # noqa: ARG002
        """Told before rows are drawn at a new width; may change how many lines a row takes."""
        return

    def successor(self, key: K) -> K | None:  # noqa: ARG002
        """The key that a vanished key goes on under; None if it is gone for good."""
        return None

    def line_count(self) -> int:
        """Lines of all rows."""
        return len(self)

    def line_of(self, index: int) -> int:
        """First line of a row."""
        return index

    def at_line(self, line: int) -> tuple[int, int]:
        """The row that a line belongs to, and which of its lines it is."""
        return line, 0
