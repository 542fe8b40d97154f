"""What Tab offers, from the catalogue, the configuration and the journal; and that it never fails or loads much."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from console.cli.main import COMPLETION_VARIABLE, cli, main
from console.domain.entries import Intent
from tests.unit.cli.histories import START, accepted, command, outcome, webhook, write

ROOT = Path(__file__).parents[3]
CONFIG = """
[api]
connection_id = "77"
[presets.warm]
action = "transfer"
timeout_secs = 20
[profiles.night]
read_only = true
"""
CALLER = {"from": "+13125550100", "direction": "incoming", "state": "parked"}
Offer = Callable[[str], dict[str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration, contacts, and no journal yet."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "contacts.toml").write_text('Ann = "sip:ann@example.com"\n')
    monkeypatch.setenv("CALL_CONSOLE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("CALL_CONSOLE_JOURNAL", str(tmp_path / "j.sqlite3"))
    monkeypatch.delenv("CALL_CONSOLE_PROFILE", raising=False)
    return tmp_path


@pytest.fixture
def offer(home: Path) -> Offer:
    """What is offered behind a line: values with their help; the last word is what is typed so far."""

    def offered(line: str) -> dict[str, str]:
        *words, incomplete = line.split(" ")
        completion = ShellComplete(cli, {}, "call-console", COMPLETION_VARIABLE)
        items = completion.get_completions(words, incomplete)
        return {item.value: item.help or "" for item in items}

    return offered


async def record(journal: Path) -> None:
    """Two live legs, an ended one, conferences and queues."""
    made = Intent(command_id="c1", action="conference.create", params={"name": "room"})
    queue = Intent(command_id="c2", action="queue.create", params={"queue_name": "vip"})
    gone = Intent(command_id="c3", action="queue.delete", params={"queue_name": "old"})
    await write(
        journal,
        [
            webhook(1, "call.initiated", START, "v3:a", **CALLER),
            webhook(2, "call.initiated", START, "v3:b"),
            webhook(3, "call.initiated", START, "v3:gone"),
            webhook(4, "call.hangup", START, "v3:gone"),
            command(made, START),
            outcome(accepted(made, id="conf-1", name="room"), START),
            webhook(5, "conference.created", START, conference_id="conf-2"),
            webhook(6, "conference.created", START, conference_id="conf-3"),
            webhook(7, "conference.ended", START, conference_id="conf-3"),
            webhook(8, "call.enqueued", START, "v3:b", queue="support"),
            webhook(9, "call.enqueued", START, "v3:b", queue="old"),
            command(queue, START),
            command(gone, START),
        ],
    )


def test_subcommands_are_offered_with_their_help(offer: Offer) -> None:
    """The hidden one is not."""
    assert "send" in offer("")
    assert "engine" not in offer("")
    assert list(offer("comm")) == ["commands"]
    assert "--profile" in offer("--")


def test_actions_parameters_and_values(offer: Offer) -> None:
    """Required parameters first, those given not again, enums and booleans by value."""
    assert "transfer" in offer("send tr")
    assert offer("send transfer")["transfer"].startswith("Dial somebody new")
    assert next(iter(offer("send transfer v3:a "))) == "to="
    assert "call_control_id=" not in offer("send transfer v3:a ")
    assert next(iter(offer("send bridge v3:a "))) == "call_control_id="
    assert "to=" not in offer("send transfer v3:a to=x ")
    assert list(offer("send reject v3:a cause=")) == ["cause=CALL_REJECTED", "cause=USER_BUSY"]
    assert list(offer("send transfer v3:a early_media=t")) == ["early_media=true"]
    assert list(offer("send apps.update 1 webhook_api_version=")) == [
        "webhook_api_version=1",
        "webhook_api_version=2",
    ]


def test_members_of_objects_and_entries_of_lists(offer: Offer) -> None:
    """Below a dot."""
    assert "sound_modifications." in offer("send transfer v3:a sound")
    assert "sound_modifications.pitch=" in offer("send transfer v3:a sound_modifications.")
    assert "custom_headers.0." in offer("send transfer v3:a custom")
    assert set(offer("send transfer v3:a custom_headers.0.")) == {
        "custom_headers.0.name=",
        "custom_headers.0.value=",
    }


def test_contacts_presets_profiles_and_the_connection(offer: Offer) -> None:
    """What the configuration knows."""
    assert offer("send dial to=") == {"to=Ann": "sip:ann@example.com"}
    assert offer("send --preset ") == {"warm": "transfer"}
    assert "to=" in offer("send --preset warm v3:a ")
    assert list(offer("send --preset warm v3:a "))[-1] == "timeout_secs="
    assert list(offer("--profile ")) == ["night"]
    assert list(offer("apps show ")) == ["77"]
    assert list(offer("send active_calls ")) == ["77"]
    assert "webhook_api_version=" in offer("apps update 77 web")
    assert "id=" not in offer("apps update 77 ")
    assert "call.answered" in offer("events --type call.a")
    assert list(offer("commands conference.j")) == ["conference.join"]
    assert list(offer("completion z")) == ["zsh"]


async def test_live_calls_conferences_and_queues(home: Path, offer: Offer) -> None:
    """What the journal knows; what has ended is not offered."""
    await record(home / "j.sqlite3")

    assert offer("send answer ") == {
        "v3:a": "ringing +13125550100 → ?",
        "v3:b": "queued ? → ?",
    }
    assert list(offer("send bridge v3:a call_control_id=v3:b")) == ["call_control_id=v3:b"]
    assert list(offer("events --call ")) == ["v3:a", "v3:b"]
    assert offer("send conference.end ") == {"conf-2": "", "conf-1": "room"}
    assert list(offer("send queue.show ")) == ["vip", "support"]
    assert list(offer("send enqueue v3:a queue_name=s")) == ["queue_name=support"]
    assert list(offer("send queue.call.show vip ")) == ["v3:a", "v3:b"]


@pytest.mark.parametrize(
    "line",
    [
        "send nonsense ",
        "send --preset nonsense ",
        "send transfer v3:a nonsense.",
        "send transfer v3:a nonsense=",
        "send transfer v3:a to.x.",
        "events --call x",
    ],
)
def test_nonsense_is_offered_nothing(offer: Offer, line: str) -> None:
    """And no error."""
    assert offer(line) == {}


@pytest.mark.parametrize(
    "broken", ["config.toml", "contacts.toml", "j.sqlite3"], ids=["config", "contacts", "journal"]
)
def test_what_is_broken_is_passed_over(home: Path, offer: Offer, broken: str) -> None:
    """A traceback is nothing for a prompt."""
    (home / broken).write_text("[[[")

    for line in ("send answer ", "send dial to=", "send --preset ", "--profile ", "apps show "):
        offer(line)
    assert "transfer" in offer("send tr")


def test_a_completion_that_fails_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever it is; here the shell has not said what is typed."""
    monkeypatch.setenv(COMPLETION_VARIABLE, "bash_complete")
    monkeypatch.delenv("COMP_LINE", raising=False)

    assert main([]) == 1
    assert capsys.readouterr() == ("", "")


