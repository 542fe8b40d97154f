"""Files that the operator asks a screen for: new ones only, readable by the operator alone, their names told."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from console.errors import ConsoleError

_TRIES = 100


class NotSaved(ConsoleError):
    """The file could not be written; nothing of it is left."""


def file_stem(what: str, who: str, at: time.struct_time) -> str:
    """`flow-13125550101-20261122-120431`: nothing in it that a shell or a file system minds."""
    safe = re.sub(r"[^0-9A-Za-z]+", "", who)[:24] or "unknown"
    return f"{what}-{safe}-{time.strftime('%Y%m%d-%H%M%S', at)}"


def save_new(folder: Path | None, stem: str, suffix: str, text: str) -> Path:
    """Writes a file that did not exist, `stem`, `stem-2` …, into `folder` or where the program was started.

    Raises `NotSaved` with a sentence.
    """
    place = folder.expanduser() if folder is not None else Path.cwd()
    for number in range(1, _TRIES):
        path = place / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise NotSaved(_sentence(path, error)) from error
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except (OSError, UnicodeError) as error:
            path.unlink(missing_ok=True)
            raise NotSaved(_sentence(path, error)) from error
        return path
    raise NotSaved(f"There are too many files named {stem} in {place}; remove some of them.")


def _sentence(path: Path, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else "the text cannot be encoded"
    return f"{path} cannot be written: {reason}; start the console in a folder where you may write."
