"""`open`: a journal or an export in the same screen, offline. No engine, and the file stays as it is."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from console.cli import desk
from console.cli.clock import now_micros
from console.cli.options import chosen, global_options
from console.config.load import Loaded
from console.domain.entries import Micros
from console.domain.text import clean
from console.domain.times import SECOND
from console.errors import JournalError, UsageError
from console.exports import Order
from console.journal.opening import open_reader
from console.journal.reader import SqliteReader

if TYPE_CHECKING:
    from console.ui.options import UiOptions

_SQLITE = b"SQLite format 3\0"
_STILL_RECORDED: Micros = 60 * SECOND
"""With an entry as young as this, somebody is recording: then the clock goes on."""
_LONGEST = 30
_LONGEST_LINE = 32 * 1024 * 1024


class Opened(NamedTuple):
    """A file that can be shown. `words` say what it is, `trouble` what could not be read of it."""

    reader: SqliteReader
    words: str
    trouble: str = ""


@click.command("open")
@click.argument("file", type=click.Path())
@global_options
def command(file: str) -> int:
    """Look at a journal or an export in the same screen, offline.

    FILE is a journal, also a copy of one, also while something is recorded into it, or what `export` wrote as JSON
    lines. It is never changed. No engine is started, and nothing can be sent.
    """
    loaded = chosen().load()
    path = Path(file).expanduser()
    with opened(path) as found:
        if not desk.has_screen():
            raise UsageError(
                "the screen needs a terminal; without one: call-console events --journal FILE"
            )
        return asyncio.run(_show(loaded, found))


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file, ready to be read. Raises `JournalError` with one sentence where it cannot be."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_SQLITE))
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise JournalError(f"{path} cannot be opened: {reason}.") from error
    if start == _SQLITE:
        reader = open_reader(path, still=True)
        try:
            yield Opened(reader, _short(path))
        finally:
            reader.close()
        return
    with tempfile.TemporaryDirectory(prefix="call-console-open-") as folder:
        found = _loaded(path, Path(folder) / "export.sqlite3")
        try:
            yield found
        finally:
            found.reader.close()


def _loaded(path: Path, journal: Path) -> Opened:
    from console.journal.loading import load

    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            # What has no lines is not read into memory whole.
            result = load(iter(lambda: lines.readline(_LONGEST_LINE), ""), journal)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise JournalError(f"{path} cannot be read: {reason}.") from error
    if not result.entries and (result.made is None or result.skipped):
        why = f" ({result.why})" if result.why else ""
        raise JournalError(f"{path} is neither a journal nor an export of Call Console{why}.")
    if not result.entries:
        raise JournalError(f"The export {path} holds no entry.")
    redacted = " (redacted)" if result.made is not None and result.made.redacted else ""
    skipped = f", {result.skipped} skipped" if result.skipped else ""
    trouble = ""
    if result.skipped:
        lines_words = "1 line was" if result.skipped == 1 else f"{result.skipped} lines were"
        trouble = f"{lines_words} skipped, {result.why}"
    return Opened(open_reader(journal, still=True), f"{_short(path)}{redacted}{skipped}", trouble)


def _short(path: Path) -> str:
    """The file as it was named; of a long way to it only the end."""
    named = clean(str(path))
    return named if len(named) <= _LONGEST else f"…/{clean(path.name)[-_LONGEST:]}"


async def _show(loaded: Loaded, found: Opened) -> int:
    from console.cli import offline

    last = found.reader.tail(1)
    ended_at = last[0].received_at if last else now_micros()

    is_going_on = now_micros() - ended_at < _STILL_RECORDED

    def at() -> Micros:
        return now_micros() if is_going_on else ended_at

    def export(order: Order, folder: Path | None, name: str, replaces: bool) -> Path:
        from console.cli.exporting.desk import carry_out

        journal = found.reader.path
        return carry_out(loaded, journal, order, folder, name, replaces, now=at(), still=True)

    def more(options: UiOptions) -> UiOptions:
        return replace(options, export=export, offline_trouble=found.trouble)

    return await offline.show(loaded, found.reader, found.words, at, more)
