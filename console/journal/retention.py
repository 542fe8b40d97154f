"""Keeps the journal within its limits: the oldest ended conversations go first, a live one never.

Works in small transactions, so that an append waits for one of them at most. Used in the writer's thread.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from typing import NamedTuple

from console.domain.entries import Micros
from console.journal.api import LOST_AFTER
from console.journal.ledger import Ledger

ENTRIES_PER_STEP = 200
BYTES_PER_STEP = 1_000_000
PAGES_PER_STEP = 200
_DAY = 86_400 * 1_000_000
LOST_AT_ONCE = 1_000
"""Legs without an end, the first heard of first, that one pass looks at."""
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


class _Budget:
    """What one step may still remove."""

    __slots__ = ("bytes", "entries")

    def __init__(self, entries: int, size: int) -> None:
        self.entries = entries
        self.bytes = size

    @property
    def is_spent(self) -> bool:
        return self.entries <= 0 or self.bytes <= 0


class Pruning:
    """One pass over the journal, a step at a time. Steps raise `sqlite3.Error` with their own transaction undone.

    A conversation here is a session: all of its legs must have ended, or have been silent for so long that their end is
    lost; such a leg counts as ended with its last entry. Entries that belong to no leg go by age, and,
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
        self._lost_before = now - LOST_AFTER
        self._lost: deque[tuple[Micros, int, str | None]] | None = None
        """Legs whose end is lost: last entry, number, session, the oldest first; None before they were looked for."""
        self._passed = (-_FOREVER, 0)
        self._going_on: set[tuple[str, Micros]] = set()
        """Sessions that were looked at, and the limit at which they still went on."""
        self.last_removed = 0
        """Rows removed by the latest step."""

    @property
    def result(self) -> Pruned:
        """What has been removed so far."""
        return Pruned(self._legs, self._entries)

    def step(self) -> bool:
        """Does one small piece of work; False when nothing is left to do."""
        self.last_removed = 0
        return self._remove_some() or self._give_back()

    def _remove_some(self) -> bool:
        """One transaction: the oldest conversations and loose entries, up to what one step may do."""
        if not self._is_due():
            return False
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            legs, entries = self._legs, self._entries
            budget = _Budget(ENTRIES_PER_STEP, BYTES_PER_STEP)
            while not budget.is_spent and self._remove_oldest(budget):
                pass
            connection.execute(
                "INSERT OR REPLACE INTO counter (name, value) VALUES ('last_seq', ?)",
                (self._ledger.last_seq,),
            )
            connection.execute("COMMIT")
        except BaseException:
            self._legs, self._entries = legs, entries
            self._ledger.abandon()
            raise
        self._ledger.legs.forget()
        self.last_removed = self._legs - legs + self._entries - entries
        return self.last_removed > 0

    def _is_due(self) -> bool:
        limit = self._limit()[0]
        return self._oldest_loose(limit) is not None or self._next_conversation(limit) is not None

    def _limit(self) -> tuple[Micros, int]:
        """What ended before may go, and how many bytes have to."""
        surplus = self._used() - self._keep_bytes
        return (_FOREVER, surplus) if surplus > 0 else (self._horizon, _FOREVER)

    def _remove_oldest(self, budget: _Budget) -> bool:
        limit, surplus = self._limit()
        doomed = self._next_conversation(limit)
        loose = self._oldest_loose(limit)
        if doomed is not None and (loose is None or doomed.ended <= loose):
            self._remove_legs(doomed.legs, budget)
            return True
        if loose is not None:
            until = limit if doomed is None else min(limit, doomed.ended)
            self._remove_loose(until, surplus, budget)
            return True
        return False

    def _used(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _next_conversation(self, limit: Micros) -> _Conversation | None:
        """The oldest conversation that ended before `limit`, the last of its legs counting."""
        found = filter(None, (self._next_ended(limit), self._next_lost(limit)))
        return min(found, key=lambda conversation: conversation.ended, default=None)

    def _next_ended(self, limit: Micros) -> _Conversation | None:
        while True:
            row = self._connection.execute(
                "SELECT n, call_session_id, ended FROM leg WHERE (ended, n) > (?, ?) AND ended < ?"
                " ORDER BY ended, n LIMIT 1",
                (*self._passed, limit),
            ).fetchone()
            if row is None:
                return None
            n, session, ended = row
            if legs := self._company(n, ended, session, limit):
                return _Conversation(legs, ended)
            self._passed = (ended, n)

    def _next_lost(self, limit: Micros) -> _Conversation | None:
        if self._lost is None:
            self._lost = self._look_for_lost()
        while self._lost and self._lost[0][0] < limit:
            at, n, session = self._lost[0]
            if legs := self._company(n, None, session, limit):
                return _Conversation(legs, at)
            self._lost.popleft()
        return None

    def _look_for_lost(self) -> deque[tuple[Micros, int, str | None]]:
        rows = self._connection.execute(
            "SELECT n, call_session_id FROM leg WHERE ended IS NULL ORDER BY n LIMIT ?",
            (LOST_AT_ONCE,),
        ).fetchall()
        found = ((self._lost_at(n), n, session) for n, session in rows)
        return deque(sorted((at, n, session) for at, n, session in found if at is not None))

    def _lost_at(self, n: int) -> Micros | None:
        """When a leg without an end was last heard of; None while it may live."""
        row = self._connection.execute(
            "SELECT received_at FROM entry WHERE seq = (SELECT max(seq) FROM entry WHERE leg = ?)",
            (n,),
        ).fetchone()
        return int(row[0]) if row is not None and row[0] < self._lost_before else None

    def _company(
        self, n: int, ended: Micros | None, session: str | None, limit: Micros
    ) -> tuple[int, ...]:
        """All legs of a leg's conversation; none where one of them did not end before `limit`."""
        legs = [(n, ended)]
        if session is not None and (session, limit) in self._going_on:
            # Once is enough: it may be a session of thousands that ended, and one that lives.
            return ()
        if session is not None:
            legs = self._connection.execute(
                "SELECT n, ended FROM leg WHERE call_session_id = ? ORDER BY n", (session,)
            ).fetchall()
        ends = (self._lost_at(leg) if at is None else at for leg, at in legs)
        if all(at is not None and at < limit for at in ends):
            return tuple(leg for leg, _ in legs)
        if session is not None:
            self._going_on.add((session, limit))
        return ()

    def _oldest_loose(self, limit: Micros) -> Micros | None:
        """When the oldest entry that belongs to no leg was received, if that is before `limit`."""
        row = self._connection.execute(
            "SELECT received_at FROM entry WHERE leg IS NULL ORDER BY seq LIMIT 1"
        ).fetchone()
        return None if row is None or row[0] >= limit else int(row[0])

    def _remove_loose(self, until: Micros, surplus: int, budget: _Budget) -> None:
        rows = self._connection.execute(
            "SELECT seq, length(body), received_at FROM entry WHERE leg IS NULL ORDER BY seq LIMIT ?",
            (budget.entries,),
        ).fetchall()
        for seq, size, received_at in rows:
            if received_at >= until or surplus <= 0 or budget.is_spent:
                break
            self._remove_entry(seq, size, budget)
            surplus -= size

    def _remove_legs(self, legs: tuple[int, ...], budget: _Budget) -> None:
        """Removes as many entries as the budget has; a leg's own row goes with its last entry."""
        for n in legs:
            rows = self._connection.execute(
                "SELECT seq, length(body) FROM entry WHERE leg = ? LIMIT ?", (n, budget.entries + 1)
            ).fetchall()
            for seq, size in rows:
                if budget.is_spent:
                    return
                self._remove_entry(seq, size, budget)
            self._connection.execute("DELETE FROM leg WHERE n = ?", (n,))
            self._legs += 1

    def _remove_entry(self, seq: int, size: int, budget: _Budget) -> None:
        self._connection.execute("DELETE FROM entry WHERE seq = ?", (seq,))
        self._entries += 1
        budget.entries -= 1
        budget.bytes -= size

    def _give_back(self) -> bool:
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if free == 0:
            return False
        # Frees one page per step of the statement; of the two ways to execute only this one steps to the end.
        self._connection.executescript(f"PRAGMA incremental_vacuum({PAGES_PER_STEP})")
        return True
