"""Files the console writes are private and never half written."""

import os
import stat
from pathlib import Path

import pytest

from console.config.write import write_text
from console.errors import ConfigError


def test_write_text_makes_folder_and_file_for_the_owner_only(tmp_path: Path) -> None:
    """0700 and 0600, content as given."""
    file = tmp_path / "new" / "view.toml"

    write_text(file, "# ours\n")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.read_text() == "# ours\n"


def test_write_text_replaces_a_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """The old file is open to all; the new one is not."""
    file = tmp_path / "config.toml"
    file.write_text("old")
    file.chmod(0o644)

    write_text(file, "new")

    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_write_text_that_fails_keeps_the_old_content(tmp_path: Path) -> None:
    """A folder in the file's place cannot be replaced: one sentence, no draft left behind."""
    file = tmp_path / "config.toml"
    (file / "inside").mkdir(parents=True)

    with pytest.raises(ConfigError, match="cannot be written"):
        write_text(file, "new")
    assert list(tmp_path.iterdir()) == [file]


def test_write_text_goes_through_a_link_and_leaves_it(tmp_path: Path) -> None:
    """Whoever keeps the file elsewhere wants it written there."""
    kept, link = tmp_path / "kept.toml", tmp_path / "config.toml"
    kept.write_text("old")
    link.symlink_to(kept)

    write_text(link, "new")

    assert link.is_symlink()
    assert kept.read_text() == "new"


def test_write_text_takes_the_place_of_no_device(tmp_path: Path) -> None:
    """A pipe stands for /dev/null, which a privileged user could replace by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(ConfigError, match="it is not a file"):
        write_text(pipe, "new")
    assert pipe.is_fifo()
