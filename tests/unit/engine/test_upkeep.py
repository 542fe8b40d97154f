"""What an engine does on the side goes on, whatever happens to it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.entries import Intent
from console.engine import upkeep as keeping
from console.engine.engine import Engine
from console.engine.picture import Picture
from console.engine.recorder import Recorder
from console.engine.upkeep import Upkeep, settle_loose_ends
from console.errors import JournalError
from console.journal.records import command_draft
from console.journal.sqlite import open_reader, open_writer
from tests.unit.engine.fakes import MemoryWriter, now_micros, settings, until


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


async def test_loose_ends_wait_for_a_journal_that_can_be_written(
    tmp_path: Path, writer: MemoryWriter
) -> None:
    """An engine that was killed over a command starts on a full disk, too, and settles it another time."""
    journal = open_writer(tmp_path / "j.db")
    for number in range(2):
        intent = Intent(command_id=str(number), action="hangup", call_control_id="A", params={})
        await journal.append(command_draft(intent, {}, now_micros()))
    await journal.aclose()
    writer.broken = "The disk is full."
    recorder = Recorder(writer)

    with closing(open_reader(tmp_path / "j.db")) as reader:
        assert await settle_loose_ends(reader, recorder, now_micros()) == 0
        assert recorder.error == "The disk is full."
        writer.broken = None
        assert await settle_loose_ends(reader, recorder, now_micros()) == 2
