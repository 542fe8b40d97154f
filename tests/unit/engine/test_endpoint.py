"""Where the engine of a journal is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console import endpoint
from console.errors import EngineError


def test_socket_path_is_short_and_the_same_for_the_same_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the journal's own path is, and however it is spelled."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 120)))
    journal = tmp_path / ("d" * 100) / "j.db"

    path = endpoint.socket_path(journal)

    assert len(os.fsencode(path)) < 100
    assert path == endpoint.socket_path(journal.parent / "." / ".." / journal.parent.name / "j.db")
    assert path != endpoint.socket_path(tmp_path / "other.db")


def test_check_private_refuses_a_folder_others_may_enter(tmp_path: Path) -> None:
    """Somebody else's socket must not be asked for a hang-up."""
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)

    with pytest.raises(EngineError, match="not private"):
        endpoint.check_private(folder)
    with pytest.raises(EngineError, match="not private"):
        endpoint.make_folder(folder)


def test_check_private_refuses_a_link(tmp_path: Path) -> None:
    """A link may lead anywhere."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)

    with pytest.raises(EngineError, match="not a folder"):
        endpoint.check_private(link)


@pytest.mark.parametrize("module", ["console.operator", "console.host", "console.endpoint"])
def test_desk_side_loads_neither_server_nor_client(module: str) -> None:
    """The desk never loads aiohttp or nacl, and httpx only when it asks."""
    code = f"import sys, {module}; print(sorted({{'aiohttp','nacl','httpx'}} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
