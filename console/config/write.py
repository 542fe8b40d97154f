"""Writes the files the console owns: whole, atomically, readable by their owner only."""

import os
import tempfile
from pathlib import Path

from console.errors import ConfigError

PRIVATE_FOLDER = 0o700


def write_text(file: Path, text: str) -> None:
    """Replaces a file by this text: readers see the old or the new one, never half of it. A link to it stays a link.

    Raises `ConfigError`; the old file then stays as it was.
    """
    file = Path(os.path.realpath(file))
    if file.exists() and not file.is_file():
        # Whoever may rename in /dev would make a file of /dev/null.
        raise ConfigError(f"{file}: cannot be written: it is not a file")
    try:
        file.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        # mkstemp opens with 0600, so that the content is never readable by others, not even for a moment.
        handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, file)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
