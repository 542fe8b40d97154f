"""Signals that come while a command is still being loaded, before it has taken them."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.integration.programs import PATIENCE_S, environment

# Sends itself the signal when a module is looked for, so that the moment is the same on every machine.
AT_IMPORT = """
import os, sys

class Sender:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), {number})

sys.meta_path.insert(0, Sender())
sys.argv[1:] = {arguments!r}
from console.__main__ import main
main()
"""

# Sends itself the signal when it starts a child, so that there is one to be cleaned up.
AT_CHILD = """
import asyncio, os, sys, threading
from console.cli import practice

hello = practice.SimulatorProcess._hello

async def told(self, process):
    print(process.pid, flush=True)
    os.kill(os.getpid(), {number})
    return await hello(self, process)

practice.SimulatorProcess._hello = told
sys.argv[1:] = ["demo", "--no-tui"]
from console.__main__ import main
main()
"""


def ran(program: str, home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("console.cli.direct", ["listen"]),
        ("click", ["listen"]),
        ("aiohttp", ["listen", "--port", "0"]),
        ("aiohttp", ["simulate"]),
        ("console.cli.practice", ["--read-only", "demo", "--no-tui"]),
        ("console.cli.screen", []),
    ],
)
def test_command_that_goes_on_until_told_may_be_told_at_once(
    module: str, arguments: list[str], number: int, tmp_path: Path
) -> None:
    """To be told to stop before it has begun is no failure either, and nothing is said about it."""
    done = ran(AT_IMPORT.format(module=module, number=int(number), arguments=arguments), tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_command_that_was_to_do_something_says_that_it_did_not(number: int, tmp_path: Path) -> None:
    """What shells say of a command that a signal ended; quietly."""
    done = ran(
        AT_IMPORT.format(module="console.cli.calls", number=int(number), arguments=["calls"]),
        tmp_path,
    )

    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_that_is_stopped_while_its_simulator_starts_leaves_nothing(
    number: int, tmp_path: Path
) -> None:
    """The child is ended and waited for, and the folder removed."""
    done = ran(AT_CHILD.format(number=int(number)), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
    assert not list(tmp_path.glob("call-console-demo-*"))


def test_ignored_hangup_stays_ignored(tmp_path: Path) -> None:
    """Whoever starts with nohup wants it to go on."""
    program = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + AT_IMPORT.format(
        module="console.cli.commands", number=int(signal.SIGHUP), arguments=["commands", "answer"]
    )

    done = ran(program, tmp_path)

    assert done.returncode == 0
    assert "answer" in done.stdout


# A name server that never answers, for a thread that nobody can end.
AT_RESOLVER = """
import socket, sys, threading

def asked(*_args, **_kwargs):
    print("asked", file=sys.stderr, flush=True)
    threading.Event().wait()

socket.getaddrinfo = asked
sys.modules["uvloop"] = None
sys.argv[1:] = {arguments!r}
from console.__main__ import main
main()
"""


@pytest.mark.parametrize("command", ["listen", "engine"])
def test_name_server_that_hangs_does_not_hold_up_leaving(command: str, tmp_path: Path) -> None:
    """Everything is done and said; the thread that asks is left behind."""
    arguments = [command, "--port", "0", "--journal", str(tmp_path / "j.sqlite3")]
    variables = {
        "TELNYX_API_KEY": "KEY0123",
        "TELNYX_BASE_URL": "http://never.example/v2",
        "CALL_CONSOLE_CONNECTION_ID": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-c", AT_RESOLVER.format(arguments=[*arguments, "--host", "127.0.0.1"])],
        env=environment(tmp_path, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        too_long = threading.Timer(PATIENCE_S, process.kill)
        too_long.start()
        try:
            assert any(line == "asked\n" for line in process.stderr)
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        finally:
            too_long.cancel()
            process.kill()
