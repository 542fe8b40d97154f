"""Last values of forms: kept in a private file, without secrets and without what belongs to one call."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from console.ui.memory import Memory


def test_memory_gives_back_what_was_sent(tmp_path: Path) -> None:
    """Also to the next desk."""
    file = tmp_path / "state" / "form-values.json"

    assert Memory(file).keep("speak", {"voice": "a", "voice_settings": {"type": "telnyx"}}) is None

    assert Memory(file).of("speak") == {"voice": "a", "voice_settings": {"type": "telnyx"}}
    assert Memory(file).of("dial") == {}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_memory_keeps_no_secret_and_nothing_of_one_call(tmp_path: Path) -> None:
    """Passwords at any depth, ids of calls and conferences, ids of commands."""
    file = tmp_path / "form-values.json"
    params = {
        "sip_auth_password": "hunter2",
        "stream_auth_token": "hunter2",
        "inside": [{"sip_auth_password": "hunter2", "kept": 1}],
        "command_id": "1",
        "call_control_ids": ["v3:A"],
        "link_to": "v3:A",
        "to": "+15550100",
    }

    Memory(file).keep("dial", params)

    assert "hunter2" not in file.read_text()
    assert "v3:A" not in file.read_text()
    assert Memory(file).of("dial") == {"inside": [{"kept": 1}], "to": "+15550100"}


@pytest.mark.parametrize(
    "text", ["", "nothing", "[]", '{"commands": 1}', '{"commands": {"speak": 1}}', "[" * 9999]
)
def test_damaged_memory_is_empty(tmp_path: Path, text: str) -> None:
    """Its loss costs some typing only; the next sending writes it anew."""
    file = tmp_path / "form-values.json"
    file.write_text(text)

    memory = Memory(file)

    assert memory.of("speak") == {}
    memory.keep("speak", {"voice": "a"})
    assert json.loads(file.read_text())["commands"]["speak"] == {"voice": "a"}


def test_memory_that_cannot_be_written_says_so_and_works_on(tmp_path: Path) -> None:
    """The desk goes on with what it remembers itself."""
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "form-values.json")

    sentence = memory.keep("speak", {"voice": "a"})

    assert sentence is not None
    assert "cannot be written" in sentence
    assert memory.of("speak") == {"voice": "a"}


def test_memory_shares_nothing_with_whoever_asks() -> None:
    """A form that changes what it was given changes no memory."""
    memory = Memory()
    memory.keep("speak", {"voice_settings": {"type": "telnyx"}})

    settings = memory.of("speak")["voice_settings"]
    assert isinstance(settings, dict)
    settings["type"] = "aws"

    assert memory.of("speak") == {"voice_settings": {"type": "telnyx"}}


def test_memory_does_not_keep_what_is_huge(tmp_path: Path) -> None:
    """A pasted book is not offered again."""
    memory = Memory(tmp_path / "form-values.json")

    memory.keep("speak", {"payload": "x" * 30_000})

    assert memory.of("speak") == {}
