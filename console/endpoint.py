"""Where the engine of a journal is found: a private socket whose name is made from the journal's path.

Both sides compute the same name, so nothing has to be told. The folder belongs to this user alone (0700) and is
checked before it is trusted. Where there are no Unix sockets, a file beside it holds a loopback port and a token.
Must not import aiohttp, httpx or anything else that is slow to load: it runs in the desk's process.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import tempfile
import warnings
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from console.errors import EngineError

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX") and sys.platform != "win32"
MAX_SOCKET_PATH = 99
"""Bytes; the smallest limit of the systems we run on is 103 (macOS)."""
FOLDER_MODE = 0o700
SOCKET_MODE = 0o600

_NAME = "call-console"


class TcpDoor(NamedTuple):
    """A loopback port with the token that opens it; stands in for the socket where there are none."""

    port: int
    token: str


def socket_path(journal: Path) -> Path:
    """The engine's socket for `journal`; shorter than 100 bytes wherever the journal lies. Creates nothing."""
    name = f"{blake2b(os.fsencode(journal.resolve()), digest_size=8).hexdigest()}.sock"
    for folder in _folders():
        path = folder / name
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
            return path
    raise EngineError(
        "the engine's socket has no place: the temporary folder has too long a name, set TMPDIR to a short one"
    )


def door_path(journal: Path) -> Path:
    """The file that holds port and token where there are no Unix sockets."""
    return socket_path(journal).with_suffix(".door")


def read_door(journal: Path) -> TcpDoor | None:
    """Port and token of the engine of `journal`, None if none has written them."""
    try:
        found = json.loads(door_path(journal).read_text("utf-8"))
        return TcpDoor(int(found["port"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_there(journal: Path) -> bool:
    """Whether an engine may be running: its socket (or its file) exists. Whether it answers is another question."""
    path = socket_path(journal) if HAS_UNIX_SOCKETS else door_path(journal)
    return path.exists()


def check_private(folder: Path) -> None:
    """Raises `EngineError` if somebody else owns the folder or can enter it; a missing one is fine."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise EngineError(
            f"the engine's folder {folder} cannot be looked at: {error.strerror}"
        ) from error
    if not stat.S_ISDIR(found.st_mode):
        raise EngineError(f"the engine's folder {folder} is not a folder: remove it")
    if not HAS_UNIX_SOCKETS:
        return
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise EngineError(
            f"the engine's folder {folder} is not private to this user:"
            f" remove it, or set XDG_RUNTIME_DIR to a folder of yours"
        )


def make_folder(folder: Path) -> None:
    """Creates the private folder if it is missing. Raises `EngineError` if it cannot be, or is not private."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(
            f"the engine's folder {folder} cannot be made: {error.strerror}"
        ) from error
    check_private(folder)


def _folders() -> tuple[Path, ...]:
    own = f"{_NAME}-{os.getuid()}" if hasattr(os, "getuid") else _NAME
    places = (Path(tempfile.gettempdir()) / own, Path("/tmp") / own)
    runtime = _runtime_folder()
    return places if runtime is None else (runtime, *places)


def _runtime_folder() -> Path | None:
    import platformdirs

    with warnings.catch_warnings():
        # A runtime folder that is not private is passed over; who runs the console need not hear of it.
        warnings.simplefilter("ignore")
        try:
            return platformdirs.user_runtime_path(_NAME, appauthor=False)
        except OSError:
            return None
