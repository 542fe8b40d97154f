"""The key of our own for replays."""

import os
import stat
from pathlib import Path

import pytest

from console.errors import ConfigError
from console.telnyx.development_key import NAME, development_signer


def test_development_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """The same key the next time; nobody else can read it."""
    journal = tmp_path / "deep" / "journal.sqlite3"

    first = development_signer(journal)
    again = development_signer(journal)

    assert first.public_key == again.public_key
    assert stat.S_IMODE((tmp_path / "deep" / NAME).stat().st_mode) == 0o600


def test_development_key_of_another_journal_is_another(tmp_path: Path) -> None:
    """A key does not leave its folder."""
    one = development_signer(tmp_path / "a" / "j").public_key

    assert one != development_signer(tmp_path / "b" / "j").public_key


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_development_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Said with what to do."""
    development_signer(tmp_path / "j")
    (tmp_path / NAME).chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        development_signer(tmp_path / "j")


def test_development_key_that_is_none_is_not_overwritten(tmp_path: Path) -> None:
    """Whatever stands there stays."""
    path = tmp_path / NAME
    path.write_text("hello")
    path.chmod(0o600)

    with pytest.raises(ConfigError, match="no key of 32 bytes"):
        development_signer(tmp_path / "j")
    assert path.read_text() == "hello"
