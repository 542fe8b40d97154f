"""What every test of the engine's parts may ask for."""

from __future__ import annotations

import pytest

from tests.unit.engine.fakes import MemoryWriter


@pytest.fixture
def writer() -> MemoryWriter:
    return MemoryWriter()
