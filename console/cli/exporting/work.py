"""Carries out an order: reads the journal, masks, writes."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console import __version__
from console.cli.exporting.selection import Selection
from console.domain.entries import Entry, Micros
from console.domain.filtering.subjects import Shows
from console.domain.redaction.masks import Masks
from console.domain.times import iso
from console.exports import FileExists, Format, NotExported, Order
from console.journal import interchange
from console.journal.api import JournalReader
from console.journal.veil import Veil

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is exported. `settings` are the table `[metrics]` in force, `spelled` the same in words."""

    reader: JournalReader
    now: Micros
    settings: Mapping[str, object]
    spelled: str
    shows: Shows | None = None


def pieces(source: Source, order: Order) -> Iterable[str]:
    """The export, piece by piece. Raises `ConsoleError`."""
    selection = Selection(source.reader, order, source.now, source.shows)
    mask = _mask(selection) if order.redact else _as_it_is
    entries = map(mask, selection.entries())
    if order.format is Format.JSONL:
        return _lines(entries, interchange.Made(order.redact, source.settings), source.now)
    return [_document(entries, source, order)]


def _mask(selection: Selection) -> Callable[[Entry], Entry]:
    """Masks with a key of their own, none of which is a number that is to be masked."""
    key = secrets.token_bytes(KEY_BYTES)
    first = Masks(key, ids=True)
    look = Veil(first)
    for entry in selection.entries():
        look(entry)
    return Veil(Masks(key, ids=True, avoid=first.numbers))


def _as_it_is(entry: Entry) -> Entry:
    return entry


def _lines(entries: Iterator[Entry], made: interchange.Made, now: Micros) -> Iterator[str]:
    yield f"{interchange.head(made, now)}\n"
    for entry in entries:
        yield f"{interchange.line(entry)}\n"


def _document(entries: Iterator[Entry], source: Source, order: Order) -> str:
    from console.cli.exporting.documents import Calls, csv_text, svg_document, text_document

    calls = Calls(entries, source.now)
    redacted = ", redacted" if order.redact else ""
    heading = [
        f"Call Console {__version__}, exported {iso(source.now)[:19]}Z{redacted}",
        f"figures: {source.spelled}",
    ]
    match order.format:
        case Format.CSV:
            return csv_text(calls, source.spelled)
        case Format.SVG:
            return svg_document(calls, heading)
        case _:
            return text_document(calls, heading)


def save(parts: Iterable[str], path: Path, *, replace: bool = False) -> None:
    """Writes a file whole or not at all, 0600. Raises `FileExists`, unless it may be replaced, and `NotExported`."""
    if not replace and os.path.lexists(path):
        raise FileExists(f"{path} exists already; it was left as it is.")
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise NotExported(f"{path} is not a file; name one, or leave -o out to have it on stdout.")
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name[:60]}.", dir=path.parent)
    except OSError as error:
        raise NotExported(_sentence(path, error)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="", errors="replace") as stream:
            for part in parts:
                stream.write(part)
            stream.flush()
            os.fsync(stream.fileno())
        _put(Path(draft), path, replace=replace)
    except OSError as error:
        raise NotExported(_sentence(path, error)) from error
    finally:
        with contextlib.suppress(OSError):
            Path(draft).unlink(missing_ok=True)


def _put(draft: Path, path: Path, *, replace: bool) -> None:
    if replace:
        draft.replace(path)
        return
    try:
        # Unlike a rename, a link never takes the place of a file that came meanwhile.
        os.link(draft, path)
    except FileExistsError as error:
        raise FileExists(f"{path} exists already; it was left as it is.") from error
    except OSError:
        # File systems without links.
        draft.rename(path)


def _sentence(path: Path, error: OSError) -> str:
    reason = (error.strerror or "unknown reason").lower()
    return f"{path} cannot be written: {reason}; name another file."
