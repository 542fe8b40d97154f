"""What needs a terminal: questions of `init`, the question before a hang-up, the screen of `run` and `demo`."""

import stat
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.integration.programs import PATIENCE_S, environment, objects, running

pytestmark = pytest.mark.pty
LEFT_ALTERNATE_SCREEN = "\x1b[?1049l"


@contextmanager
def terminal(*arguments: str, env: dict[str, str]) -> Iterator[pexpect.spawn]:
    """`call-console` in a terminal of 100 × 30."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "console", *arguments],
        env={**env, "TERM": "xterm-256color"},
        dimensions=(30, 100),
        timeout=PATIENCE_S,
        encoding="utf-8",
    )
    try:
        yield child
    finally:
        child.close(force=True)


def exit_code(child: pexpect.spawn) -> int:
    """Waits for the end."""
    child.expect(pexpect.EOF)
    code: int = child.wait()
    return code


def test_init_asks_for_what_is_needed_and_writes_it(tmp_path: Path) -> None:
    """Four questions, none for the key itself; the defaults are taken with enter."""
    file = tmp_path / "c.toml"

    with terminal("init", "--config", str(file), env=environment(tmp_path)) as child:
        child.expect("Public key")
        child.sendline("abc")
        child.expect("API key live")
        child.sendline("command")
        child.expect("Command that prints the key")
        child.sendline("pass telnyx")
        child.expect("Call Control application")
        child.sendline("")
        child.expect("Port")
        child.sendline("9000")
        child.expect("written: ")
        child.expect("next:")
        assert exit_code(child) == 0

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tomllib.loads(file.read_text()) == {
        "api": {"public_key": "abc", "api_key_command": "pass telnyx"},
        "listen": {"port": 9000},
    }


def test_init_replaces_a_file_only_when_told_so(tmp_path: Path) -> None:
    """Enter alone keeps it."""
    file = tmp_path / "c.toml"
    file.write_text("# mine\n")

    with terminal("init", "--config", str(file), env=environment(tmp_path)) as child:
        child.expect("Replace it")
        child.sendline("")
        child.expect("nothing written")
        assert exit_code(child) == 1

    assert file.read_text() == "# mine\n"


def test_init_interrupted_writes_nothing(tmp_path: Path) -> None:
    """Ctrl-C at a question leaves with 130."""
    file = tmp_path / "c.toml"

    with terminal("init", "--config", str(file), env=environment(tmp_path)) as child:
        child.expect("Public key")
        child.sendintr()
        assert exit_code(child) == 130

    assert not file.exists()


@pytest.mark.parametrize("action", ["hangup", "reject"])
def test_send_asks_before_it_ends_a_call(tmp_path: Path, action: str) -> None:
    """No is the answer to enter; nothing is sent then."""
    env = environment(
        tmp_path, TELNYX_API_KEY="KEY_0123456789", TELNYX_BASE_URL="http://127.0.0.1:9"
    )
    cause = ["cause=USER_BUSY"] if action == "reject" else []

    with terminal("send", action, "v3:a", *cause, env=env) as child:
        child.expect(f"{action} v3:a")
        child.sendline("")
        child.expect("not sent")
        assert exit_code(child) == 1


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a simulator's account."""
    env = environment(tmp_path, CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"))
    with running("simulate", "--rate", "0", "--seed", "7", env=env) as program:
        (hello,) = objects(program.line())
        yield {
            **env,
            "TELNYX_API_KEY": str(hello["api_key"]),
            "TELNYX_BASE_URL": str(hello["api_base"]),
            "APPLICATION": str(hello["connection_id"]),
        }


@pytest.mark.parametrize(("answer", "is_taken"), [("1", True), ("987", False), ("", False)])
def test_init_offers_the_applications_of_the_account(
    practice: dict[str, str], tmp_path: Path, answer: str, is_taken: bool
) -> None:
    """By number or by id; what is wrong with the one that was chosen is said at once."""
    file = tmp_path / "c.toml"

    with terminal("init", "--config", str(file), "--public-key", "abc", env=practice) as child:
        child.expect("API key live")
        child.sendline("env")
        child.expect("Name of the environment variable")
        child.sendline("")
        child.expect(rf"1  .*{practice['APPLICATION']}")
        child.expect("Which application")
        child.sendline(answer)
        if is_taken:
            child.expect("no outbound voice profile")
        child.expect("Port")
        child.sendline("")
        child.expect("next:")
        assert exit_code(child) == 0

    written = tomllib.loads(file.read_text())["api"].get("connection_id", "")
    assert written == (practice["APPLICATION"] if is_taken else answer)


@pytest.mark.parametrize("words", [["apps", "delete"], ["send", "apps.delete"]])
def test_deleting_an_application_wants_its_name(practice: dict[str, str], words: list[str]) -> None:
    """Anything else keeps it."""
    with terminal(*words, practice["APPLICATION"], env=practice) as child:
        child.expect("deletes the application (.+) and stops its calls")
        name = child.match[1]
        child.sendline("y")
        child.expect("not (sent|deleted)")
        assert exit_code(child) == 1
    with terminal(*words, practice["APPLICATION"], env=practice) as child:
        child.expect("Type its name")
        child.sendline(name)
        child.expect(r"apps\.delete: done")
        assert exit_code(child) == 0


def test_apps_update_asks_before_it_saves(practice: dict[str, str]) -> None:
    """With the difference in sight; enter keeps all as it is."""
    url = "webhook_event_url=https://calls.example.com/webhooks"
    words = ("apps", "update", practice["APPLICATION"], "active=false", url)

    with terminal(*words, env=practice) as child:
        child.expect("active: true → false")
        child.expect("Save")
        child.sendline("")
        child.expect("not saved")
        assert exit_code(child) == 1
    with terminal(*words, env=practice) as child:
        child.expect("Save")
        child.sendline("y")
        child.expect(r"apps\.update: done")
        assert exit_code(child) == 0


def test_run_opens_the_screen_without_any_setting_and_leaves_it_clean(tmp_path: Path) -> None:
    """An engine of its own on a free port; q gives the terminal back."""
    env = environment(tmp_path, CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"))

    with terminal("run", "--port", "0", env=env) as child:
        child.expect("no public key")
        child.expect("try: call-console demo")
        child.expect("no calls")
        child.expect("listening :[0-9]+")
        child.send("q")
        child.expect_exact(LEFT_ALTERNATE_SCREEN)
        assert exit_code(child) == 0

    assert stat.S_IMODE((tmp_path / "j.sqlite3").stat().st_mode) == 0o600


def test_demo_in_a_terminal_has_the_screen_and_leaves_after_its_time(tmp_path: Path) -> None:
    """Callers arrive; nothing is left in the temporary folder."""
    with terminal("demo", "--for", "6", env=environment(tmp_path)) as child:
        child.expect("ringing")
        child.expect_exact(LEFT_ALTERNATE_SCREEN)
        assert exit_code(child) == 0

    assert list(tmp_path.glob("call-console-demo-*")) == []
