"""The engine's own board, fed off the path of the answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.engine.picture import Picture
from console.engine.recorder import Recorder
from console.engine.upkeep import Upkeep
from console.journal.api import Appended
from console.journal.records import webhook_draft
from console.journal.sqlite import open_reader, open_writer
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import event_body, now_micros, until


async def test_picture_takes_in_what_was_committed_and_saves_it(tmp_path: Path) -> None:
    """A little later by itself, at once when asked; a snapshot holds all of it, once."""
    writer = open_writer(tmp_path / "j.db")
    reader = open_reader(tmp_path / "j.db")
    picture = Picture(reader, now_micros)
    picture.load()
    recorder = Recorder(writer)
    recorder.tell(picture.notice, lambda _: None)
    upkeep = Upkeep(writer, picture, now_micros, keep_days=30.0, keep_mb=100.0)

    for number in range(3):
        raw = event_body(number)
        event = decode(raw)
        await recorder.append(webhook_draft(event, raw, now_micros()))
    assert picture.seq == 0
    await until(lambda: picture.seq == 3)
    assert len(picture.live_legs()) == 3
    assert picture.knows(decode(event_body(1)).key)
    assert not picture.knows(b"\xff" * 16)
    await upkeep.save_snapshot()
    await upkeep.prune()

    snapshot = reader.snapshot()
    assert snapshot is not None
    assert snapshot.seq == 3
    assert picture.snapshot() is None
    picture.close()
    reader.close()
    await writer.aclose()


async def test_picture_survives_a_fault_in_the_reducer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Webhooks go on; it is said once."""
    writer = open_writer(tmp_path / "j.db")
    reader = open_reader(tmp_path / "j.db")
    picture = Picture(reader, now_micros)
    recorder = Recorder(writer)
    recorder.tell(picture.notice, lambda _: None)

    def explode(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr("console.domain.board.Board.take_in", explode)
    for number in range(3):
        raw = event_body(number)
        await recorder.append(webhook_draft(decode(raw), raw, now_micros()))
    picture.catch_up()

    assert len(caplog.records) == 1
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text
    picture.close()
    reader.close()
    await writer.aclose()


async def test_picture_does_not_wait_for_entries_that_were_removed(tmp_path: Path) -> None:
    """Retention may take the latest ones, too; the engine must not look for them for ever."""
    path = tmp_path / "j.db"
    writer = open_writer(path)
    reader = open_reader(path)
    picture = Picture(reader, now_micros)
    for number in range(3):
        raw = event_body(number)
        await writer.append(webhook_draft(decode(raw), raw, now_micros()))
    await writer.aclose()
    other = sqlite3.connect(path)
    other.execute("DELETE FROM entry WHERE seq > 1")
    other.commit()
    other.close()

    picture.notice(Appended(3, False))
    picture.catch_up()

    assert picture.seq == 3
    assert len(picture.live_legs()) == 1
    picture.close()
    reader.close()
