"""The commands of a stretch of the journal, without the events between them."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.entries import Entry, Fact, Kind
from console.journal.api import JournalReader
from console.journal.facts import fact_of

Pair = tuple[Entry, Fact]


def commands_between(reader: JournalReader, after: int, until: int) -> Sequence[Pair]:
    """Commands and outcomes with `after < seq <= until`, in order. Raises `JournalError`."""
    found = [
        entry
        for kind in (Kind.COMMAND, Kind.OUTCOME)
        for entry in reader.read(after, until=until, kind=kind)
    ]
    found.sort(key=lambda entry: entry.seq)
    return [(entry, fact_of(entry)) for entry in found]
