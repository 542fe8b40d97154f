"""Files that begin with a byte order mark, as some editors of Windows write UTF-8."""

from pathlib import Path

import pytest

from console.config.adjust import set_text
from console.config.check import BYTE_ORDER_MARK
from console.config.contacts import Contacts
from console.config.load import load
from console.config.secrets import api_key

TEXT = '[api]\nconnection_id = "1"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(BYTE_ORDER_MARK + TEXT, encoding="utf-8")
    return file


def test_configuration_may_begin_with_a_mark(file: Path) -> None:
    """It is read as if the mark were not there."""
    assert load({}, config=str(file)).settings.api.connection_id == "1"


def test_set_text_keeps_the_mark(file: Path) -> None:
    """The editor that wrote it finds it again, once."""
    set_text(file, "api.connection_id", "42")

    assert file.read_text(encoding="utf-8") == BYTE_ORDER_MARK + TEXT.replace('"1"', '"42"')
    assert load({}, config=str(file)).settings.api.connection_id == "42"


def test_set_text_adds_no_mark(tmp_path: Path) -> None:
    """A file without one stays so, and so does a new one."""
    set_text(tmp_path / "config.toml", "api.connection_id", "42")

    assert (tmp_path / "config.toml").read_bytes().startswith(b"[api]")


def test_contacts_may_begin_with_a_mark(tmp_path: Path) -> None:
    """The first name is what it looks like."""
    path = tmp_path / "contacts.toml"
    path.write_text(f'{BYTE_ORDER_MARK}Ann = "sip:ann@example.com"\n', encoding="utf-8")

    assert Contacts.load(path).destination("Ann") == "sip:ann@example.com"


def test_file_of_the_api_key_may_begin_with_a_mark(tmp_path: Path) -> None:
    """The mark is no part of the key."""
    (tmp_path / "key").write_text(f"{BYTE_ORDER_MARK}KEY0123456789ABCDEF\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text('[api]\napi_key_file = "key"\n')

    found = api_key(load({}, config=str(tmp_path / "config.toml")), {}).secret

    assert found is not None
    assert found.reveal() == "KEY0123456789ABCDEF"
