"""Many rows in one step of SQLite.

`executemany` gives up the interpreter's lock once for every row and has to wait for it as often while the event loop is
busy; a statement that names many rows does so once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice

SIZES = (32, 16, 8, 4, 2, 1)
"""Rows of one statement: few sizes, so that each is prepared once, and below the oldest limit of 999 parameters."""


def insert_rows(
    connection: sqlite3.Connection,
    table: str,
    columns: str,
    rows: Sequence[Sequence[object]],
    clause: str = "",
) -> int:
    """Inserts rows in the order of `columns`; how many went in. `clause` says what becomes of conflicts.

    Raises what `sqlite3` raises; what went in before has to be rolled back by the caller.
    """
    inserted = start = 0
    for size in SIZES:
        while len(rows) - start >= size:
            some = rows[start : start + size]
            statement = _insert(table, columns, size, clause)
            inserted += connection.execute(statement, tuple(chain.from_iterable(some))).rowcount
            start += size
    return inserted


def update_rows(
    connection: sqlite3.Connection,
    table: str,
    column: str,
    key: str,
    values: Sequence[Sequence[object]],
) -> None:
    """Sets `column` in the rows that `key` names; `values` are pairs of (new value, key). Raises what `sqlite3` raises."""
    start = 0
    for size in SIZES:
        while len(values) - start >= size:
            some = values[start : start + size]
            statement = _update(table, column, key, size)
            connection.execute(statement, tuple(chain.from_iterable(some)))
            start += size


def batched(values: Iterable[str], size: int) -> Iterator[tuple[str | None, ...]]:
    """The values, `size` at a time, so that one statement serves any number of them; the last are filled up with NULL."""
    remaining = iter(values)
    while some := tuple(islice(remaining, size)):
        yield some + (None,) * (size - len(some))


def placeholders(count: int) -> str:
    """`?, ?, …`."""
    return ", ".join("?" * count)


@cache
def _insert(table: str, columns: str, size: int, clause: str) -> str:
    row = f"({placeholders(columns.count(',') + 1)})"
    return f"INSERT OR FAIL INTO {table} ({columns}) VALUES {', '.join([row] * size)} {clause}"


@cache
def _update(table: str, column: str, key: str, size: int) -> str:
    new = f"(VALUES {', '.join(['(?, ?)'] * size)})"
    return f"UPDATE OR FAIL {table} SET {column} = new.column1 FROM {new} AS new WHERE {table}.{key} = new.column2"
