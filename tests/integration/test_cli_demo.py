"""`demo` without a screen: real calls within seconds, and nothing left behind however it ends."""

import signal
from pathlib import Path

import pytest

from tests.integration.programs import done, environment, eventually, objects, running


def left_behind(folder: Path) -> list[str]:
    """What a demo made in the temporary folder and did not take away; sockets of engines that ended included."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.name.startswith("call-console-demo-") or path.suffix == ".sock"
    ]


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    """Processes started by a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()]


def test_demo_shows_calls_and_leaves_after_its_time(tmp_path: Path) -> None:
    """A call arrives, is answered by the receptionist, and all of it is printed."""
    answer = done("demo", "--no-tui", "--for", "5", "--seed", "1", env=environment(tmp_path))

    assert answer.returncode == 0, answer.stderr
    for words in ("call.initiated", "answer", "call.answered"):
        assert words in answer.stdout
    assert all(line.isprintable() for line in answer.stdout.splitlines())
    assert "the demo showed" in answer.stderr
    assert left_behind(tmp_path) == []


def test_demo_knows_nothing_of_the_users_account(tmp_path: Path) -> None:
    """Keys, address, profile and journal of the user are not used, whatever they are."""
    config = tmp_path / "config.toml"
    config.write_text('[listen]\nport = 1\n[profiles.sales.api]\npublic_key = "x"\n')
    env = environment(
        tmp_path,
        TELNYX_API_KEY="KEY_OF_THE_USER_0123456789",
        TELNYX_BASE_URL="http://127.0.0.1:9/v2",
        TELNYX_PUBLIC_KEY="nonsense",
        CALL_CONSOLE_CONFIG=str(config),
        CALL_CONSOLE_PROFILE="sales",
        CALL_CONSOLE_JOURNAL=str(tmp_path / "real.sqlite3"),
    )

    answer = done("demo", "--no-tui", "--for", "3", "--speed", "3", env=env)

    assert answer.returncode == 0, answer.stderr
    assert "call.answered" in answer.stdout
    assert not (tmp_path / "real.sqlite3").exists()


def test_demo_read_only_sends_nothing(tmp_path: Path) -> None:
    """Callers arrive and nobody answers; a journal that is named is kept."""
    journal = str(tmp_path / "kept.sqlite3")
    env = environment(tmp_path)

    answer = done("demo", "--no-tui", "--for", "3", "--read-only", "--journal", journal, env=env)

    assert answer.returncode == 0, answer.stderr
    kinds = {
        entry["kind"]
        for entry in objects(done("events", "--json", "--journal", journal, env=env).stdout)
    }
    assert "webhook" in kinds
    assert not kinds & {"command", "outcome"}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_takes_everything_down_when_told_to_stop(tmp_path: Path, number: int) -> None:
    """Both children, the socket and the folder are gone; the exit code is 0."""
    with running("demo", "--no-tui", env=environment(tmp_path)) as demo:
        demo.line(having="call.initiated")
        started = children(demo.process.pid)
        assert len(started) == 2

        assert demo.end(number) == 0

    assert not any(is_running(pid) for pid in started)
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc")
def test_demo_that_is_killed_leaves_no_process_for_long(tmp_path: Path) -> None:
    """The simulator notices at once, the engine within its grace period."""
    with running("demo", "--no-tui", env=environment(tmp_path)) as demo:
        demo.line(having="call.initiated")
        started = children(demo.process.pid)
        demo.process.kill()
        demo.process.wait()

    eventually(lambda: not any(is_running(pid) for pid in started))
