"""Files that are not ours, are damaged, or are newer: refused in a sentence, and left as they are."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.errors import JournalError, NoJournalYet
from console.journal.schema import APPLICATION_ID, VERSION
from console.journal.sqlite import open_reader, open_writer
from tests.unit.journal.drafts import event_draft


def make_text(path: Path) -> None:
    path.write_text("dear diary, " * 200)


def make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def make_newer(path: Path) -> None:
    make_journal(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def make_damaged(path: Path) -> None:
    make_journal(path)
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xaa" * (4096 - 100)
    path.write_bytes(bytes(content))


def make_journal(path: Path) -> None:
    async def fill() -> None:
        writer = open_writer(path)
        await asyncio.gather(*(writer.append(event_draft()) for _ in range(20)))
        await writer.aclose()

    # A loop of its own, so that it can be called from a running one.
    thread = threading.Thread(target=asyncio.run, args=(fill(),))
    thread.start()
    thread.join()


CASES = [
    (make_text, "not a journal of Call Console"),
    (make_foreign, "not a journal of Call Console"),
    (make_newer, "newer version"),
    (make_damaged, "is damaged"),
]


@pytest.mark.parametrize(("make", "words"), CASES)
@pytest.mark.parametrize("opened", [open_writer, open_reader])
def test_files_unusable_one_is_refused_and_untouched(
    path: Path, make: Callable[[Path], None], words: str, opened: Callable[[Path], object]
) -> None:
    """The sentence names the file; not a byte and no permission of it changes."""
    make(path)
    path.chmod(0o644)
    before = path.read_bytes()

    with pytest.raises(JournalError, match=words) as caught:
        opened(path)

    assert str(path) in caught.value.user_message
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o644


def test_files_refused_one_can_be_opened_again(path: Path) -> None:
    """A refused opening leaves no lock behind."""
    make_foreign(path)

    for _ in range(2):
        with pytest.raises(JournalError, match="not a journal"):
            open_writer(path)


def test_files_folder_in_the_place_of_the_journal(path: Path) -> None:
    """A folder cannot be a journal."""
    path.mkdir()

    with pytest.raises(JournalError):
        open_writer(path)
    with pytest.raises(JournalError):
        open_reader(path)


def test_files_unreachable_place(path: Path) -> None:
    """A file where a folder should be."""
    path.write_text("x")

    with pytest.raises(JournalError, match="cannot be used"):
        open_writer(path / "below.db")


def test_files_journal_says_what_it_is(path: Path) -> None:
    """The header names the application and the version, and space can be given back."""
    make_journal(path)

    with closing(sqlite3.connect(path)) as connection:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "auto_vacuum", "journal_mode")
        ]

    assert found == [APPLICATION_ID, VERSION, 2, "wal"]


async def test_files_interrupted_creation_is_taken_up(path: Path) -> None:
    """A process that died between making the file and making its tables leaves a file without content."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")

    writer = open_writer(path)
    assert (await writer.append(event_draft())).seq == 1
    await writer.aclose()


async def test_files_link_leads_to_the_one_journal(path: Path) -> None:
    """Two names of one file do not make two writers."""
    link = path.with_name("link.db")
    link.symlink_to(path)
    writer = open_writer(path)

    with pytest.raises(JournalError, match="already written by process"):
        open_writer(link)

    await writer.aclose()


def test_a_folder_is_no_journal_and_gets_no_lock_beside_it(tmp_path: Path) -> None:
    """The sentence says what it is; a folder is not a failing disk."""
    folder = tmp_path / "calls"
    folder.mkdir()

    for opening in (open_reader, open_writer):
        with pytest.raises(
            JournalError, match="is a folder, not a journal; name a file with --journal"
        ):
            opening(folder)

    assert list(tmp_path.iterdir()) == [folder]


def test_a_device_is_no_journal() -> None:
    """Nothing is asked of it."""
    for opening in (open_reader, open_writer):
        with pytest.raises(JournalError, match="is not a file, not a journal"):
            opening(Path("/dev/null"))


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_file_without_content_is_no_journal_yet(tmp_path: Path, is_begun: bool) -> None:
    """Whoever reads is told; whoever writes makes it one, also where making it was cut short."""
    path = tmp_path / "j.sqlite3"
    path.touch()
    if is_begun:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")

    with pytest.raises(NoJournalYet):
        open_reader(path)

    make_journal(path)
    with closing(open_reader(path)) as reader:
        assert reader.last_seq() == 20
