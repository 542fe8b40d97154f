"""The notes on a call, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.domain.entries import Annotated, Entry, Fact, Kind, Micros


class Note(NamedTuple):
    """One note to be shown in a list."""

    seq: int
    at: Micros
    operator: str
    text: str


def notes_in(pairs: Sequence[tuple[Entry, Fact]]) -> tuple[Note, ...]:
    """The notes among a call's entries, oldest first, each once."""
    found: dict[str, Note] = {}
    for entry, fact in pairs:
        if entry.kind is Kind.NOTE and isinstance(fact, Annotated) and fact.note:
            found.setdefault(fact.note_id, Note(entry.seq, fact.at, fact.operator, fact.note))
    return tuple(sorted(found.values(), key=lambda note: (note.at, note.seq)))
