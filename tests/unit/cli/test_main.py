"""The border of the command line: exit codes, streams, and global options wherever they stand."""

import subprocess
import sys
from pathlib import Path

import pytest

from console import __version__
from console.cli import main as main_module
from console.cli.main import cli as group
from console.errors import (
    ConfigError,
    ConsoleError,
    EngineError,
    JournalError,
    Refused,
    Unreachable,
    UsageError,
)
from tests.unit.cli.conftest import Cli

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("arguments", [["--version"], ["commands", "--version"]])
def test_version_before_or_after_the_command(cli: Cli, arguments: list[str]) -> None:
    """One line, exit code 0."""
    said = cli(*arguments)

    assert (said.code, said.out, said.err) == (0, f"call-console {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--config", "mine.toml", "config", "path"],
        ["config", "--config", "mine.toml", "path"],
        ["config", "path", "--config", "mine.toml"],
        ["--config", "other.toml", "config", "path", "--config", "mine.toml"],
    ],
)
def test_global_options_stand_anywhere_and_the_last_wins(
    cli: Cli, tmp_path: Path, arguments: list[str]
) -> None:
    """Before the command, between, and after it."""
    assert cli(*arguments).out == f"{tmp_path / 'mine.toml'}\n"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["commands", "--nonsense"], ["events", "--since", "soon"], ["send"]]
)
def test_wrong_usage_exits_2_with_words_on_stderr_only(cli: Cli, arguments: list[str]) -> None:
    """A mistake in the command line is no data."""
    said = cli(*arguments)

    assert (said.code, said.out) == (2, "")
    assert "Error:" in said.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConsoleError, 1),
        (JournalError, 1),
        (EngineError, 1),
        (UsageError, 2),
        (ConfigError, 2),
        (Refused, 3),
        (Unreachable, 4),
    ],
)
def test_errors_raised_on_purpose_become_a_sentence_and_an_exit_code(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, error: type[ConsoleError], code: int
) -> None:
    """The sentence goes to stderr with the program's name before it."""

    def fail(_ctx: object) -> None:
        raise error("what is wrong, and what to do")

    monkeypatch.setattr(group, "invoke", fail)

    said = cli("commands")

    assert (said.code, said.out) == (code, "")
    assert said.err == "call-console: what is wrong, and what to do\n"


def test_interrupt_exits_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every shell expects after Ctrl-C."""

    def interrupt(_ctx: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(group, "invoke", interrupt)

    assert cli("commands").code == 130


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    """`commands | head -1` ends quietly, whatever is left to print."""
    done = subprocess.run(
        f"{sys.executable} -m console commands --json | head -c 1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("[0\n", "")


def test_a_terminal_without_the_characters_is_no_crash() -> None:
    """An ASCII stdout shows question marks in place of dashes and arrows."""
    program = "from console.cli.output import *; prepare_streams(); put('\\u2190 caf\\xe9 \\udcff')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "? caf? ?\n"


def test_help_lists_every_command_but_the_hidden_one(cli: Cli) -> None:
    """The list needs no module of a command."""
    said = cli("--help")

    shown = {line.split()[0] for line in said.out.partition("Commands:")[2].splitlines() if line}
    assert set(main_module.SHORT_HELP) <= shown
    assert "engine" not in shown


@pytest.mark.parametrize("name", sorted(main_module.COMMANDS))
def test_every_command_explains_itself_and_takes_the_global_options(cli: Cli, name: str) -> None:
    """`COMMAND --help` works for each."""
    said = cli(name, "--help")

    assert said.code == 0
    for option in ("--config", "--profile", "--journal", "--read-only", "--version"):
        assert option in said.out


@pytest.mark.parametrize(
    "url", ["nowhere", "ftp://host/", "http://", "http://host:99999/", "http://[::1"]
)
def test_simulate_refuses_an_address_that_nothing_can_be_sent_to(cli: Cli, url: str) -> None:
    """Rather than to practise with calls that nobody hears of."""
    said = cli("simulate", "--webhook-url", url)

    assert (said.code, said.out) == (2, "")
    assert "is no address: write it as http://host:port/path" in said.err


@pytest.mark.parametrize("command", ["simulate", "demo"])
@pytest.mark.parametrize(
    ("option", "value"),
    [("--speed", "1e9"), ("--rate", "1e9")],
)
def test_practice_keeps_time_that_a_signal_can_interrupt(
    cli: Cli, command: str, option: str, value: str
) -> None:
    """Without waits nothing but timers would run, and nothing could end it."""
    said = cli(command, option, value)

    assert (said.code, said.out) == (2, "")
    assert "The simulator's speed must be" in said.err or "The rate of incoming calls" in said.err
