"""Tab in real shells: bash, zsh and fish, each where it is installed. What stands on the line is asked of the shell itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from console.cli.clock import now_micros
from tests.integration.programs import PATIENCE_S, done, environment, eventually
from tests.unit.cli.histories import webhook, write

pytestmark = pytest.mark.pty
SHELLS = ("bash", "zsh", "fish")
CALL = "v3:one:two=three"
TAB, SHOW = "\t", "\x18"
"""Completes; has the shell write down what stands on the line (control-x)."""
START = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
SET_UP = {
    "bash": """\
PS1='ready> '
bind 'set enable-bracketed-paste off'
show() { printf '[%s]' "$READLINE_LINE" > "$SHOWN"; }
bind -x '"\\C-x": show'
""",
    "zsh": """\
PS1='ready> '
autoload -Uz compinit && compinit -u -d "$HOME/.zcompdump"
unsetopt beep
setopt no_zle_bracketed_paste 2>/dev/null
show() { printf '[%s]' "$BUFFER" > "$SHOWN" }
zle -N show
bindkey -e
bindkey '^X' show
""",
    "fish": """\
function fish_prompt; printf 'ready> '; end
function fish_greeting; end
set -g fish_autosuggestion_enabled 0
function show; printf '[%s]' (commandline | string collect) > $SHOWN; end
bind \\cx show
""",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with a `call-console` on the path, a journal with a live call, and a preset."""
    folder = tmp_path_factory.mktemp("completion")
    program = folder / "bin" / "call-console"
    program.parent.mkdir()
    root = Path(__file__).parents[2]
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" -m console "$@"\n')
    program.chmod(0o755)
    (folder / "config.toml").write_text(
        '[presets.warm]\naction = "transfer"\nto = "+13125550100"\n'
    )
    env = environment(
        folder,
        CALL_CONSOLE_JOURNAL=str(folder / "j.sqlite3"),
        CALL_CONSOLE_CONFIG=str(folder / "config.toml"),
        SHOWN=str(folder / "shown"),
        PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        TERM="xterm",
    )
    record_a_call(env)
    return env


def record_a_call(env: dict[str, str]) -> None:
    """A live call in the journal, with an id that shells find hard."""
    said = {"state": "parked", "direction": "incoming", "to": "+18005550100"}
    rung = webhook(1, "call.initiated", now_micros(), CALL, **said)
    asyncio.run(write(Path(env["CALL_CONSOLE_JOURNAL"]), [rung]))


@contextmanager
def shell(name: str, env: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """A shell that completes our command lines: gives what stands on the line after some keys."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    shown = Path(env["SHOWN"])
    child = pexpect.spawn(
        name, START[name], env=env, dimensions=(40, 120), timeout=PATIENCE_S, encoding="utf-8"
    )
    set_up = Path(env["HOME"]) / f"set-up.{name}"
    script = done("completion", name, env=env)
    assert script.returncode == 0, script.stderr
    set_up.write_text(f"{SET_UP[name]}\n{script.stdout}")
    child.sendline(f". {set_up}" if name != "fish" else f"source {set_up}")
    child.expect_exact("ready> ")

    def typed(keys: str) -> str:
        """The line after Tab; it is emptied then."""
        shown.unlink(missing_ok=True)
        child.send(keys + TAB)
        child.send(SHOW)
        eventually(lambda: shown.exists() and shown.read_text().endswith("]"))
        child.send("\x03")
        child.expect_exact("ready> ")
        return shown.read_text()[1:-1]

    try:
        yield typed
    finally:
        child.close(force=True)


@pytest.mark.parametrize("name", SHELLS)
def test_tab_completes_in_a_real_shell(name: str, world: dict[str, str]) -> None:
    """Commands, actions, live calls, parameters, values, presets; a blank follows only what is finished."""
    quoted = {CALL, CALL.replace(":", "\\:"), CALL.replace("=", "\\=")}

    with shell(name, world) as line:
        assert line("call-console comp") == "call-console completion "
        assert line("call-console send hangu") == "call-console send hangup "
        assert (
            line("call-console send conference.par") == "call-console send conference.participant"
        )
        assert (
            line("call-console send speak x payload_t") == "call-console send speak x payload_type="
        )
        assert (
            line("call-console send speak x payload_type=s").rstrip()
            == "call-console send speak x payload_type=ssml"
        )
        assert line("call-console send transfer x sip_tr").rstrip() == (
            "call-console send transfer x sip_transport_protocol="
        )
        assert line("call-console send --preset w") == "call-console send --preset warm "
        completed = line("call-console send hangup v3").removeprefix("call-console send hangup ")
        assert completed.rstrip() in quoted
        assert line("call-console send dial custom_headers.").rstrip() == (
            "call-console send dial custom_headers.0."
        )


def test_fish_is_told_all_that_is_known_of_a_suggestion(world: dict[str, str]) -> None:
    """Required parameters first, and nothing is cut at a comma."""
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    script = done("completion", "fish", env=world).stdout
    asked = 'complete -C "call-console send transfer x "'

    answer = subprocess.run(
        ["fish", "--no-config", "-c", f"{script}\n{asked}"],
        env=world, capture_output=True, text=True, check=True, timeout=PATIENCE_S,
    )  # fmt: skip

    first = answer.stdout.splitlines()[0]
    assert first.startswith("to=\trequired, ")
