"""Files that the operator asks a screen for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.ui.saving import NotSaved, file_stem, save_new

AT = time.struct_time((2026, 11, 22, 12, 4, 31, 6, 326, 0))


def test_file_stem_is_harmless() -> None:
    """Whatever a caller is called."""
    assert file_stem("flow", "+1 312 555 0101", AT) == "flow-13125550101-20261122-120431"
    assert file_stem("flow", "../../\x1b[2J", AT) == "flow-2J-20261122-120431"
    assert file_stem("flow", "", AT) == "flow-unknown-20261122-120431"


def test_save_new_overwrites_nothing(tmp_path: Path) -> None:
    """A second file of the same name gets a number; both are the owner's alone."""
    first = save_new(tmp_path, "flow", ".txt", "one\n")
    second = save_new(tmp_path, "flow", ".txt", "two\n")

    assert [path.name for path in (first, second)] == ["flow.txt", "flow-2.txt"]
    assert first.read_text() == "one\n"
    assert second.stat().st_mode & 0o777 == 0o600


def test_save_new_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    """A folder that is none, and a text that cannot be written."""
    with pytest.raises(NotSaved, match="cannot be written"):
        save_new(tmp_path / "none", "flow", ".txt", "one")
    with pytest.raises(NotSaved, match="cannot be encoded"):
        save_new(tmp_path, "flow", ".txt", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_save_new_goes_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder is configured."""
    monkeypatch.chdir(tmp_path)

    assert save_new(None, "flow", ".svg", "<svg/>") == tmp_path / "flow.svg"
