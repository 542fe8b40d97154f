"""The operator's editor has the terminal while a webhook is edited; afterwards the desk is as it was."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.pty.driver import Desk, Sender, environment, free_port
from tests.pty.events import initiated

pytestmark = pytest.mark.pty

EDITOR = """
import os, signal, sys
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"AHA\\n"))  # print may be under way
print("THE EDITOR IS HERE", flush=True)
while sys.stdin.readline() != "done\\n":
    pass
path = sys.argv[1]
text = open(path).read()
open(path, "w").write(text.replace("+18005550100", "+18005550999"))
"""
CTRL_C, CTRL_R, F4 = "\x03", "\x12", "\x1bOS"


def test_editor_has_the_terminal_and_gives_it_back(tmp_path: Path) -> None:
    """Ctrl-C there is the editor's; webhooks are taken meanwhile and seen afterwards; keys work again."""
    script = tmp_path / "editor.py"
    script.write_text(EDITOR)
    port = free_port()
    sender = Sender(port)
    env = environment(
        tmp_path, TELNYX_PUBLIC_KEY=sender.public_key, EDITOR=f"{sys.executable} {script}"
    )
    env.pop("VISUAL", None)
    arguments = ("--journal", str(tmp_path / "calls.sqlite3"), "run", "--port", str(port))
    with Desk(arguments, env, columns=80, rows=24) as desk:
        assert sender.post_when_up(initiated("one")) == 200
        desk.shows("312 555 0101")
        desk.type(CTRL_R)
        desk.shows("as it was recorded", "f4 edit")
        desk.type(F4)
        desk.shows("THE EDITOR IS HERE")

        desk.type(CTRL_C)
        desk.shows("AHA")
        assert sender.post(initiated("two", "+12065550147")) == 200
        desk.type("done\n")

        desk.shows("body: EDITED", "sign anew, below")
        desk.type("\x1b")
        desk.shows("206 555 0147")
        desk.wait(lambda d: "EDITED" not in d.text, "desk without the dialog")


@pytest.mark.parametrize("listens", [True, False])
def test_desk_that_is_told_to_leave_takes_the_editor_along(tmp_path: Path, listens: bool) -> None:
    """Nobody is left on the terminal to fight with the shell for its keys, not even who does not hear the signal."""
    script = tmp_path / "editor.py"
    deaf = "" if listens else "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    script.write_text(
        f"import os, signal, sys\n{deaf}"
        "print('EDITOR', os.getpid(), 'IS HERE', flush=True)\n"
        "while True:\n    signal.pause()\n"
    )
    port = free_port()
    sender = Sender(port)
    env = environment(
        tmp_path, TELNYX_PUBLIC_KEY=sender.public_key, EDITOR=f"{sys.executable} {script}"
    )
    env.pop("VISUAL", None)
    arguments = ("--journal", str(tmp_path / "calls.sqlite3"), "run", "--port", str(port))
    with Desk(arguments, env, columns=80, rows=24) as desk:
        assert sender.post_when_up(initiated("one")) == 200
        desk.shows("312 555 0101")
        desk.type(CTRL_R)
        desk.shows("as it was recorded", "f4 edit")
        desk.type(F4)
        desk.shows("EDITOR", "IS HERE")
        found = re.search(r"EDITOR (\d+) IS HERE", desk.text)
        assert found is not None

        desk.kill(signal.SIGTERM)

        assert desk.drain() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(int(found[1]), 0)
        assert not list(tmp_path.rglob("webhook-*.json"))
        assert b"\x1b[?1049l" in desk.raw[desk.raw.rindex(b"\x1b[?1049h") :]
