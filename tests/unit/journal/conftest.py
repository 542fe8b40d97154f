"""A journal in a temporary folder, closed after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.journal.sqlite import SqliteWriter, open_writer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[SqliteWriter]:
    writer = open_writer(path, busy_timeout_s=0.05)
    yield writer
    await writer.aclose()
