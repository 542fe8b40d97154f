"""The journal's file: place, soundness, writer, room; each broken and mended."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from console.doctor.findings import Finding, Status
from console.doctor.storage import lock_holder, soundness, storage_findings
from console.journal.sqlite import open_writer
from tests.unit.journal.drafts import event_draft

MB = 1024 * 1024
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    """A journal with some entries, written by nobody any more."""
    path = tmp_path / "journal.sqlite3"
    writer = open_writer(path)
    for number in range(200):
        await writer.append(event_draft(leg=f"v3:{number}", text="x" * 200))
    await writer.aclose()
    return path


def found(journal: Path, pid: int | None = None, keep_mb: float = 2048.0) -> dict[str, Finding]:
    """The findings by check."""
    return {each.check: each for each in storage_findings(journal, keep_mb=keep_mb, engine_pid=pid)}


def spoil(journal: Path) -> None:
    """Overwrites pages in the middle, as a bad disk does."""
    data = bytearray(journal.read_bytes())
    data[8192 : 8192 + 8192] = b"\xa5" * 8192
    journal.write_bytes(bytes(data))


def test_good_journal_is_well(journal: Path) -> None:
    """Writable, whole, free."""
    by_check = found(journal)

    assert by_check["journal"].status is Status.OK
    assert by_check["journal_whole"].detail.startswith("whole")
    assert by_check["journal_writer"].detail == "nobody; it is free"


def test_missing_journal_will_be_made(tmp_path: Path) -> None:
    """Looking makes none."""
    path = tmp_path / "deep" / "journal.sqlite3"
    by_check = found(path)

    assert by_check["journal"].status is Status.OK
    assert by_check["journal_whole"].status is Status.SKIPPED
    assert not path.parent.exists()


def test_damaged_journal_is_found(journal: Path) -> None:
    """And nothing is changed in it."""
    spoil(journal)
    before = journal.read_bytes()

    assert found(journal)["journal_whole"].status is Status.FAIL
    assert journal.read_bytes() == before


def test_foreign_file_is_told(tmp_path: Path) -> None:
    """A database of somebody else's, and no database at all."""
    other, text = tmp_path / "other.db", tmp_path / "text.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    text.write_text("hello " * 1000)

    assert "not a journal" in found(other)["journal"].detail
    assert found(text)["journal"].status is Status.FAIL
    assert found(text)["journal_whole"].status is Status.FAIL


async def test_soundness_ends_in_time(journal: Path) -> None:
    """What was not looked at is not called whole."""
    assert soundness(journal, 4.0).is_whole is True
    assert soundness(journal, -1.0).is_whole in (None, True)


async def test_writer_that_does_not_answer_is_told(journal: Path) -> None:
    """By its number; the engine that answers is as it should be."""
    writer = open_writer(journal)
    try:
        assert lock_holder(journal) == f"process {os.getpid()}"
        lost = found(journal)["journal_writer"]
        assert lost.status is Status.FAIL
        assert f"process {os.getpid()} writes it" in lost.detail
        assert found(journal, pid=os.getpid())["journal_writer"].status is Status.OK
    finally:
        await writer.aclose()
    assert lock_holder(journal) is None


@pytest.mark.skipif(os.name != "posix", reason="no such permissions")
def test_readable_by_others_is_a_warning(journal: Path) -> None:
    """What callers say is nobody else's."""
    journal.chmod(0o644)
    assert found(journal)["journal"].status is Status.WARN
    journal.chmod(0o600)
    assert found(journal)["journal"].status is Status.OK


async def test_folder_that_cannot_be_written_is_told(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk mounted read-only."""
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != journal.parent)
    by_check = found(journal)

    assert by_check["journal"].status is Status.FAIL
    assert "--journal" in by_check["journal"].fix


@pytest.mark.parametrize(
    ("free", "keep_mb", "status"),
    [
        (10 * MB, 20.0, Status.FAIL),
        (300 * MB, 20.0, Status.WARN),
        (1000 * MB, 2048.0, Status.WARN),
        (5000 * MB, 2048.0, Status.OK),
    ],
)
def test_room_is_compared_with_what_may_be_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    keep_mb: float,
    status: Status,
) -> None:
    """A disk that is full costs the record."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free * 2, free, free))

    assert found(tmp_path / "j.db", keep_mb=keep_mb)["disk"].status is status
