"""What an engine does on the side goes on, whatever happens to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.engine import upkeep as keeping
from console.engine.engine import Engine
from console.engine.picture import Picture
from console.engine.upkeep import Upkeep
from console.errors import JournalError
from console.journal.sqlite import open_reader, open_writer
from tests.unit.engine.fakes import now_micros, settings, until


async def test_upkeep_goes_on_after_a_fault_and_says_it_until_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Foreseen or not; in between it only looks whether something is due, which mends nothing."""
    monkeypatch.setattr(keeping, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(keeping, "PRUNE_FIRST_S", 0.0)
    monkeypatch.setattr(keeping, "PRUNE_EVERY_S", 0.05)
    writer, reader = open_writer(tmp_path / "j.db"), open_reader(tmp_path / "j.db")
    signs: list[str | None] = []
    upkeep = Upkeep(
        writer,
        Picture(reader, now_micros),
        now_micros,
        keep_days=30.0,
        keep_mb=100.0,
        sign=lambda: signs.append(upkeep.error),
    )
    prune, faults = upkeep.prune, [KeyError("s3cr3t"), JournalError("The disk is full.")]

    async def moody() -> None:
        if faults:
            raise faults.pop()
        await prune()

    monkeypatch.setattr(upkeep, "prune", moody)
    running = asyncio.ensure_future(upkeep.run())
    await until(lambda: not faults and signs[-1] is None)
    upkeep.stop()
    await running

    told = [words for words, before in zip(signs, [None, *signs], strict=False) if words != before]
    odd = "the journal's upkeep failed (KeyError in prune)"
    assert told == ["the journal's upkeep failed: The disk is full.", odd, None]
    assert [record.getMessage() for record in caplog.records] == [odd]
    reader.close()
    await writer.aclose()


async def test_upkeep_that_fails_is_no_end_of_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Webhooks are kept all the same: it is told beside that, and alarms nobody who watches the recording."""
    words = "the journal's upkeep failed: The journal is locked."
    monkeypatch.setattr(Upkeep, "error", words)

    async with Engine(settings(journal=tmp_path / "j.db")) as engine:
        health = engine.health()

    assert health.journal_error is None
    assert words in health.notices
