"""One setting of a file a person wrote is changed, and nothing else."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from console.config.adjust import set_text
from console.errors import ConfigError

KEY = "api.connection_id"


def changed(tmp_path: Path, before: str | None, *, profile: str | None = None) -> str:
    """The file's text after setting the id."""
    file = tmp_path / "config.toml"
    if before is not None:
        file.write_text(before)
    set_text(file, KEY, "42", profile=profile)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, '[api]\nconnection_id = "42"\n'),
        ("", '[api]\nconnection_id = "42"\n'),
        ("read_only = true\n", 'read_only = true\n\n[api]\nconnection_id = "42"\n'),
        ("read_only = true", 'read_only = true\n\n[api]\nconnection_id = "42"\n'),
        (
            '# mine\n[api] # key\n# id\nconnection_id = "1" # old\ncaller_id = "+1"\n[listen]\n',
            '# mine\n[api] # key\n# id\nconnection_id = "42"\ncaller_id = "+1"\n[listen]\n',
        ),
        (
            '[listen]\nport = 1\n\n[api]\ncaller_id = "+1"',
            '[listen]\nport = 1\n\n[api]\nconnection_id = "42"\ncaller_id = "+1"',
        ),
        ("[api]", '[api]\nconnection_id = "42"\n'),
        (
            '[profiles.x.api]\nconnection_id = "1"\n',
            '[profiles.x.api]\nconnection_id = "1"\n\n[api]\nconnection_id = "42"\n',
        ),
    ],
)
def test_set_text_changes_one_line(tmp_path: Path, before: str | None, after: str) -> None:
    """Comments, order and blank lines stay; a table is made where there is none."""
    assert changed(tmp_path, before) == after


def test_set_text_of_a_profile_leaves_the_file_itself(tmp_path: Path) -> None:
    """The profile's own table, made if need be, with a name that has to be quoted."""
    text = changed(tmp_path, '[api]\nconnection_id = "1"\n', profile="a b")

    tables = tomllib.loads(text)
    assert tables["api"] == {"connection_id": "1"}
    assert tables["profiles"] == {"a b": {"api": {"connection_id": "42"}}}


@pytest.mark.parametrize(
    "before",
    [
        'api = { caller_id = "+1" }\n',
        'api.caller_id = "+1"\n',
        'note = """\n[api]\n"""\n',
        "[api]\nconnection_id = '''\n1'''\n",
        "not toml",
    ],
)
def test_set_text_refuses_what_it_cannot_change_safely(tmp_path: Path, before: str) -> None:
    """The file stays as it was, and the sentence says what to write."""
    file = tmp_path / "config.toml"
    file.write_text(before)

    with pytest.raises(ConfigError, match=r'by hand: \[api\] connection_id = "42"'):
        set_text(file, KEY, "42")

    assert file.read_text() == before


def test_set_text_keeps_a_link(tmp_path: Path) -> None:
    """Whoever keeps the file elsewhere and links to it finds both as before."""
    real = tmp_path / "dotfiles" / "config.toml"
    real.parent.mkdir()
    real.write_text("[api]\n")
    link = tmp_path / "config.toml"
    link.symlink_to(real)

    set_text(link, KEY, 'a"\\b')

    assert link.is_symlink()
    assert tomllib.loads(real.read_text()) == {"api": {"connection_id": 'a"\\b'}}
