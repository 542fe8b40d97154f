"""A journal, and a runtime folder of its own for the sockets."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "journal.db"


@pytest.fixture(autouse=True)
def _sound_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is no silent peer."""
    monkeypatch.setattr("console.simulator.streaming.CONNECT_S", 60.0)
    monkeypatch.setattr("console.engine.media.START_S", 60.0)
