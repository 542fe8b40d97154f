"""A journal, and a runtime folder of its own for the private socket."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def _collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk collects garbage once when it has begun; dozens of desks in one process would do little else."""

    def nothing(*_thresholds: int) -> None: ...

    stand_in = SimpleNamespace(
        enable=nothing, freeze=nothing, unfreeze=nothing, set_threshold=nothing
    )
    monkeypatch.setattr("console.ui.starting.gc", stand_in)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "journal.db"
