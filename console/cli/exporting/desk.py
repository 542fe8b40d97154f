"""Exports that a desk asks for, with a reader of their own: called in a thread beside the screen."""

from __future__ import annotations

import os
from pathlib import Path

from console.cli.export import source_of
from console.cli.exporting.work import pieces, save
from console.config.load import Loaded
from console.domain.entries import Micros
from console.exports import Order
from console.journal.opening import open_reader


def carry_out(
    loaded: Loaded,
    journal: Path,
    order: Order,
    folder: Path | None,
    name: str,
    replace: bool,
    *,
    now: Micros | None = None,
    still: bool = False,
) -> Path:
    """Writes the file, and tells where. Raises `ConsoleError`."""
    place = folder.expanduser() if folder is not None else Path.cwd()
    path = place / os.path.expanduser(name)
    reader = open_reader(journal, still=still)
    try:
        save(pieces(source_of(loaded, reader, now), order), path, replace=replace)
    finally:
        reader.close()
    return path
