"""Pages of the journal's past, and its gaps."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.entries import Entry, Kind
from console.journal.records import gap_draft, note_draft
from console.store.past import Past
from tests.ui.memory import MemoryJournal


class Counting(MemoryJournal):
    """Remembers which stretches were searched for gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.searched: list[tuple[int, int | None]] = []

    def read(
        self,
        after: int = 0,
        *,
        limit: int | None = None,
        until: int | None = None,
        kind: Kind | None = None,
    ) -> Sequence[Entry]:
        if kind is not None:
            self.searched.append((after, until))
        return super().read(after, limit=limit, until=until, kind=kind)


def filled(kinds: str) -> Counting:
    """A journal of notes (`.`) and gaps (`g`), a second apart."""
    journal = Counting()
    for number, kind in enumerate(kinds):
        make = gap_draft if kind == "g" else note_draft
        journal.append(make("words", number * 1_000_000))
    return journal


def test_pages_are_read_in_both_directions() -> None:
    """In the journal's order, not counting where they begin."""
    past = Past(filled("." * 9))

    assert [entry.seq for entry, _fact in past.earlier(5, 3)] == [2, 3, 4]
    assert [entry.seq for entry, _fact in past.later(5, 3)] == [6, 7, 8]
    assert past.seq_at(3_500_000) == 4
    assert past.seq_at(-1) == 0


def test_gaps_are_searched_once() -> None:
    """What is new and what is older is looked at when it is asked for, and only then."""
    journal = filled("g...g...g")
    past = Past(journal)

    assert [entry.seq for entry, _fact in past.gaps(4)] == [5, 9]
    assert [entry.seq for entry, _fact in past.gaps(6)] == [9]
    assert journal.searched == [(3, 9)]
    assert [entry.seq for entry, _fact in past.gaps(1)] == [1, 5, 9]
    journal.append(gap_draft("again", 99))
    assert [entry.seq for entry, _fact in past.gaps(1)] == [1, 5, 9, 10]
    assert journal.searched == [(3, 9), (0, 3), (9, 10)]
