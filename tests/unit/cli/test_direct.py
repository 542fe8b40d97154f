"""A plain command line of `run` is read as click reads it, only quicker."""

from __future__ import annotations

import pytest

from console.cli import direct, main, screen
from console.cli.given import Wanted

PLAIN = [
    "",
    "run",
    "--journal a.sqlite3",
    "--journal a.sqlite3 run",
    "run --journal a.sqlite3 --port 0",
    "--journal a.sqlite3 run --journal b.sqlite3",
    "--profile one --profile two",
    "--read-only run --host 0.0.0.0 --port 8081",
    "run --forward http://127.0.0.1:3000/webhooks --read-only",
    "--config c.toml --profile p run --port 1 --port 2",
]
NOT_PLAIN = [
    "demo",
    "run run",
    "--port 8080",
    "run --port eighty",
    "run --port -1",
    "run --port ٣",
    "run --port=8080",
    "run --journal",
    "run --journal --read-only",
    "--version",
    "run --help",
    "run extra",
    "--jour a",
    "-h",
]


def values(wanted: Wanted) -> tuple[object, ...]:
    """Everything that was given."""
    given = wanted.given
    own = (given.config, given.profile, given.journal, given.read_only)
    return (*own, wanted.host, wanted.port, wanted.forward)


@pytest.mark.parametrize("line", PLAIN)
def test_plain_line_is_read_as_click_reads_it(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value, and of two the later one."""
    heard: list[Wanted] = []

    def hear(wanted: Wanted) -> int:
        heard.append(wanted)
        return 0

    monkeypatch.setattr(screen, "open_screen", hear)

    assert main.main(line.split()) == 0
    wanted = direct.wanted_of(line.split())

    assert wanted is not None
    assert values(wanted) == values(heard[0])


@pytest.mark.parametrize("line", NOT_PLAIN)
def test_everything_else_is_left_to_click(line: str) -> None:
    """Other commands, other spellings, mistakes and help."""
    assert direct.wanted_of(line.split()) is None


def test_mistakes_have_the_same_words_and_codes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting that is wrong, and a screen without a terminal."""
    monkeypatch.delenv("TELNYX_API_KEY", raising=False)
    for line in ("run --port 99999", "run --profile nobody", "run"):
        found = []
        for entry in (direct.main, main.main):
            code = entry(line.split())
            found.append((code, capsys.readouterr()))
        assert found[0] == found[1]
        assert found[0][0] == 2
