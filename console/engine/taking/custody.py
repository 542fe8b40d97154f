"""The file that remembers what an application's settings were before they became ours, until they are given back.

0600, beside the journal, whole or not at all, and on the disk before anything is changed. Never holds a key.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from console.engine.taking.plan import Swap
from console.errors import EngineError

SUFFIX = ".webhook-url.json"
"""After the journal's whole name; the shell looks for it, too."""
_FOLDER_MODE = 0o700


class Custody:
    """One journal's file. Every method raises `EngineError` with one sentence."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + SUFFIX)

    def read(self) -> Swap | None:
        """What was taken and not given back."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EngineError(f"{self.path} cannot be read: {error.strerror}") from error
        try:
            return msgspec.json.decode(raw, type=Swap)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise EngineError(
                f"{self.path} should say which webhook URL was taken, but is damaged: look at the"
                " application in the portal, then remove the file"
            ) from error

    def write(self, swap: Swap) -> None:
        """Returns when it is on the disk."""
        text = msgspec.json.format(msgspec.json.encode(swap), indent=2) + b"\n"
        folder = self.path.parent
        draft = ""
        try:
            folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            # mkstemp opens with 0600, so that the content is never readable by others.
            handle, draft = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=folder)
            with os.fdopen(handle, "wb") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(draft, self.path)
            _sync_folder(folder)
        except OSError as error:
            if draft:
                Path(draft).unlink(missing_ok=True)
            raise EngineError(f"{self.path} cannot be written: {error.strerror}") from error

    def remove(self) -> None:
        """What was taken is given back, or is not ours any more."""
        try:
            self.path.unlink(missing_ok=True)
            _sync_folder(self.path.parent)
        except OSError as error:
            raise EngineError(f"{self.path} cannot be removed: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    # Windows opens no folders; its file systems write names at once.
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
