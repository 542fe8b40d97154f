"""The time no engine ran: known, and told only where it matters."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from console.domain.entries import Draft, Kind
from console.engine.absence import Absence, give_sign, last_sign, look_back, record_absence
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

    quiet = look_back(reader, NOON + 5 * MINUTE, NOON + 9 * MINUTE, live=2)
    older = look_back(reader, NOON - MINUTE, NOON + 9 * MINUTE, live=0)
    wrong = look_back(reader, NOON + 99 * MINUTE, NOON + 9 * MINUTE, live=0)
    reader.close()

    assert quiet == Absence(NOON + 5 * MINUTE, NOON + 9 * MINUTE, NOON, 2)
    assert older.since == wrong.since == NOON + MINUTE


async def test_absence_does_not_begin_before_the_journal(tmp_path: Path) -> None:
    """A new journal has missed nothing."""
    path = tmp_path / "j.db"
    await journal_with(path)
    reader = open_reader(path)

    found = look_back(reader, None, NOON, live=0)
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

    await record_absence(Recorder(writer), Absence(NOON, until, NOON, live), found)

    if words is None:
        assert not writer.drafts
        return
    [gap] = writer.drafts
    assert gap.kind is Kind.GAP
    assert words in (gap.reason or "")
    assert json.loads(gap.body)["since"] < json.loads(gap.body)["until"]
