"""`listen`, `events` and `calls` as processes: what arrives is printed, kept and found again."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.telnyx.signature import Signer
from tests.integration.programs import (
    PATIENCE_S,
    ROOT,
    deliver,
    done,
    environment,
    eventually,
    objects,
    running,
    webhook,
)

ENTRY_KEYS = [
    "seq",
    "kind",
    "received_at",
    "verified",
    "duplicate",
    "attempt",
    "event_id",
    "event_type",
    "occurred_at",
    "call_control_id",
    "call_leg_id",
    "call_session_id",
    "body",
]
LEG_KEYS = [
    "call_control_id",
    "call_leg_id",
    "call_session_id",
    "connection_id",
    "direction",
    "from",
    "to",
    "state",
    "stale",
    "initiated_at",
    "answered_at",
    "bridged_at",
    "ended_at",
    "hangup_cause",
    "hangup_source",
    "sip_hangup_cause",
    "marks",
]
SIGNER = Signer(bytes(range(32)))


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a public key and a journal."""
    journal = str(tmp_path / "j.sqlite3")
    return environment(tmp_path, TELNYX_PUBLIC_KEY=SIGNER.public_key, CALL_CONSOLE_JOURNAL=journal)


@pytest.fixture
def recorded(env: dict[str, str]) -> dict[str, str]:
    """The environment of a journal with two calls (one ended), a duplicate and a refused delivery."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        for body in (
            webhook(1),
            webhook(1),
            webhook(2, "call.answered"),
            webhook(3, call="v3:b"),
            webhook(4, "call.hangup", call="v3:b", hangup_cause="normal_clearing"),
        ):
            assert deliver(url, body, SIGNER) == 200
        assert deliver(url, webhook(5), None) == 401
        assert listen.end() == 0
    return env


def test_listen_prints_json_lines_with_the_keys_of_the_contract(env: dict[str, str]) -> None:
    """One line for each entry as soon as it is recorded; verbatim body; nothing else on stdout."""
    with running("listen", "--port", "0", "--json", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/webhooks")

        assert deliver(url, webhook(1), SIGNER) == 200
        (first,) = objects(listen.line(having="call.initiated"))
        assert deliver(url, webhook(1), SIGNER) == 200
        (second,) = objects(listen.line(having="call.initiated"))
        assert deliver(url, webhook(2), Signer()) == 401
        (refused,) = objects(listen.line(having='"refused"'))
        assert listen.end() == 0
        assert all(objects(line) for line in listen.rest())

    assert [key for key in first if key != "reason"] == ENTRY_KEYS
    assert (first["kind"], first["verified"], first["duplicate"]) == ("webhook", True, False)
    assert first["call_control_id"] == "v3:a"
    assert first["body"] == objects(webhook(1).decode())[0]
    assert (second["duplicate"], second["event_id"]) == (True, first["event_id"])
    assert (refused["verified"], refused["reason"]) == (False, "signature does not match")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_listen_ends_in_order_on_every_usual_signal(env: dict[str, str], number: int) -> None:
    """What was answered 200 is printed before it leaves; the exit code is 0."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        assert deliver(url, webhook(1), SIGNER) == 200
        assert listen.end(number) == 0
        assert any("call.initiated" in line for line in listen.rest())


