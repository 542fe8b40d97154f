"""What an alert does: a command without a shell, a notification only where the terminal is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from console.domain.alerts import Alert, Change, Rule, Watched
from console.ui.alerting import report, run_command
from console.ui.desktop_notes import desktop_note

RULE = Rule(name="long", watch=Watched.LONGEST_WAIT, limit=30)
RAISED = Change(Alert(rule=RULE, raised_at=1_795_000_000_000_000, value=42.4, worst=42.4), True)


async def test_command_gets_the_alert_as_json_and_no_shell_reads_it(tmp_path: Path) -> None:
    """Arguments stay what they are."""
    target = tmp_path / "seen; touch oops"
    program = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read()); print('x' * 100000)"

    failure = await run_command(
        (sys.executable, "-c", program, str(target)), report(RAISED, "night")
    )

    assert failure is None
    said = json.loads(target.read_text())
    assert (said["alert"], said["state"], said["watch"], said["value"]) == (
        "long",
        "raised",
        "longest_wait",
        42.4,
    )
    assert (said["limit"], said["unit"], said["profile"]) == (30, "s", "night")
    assert said["sentence"] == "longest wait 42 s, above 30 s"
    assert not (tmp_path / "oops").exists()


@pytest.mark.parametrize(
    ("program", "timeout_s", "said"),
    [
        ("raise SystemExit(3)", 10.0, "ended with status 3"),
        ("import time; time.sleep(60)", 0.3, "took longer than 0.3 s and was ended"),
        ("import os; os.close(0)", 10.0, None),
    ],
)
async def test_failures_are_told_in_words(program: str, timeout_s: float, said: str | None) -> None:
    """A status, a time-out; one that reads nothing is no failure."""
    argv = (sys.executable, "-c", program)

    failure = await run_command(argv, b"x" * 1_000_000, timeout_s=timeout_s)

    assert (failure is None) if said is None else (failure is not None and said in failure)


async def test_missing_program_is_told() -> None:
    """With its name."""
    failure = await run_command(("/nonexistent/program",), b"{}")

    assert failure == "/nonexistent/program cannot be started: No such file or directory"


@pytest.mark.parametrize(
    ("environ", "begins"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]99;;"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "\x1b]99;;"),
        ({"TERM": "foot"}, "\x1b]777;notify;Call Console;"),
        ({"TERM": "rxvt-unicode-256color"}, "\x1b]777;notify;Call Console;"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;"),
        ({"TERM": "xterm-ghostty"}, "\x1b]9;"),
    ],
)
def test_known_terminals_get_their_sequence(environ: dict[str, str], begins: str) -> None:
    """One sequence, whatever the words are."""
    note = desktop_note("waits; 42 s \x1b]0;me\x07 \x9c" + "x" * 500, environ)

    assert note is not None
    assert note.startswith(begins)
    assert note.endswith("\x1b\\")
    body = note.removeprefix(begins).removesuffix("\x1b\\")
    assert body.isprintable()
    assert ";" not in body
    assert len(body) <= 200


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"},
        {"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"},
        {"TERM": "linux"},
    ],
)
def test_other_terminals_get_nothing(environ: dict[str, str]) -> None:
    """What is not known to be understood is not sent."""
    assert desktop_note("a caller waits", environ) is None
