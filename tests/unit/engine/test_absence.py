"""The time no engine ran: known, and told only where it matters."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.entries import Draft, Kind
from console.engine.absence import (
    Absence,
    forget,
    give_sign,
    keep_in_mind,
    last_sign,
    look_back,
    record_absence,
    with_live,
)
from console.engine.poll.reading import MEMORY
from console.engine.recorder import Recorder
from console.journal.records import note_draft, webhook_draft
from console.journal.sqlite import open_reader, open_writer
from console.operator import Reconciled
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import MemoryWriter, event_body

MINUTE = 60_000_000
NOON = 1_800_000_000_000_000


async def journal_with(path: Path, *drafts: Draft) -> None:
    writer = open_writer(path)
    for draft in drafts:
        await writer.append(draft)
    await writer.aclose()


def webhook(number: int, at: int) -> Draft:
    raw = event_body(number)
    return webhook_draft(decode(raw), raw, at)


async def test_absence_begins_with_the_last_sign_of_an_engine(tmp_path: Path) -> None:
    """The last entry, or the sign of life of an engine that had nothing to write; webhooks apart."""
    path = tmp_path / "j.db"
    await journal_with(path, webhook(1, NOON), note_draft("later", NOON + MINUTE))
    reader = open_reader(path)

    quiet = look_back(reader, NOON + 5 * MINUTE, NOON + 9 * MINUTE)
    older = look_back(reader, NOON - MINUTE, NOON + 9 * MINUTE)
    wrong = look_back(reader, NOON + 99 * MINUTE, NOON + 9 * MINUTE)
    reader.close()

    assert quiet == Absence(NOON + 5 * MINUTE, NOON + 9 * MINUTE, NOON)
    assert older.since == wrong.since == NOON + MINUTE


async def test_absence_does_not_begin_before_the_journal(tmp_path: Path) -> None:
    """A new journal has missed nothing."""
    path = tmp_path / "j.db"
    await journal_with(path)
    reader = open_reader(path)

    found = look_back(reader, None, NOON)
    reader.close()

    assert found == Absence(None, NOON, None)
    assert not found.is_worth_mentioning


async def test_absence_is_measured_by_signs_of_life(tmp_path: Path) -> None:
    """The lock file's time; opening the journal is one too, so it is asked before."""
    path = tmp_path / "j.db"
    assert last_sign(path) is None
    give_sign(path)
    await journal_with(path)
    os.utime(tmp_path / "j.db.lock", (1_000, 1_000))
    assert last_sign(path) == 1_000_000_000

    give_sign(path)

    assert (last_sign(path) or 0) > NOON // 2


async def test_absence_knows_the_last_webhook_behind_anything_else(tmp_path: Path) -> None:
    """However many entries came after it; beyond what Telnyx's records go back to nothing is to be known."""
    path = tmp_path / "j.db"
    notes = [note_draft("x", NOON + MINUTE)] * 3_000
    await journal_with(path, webhook(1, NOON), *notes)
    reader = open_reader(path)

    near = look_back(reader, None, NOON + 9 * MINUTE)
    far = look_back(reader, None, NOON + MEMORY + 9 * MINUTE)
    reader.close()

    assert near.heard_until == NOON
    assert far.heard_until == NOON + 9 * MINUTE


async def test_absence_that_was_not_told_goes_on(tmp_path: Path) -> None:
    """Of an engine that was killed before: the same one after seconds, a longer one after minutes."""
    path = tmp_path / "j.db"
    await journal_with(path, webhook(1, NOON))
    writer = open_writer(path)
    reader = open_reader(path)
    first = look_back(reader, NOON, NOON + 5 * MINUTE)
    await keep_in_mind(writer, first)
    await writer.append(webhook(2, NOON + 5 * MINUTE + 1))

    soon = look_back(reader, NOON + 5 * MINUTE, NOON + 5 * MINUTE + 3)
    later = look_back(reader, NOON + 5 * MINUTE, NOON + 9 * MINUTE)
    unstarted = look_back(reader, None, NOON + 5 * MINUTE + 2)
    await forget(writer, first)
    told = look_back(reader, NOON + 5 * MINUTE, NOON + 5 * MINUTE + 3)
    reader.close()
    await writer.aclose()

    assert soon == unstarted == first
    assert later == Absence(NOON, NOON + 9 * MINUTE, NOON, is_resumed=True)
    assert not told.is_worth_mentioning


async def test_absence_counts_the_calls_that_lived_when_it_began(tmp_path: Path) -> None:
    """Also those whose end was read before the engine was killed."""
    path = tmp_path / "j.db"
    raw = event_body(1).replace(b"call.initiated", b"call.hangup")
    hangup = replace(webhook_draft(decode(raw), raw, NOON + 9 * MINUTE), event_key=b"x" * 16)
    await journal_with(path, webhook(1, NOON), hangup)
    reader = open_reader(path)

    found = with_live(Absence(NOON + MINUTE, NOON + 8 * MINUTE, NOON), reader, 0)
    reader.close()

    assert found.live == 1


FILLED = Reconciled(ok=True, message="fine", extra={"missed": 2, "undelivered": 1})
NOTHING = Reconciled(ok=True, message="fine", extra={"missed": 0, "undelivered": 0})
FAILED = Reconciled(ok=False, message="not compared with Telnyx: no API key is set")


@pytest.mark.parametrize(
    ("minutes", "live", "found", "words"),
    [
        (9, 1, FILLED, "3 events were read from Telnyx's records, which need not be complete"),
        (9, 1, NOTHING, "Telnyx's records hold nothing that is missing here"),
        (9, 0, FILLED, None),
        (9, 0, FAILED, "no engine ran, and not compared with Telnyx: no API key is set"),
        (9, 2, FAILED, "incomplete between"),
        (9, 1, None, "Telnyx was not asked"),
        (9, 0, None, None),
        (0.1, 5, FAILED, None),
        (60 * 30, 1, NOTHING, "no engine ran between 2"),
    ],
)
async def test_absence_is_told_where_it_matters(
    writer: MemoryWriter, minutes: float, live: int, found: Reconciled | None, words: str | None
) -> None:
    """Live calls, or records that could not be compared; a restart of seconds is none."""
    until = NOON + int(minutes * MINUTE)

    absence = Absence(NOON, until, NOON, live)
    assert await record_absence(Recorder(writer), absence, found, until)

    if words is None:
        assert not writer.drafts
        return
    [gap] = writer.drafts
    assert gap.kind is Kind.GAP
    assert words in (gap.reason or "")
    assert json.loads(gap.body)["since"] < json.loads(gap.body)["until"]