def test_listen_says_once_what_is_missing(tmp_path: Path) -> None:
    """Without a public key everything is refused, and it says how to set one."""
    env = environment(tmp_path, CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"))

    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        assert "TELNYX_PUBLIC_KEY" in listen.line("err")
        assert deliver(url, webhook(1), SIGNER) == 401


def test_listen_refuses_a_journal_and_a_port_that_are_in_use(
    env: dict[str, str], tmp_path: Path
) -> None:
    """One sentence, no traceback, exit code 1."""
    with running("listen", "--port", "0", env=env) as listen:
        port = listen.line("err", "listening on ").split(":")[-1].split("/")[0]

        same_journal = done("listen", "--port", "0", env=env)
        other = str(tmp_path / "other.sqlite3")
        same_port = done("listen", "--port", port, "--journal", other, env=env)

    for refused in (same_journal, same_port):
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("call-console: ")
        assert len(refused.stderr.splitlines()) == 1
    assert port in same_port.stderr


def test_listen_goes_on_when_nobody_reads_its_lines(env: dict[str, str]) -> None:
    """A full pipe holds up the printing, never the webhooks; it can still be ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "listen", "--port", "0", "--json"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        url = next(line for line in process.stderr if "listening on" in line).split()[-1]
        big = {"custom": "x" * 20_000}
        for number in range(20):
            assert deliver(url, webhook(number, **big), SIGNER) == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_events_prints_the_journal_as_listen_did(recorded: dict[str, str]) -> None:
    """The same objects, in order, while nothing is running."""
    entries = objects(done("events", "--json", env=recorded).stdout)

    assert [entry["seq"] for entry in entries] == sorted(entry["seq"] for entry in entries)  # type: ignore[type-var]
    webhooks = [entry for entry in entries if entry["kind"] == "webhook"]
    assert [entry["duplicate"] for entry in webhooks] == [False, True, False, False, False]
    assert {tuple(key for key in entry if key != "reason") for entry in entries} == {
        tuple(ENTRY_KEYS)
    }


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--call", "v3:b"], ["call.initiated", "call.hangup"]),
        (["--call", "leg-v3:b"], ["call.initiated", "call.hangup"]),
        (["--call", "session-v3:b"], ["call.initiated", "call.hangup"]),
        (["--call", "nobody"], []),
        (["--type", "call.h*"], ["call.hangup"]),
        (["--type", "refused"], []),
        (["--call", "v3:a", "--limit", "1"], ["call.answered"]),
        (["--type", "call.*", "--limit", "2"], ["call.initiated", "call.hangup"]),
        (["--type", "call.*", "--limit", "0"], []),
        (["--type", "call.*", "--since", "10m", "--limit", "1"], ["call.hangup"]),
        (["--until", "10m"], []),
        (["--since", "2100-01-01T00:00:00Z"], []),
    ],
)
def test_events_chooses_by_call_type_time_and_number(
    recorded: dict[str, str], arguments: list[str], found: list[str]
) -> None:
    """Each filter alone and together; the last N of what is left."""
    answer = done("events", "--json", *arguments, env=recorded)

    assert answer.returncode == 0
    verified = [entry for entry in objects(answer.stdout) if entry["kind"] == "webhook"]
    assert [entry["event_type"] for entry in verified] == found


def test_events_takes_any_limit(recorded: dict[str, str]) -> None:
    """More than there can be is all."""
    everything = done("events", "--json", env=recorded)
    said = done("events", "--json", "--limit", "9" * 30, env=recorded)

    assert (said.returncode, said.stdout) == (0, everything.stdout)


def test_events_for_people_is_one_clean_line_each(recorded: dict[str, str]) -> None:
    """Date, time and words."""
    lines = done("events", env=recorded).stdout.splitlines()

    assert all(line.isprintable() for line in lines)
    assert any("call.hangup" in line for line in lines)
    assert any("signature" in line for line in lines)


def test_events_follow_goes_on_with_what_comes(env: dict[str, str]) -> None:
    """What was there first, then each entry as it is committed, from another process."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        deliver(url, webhook(1), SIGNER)
        arguments = ("events", "--follow", "--json", "--type", "call.*", "--limit", "1")
        with running(*arguments, env=env) as events:
            assert "call.initiated" in events.line()
            deliver(url, webhook(2, "call.answered"), SIGNER)
            assert "call.answered" in events.line()
            assert events.end(signal.SIGINT) == 130


def test_calls_shows_the_live_legs_and_all_the_ended_ones_too(recorded: dict[str, str]) -> None:
    """One object a line with exactly the keys of the contract."""
    live = objects(done("calls", "--json", env=recorded).stdout)
    every = objects(done("calls", "--all", "--json", env=recorded).stdout)

    assert [leg["call_control_id"] for leg in live] == ["v3:a"]
    assert [leg["call_control_id"] for leg in every] == ["v3:a", "v3:b"]
    assert all(list(leg) == LEG_KEYS for leg in every)
    assert (live[0]["state"], live[0]["initiated_at"]) == (
        "answered",
        "2026-11-22T10:00:01.000000Z",
    )
    assert (every[1]["state"], every[1]["hangup_cause"]) == ("ended", "normal_clearing")
    table = done("calls", env=recorded)
    assert "answered" in table.stdout
    assert "v3:b" not in table.stdout


@pytest.mark.parametrize("command", ["events", "calls"])
def test_readers_say_when_there_is_no_journal(tmp_path: Path, command: str) -> None:
    """A sentence with the path, and nothing is made."""
    absent = tmp_path / "absent.sqlite3"

    answer = done(command, "--journal", str(absent), env=environment(tmp_path))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert str(absent) in answer.stderr
    assert not absent.exists()


def test_readers_refuse_a_file_that_is_no_journal(tmp_path: Path) -> None:
    """A foreign file is named and left as it is."""
    foreign = tmp_path / "foreign.sqlite3"
    foreign.write_text("nothing of ours" * 100)

    answer = done("events", "--journal", str(foreign), env=environment(tmp_path))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "foreign.sqlite3" in answer.stderr
    assert foreign.read_text() == "nothing of ours" * 100


def test_engine_says_when_it_is_ready_and_where(env: dict[str, str]) -> None:
    """The hidden command that desks start: one JSON line, then silence; refusals in one sentence."""
    with running("engine", "--port", "0", env=env) as engine:
        (ready,) = objects(engine.line())
        assert ready["ready"] is True
        assert ready["pid"] == engine.process.pid
        assert deliver(str(ready["webhook_url"]), webhook(1), SIGNER) == 200
        eventually(lambda: Path(str(ready["socket"])).exists())

        second = done("engine", "--port", "0", env=env)
        assert (second.returncode, second.stdout) == (1, "")
        assert len(second.stderr.splitlines()) == 1
        assert engine.end() == 0
        assert engine.rest() == []


def test_engine_refuses_a_wrong_configuration_with_exit_code_2(
    env: dict[str, str], tmp_path: Path
) -> None:
    """A desk does not try again then."""
    config = tmp_path / "c.toml"
    config.write_text("[listen]\nprot = 1\n")

    for extra in ({"CALL_CONSOLE_CONFIG": str(config)}, {"TELNYX_PUBLIC_KEY": "abc"}):
        refused = done("engine", "--port", "0", env={**env, **extra})
        assert (refused.returncode, refused.stdout) == (2, "")
        assert len(refused.stderr.splitlines()) == 1


def test_program_runs_from_a_folder_that_has_a_console_of_its_own(tmp_path: Path) -> None:
    """Children are started so that the current folder cannot stand in for this package."""
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "__main__.py").write_text("raise SystemExit('not this one')")
    start = "import sys; from console.cli.main import main; sys.exit(main(['demo', '--no-tui', '--for', '0']))"

    answer = subprocess.run(
        [sys.executable, "-P", "-c", start],
        cwd=tmp_path,
        env=environment(tmp_path, PYTHONPATH=str(ROOT)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    assert "the demo showed" in answer.stderr


@pytest.mark.parametrize("is_begun", [False, True])
def test_listen_makes_a_journal_of_an_empty_file(env: dict[str, str], is_begun: bool) -> None:
    """A temporary file made for it, or one whose making was cut short."""
    journal = Path(env["CALL_CONSOLE_JOURNAL"])
    journal.touch()
    if is_begun:
        with closing(sqlite3.connect(journal)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")

    with running("listen", "--port", "0", "--json", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        assert deliver(url, webhook(1), SIGNER) == 200
        assert [o["event_type"] for o in objects(listen.line())] == ["call.initiated"]
        assert listen.end() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_listen_records_on_when_stdout_is_full(env: dict[str, str]) -> None:
    """A full disk behind the lines costs no webhook: it is said once, and by the exit code."""
    with open("/dev/full", "w") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "console", "listen", "--port", "0", "--json"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert process.stderr is not None
    try:
        url = process.stderr.readline().split()[-1]
        assert deliver(url, webhook(1), SIGNER) == 200
        while (line := process.stderr.readline()) and "nothing more is printed" not in line:
            pass
        assert deliver(url, webhook(2), SIGNER) == 200
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE_S)[1]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()

    assert process.returncode == 1
    assert "call-console: stdout took no more lines: no space left on device" in said
    assert "Traceback" not in said
    assert len(objects(done("events", "--json", env=env).stdout)) == 2


def test_listen_says_when_the_journal_takes_nothing_and_when_it_does_again(
    env: dict[str, str],
) -> None:
    """Another program's lock: 503 for the sender, a line for the person, and a line when it is over."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        with closing(sqlite3.connect(env["CALL_CONSOLE_JOURNAL"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert deliver(url, webhook(1), SIGNER) == 503
            assert "locked by another program" in listen.line("err", "not recording: ")
            other.execute("ROLLBACK")
        assert deliver(url, webhook(1), SIGNER) == 200
        listen.line("err", "recording again")
