"""The two streams when they are closed, full, or of another encoding than UTF-8; as processes, because they end one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def shell(line: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A command line of a shell, in which `$C` is the program; what it said, and its exit code."""
    return subprocess.run(
        line,
        shell=True,
        executable="/bin/bash",
        cwd=ROOT,
        env={**os.environ, "C": f"{sys.executable} -m console", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("closed", [">&-", "<&-", ">&- <&- 2>&-"])
def test_closed_streams_are_no_failure(closed: str) -> None:
    """Nobody reads, so there is nobody to complain to."""
    done = shell(f"$C config show --config /dev/null {closed}")

    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_the_number_of_a_closed_stream_goes_to_no_other_file(tmp_path: Path) -> None:
    """What is printed must not land in a file that was opened meanwhile."""
    program = (
        "from console.cli.output import *; prepare_streams();"
        f"f = open({str(tmp_path / 'kept')!r}, 'w'); put('a line'); f.close()"
    )

    done = shell(f'{sys.executable} -c "$P" >&-', P=program)

    assert done.returncode == 0
    assert (tmp_path / "kept").read_text() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", ["commands", "commands --json", "--help"])
def test_a_full_disk_behind_stdout_is_a_sentence(arguments: str) -> None:
    """Exit code 1 and the reason, and nothing else: no traceback, nothing at the interpreter's end."""
    done = shell(f"$C {arguments} > /dev/full")

    assert done.returncode == 1
    assert done.stderr == "call-console: the system refused to go on: no space left on device\n"


def test_help_into_a_pipe_that_closes_is_no_failure() -> None:
    """Also what is printed before any command runs."""
    program = (
        "import sys; from console.cli.main import main, cli; cli.help = 'words ' * 100_000;"
        "sys.exit(main(['--help']))"
    )

    done = shell(f'{sys.executable} -c "$P" | head -c 1; echo ${{PIPESTATUS[0]}}', P=program)

    assert done.stdout.endswith("0\n")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["commands"], ["commands", "--help"], ["--version"]]
)
def test_nobody_reads_from_the_first_byte_on(arguments: list[str]) -> None:
    """The pipe is closed before anything is printed."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "console", *arguments],
            cwd=ROOT,
            stdout=write_end,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(write_end)

    assert (done.returncode, done.stderr) == (0, b"")


def test_json_survives_a_terminal_without_the_characters() -> None:
    """A line of JSON says the same in ASCII; a line for a person has question marks."""
    program = (
        "from console.cli.output import *; prepare_streams();"
        "put('{\\\"to\\\":\\\"caf\\u00e9 \\U0001f4de\\\"}'); put('caf\\u00e9')"
    )

    done = shell(f'{sys.executable} -c "$P"', P=program, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    as_json, plain = done.stdout.splitlines()
    assert json.loads(as_json) == {"to": "caf\u00e9 \U0001f4de"}
    assert plain == "caf?"
