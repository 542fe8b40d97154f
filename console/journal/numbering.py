"""Numbers for legs: the entry index holds a small integer instead of the long identifiers.

A leg first known by its call_leg_id alone and later paired with its call_control_id (or the other way round) stays, or
becomes, one row. Used by the writer only, inside its transaction. The usual case, a batch about legs whose identifiers
are all there, costs three statements however many legs it is about: one looks for those not in memory, one inserts the
new ones, one ends those that ended.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from console.domain.entries import Draft, Kind, Micros
from console.journal.bulk import batched, insert_rows, placeholders, update_rows
from console.journal.rows import LACKS_CONTROL, LACKS_LEG, LACKS_SESSION, with_ids

CACHED_LEGS = 20_000
_ASKED_AT_ONCE = 32
_REFUSED = Kind.REFUSED


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
_KNOWN = f"SELECT {_COLUMNS} FROM leg WHERE call_control_id IN ({placeholders(_ASKED_AT_ONCE)})"
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
        self._new: list[_Leg] = []
        """Legs without a row as yet."""
        self._over: list[tuple[Micros, int]] = []
        """When which leg ended, where its row does not say so as yet."""
        self._unheard: set[str] = set()
        """call_control_ids of the present batch of which the file knows nothing."""
        self._last_n: int | None = None
        self._has_halves: bool | None = None
        """Whether any leg may be known by its call_leg_id alone."""

    def forget(self) -> None:
        """Empties the memory; the file is the truth."""
        self._by_control.clear()
        self._merged.clear()
        self._new.clear()
        self._over.clear()
        self._unheard.clear()
        self._last_n = self._has_halves = None

    def expect(self, drafts: Sequence[Draft]) -> None:
        """Looks for the legs of a batch all at once; not needed, but much cheaper than leg by leg."""
        self._unheard.clear()
        if len(drafts) == 1:
            return
        known = self._by_control
        wanted = {
            control
            for draft in drafts
            if (control := draft.call_control_id) is not None
            and control not in known
            and draft.kind is not _REFUSED
        }
        if not wanted:
            return
        for some in batched(tuple(wanted), _ASKED_AT_ONCE):
            for row in self._connection.execute(_KNOWN, some).fetchall():
                known[row[1]] = _Leg(*row)
                wanted.discard(row[1])
        if not self._may_be_half():
            self._unheard = wanted

    def place(self, draft: Draft) -> Place:
        """Where the draft belongs, making or completing the row of its leg."""
        control, leg_id, session = draft.call_control_id, draft.call_leg_id, draft.call_session_id
        leg = self._find(control, leg_id, session)
        if leg is None:
            return NOWHERE if session is None else NOWHERE._replace(keep_ids=True)
        if leg.session is None and session is not None:
            leg.session = session
            self._execute("UPDATE leg SET call_session_id = ? WHERE n = ?", (session, leg.n))
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
            self._over.append((at, leg.n))

    def settle(self) -> None:
        """Writes what is only in memory, and moves the entries of legs that turned out to be one.

        Call after the rows are in, before the commit.
        """
        self._write()
        self._unheard.clear()
        self._trim()
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
        else:
            self._by_control.move_to_end(control)
        if leg.leg_id is None and leg_id is not None:
            self._pair(leg, leg_id)
        return leg

    def _of_control(self, control: str, leg_id: str | None, session: str | None) -> _Leg:
        if control in self._unheard:
            return self._insert(control, leg_id, session)
        leg = self._select("call_control_id = ?", control)
        if leg is not None:
            return leg
        if leg_id is not None:
            leg = self._select("call_leg_id = ? AND call_control_id IS NULL", leg_id)
            if leg is not None:
                leg.control = control
                self._execute("UPDATE leg SET call_control_id = ? WHERE n = ?", (control, leg.n))
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
            self._execute("UPDATE leg SET call_leg_id = NULL WHERE n = ?", (twin.n,))
        self._execute(
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
        row = self._execute(
            f"SELECT {_COLUMNS} FROM leg WHERE {condition} ORDER BY n LIMIT 1", (value,)
        ).fetchone()
        return None if row is None else _Leg(*row)

    def _insert(self, control: str | None, leg_id: str | None, session: str | None) -> _Leg:
        if self._last_n is None:
            (self._last_n,) = self._execute("SELECT coalesce(max(n), 0) FROM leg").fetchone()
        self._last_n += 1
        leg = _Leg(self._last_n, control, leg_id, session, None)
        self._new.append(leg)
        if control is None:
            self._has_halves = True
            self._unheard.clear()
        return leg

    def _may_be_half(self) -> bool:
        if self._has_halves is None:
            row = self._execute(
                "SELECT 1 FROM leg WHERE call_control_id IS NULL LIMIT 1"
            ).fetchone()
            self._has_halves = row is not None
        return self._has_halves

    def _execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """A statement that may look at any row, or change it."""
        self._write()
        return self._connection.execute(statement, values)

    def _write(self) -> None:
        if self._new:
            rows = [(leg.n, leg.control, leg.leg_id, leg.session, leg.ended) for leg in self._new]
            insert_rows(self._connection, "leg", _COLUMNS, rows)
            self._new.clear()
        if self._over:
            update_rows(self._connection, "leg", "ended", "n", self._over)
            self._over.clear()

    def _trim(self) -> None:
        while len(self._by_control) > self._cached:
            self._by_control.popitem(last=False)
