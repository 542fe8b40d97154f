"""Keeps the choice of an application where `init` writes it: `api.connection_id` in config.toml."""

from __future__ import annotations

from console.config.adjust import set_text
from console.config.load import Loaded, Origin
from console.telnyx.choosing import SETTING


def keep_connection(loaded: Loaded, connection_id: str) -> str:
    """Writes it into the file that was loaded, the profile's part of it where there is one; where, in words.

    Raises `ConfigError` when the file cannot be changed.
    """
    set_text(loaded.file, SETTING, connection_id, profile=loaded.profile)
    source = loaded.sources[SETTING]
    where = f"written to {loaded.file}"
    if source.origin in (Origin.FLAG, Origin.ENVIRONMENT):
        return f"{where}, but {source.detail} is stronger and decides at the next start"
    return where
