"""What an operator may have as a file: which calls, in which format, with or without what tells of people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.entries import Micros
from console.errors import ConsoleError


class Format(StrEnum):
    """How it is written; the words are part of the command line (DESIGN 5.1)."""

    JSONL = "jsonl"
    CSV = "csv"
    TEXT = "text"
    SVG = "svg"

    @property
    def suffix(self) -> str:
        """The usual end of such a file's name."""
        return ".txt" if self is Format.TEXT else f".{self.value}"


class NotExported(ConsoleError):
    """Nothing was written."""


class FileExists(NotExported):
    """There is such a file already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`calls` are identifiers of legs or sessions, whose whole conversations are meant; `filter` chooses calls as in
    the list of calls. Both empty: everything. Times are those of receipt, both included.
    """

    format: Format = Format.JSONL
    calls: tuple[str, ...] = ()
    filter: str = ""
    since: Micros | None = None
    until: Micros | None = None
    redact: bool = False
