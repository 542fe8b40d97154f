"""`config check` finds what an engine would not start with, or would silently not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Cli

TARGET = 'target = "http://127.0.0.1:3000/webhooks"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[forward]\nmode = "buffer"\n', "forward.mode is buffer, but forward.target names no"),
        ('[forward]\nmode = "front"\n', "is front, but forward.target names no application"),
        ('[forward]\ntarget = "http://127.0.0.1:8080/x"\n', "this console's own port"),
        ("[admin]\nport = 8080\n", "the webhooks' own port"),
        ('[tunnel]\ncommand = "tunnel \'"\n', "tunnel.command cannot be read"),
        ('[tunnel]\ncommand = "t"\nurl_pattern = "("\n', "tunnel.url_pattern"),
        ('[api]\npublic_key = "bm8="\n', "not base64 of 32 bytes"),
    ],
)
def test_config_check_finds_plans_that_cannot_work(
    cli: Cli, tmp_path: Path, text: str, words: str
) -> None:
    """One sentence with the setting, and exit code 2; a start would say the same, or nothing at all."""
    file = tmp_path / "c.toml"
    file.write_text(text)
    said = cli("config", "check", "--config", str(file))

    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize(
    "text",
    [
        f'[forward]\nmode = "front"\n{TARGET}',
        f'[forward]\nmode = "buffer"\n{TARGET}',
        '[forward]\nmode = "copy"\n',
        '[forward]\nmode = "front"\nobservers = ["http://127.0.0.1:3001/"]\n',
        "[forward]\ntimeout_s = 1.0\n",
        "[admin]\nport = 9100\n",
    ],
)
def test_config_check_takes_plans_that_work(cli: Cli, tmp_path: Path, text: str) -> None:
    """Mended, the same files are fine."""
    file = tmp_path / "c.toml"
    file.write_text(text)

    assert cli("config", "check", "--config", str(file)).code == 0
