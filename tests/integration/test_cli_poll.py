"""`listen --poll` as a process: entries with kind api, and nothing lost or twice when it is killed."""

from __future__ import annotations

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.integration.engines import entries
from tests.integration.programs import Program, done, environment, eventually, objects, running

NOWHERE = "http://127.0.0.1:9/hooks"
SETTINGS = """
[poll]
interval_s = 0.2
idle_interval_s = 0.2
"""


class Practice:
    """A simulator of its own with callers, and the environment of a console that reads its records."""

    def __init__(self, program: Program, home: Path) -> None:
        hello = json.loads(program.line())
        self.base, self.key = str(hello["api_base"]), str(hello["api_key"])
        self.connection = str(hello["connection_id"])
        config = home / "config.toml"
        config.write_text(SETTINGS)
        config.chmod(0o600)
        self.env = environment(
            home,
            TELNYX_API_KEY=self.key,
            TELNYX_BASE_URL=self.base,
            CALL_CONSOLE_CONNECTION_ID=self.connection,
            CALL_CONSOLE_CONFIG=str(config),
            XDG_RUNTIME_DIR=str(home),
        )

    def event_ids(self) -> set[str]:
        """What the simulator has told of so far."""
        found: set[str] = set()
        number, pages = 1, 1
        while number <= pages:
            query = f"{quote('page[size]')}=250&{quote('page[number]')}={number}"
            request = urllib.request.Request(
                f"{self.base}/call_events?{query}", headers={"Authorization": f"Bearer {self.key}"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                page = json.load(answer)
            found |= {item["metadata"]["event"]["id"] for item in page["data"]}
            number, pages = number + 1, page["meta"]["total_pages"]
        return found


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    env = environment(tmp_path)
    # Nobody takes the webhooks: the records have them all the same.
    options = ("--rate", "240", "--seed", "7", "--speed", "4", "--webhook-url", NOWHERE)
    with running("simulate", *options, env=env) as program:
        yield Practice(program, tmp_path)


def test_listen_reads_on_after_it_was_killed(practice: Practice, tmp_path: Path) -> None:
    """Killed in the middle and started again: every event the simulator has told of is there once."""
    journal = tmp_path / "j.db"
    arguments = ("listen", "--poll", "--json", "--journal", str(journal))
    for _ in range(2):
        with running(*arguments, env=practice.env) as program:
            first = json.loads(program.line(having="call.hangup"))
            program.end(signal.SIGKILL)
        assert first["kind"] == "api"
        assert first["verified"] is False

    with running(*arguments, env=practice.env) as program:
        program.line("err", having="reading")
        told = practice.event_ids()
        eventually(lambda: told <= {entry.event_id for entry in entries(journal)})
        assert program.end() == 0

    keys = [entry.event_key for entry in entries(journal) if entry.event_key is not None]
    assert len(keys) == len(set(keys))


def test_listen_says_what_it_does_and_marks_what_it_read(
    practice: Practice, tmp_path: Path
) -> None:
    """No address is printed, because there is none; a line says that nobody signed it."""
    journal = tmp_path / "j.db"
    with running("listen", "--poll", "--journal", str(journal), env=practice.env) as program:
        assert "reading Telnyx's records" in program.line("err")
        assert "unsigned" in program.line(having="call.initiated")
        assert program.end() == 0

    shown = done("events", "--json", "--journal", str(journal), env=practice.env)
    kinds = {line["kind"] for line in objects(shown.stdout)}
    assert kinds == {"api"}


def test_poll_does_not_go_with_forwarding(practice: Practice, tmp_path: Path) -> None:
    """What hears nothing cannot hand anything on."""
    result = done(
        "listen", "--poll", "--forward", "http://127.0.0.1:9/x", "--journal", str(tmp_path / "j"),
        env=practice.env,
    )  # fmt: skip

    assert result.returncode == 2
    assert "--poll" in result.stderr
    assert "--forward" in result.stderr


def test_poll_needs_an_api_key(practice: Practice, tmp_path: Path) -> None:
    """One sentence, no traceback."""
    env = {**practice.env, "TELNYX_API_KEY": ""}

    result = done("listen", "--poll", "--journal", str(tmp_path / "j.db"), env=env)

    assert result.returncode == 2
    assert "TELNYX_API_KEY" in result.stderr
    assert "Traceback" not in result.stderr
