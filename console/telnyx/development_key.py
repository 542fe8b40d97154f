"""A key pair of our own for replays: the application's test configuration trusts it in place of Telnyx's.

One file beside the journal, 0600, made when it is first wanted. It vouches for nothing but what this user sends again.
"""

from __future__ import annotations

import os
from pathlib import Path

from console.errors import ConfigError
from console.telnyx.signature import KEY_BYTES, Signer

NAME = "development-key"
_MODE = 0o600


def development_signer(journal: Path) -> Signer:
    """Signs with the key beside this journal; makes it if there is none. Raises `ConfigError`."""
    path = journal.with_name(NAME)
    try:
        seed = _read(path) if path.exists() else _make(path)
    except FileExistsError:
        seed = _read(path)
    except OSError as error:
        raise ConfigError(
            f"the development key {path} cannot be used: {error.strerror or error}"
        ) from error
    return Signer(seed)


def _read(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others: chmod 600 it, or delete it")
    try:
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != KEY_BYTES:
        raise ConfigError(f"{path} is no key of {KEY_BYTES} bytes in hex: delete it for a new one")
    return seed


def _make(path: Path) -> bytes:
    seed = os.urandom(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(f"{seed.hex()}\n")
    return seed
