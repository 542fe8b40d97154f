"""Keeps the journal within its limits: the oldest ended conversations go first, a live one never.

Works in small transactions, so that an append waits for one of them at most. Used in the writer's thread.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from console.domain.entries import Micros
from console.journal.ledger import Ledger

ENTRIES_PER_STEP = 200
PAGES_PER_STEP = 500
_DAY = 86_400 * 1_000_000
_MB = 1024 * 1024
_FOREVER = (1 << 63) - 1


class Pruned(NamedTuple):
    """What a pruning removed."""

    legs: int
    entries: int


class _Conversation(NamedTuple):
    legs: tuple[int, ...]
    ended: Micros
    """When its first leg ended, by which conversations are ordered."""


class _Loose(NamedTuple):
    """An entry without a leg."""

    seq: int
    received_at: Micros


class Pruning:
    """One pass over the journal, a step at a time. Steps raise `sqlite3.Error` with their own transaction undone.

    A conversation here is a session: all of its legs must have ended. Entries that belong to no leg go by age, and,
    where space is short, together with the conversations of their time.
    """

    def __init__(
        self,
        ledger: Ledger,
        connection: sqlite3.Connection,
        *,
        keep_days: float,
        keep_mb: float,
        now: Micros,
    ) -> None:
        self._ledger = ledger
        self._connection = connection
        self._keep_bytes = int(keep_mb * _MB)
        self._horizon = now - int(keep_days * _DAY)
        self._legs = 0
        self._entries = 0
        self._passed = (-_FOREVER, 0)
        self.last_removed = 0
        """Rows removed by the latest step."""

    @property
    def result(self) -> Pruned:
        """What has been removed so far."""
        return Pruned(self._legs, self._entries)

    def step(self) -> bool:
        """Does one small piece of work; False when nothing is left to do."""
        self.last_removed = 0
        if self._remove_some():
            return True
        return self._give_back()

    def _remove_some(self) -> bool:
        over = self._used() > self._keep_bytes
        limit = _FOREVER if over else self._horizon
        doomed = self._next_conversation(limit)
        loose = self._oldest_loose(limit)
        if doomed is not None and (loose is None or doomed.ended <= loose.received_at):
            self._remove(doomed.legs, None)
        elif loose is not None:
            until = limit if doomed is None else min(limit, doomed.ended)
            self._remove((), until)
        return self.last_removed > 0

    def _used(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _next_conversation(self, limit: Micros) -> _Conversation | None:
        """The oldest conversation that ended before `limit`, the last of its legs counting."""
        while True:
            row = self._connection.execute(
                "SELECT n, call_session_id, ended FROM leg WHERE (ended, n) > (?, ?) AND ended < ?"
                " ORDER BY ended, n LIMIT 1",
                (*self._passed, limit),
            ).fetchone()
            if row is None:
                return None
            n, session, ended = row
            legs = [(n, ended)]
            if session is not None:
                legs = self._connection.execute(
                    "SELECT n, ended FROM leg WHERE call_session_id = ? ORDER BY n", (session,)
                ).fetchall()
            if all(at is not None and at < limit for _, at in legs):
                return _Conversation(tuple(leg for leg, _ in legs), ended)
            self._passed = (ended, n)

    def _oldest_loose(self, limit: Micros) -> _Loose | None:
        row = self._connection.execute(
            "SELECT seq, received_at FROM entry WHERE leg IS NULL ORDER BY seq LIMIT 1"
        ).fetchone()
        return None if row is None or row[1] >= limit else _Loose(*row)

    def _remove(self, legs: tuple[int, ...], loose_until: Micros | None) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            if loose_until is not None:
                removed = self._remove_loose(loose_until)
            else:
                removed = self._remove_legs(legs)
            connection.execute(
                "INSERT OR REPLACE INTO counter (name, value) VALUES ('last_seq', ?)",
                (self._ledger.last_seq,),
            )
            connection.execute("COMMIT")
        except BaseException:
            self._ledger.abandon()
            raise
        self._ledger.legs.forget()
        self.last_removed = removed

    def _remove_loose(self, until: Micros) -> int:
        removed = self._connection.execute(
            "DELETE FROM entry WHERE seq IN (SELECT seq FROM ("
            "SELECT seq, received_at FROM entry WHERE leg IS NULL ORDER BY seq LIMIT ?) WHERE received_at < ?)",
            (ENTRIES_PER_STEP, until),
        ).rowcount
        self._entries += removed
        return removed

    def _remove_legs(self, legs: tuple[int, ...]) -> int:
        """Removes as many entries as one step may; a leg's own row goes with its last entry."""
        left = ENTRIES_PER_STEP
        for n in legs:
            removed = self._connection.execute(
                "DELETE FROM entry WHERE seq IN (SELECT seq FROM entry WHERE leg = ? LIMIT ?)",
                (n, left),
            ).rowcount
            self._entries += removed
            left -= removed
            if left == 0:
                break
            self._connection.execute("DELETE FROM leg WHERE n = ?", (n,))
            self._legs += 1
        return max(1, ENTRIES_PER_STEP - left)

    def _give_back(self) -> bool:
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if free == 0:
            return False
        self._connection.execute(f"PRAGMA incremental_vacuum({PAGES_PER_STEP})").fetchall()
        return True
