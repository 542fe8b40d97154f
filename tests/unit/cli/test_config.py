"""`config show|check|path` and `init`: explained, masked, private."""

import base64
import json
import stat
import tomllib
from pathlib import Path

import pytest

from console.config.keys import all_keys
from tests.unit.cli.conftest import Cli

KEY = "KEY0123456789ABCDEF_abcdefghijkl"
PUBLIC_KEY = base64.b64encode(bytes(32)).decode()


def test_config_show_names_every_value_and_who_set_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key once, with the source that won."""
    (tmp_path / "c.toml").write_text("[listen]\nport = 9001\n[screen]\nbell = false\n")
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", PUBLIC_KEY)

    shown = json.loads(cli("--config", "c.toml", "config", "show", "--json").out)

    assert set(all_keys()) <= set(shown)
    assert shown["listen.port"] == {"value": 9001, "source": f"file {tmp_path / 'c.toml'}"}
    assert shown["api.public_key"]["source"] == "environment TELNYX_PUBLIC_KEY"
    assert shown["listen.host"]["source"] == "default"
    assert shown["api key"]["value"] == "not set"


def test_config_show_never_shows_the_key(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Masked on both streams, in both forms; its source is named."""
    monkeypatch.setenv("TELNYX_API_KEY", KEY)

    for arguments in (["config", "show"], ["config", "show", "--json"]):
        said = cli(*arguments)
        assert KEY not in said.out + said.err
        assert KEY[8:16] not in said.out
        assert "environment TELNYX_API_KEY" in said.out


def test_config_show_says_when_the_key_cannot_be_fetched(cli: Cli, tmp_path: Path) -> None:
    """A reference that leads nowhere is shown, not raised."""
    (tmp_path / "c.toml").write_text('[api]\napi_key_file = "absent"\n')

    said = cli("config", "show", "--config", "c.toml")

    assert said.code == 0
    assert "absent cannot be read" in said.out


def test_config_check_lists_every_mistake_and_exits_2(cli: Cli, tmp_path: Path) -> None:
    """All at once, each with file and key."""
    (tmp_path / "c.toml").write_text("[listen]\nport = 'x'\nhots = 'y'\n")

    said = cli("config", "check", "--config", "c.toml")

    assert said.code == 2
    lines = said.err.splitlines()
    assert lines[0].startswith(f"{tmp_path / 'c.toml'}: listen.port: expected a whole number")
    assert lines[1].endswith("listen.hots: unknown key; did you mean listen.host?")
    assert lines[2].endswith("2 things to mend")


def test_config_check_looks_behind_the_values(cli: Cli, tmp_path: Path) -> None:
    """A public key that is none, a reference that leads nowhere, a contact that cannot be called."""
    (tmp_path / "c.toml").write_text('[api]\npublic_key = "abc"\napi_key_file = "absent"\n')
    (tmp_path / "contacts.toml").write_text('Ann = "call me"\n')

    said = cli("config", "check", "--config", "c.toml")

    assert said.code == 2
    assert "absent cannot be read" in said.err
    assert "not base64 of 32 bytes" in said.err
    assert "Ann: call me is not a destination" in said.err
    assert "3 things to mend" in said.err


def test_config_check_of_a_good_file_says_what_is_missing_and_exits_0(
    cli: Cli, tmp_path: Path
) -> None:
    """Missing settings are no mistakes."""
    (tmp_path / "c.toml").write_text(f'[api]\npublic_key = "{PUBLIC_KEY}"\n')

    said = cli("config", "check", "--config", "c.toml")

    assert said.code == 0
    assert said.out == f"{tmp_path / 'c.toml'}: fine\n"
    assert "no API key" in said.err
    assert "no connection id" in said.err
    assert "no public key" not in said.err


def test_run_without_a_terminal_names_what_is_missing_and_what_to_try(cli: Cli) -> None:
    """One line each, then the way out; exit code 2."""
    for arguments in ([], ["run"]):
        said = cli(*arguments)
        assert (said.code, said.out) == (2, "")
        for words in ("no public key", "no API key", "no connection id"):
            assert sum(words in line for line in said.err.splitlines()) == 1
        assert "try: call-console demo" in said.err
        assert "call-console init" in said.err


def test_init_without_a_terminal_writes_what_the_options_say(cli: Cli, tmp_path: Path) -> None:
    """0600, checked, and without the key; then the next steps."""
    said = cli(
        *("init", "--yes", "--config", "new/c.toml", "--public-key", PUBLIC_KEY),
        *("--api-key-command", "pass telnyx", "--connection-id", "123", "--port", "9002"),
    )

    file = tmp_path / "new" / "c.toml"
    assert (said.code, said.out) == (0, f"written: {file}\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tomllib.loads(file.read_text()) == {
        "api": {
            "public_key": PUBLIC_KEY,
            "api_key_command": "pass telnyx",
            "connection_id": "123",
        },
        "listen": {"port": 9002},
    }
    assert "http://localhost:9002/webhooks" in said.err
    assert cli("config", "show", "--config", "new/c.toml").code == 0


def test_init_makes_a_relative_key_file_absolute(cli: Cli, tmp_path: Path) -> None:
    """In the file it would be relative to the file."""
    cli("init", "--yes", "--config", "new/c.toml", "--api-key-file", "key")

    written = tomllib.loads((tmp_path / "new" / "c.toml").read_text())
    assert written["api"]["api_key_file"] == str(tmp_path / "key")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "listen.port: expected a whole number <= 65535"),
        (["--api-key-env", KEY], "looks like an API key itself"),
    ],
)
def test_init_refuses_values_that_the_file_could_not_hold(
    cli: Cli, tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Nothing is written."""
    answer = cli("init", "--yes", "--config", "c.toml", *arguments)

    assert answer.code == 2
    assert said in answer.err
    assert KEY not in answer.err
    assert not (tmp_path / "c.toml").exists()


def test_init_asks_only_in_a_terminal(cli: Cli) -> None:
    """Without one, and without --yes, it says how."""
    said = cli("init", "--config", "c.toml")

    assert said.code == 2
    assert "give options and --yes" in said.err
