"""A batch in a few statements is the same as its entries one after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.entries import Draft, Kind
from console.journal.bulk import batched, insert_rows, update_rows
from console.journal.ledger import Ledger
from console.journal.schema import MIGRATIONS
from tests.unit.journal.drafts import START, event_draft

Rows = list[tuple[object, ...]]

legs = st.sampled_from([None, "A", "B", "C", "D"])
leg_ids = st.sampled_from([None, "LA", "LB", "LC"])
sessions = st.sampled_from([None, "S", "T"])
types = st.sampled_from(["call.answered", "call.hangup"])
event_ids = st.integers(0, 30).map(lambda n: f"00000000-0000-4000-8000-{n:012d}")
kinds = st.sampled_from([Kind.WEBHOOK, Kind.WEBHOOK, Kind.WEBHOOK, Kind.REFUSED])


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A delivery that names any of a few legs by any of its identifiers."""
    event = event_draft(
        draw(types), leg=draw(legs), leg_id=draw(leg_ids), session=draw(sessions), at=START
    )
    return Draft(
        kind=draw(kinds),
        received_at=START,
        body=b"{}",
        verified=True,
        event_key=bytes.fromhex(draw(event_ids).replace("-", "")),
        event_type=event.event_type,
        call_control_id=event.call_control_id,
        call_leg_id=event.call_leg_id,
        call_session_id=event.call_session_id,
    )


def journal() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for script in MIGRATIONS:
        connection.executescript(script)
    return connection


def written(batches: Sequence[Sequence[Draft]]) -> tuple[Rows, Rows, list[object]]:
    with closing(journal()) as connection:
        ledger = Ledger(connection)
        told = [appended for batch in batches for appended in ledger.commit(batch)]
        entries = connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()
        rows = connection.execute("SELECT * FROM leg ORDER BY n").fetchall()
        return entries, rows, list(told)


@settings(deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=80), st.integers(0, 80))
def test_bulk_batch_equals_its_entries_one_by_one(batch: list[Draft], cut: int) -> None:
    """Same rows, same legs, same answers, wherever the batches begin and whatever was there before."""
    before, rest = batch[:cut], batch[cut:]
    singly = [[draft] for draft in batch]

    assert written([b for b in (before, rest) if b]) == written(singly)
    assert written([batch]) == written(singly)


@pytest.mark.parametrize("count", [0, 1, 2, 31, 32, 33, 100])
def test_bulk_inserts_and_updates_any_number_of_rows(count: int) -> None:
    """Conflicts are counted out, updates touch the rows that are named."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
        connection.execute("INSERT INTO t VALUES (-1, 'old')")
        rows = [(number, f"b{number}") for number in range(count)]

        there = insert_rows(connection, "t", "a, b", [*rows, (-1, "new")], "ON CONFLICT DO NOTHING")
        update_rows(connection, "t", "b", "a", [(f"c{number}", number) for number in range(count)])

        assert there == count
        kept = connection.execute("SELECT a, b FROM t ORDER BY a").fetchall()
        assert kept == [(-1, "old"), *((number, f"c{number}") for number in range(count))]


def test_bulk_failed_insert_is_the_callers_to_roll_back() -> None:
    """A row that does not fit raises, and nothing is left once the transaction is rolled back."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b NOT NULL)")
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            insert_rows(connection, "t", "a, b", [(1, "x"), (2, "y"), (3, None), (4, "z")])
        connection.execute("ROLLBACK")

        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_bulk_batches_are_filled_up_with_null() -> None:
    """One statement serves any number of values."""
    assert list(batched(["a", "b", "c"], 2)) == [("a", "b"), ("c", None)]
    assert list(batched([], 2)) == []
