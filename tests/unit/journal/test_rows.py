"""What is appended is read exactly as it was given."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.entries import Draft, Entry, Kind
from console.journal.rows import canonical_id
from console.journal.sqlite import SqliteWriter, open_reader, open_writer

KEY = bytes(range(16))


def as_draft(entry: Entry) -> Draft:
    """The entry without what the journal added."""
    return Draft(**{field.name: getattr(entry, field.name) for field in fields(Draft)})


async def written(writer: SqliteWriter, *drafts: Draft) -> list[Draft]:
    await asyncio.gather(*(writer.append(draft) for draft in drafts))
    with closing(open_reader(writer.path)) as reader:
        return [as_draft(entry) for entry in reader.read()]


@pytest.mark.parametrize(
    "event_id",
    [
        canonical_id(KEY),
        canonical_id(KEY).upper(),
        "not a uuid",
        "",
        "1",
        None,
    ],
)
async def test_rows_event_id_comes_back_as_received(
    writer: SqliteWriter, event_id: str | None
) -> None:
    """Whatever spelling an identifier had, and none at all, is kept beside the key."""
    draft = Draft(
        kind=Kind.WEBHOOK,
        received_at=1,
        body=b"{}",
        event_key=KEY,
        event_id=event_id,
        verified=True,
    )

    assert await written(writer, draft) == [draft]


async def test_rows_headers_reason_and_remote_come_back(writer: SqliteWriter) -> None:
    """Repeated headers keep their order, and bytes that are no UTF-8 survive."""
    draft = Draft(
        kind=Kind.REFUSED,
        received_at=5,
        body=b"\x00\xff",
        reason="the signature does not match",
        remote="192.0.2.7",
        headers=(("x", "1"), ("x", "2"), ("odd", "\udcff")),
    )

    assert await written(writer, draft) == [draft]


async def test_rows_identifiers_that_differ_from_the_leg_come_back(writer: SqliteWriter) -> None:
    """A leg's row holds one spelling; an entry that says otherwise keeps its own."""
    first = Draft(
        kind=Kind.WEBHOOK,
        received_at=1,
        body=b"{}",
        call_control_id="A",
        call_leg_id="L",
        call_session_id="S",
    )
    others = [
        replace(first, call_session_id="T"),
        replace(first, call_leg_id="M"),
        replace(first, call_session_id=None),
        replace(first, call_leg_id=None),
        replace(first, call_control_id=None),
        replace(first, call_control_id=None, call_leg_id=None),
        replace(first, call_control_id=None, call_leg_id=None, call_session_id=None),
    ]

    assert await written(writer, first, *others) == [first, *others]


async def test_rows_early_entries_do_not_inherit_later_identifiers(writer: SqliteWriter) -> None:
    """An entry that came before its leg's other identifiers were known still does not carry them."""
    only_leg = Draft(kind=Kind.WEBHOOK, received_at=1, body=b"{}", call_leg_id="L")
    both = replace(only_leg, call_control_id="A", call_session_id="S")

    assert await written(writer, only_leg, both) == [only_leg, both]


async def test_rows_joined_halves_keep_their_own_sessions(writer: SqliteWriter) -> None:
    """Two rows become one leg, and they disagree about the session: every entry still says what it said."""
    half = Draft(
        kind=Kind.WEBHOOK,
        received_at=1,
        body=b"{}",
        call_leg_id="L",
        call_session_id="S",
        remote="r",
    )
    drafts = [
        half,
        replace(half, call_session_id=None),
        replace(half, call_leg_id=None, call_control_id="A", call_session_id="T"),
        replace(half, call_control_id="A", call_session_id=None),
    ]

    for draft in drafts[:-1]:
        await writer.append(draft)

    assert await written(writer, drafts[-1]) == drafts


short = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=3)
ids = st.none() | st.sampled_from(["A", "B", "C"])
drafts = st.builds(
    Draft,
    kind=st.sampled_from(Kind),
    received_at=st.integers(0, 2**62),
    body=st.binary(max_size=20),
    verified=st.booleans(),
    event_type=short,
    occurred_at=st.none() | st.integers(-(2**63), 2**63 - 1),
    call_control_id=ids,
    call_leg_id=ids,
    call_session_id=ids,
    attempt=st.none() | st.integers(0, 2**31),
    reason=short,
    remote=short,
    headers=st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=2).map(tuple),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(drafts, max_size=8))
def test_rows_any_drafts_come_back(
    tmp_path_factory: pytest.TempPathFactory, several: list[Draft]
) -> None:
    """For any drafts, whatever legs they name and however these pair up."""
    folder: Path = tmp_path_factory.mktemp("rows")

    async def scenario() -> list[Draft]:
        writer = open_writer(folder / "journal.db")
        try:
            return await written(writer, *several)
        finally:
            await writer.aclose()

    assert asyncio.run(scenario()) == several
