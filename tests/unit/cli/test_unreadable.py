"""Files that may not be read: told alike, whoever named them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.main import main


@pytest.fixture
def unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody may read it; the superuser may, and finds no journal and no TOML."""
    file = tmp_path / "file"
    file.write_text("= neither a journal nor TOML", encoding="utf-8")
    file.chmod(0)
    monkeypatch.setattr(os, "access", lambda *_args, **_kwargs: False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return file


def by_flag(file: Path, _monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return ["calls", "--journal", str(file)]


def by_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CALL_CONSOLE_JOURNAL", str(file))
    return ["calls"]


def by_configuration(file: Path, _monkeypatch: pytest.MonkeyPatch) -> list[str]:
    config = file.with_name("config.toml")
    config.write_text(f"[journal]\npath = '{file}'\n", encoding="utf-8")
    return ["calls", "--config", str(config)]


@pytest.mark.parametrize("named", [by_flag, by_environment, by_configuration])
def test_journal_that_may_not_be_read_is_a_failure(
    named: Callable[[Path, pytest.MonkeyPatch], list[str]],
    unreadable: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As a journal that is damaged: the command line is right, and what it asks for failed."""
    code = main(named(unreadable, monkeypatch))

    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith("call-console: ")
    assert str(unreadable) in err


def test_configuration_that_may_not_be_read_is_told_in_our_words(
    unreadable: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, without the usage of the command."""
    code = main(["calls", "--config", str(unreadable)])

    err = capsys.readouterr().err
    assert code == 2
    assert err.startswith(f"call-console: {unreadable}: ")
