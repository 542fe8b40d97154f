"""One transaction per batch: numbers entries, tells repetitions, knows which legs have ended.

Synchronous and single-threaded; `writer.py` gives it a thread. Raises what `sqlite3` raises, with the file unchanged.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from console.domain.entries import Draft, Kind
from console.journal.api import Appended, Snapshot
from console.journal.bulk import insert_rows
from console.journal.numbering import NOWHERE, LegNumbers, Place
from console.journal.rows import COLUMNS, DUPLICATE_COLUMN, Row, row_of

_UNLESS_THERE = "ON CONFLICT (event_key) WHERE duplicate = 0 AND event_key IS NOT NULL DO NOTHING"
_ENDING_TYPES = frozenset(("call.hangup", "call_hangup"))
# Members of an enumeration hash, and are looked up, a few times slower than they are compared.
_WEBHOOK, _API, _REFUSED = Kind.WEBHOOK, Kind.API, Kind.REFUSED
_OPEN_COMMANDS = 256


class _Item(msgspec.Struct):
    is_alive: Any = None


class _CheckedBody(msgspec.Struct):
    """As much of a checked record (see `records.py`) as says whether the leg is over."""

    data: _Item | None = None


class _CommandBody(msgspec.Struct):
    command_id: str | None = None


_read_checked = msgspec.json.Decoder(_CheckedBody).decode
_read_command = msgspec.json.Decoder(_CommandBody).decode


class Ledger:
    """The writing side of one open journal file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.legs = LegNumbers(connection)
        self.last_seq = self._read_last_seq()
        self._unplaced: OrderedDict[str, int] = OrderedDict()

    def commit(self, drafts: Sequence[Draft]) -> list[Appended]:
        """All of the drafts durably, or none of them."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = self._insert(drafts)
            connection.execute("COMMIT")
        except BaseException:
            self.abandon()
            raise
        self.last_seq += len(drafts)
        return results

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replaces the snapshot of the board."""
        self._connection.execute(
            "INSERT OR REPLACE INTO snapshot (id, seq, body) VALUES (1, ?, ?)",
            (snapshot.seq, snapshot.body),
        )

    def count(self, numbers: Mapping[str, int | None]) -> None:
        """Keeps numbers beside the entries, all of them or none; None removes one."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for name, value in numbers.items():
            if value is None:
                connection.execute("DELETE FROM counter WHERE name = ?", (name,))
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)", (name, value)
                )
        connection.execute("COMMIT")

    def abandon(self) -> None:
        """Rolls back whatever is open; never raises for the state of the file."""
        self.legs.forget()
        self._unplaced.clear()
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                # SQLite rolls back by itself on a full disk or a failed write, and then has nothing to roll back.
                return

    def _insert(self, drafts: Sequence[Draft]) -> list[Appended]:
        first = self.last_seq + 1
        self.legs.expect(drafts)
        rows = [self._row(seq, draft) for seq, draft in enumerate(drafts, first)]
        inserted = insert_rows(self._connection, "entry", COLUMNS, rows, _UNLESS_THERE)
        repeated = self._insert_repeated(first, rows) if inserted != len(rows) else frozenset()
        self.legs.settle()
        return [Appended(seq, seq in repeated) for seq in range(first, first + len(rows))]

    def _insert_repeated(self, first: int, rows: Sequence[Row]) -> frozenset[int]:
        """Deliveries of events that are there already: rows that the unique index kept out."""
        there = {
            seq
            for (seq,) in self._connection.execute("SELECT seq FROM entry WHERE seq >= ?", (first,))
        }
        repeated = [row for seq, row in enumerate(rows, first) if seq not in there]
        insert_rows(
            self._connection,
            "entry",
            COLUMNS,
            [(*row[:DUPLICATE_COLUMN], 1, *row[DUPLICATE_COLUMN + 1 :]) for row in repeated],
        )
        return frozenset(seq for seq in range(first, first + len(rows)) if seq not in there)

    def _row(self, seq: int, draft: Draft) -> Row:
        kind = draft.kind
        if kind is _REFUSED:
            # Nothing unverified may open a leg, end one, or stand in an event's place.
            has_ids = draft.call_control_id or draft.call_leg_id or draft.call_session_id
            place = NOWHERE._replace(keep_ids=True) if has_ids else NOWHERE
        else:
            place = self.legs.place(draft)
            if kind is _WEBHOOK or kind is _API:
                if _says_ended(draft):
                    self.legs.end(draft, draft.received_at)
            elif kind is Kind.COMMAND or kind is Kind.OUTCOME:
                self._join_outcome(seq, draft, place)
        return row_of(seq, draft, place.leg, place.lacks, keep_ids=place.keep_ids)

    def _join_outcome(self, seq: int, draft: Draft, place: Place) -> None:
        """A dial has no leg before its answer names one: then its command entry becomes one of that leg's, too."""
        if draft.kind is Kind.COMMAND:
            if place.leg is None and (command_id := _command_id(draft.body)) is not None:
                self._unplaced[command_id] = seq
                if len(self._unplaced) > _OPEN_COMMANDS:
                    self._unplaced.popitem(last=False)
        elif self._unplaced and (command_id := _command_id(draft.body)) is not None:
            command_seq = self._unplaced.pop(command_id, None)
            if command_seq is not None and place.leg is not None:
                self._connection.execute(
                    "UPDATE entry SET leg = ? WHERE seq = ? AND leg IS NULL",
                    (place.leg, command_seq),
                )

    def _read_last_seq(self) -> int:
        (last,) = self._connection.execute(
            "SELECT max(coalesce((SELECT max(seq) FROM entry), 0),"
            " coalesce((SELECT value FROM counter WHERE name = 'last_seq'), 0))"
        ).fetchone()
        return int(last)


def _says_ended(draft: Draft) -> bool:
    if draft.event_type is not None:
        return draft.event_type in _ENDING_TYPES
    if draft.kind is not Kind.API:
        return False
    try:
        body = _read_checked(draft.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return body.data is not None and body.data.is_alive is False


def _command_id(body: bytes) -> str | None:
    try:
        return _read_command(body).command_id
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