def bash(home: Path, line: str) -> list[str]:
    """What bash would put at the cursor behind this line."""
    program = home / "call-console"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m console "$@"\n'
    )
    program.chmod(0o700)
    script = f"""
        eval "$({shlex.quote(str(program))} completion bash)"
        COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}
        _call_console_completion {shlex.quote(str(program))}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
async def test_bash_is_given_what_it_lacks(home: Path) -> None:
    """Colons and equals signs end words there; blanks are quoted."""
    await record(home / "j.sqlite3")
    (home / "contacts.toml").write_text('"Ann Lee" = "sip:ann@example.com"\n')

    assert bash(home, "call-console send answer v3:") == ["a", "b"]
    assert bash(home, "call-console send dial to=") == ["Ann\\ Lee"]
    assert bash(home, "call-console send reject v3:a cause=US") == ["USER_BUSY"]
    assert bash(home, "call-console send transfer v3:a timeout") == ["timeout_secs="]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(
    home: Path, capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    """For each of the three shells, about this program."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "_call_console_completion" in script
    assert f"{COMPLETION_VARIABLE}={shell}_complete" in script


def test_completion_loads_neither_screen_nor_network(home: Path) -> None:
    """It has to be there at once."""
    code = """
import os, sys
from console.cli.main import main
os.environ["_CALL_CONSOLE_COMPLETE"] = "bash_complete"
os.environ["COMP_LINE"] = "call-console send answer v3:"
main([])
slow = {"textual", "rich", "aiohttp", "httpx", "nacl", "phonenumbers"}
sys.stderr.write(" ".join(sorted(slow & set(sys.modules))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stderr == ""
