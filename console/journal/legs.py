"""What the journal's own list of legs tells without reading entries: which there are, and which went on at a moment.

Legs are numbered in the order in which the journal first heard of them, so "heard of by then" is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from console.domain.entries import Micros
from console.journal.bulk import placeholders

_IDS_PER_QUERY = 400
_ID = "coalesce(call_control_id, call_leg_id)"
_END = (1 << 63) - 1

Rows = Callable[..., list[Any]]
"""Runs a query, and gives all of its rows; raises `JournalError`."""


class JournalLegs(Protocol):
    """Belongs to a `JournalReader`. All raise `JournalError`. An id is a call_control_id, or a call_leg_id without one."""

    def numbers(self, *, after: int = 0) -> Sequence[int]:
        """The numbers of all legs beyond one, the latest first."""
        ...

    def ids(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The ids of the legs with these numbers; those that were pruned are missing."""
        ...

    def heard_of_by(self, seq: int) -> int:
        """The highest number among the legs that entry `seq`, or one before it, told of; 0 for none."""
        ...

    def live_at(self, seq: int, at: Micros) -> Sequence[str]:
        """Ids of the legs heard of by entry `seq` that had not ended at `at`, with their sessions, oldest first."""
        ...

    def ended_by(self, at: Micros, count: int) -> Sequence[str]:
        """Ids of the last `count` legs of whose end we had been told at `at`, the latest end first."""
        ...


class SqliteLegs:
    """`JournalLegs` of a SQLite journal."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def numbers(self, *, after: int = 0) -> Sequence[int]:
        rows = self._rows("SELECT n FROM leg WHERE n > ? ORDER BY n DESC", after)
        return [row[0] for row in rows]

    def ids(self, numbers: Collection[int]) -> Mapping[int, str]:
        found: dict[int, str] = {}
        wanted = list(numbers)
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            some = wanted[start : start + _IDS_PER_QUERY]
            query = f"SELECT n, {_ID} FROM leg WHERE n IN ({placeholders(len(some))})"
            found.update((n, name) for n, name in self._rows(query, *some) if name is not None)
        return found

    def heard_of_by(self, seq: int) -> int:
        """By halves: each leg's first entry is one look into an index."""
        low, high = 0, self._last(_END)[0]
        while low < high:
            n, first = self._last((low + high + 1) // 2)
            if n == 0 or first <= seq:
                low = (low + high + 1) // 2
            else:
                high = n - 1
        return self._last(low)[0]

    def _last(self, until: int) -> tuple[int, int]:
        """The last leg up to a number, and its first entry."""
        rows = self._rows(
            "SELECT n, (SELECT min(seq) FROM entry WHERE leg = n) FROM leg WHERE n <= ? ORDER BY n DESC LIMIT 1",
            until,
        )
        n, first = rows[0] if rows else (0, 0)
        return n, first or 0

    def live_at(self, seq: int, at: Micros) -> Sequence[str]:
        until = self.heard_of_by(seq)
        # The rows themselves, not the index of ends: early moments have few legs before them, late ones few after.
        rows = self._rows(
            "WITH live AS (SELECT n, call_session_id AS session FROM leg NOT INDEXED"
            " WHERE n <= ? AND (ended IS NULL OR ended > ?)) "
            f"SELECT {_ID} FROM leg WHERE n IN (SELECT n FROM live UNION"
            " SELECT n FROM leg WHERE n <= ? AND call_session_id IN (SELECT session FROM live))"
            " ORDER BY n",
            until,
            at,
            until,
        )
        return [row[0] for row in rows if row[0] is not None]

    def ended_by(self, at: Micros, count: int) -> Sequence[str]:
        rows = self._rows(
            f"SELECT {_ID} FROM leg WHERE ended <= ? ORDER BY ended DESC LIMIT ?", at, count
        )
        return [row[0] for row in rows if row[0] is not None]
