"""Numbers for legs: the entry index holds a small integer instead of the long identifiers.

A leg first known by its call_leg_id alone and later paired with its call_control_id (or the other way round) stays, or
becomes, one row. Used by the writer only, inside its transaction.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import NamedTuple

from console.domain.entries import Draft, Micros
from console.journal.rows import LACKS_CONTROL, LACKS_LEG, LACKS_SESSION, with_ids

CACHED_LEGS = 20_000


class Place(NamedTuple):
    """Where an entry belongs: see `rows.py` for `lacks` and why identifiers may have to be kept."""

    leg: int | None
    lacks: int
    keep_ids: bool


class _Leg:
    __slots__ = ("control", "ended", "leg_id", "n", "session")

    def __init__(
        self,
        n: int,
        control: str | None,
        leg_id: str | None,
        session: str | None,
        ended: int | None,
    ) -> None:
        self.n = n
        self.control = control
        self.leg_id = leg_id
        self.session = session
        self.ended = ended


class _Merged(NamedTuple):
    """Two rows that are one leg; `session` is that of the old one where it differs."""

    old: int
    new: int
    leg_id: str
    session: str | None


_COLUMNS = "n, call_control_id, call_leg_id, call_session_id, ended"
NOWHERE = Place(None, LACKS_CONTROL | LACKS_LEG | LACKS_SESSION, keep_ids=False)


class LegNumbers:
    """Finds or makes the row of an entry's leg, keeping the busiest legs in memory.

    After a rollback `forget()` must be called: what was remembered may not be in the file.
    """

    def __init__(self, connection: sqlite3.Connection, *, cached: int = CACHED_LEGS) -> None:
        self._connection = connection
        self._cached = cached
        self._by_control: OrderedDict[str, _Leg] = OrderedDict()
        self._merged: list[_Merged] = []

    def forget(self) -> None:
        """Empties the memory; the file is the truth."""
        self._by_control.clear()
        self._merged.clear()

    def place(self, draft: Draft) -> Place:
        """Where the draft belongs, making or completing the row of its leg."""
        control, leg_id, session = draft.call_control_id, draft.call_leg_id, draft.call_session_id
        leg = self._find(control, leg_id, session)
        if leg is None:
            return NOWHERE if session is None else NOWHERE._replace(keep_ids=True)
        if leg.session is None and session is not None:
            leg.session = session
            self._connection.execute(
                "UPDATE leg SET call_session_id = ? WHERE n = ?", (session, leg.n)
            )
        lacks = 0
        if control is None:
            lacks = LACKS_CONTROL
        if leg_id is None:
            lacks |= LACKS_LEG
        if session is None:
            lacks |= LACKS_SESSION
        differs = (
            (control is not None and control != leg.control)
            or (leg_id is not None and leg_id != leg.leg_id)
            or (session is not None and session != leg.session)
        )
        return Place(leg.n, lacks, differs)

    def end(self, draft: Draft, at: Micros) -> None:
        """Notes that the draft's leg has ended; the first to say so counts."""
        leg = self._find(draft.call_control_id, draft.call_leg_id, draft.call_session_id)
        if leg is not None and leg.ended is None:
            leg.ended = at
            self._connection.execute("UPDATE leg SET ended = ? WHERE n = ?", (at, leg.n))

    def settle(self) -> None:
        """Moves the entries of legs that turned out to be one; call after the rows are in, before the commit."""
        for merged in self._merged:
            if merged.session is not None:
                self._keep_session(merged.old, merged.leg_id, merged.session)
            self._connection.execute(
                "UPDATE entry SET leg = ? WHERE leg = ?", (merged.new, merged.old)
            )
            self._connection.execute("DELETE FROM leg WHERE n = ?", (merged.old,))
        self._merged.clear()

    def _find(self, control: str | None, leg_id: str | None, session: str | None) -> _Leg | None:
        if control is None:
            return None if leg_id is None else self._of_leg_id(leg_id, session)
        leg = self._by_control.get(control)
        if leg is None:
            leg = self._of_control(control, leg_id, session)
            self._by_control[control] = leg
            if len(self._by_control) > self._cached:
                self._by_control.popitem(last=False)
        else:
            self._by_control.move_to_end(control)
        if leg.leg_id is None and leg_id is not None:
            self._pair(leg, leg_id)
        return leg

    def _of_control(self, control: str, leg_id: str | None, session: str | None) -> _Leg:
        leg = self._select("call_control_id = ?", control)
        if leg is not None:
            return leg
        if leg_id is not None:
            leg = self._select("call_leg_id = ? AND call_control_id IS NULL", leg_id)
            if leg is not None:
                leg.control = control
                self._connection.execute(
                    "UPDATE leg SET call_control_id = ? WHERE n = ?", (control, leg.n)
                )
                return leg
        return self._insert(control, leg_id, session)

    def _of_leg_id(self, leg_id: str, session: str | None) -> _Leg:
        leg = self._select("call_leg_id = ?", leg_id)
        if leg is None:
            return self._insert(None, leg_id, session)
        # One object per row: what is cached under the call_control_id must hear of changes.
        return self._by_control.get(leg.control, leg) if leg.control is not None else leg

    def _pair(self, leg: _Leg, leg_id: str) -> None:
        """`leg` was known by its call_control_id alone; the same leg may have a row under its call_leg_id."""
        twin = self._select("call_leg_id = ? AND call_control_id IS NULL", leg_id)
        leg.leg_id = leg_id
        if twin is not None:
            leg.session = leg.session or twin.session
            leg.ended = twin.ended if leg.ended is None else leg.ended
            differing = twin.session if twin.session != leg.session else None
            self._merged.append(_Merged(twin.n, leg.n, leg_id, differing))
            # Must not be found again before `settle` removes it.
            self._connection.execute("UPDATE leg SET call_leg_id = NULL WHERE n = ?", (twin.n,))
        self._connection.execute(
            "UPDATE leg SET call_leg_id = ?, call_session_id = ?, ended = ? WHERE n = ?",
            (leg_id, leg.session, leg.ended, leg.n),
        )

    def _keep_session(self, n: int, leg_id: str, session: str) -> None:
        """The entries of a row about to go named another session than the row they move to."""
        rows = self._connection.execute(
            "SELECT seq, extra FROM entry WHERE leg = ? AND lacks & ? = 0", (n, LACKS_SESSION)
        ).fetchall()
        self._connection.executemany(
            "UPDATE entry SET extra = ? WHERE seq = ?",
            [(with_ids(extra, (None, leg_id, session)), seq) for seq, extra in rows],
        )

    def _select(self, condition: str, value: str) -> _Leg | None:
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM leg WHERE {condition} ORDER BY n LIMIT 1", (value,)
        ).fetchone()
        return None if row is None else _Leg(*row)

    def _insert(self, control: str | None, leg_id: str | None, session: str | None) -> _Leg:
        cursor = self._connection.execute(
            "INSERT INTO leg (call_control_id, call_leg_id, call_session_id) VALUES (?, ?, ?)",
            (control, leg_id, session),
        )
        if cursor.lastrowid is None:
            raise sqlite3.DatabaseError("no row number for a new leg")
        return _Leg(cursor.lastrowid, control, leg_id, session, None)
