"""Reading a journal that another process may be writing. Never changes the file.

Every query is read to its end at once, so no read transaction is left open to hold up the writer's log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.domain.entries import Entry, Kind, Micros
from console.journal.api import Snapshot
from console.journal.bulk import batched, placeholders
from console.journal.faults import DATABASE_ERRORS, explain
from console.journal.rows import SELECT, entry_of
from console.late import late

if TYPE_CHECKING:
    from console.journal.legs import JournalLegs
    from console.journal.remains import Remains

SCAN_BATCH = 500
_IDS_PER_QUERY = 400
_END = (1 << 63) - 1

_FIRSTS_PER_QUERY = 32
_ASKED = placeholders(_FIRSTS_PER_QUERY)
_FIRST_OF = "(SELECT min(seq) FROM entry WHERE leg = n)"
_FIRSTS = (
    f"SELECT call_control_id, {_FIRST_OF} FROM leg WHERE call_control_id IN ({_ASKED})"
    f" UNION ALL SELECT call_leg_id, {_FIRST_OF} FROM leg WHERE call_leg_id IN ({_ASKED})"
)
_LEGS_OF = (
    "SELECT n FROM leg WHERE call_control_id = ? UNION SELECT n FROM leg WHERE call_leg_id = ?"
)


class SqliteReader:
    """A `JournalReader` on one SQLite file. Made by `open_reader`; used from one thread. All raise `JournalError`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._data_version: int | None = None
        self.veil: Callable[[Entry], Entry] | None = None
        """What every entry goes through before anybody sees it (`console.journal.veil`)."""
        self.legs = late(lambda: _legs(self._rows))
        """What its list of legs tells without reading entries."""
        self.remains = late(lambda: _remains(self._rows))
        """What an engine that comes after another has to know."""

    def changed(self) -> bool:
        """Whether anything was committed since the last call; the first says yes. Reads no rows."""
        before, self._data_version = self._data_version, int(self._one("PRAGMA data_version"))
        return before != self._data_version

    def read(
        self,
        after: int = 0,
        *,
        limit: int | None = None,
        until: int | None = None,
        kind: Kind | None = None,
    ) -> Sequence[Entry]:
        """Entries with `after < seq <= until`, in order, at most `limit`; those of one kind only where it is named."""
        return self._entries(
            SELECT
            + "WHERE e.seq > ? AND e.seq <= ? "
            + ("" if kind is None else "AND e.kind = ? ")
            + "ORDER BY e.seq LIMIT ?",
            after,
            _END if until is None else until,
            *(() if kind is None else (str(kind),)),
            -1 if limit is None else limit,
        )

    def tail(self, count: int, *, before: int | None = None) -> Sequence[Entry]:
        """The last `count` entries (before `before`), in order."""
        entries = self._entries(
            SELECT + "WHERE e.seq < ? ORDER BY e.seq DESC LIMIT ?",
            _END if before is None else before,
            count,
        )
        entries.reverse()
        return entries

    def get(self, seq: int) -> Entry | None:
        """The entry with this number."""
        entries = self._entries(SELECT + "WHERE e.seq = ?", seq)
        return entries[0] if entries else None

    def of_legs(
        self, ids: Iterable[str], *, after: int = 0, until: int | None = None
    ) -> Sequence[Entry]:
        """Every entry of the legs with these call_control_ids or call_leg_ids, in order."""
        found_of = (row for any_id in ids for row in self._rows(_LEGS_OF, any_id, any_id))
        numbers = list(dict.fromkeys(n for (n,) in found_of))
        found: list[Entry] = []
        for start in range(0, len(numbers), _IDS_PER_QUERY):
            some = numbers[start : start + _IDS_PER_QUERY]
            found += self._entries(
                f"{SELECT} WHERE e.leg IN ({','.join('?' * len(some))}) AND e.seq > ? AND e.seq <= ?"
                " ORDER BY e.seq",
                *some,
                after,
                _END if until is None else until,
            )
        if len(numbers) > _IDS_PER_QUERY:
            found.sort(key=lambda entry: entry.seq)
        return found

    def legs_of_session(self, call_session_id: str) -> Sequence[str]:
        """call_control_ids (or call_leg_ids where there is none) of the legs of a session, oldest first."""
        rows = self._rows(
            "SELECT coalesce(call_control_id, call_leg_id) FROM leg WHERE call_session_id = ? ORDER BY n",
            call_session_id,
        )
        return [row[0] for row in rows]

    def live_legs(self) -> Sequence[str]:
        """Ids of all legs whose conversation has not ended, as far as the journal tells, oldest first."""
        rows = self._rows(
            "SELECT coalesce(call_control_id, call_leg_id) FROM leg WHERE n IN ("
            "SELECT n FROM leg WHERE ended IS NULL UNION "
            # Each session once: a join of legs with legs is quadratic in a session of thousands.
            "SELECT n FROM leg WHERE call_session_id IN"
            " (SELECT call_session_id FROM leg WHERE ended IS NULL)) ORDER BY n"
        )
        return [row[0] for row in rows if row[0] is not None]

    def first_seq_of(self, any_leg_id: str) -> int | None:
        """Number of the first entry of a leg; None if the journal never heard of it."""
        seq = self._one(
            f"SELECT min(seq) FROM entry WHERE leg IN ({_LEGS_OF})", any_leg_id, any_leg_id
        )
        return None if seq is None else int(seq)

    def first_seqs_of(self, ids: Collection[str]) -> Mapping[str, int]:
        """The same for many legs in one go; what the journal never heard of is not in it."""
        found: dict[str, int] = {}
        for some in batched(ids, _FIRSTS_PER_QUERY):
            for any_id, seq in self._rows(_FIRSTS, *some, *some):
                if seq is not None and seq < found.get(any_id, _END):
                    found[any_id] = seq
        return found

    def seq_at(self, at: Micros) -> int:
        """Number of the last entry received at or before `at`; 0 if none."""
        low, high = 0, self.last_seq()
        while low < high:
            middle = (low + high + 1) // 2
            rows = self._rows(
                "SELECT seq, received_at FROM entry WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
                middle,
            )
            if not rows or rows[0][1] <= at:
                low = middle
            else:
                high = min(middle, rows[0][0]) - 1
        found = self._one("SELECT max(seq) FROM entry WHERE seq <= ?", low)
        return 0 if found is None else int(found)

    def last_seq(self) -> int:
        """Number of the last entry; 0 in an empty journal."""
        last = self._one("SELECT max(seq) FROM entry")
        return 0 if last is None else int(last)

    def deliveries(self, event_key: bytes) -> Sequence[Entry]:
        """Every delivery of one event, in order."""
        return self._entries(
            f"{SELECT} WHERE e.duplicate = 0 AND e.event_key IS NOT NULL AND e.event_key = ? UNION ALL "
            f"{SELECT} WHERE e.duplicate = 1 AND e.event_key IS NOT NULL AND e.event_key = ? ORDER BY 1",
            event_key,
            event_key,
        )

    def snapshot(self) -> Snapshot | None:
        """The latest saved board."""
        if self.veil is not None:
            return None
        rows = self._rows("SELECT seq, body FROM snapshot WHERE id = 1")
        return Snapshot(*rows[0]) if rows else None

    def scan(self, *, after: int = 0, event_type: str | None = None) -> Iterator[Entry]:
        """All entries after `after` in order, batch by batch; `event_type` is a glob (`*`, `?`, `[...]`)."""
        glob = "" if event_type is None else "AND e.event_type GLOB ? "
        while True:
            batch = self._entries(
                f"{SELECT} WHERE e.seq > ? {glob}ORDER BY e.seq LIMIT ?",
                after,
                *(() if event_type is None else (event_type,)),
                SCAN_BATCH,
            )
            yield from batch
            if len(batch) < SCAN_BATCH:
                return
            after = batch[-1].seq

    def quick_check(self) -> Sequence[str]:
        """What SQLite finds wrong with the file, empty when it is sound. Reads all of it: for `doctor` only."""
        return [row[0] for row in self._rows("PRAGMA quick_check") if row[0] != "ok"]

    def close(self) -> None:
        """Closes the file; may be called twice."""
        self._connection.close()

    def _entries(self, query: str, *parameters: object) -> list[Entry]:
        entries = [entry_of(row) for row in self._rows(query, *parameters)]
        return entries if self.veil is None else [self.veil(entry) for entry in entries]

    def _one(self, query: str, *parameters: object) -> Any:
        rows = self._rows(query, *parameters)
        return rows[0][0] if rows else None

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        try:
            return self._connection.execute(query, parameters).fetchall()
        except DATABASE_ERRORS as error:
            raise explain(error, self.path) from error


def _legs(rows: Callable[..., list[Any]]) -> JournalLegs:
    from console.journal.legs import SqliteLegs

    return SqliteLegs(rows)


def _remains(rows: Callable[..., list[Any]]) -> Remains:
    from console.journal.remains import Remains

    return Remains(rows)
