"""Whether the journal can be written, is whole, has room, and who writes it. Looks only; changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from console.doctor.findings import Finding, fail, ok, skipped, warn
from console.errors import JournalError
from console.journal.faults import explain
from console.journal.opening import open_reader

CHECK_S = 4.0
"""How long a journal is looked through; what is left then was not looked at."""
STEPS = 2000
LEAST_FREE, LITTLE_FREE = 50 * 1024 * 1024, 500 * 1024 * 1024

_ELSEWHERE = "name another file with --journal or journal.path"


class Soundness(NamedTuple):
    """What looking through the file found: `fault` in SQLite's words, `is_whole` None where time was up."""

    is_whole: bool | None
    fault: str = ""


def storage_findings(
    journal: Path, *, keep_mb: float, engine_pid: int | None, check_s: float = CHECK_S
) -> Iterator[Finding]:
    """All about the file. `engine_pid` is the engine that answers for it. May take `check_s` seconds."""
    try:
        is_there = journal.exists()
        size = journal.stat().st_size if is_there else 0
    except OSError as error:
        yield fail("journal", explain(error, journal).user_message, _ELSEWHERE)
        yield skipped("journal_whole", "the journal cannot be looked at")
        yield skipped("journal_writer", "the journal cannot be looked at")
    else:
        yield _place(journal, is_there=size > 0)
        yield _soundness(journal, size, check_s)
        yield _writer(journal, engine_pid)
    yield _room(journal, keep_mb)


def _place(journal: Path, *, is_there: bool) -> Finding:
    check = "journal"
    folder = _nearest_folder(journal.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        # SQLite makes its log beside the file.
        return fail(
            check, f"{folder} cannot be written to", f"chmod u+wx {folder}, or {_ELSEWHERE}"
        )
    if not is_there:
        return ok(check, f"{journal} will be made")
    if not os.access(journal, os.W_OK):
        return fail(
            check, f"{journal} cannot be written to", f"chmod u+w {journal}, or {_ELSEWHERE}"
        )
    try:
        open_reader(journal).close()
    except JournalError as error:
        return fail(check, error.user_message, f"move it away, or {_ELSEWHERE}")
    if sys.platform != "win32" and journal.stat().st_mode & 0o077:
        return warn(check, f"{journal} can be read by others", f"chmod 600 {journal}")
    return ok(check, f"{journal} can be written")


def _soundness(journal: Path, size: int, check_s: float) -> Finding:
    check = "journal_whole"
    if size == 0:
        return skipped(check, "there is none yet")
    found = soundness(journal, check_s)
    if found.is_whole is None:
        return ok(check, f"no fault found in {check_s:g} s; it is too large to be looked through")
    if found.is_whole:
        return ok(check, f"whole, {_size(size)}")
    fix = f"move {journal.name} away; sqlite3 with .recover saves what can be read"
    return fail(check, f"damaged: {found.fault}", fix)


def soundness(journal: Path, check_s: float) -> Soundness:
    """Looks through the file (`PRAGMA quick_check`), for so long at most. Raises nothing."""
    until_s = time.monotonic() + check_s
    try:
        connection = sqlite3.connect(f"file:{quote(str(journal))}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.Error as error:
        return Soundness(False, str(error))
    try:
        connection.set_progress_handler(lambda: int(time.monotonic() > until_s), STEPS)
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        is_late = "interrupted" in str(error) or "locked" in str(error)
        return Soundness(None) if is_late else Soundness(False, str(error))
    except sqlite3.Error as error:
        return Soundness(False, str(error))
    finally:
        connection.close()
    return Soundness(True) if said == "ok" else Soundness(False, str(said))


def _writer(journal: Path, engine_pid: int | None) -> Finding:
    check = "journal_writer"
    if engine_pid is not None:
        return ok(check, f"the engine, process {engine_pid}")
    holder = lock_holder(journal)
    if holder is None:
        return ok(check, "nobody; it is free")
    fix = f"end {holder}, or {_ELSEWHERE}; a command that is being sent is over in a moment"
    return fail(check, f"{holder} writes it, and answers no question", fix)


def lock_holder(journal: Path) -> str | None:
    """Who holds the writer's lock, in words; None where nobody does, or where there are no such locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fd = os.open(journal.with_name(journal.name + ".lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        # Shared, and given back at once: two who ask do not see each other.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        pid = os.pread(fd, 20, 0).decode("ascii", "replace").strip()
        return f"process {pid}" if pid.isdigit() else "another process"
    finally:
        os.close(fd)
    return None


def _room(journal: Path, keep_mb: float) -> Finding:
    check = "disk"
    folder = _nearest_folder(journal.parent)
    try:
        free = shutil.disk_usage(folder).free
        size = journal.stat().st_size if journal.exists() else 0
    except OSError as error:
        return warn(check, f"{folder}: {(error.strerror or 'not known').lower()}", _ELSEWHERE)
    told = f"{_size(free)} free"
    if free < LEAST_FREE:
        return fail(check, f"{told}: soon nothing can be recorded", f"make room, or {_ELSEWHERE}")
    growth = keep_mb * 1024 * 1024 - size
    if free < LITTLE_FREE or free < growth:
        said = f"{told}, but the journal may grow by {_size(max(0.0, growth))}"
        return warn(check, said, f"make room, set a smaller journal.keep_mb, or {_ELSEWHERE}")
    return ok(check, told)


def _nearest_folder(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    for each in (folder, *folder.parents):
        if each.is_dir():
            return each
    return folder


def _size(count: float) -> str:
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
