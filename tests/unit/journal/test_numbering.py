"""A leg is one row, whichever of its identifiers was heard first."""

from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.entries import CommandDone, Draft, Intent
from console.journal.numbering import LegNumbers
from console.journal.records import checked_draft, command_draft, outcome_draft, record_draft
from console.journal.sqlite import SqliteWriter, open_reader
from tests.unit.journal.drafts import START, event_draft

ONLY_CONTROL = {"leg": "A", "leg_id": None, "session": None}
ONLY_LEG = {"leg": None, "leg_id": "L", "session": "S"}
BOTH = {"leg": "A", "leg_id": "L", "session": None}


@pytest.mark.parametrize("order", list(itertools.permutations((ONLY_CONTROL, ONLY_LEG, BOTH))))
@pytest.mark.parametrize("cached", [1, 100])
async def test_numbering_joins_a_leg_known_by_halves(
    writer: SqliteWriter, path: Path, order: tuple[dict[str, str | None], ...], cached: int
) -> None:
    """In any order the entries end up with one leg, found by each of its identifiers."""
    writer._ledger.legs = LegNumbers(writer._connection, cached=cached)
    for ids in order:
        await writer.append(event_draft(**ids))  # type: ignore[arg-type]
        await writer.append(event_draft(leg="other", leg_id="other-L", session=None))

    with closing(open_reader(path)) as reader:
        for name in ("A", "L"):
            assert [entry.seq for entry in reader.of_legs([name])] == [1, 3, 5]
            assert reader.first_seq_of(name) == 1
        assert reader.legs_of_session("S") == ["A"]
        assert sorted(reader.live_legs()) == ["A", "other"]


async def test_numbering_keeps_legs_apart_that_share_a_leg_id(
    writer: SqliteWriter, path: Path
) -> None:
    """A leg is a call_control_id; two that claim one call_leg_id stay two, and both are found by it."""
    await writer.append(event_draft(leg="A", leg_id="L"))
    await writer.append(event_draft(leg="B", leg_id="L"))

    with closing(open_reader(path)) as reader:
        assert [entry.seq for entry in reader.of_legs(["A"])] == [1]
        assert [entry.seq for entry in reader.of_legs(["B"])] == [2]
        assert [entry.seq for entry in reader.of_legs(["L"])] == [1, 2]


async def test_numbering_an_end_survives_the_joining_of_halves(
    writer: SqliteWriter, path: Path
) -> None:
    """An end heard under one identifier ends the leg known by the other."""
    await writer.append(event_draft("call.answered", leg="A", leg_id=None, session=None))
    await writer.append(event_draft("call.hangup", leg=None, leg_id="L", session=None))
    await writer.append(event_draft("call.cost", leg="A", leg_id="L", session=None))

    with closing(open_reader(path)) as reader:
        assert reader.live_legs() == []


async def test_numbering_dial_command_becomes_the_new_legs(
    writer: SqliteWriter, path: Path
) -> None:
    """A dial is journaled before its leg exists; its answer tells whose command it was."""
    intent = Intent(command_id="c1", action="dial", params={"to": "+15550100"})
    other = Intent(command_id="c2", action="dial")
    await writer.append(command_draft(intent, {"method": "POST", "path": "/calls"}, START))
    await writer.append(command_draft(other, {}, START))
    done = CommandDone(
        "c1",
        "dial",
        None,
        True,
        200,
        None,
        "",
        12.0,
        1,
        {"call_control_id": "A", "call_leg_id": "L"},
    )
    await writer.append(outcome_draft(done, START + 1))

    with closing(open_reader(path)) as reader:
        entries = reader.of_legs(["A"])
        assert [entry.seq for entry in entries] == [1, 3]
        assert entries[0].call_control_id is None


def hangup(leg: str) -> Draft:
    return event_draft("call.hangup", leg=leg, leg_id=None, session=None)


def recorded(leg: str) -> Draft:
    return record_draft(
        b'{"record_type":"call_event","metadata":{"event":{"event_type":"call.hangup","id":"x","payload":'
        b'{"call_control_id":"' + leg.encode() + b'"}}}}',
        START,
    )


@pytest.mark.parametrize(
    ("draft", "is_over"),
    [
        (hangup("A"), True),
        (recorded("A"), True),
        (checked_draft({"call_control_id": "A", "is_alive": False}, START), True),
        (checked_draft({"call_control_id": "A", "is_alive": True}, START), False),
        (checked_draft({"call_control_id": "A", "is_alive": None}, START), False),
        (checked_draft({"call_control_id": "A"}, START, listed=False), False),
        (event_draft("call.bridged", leg="A", leg_id=None, session=None), False),
    ],
)
async def test_numbering_knows_who_has_ended(
    writer: SqliteWriter, path: Path, draft: Draft, is_over: bool
) -> None:
    """A leg is over when a hang-up or Telnyx's records say so, and for no lesser reason."""
    await writer.append(event_draft("call.initiated", leg="A", leg_id=None, session=None))
    await writer.append(draft)

    with closing(open_reader(path)) as reader:
        assert reader.live_legs() == ([] if is_over else ["A"])
