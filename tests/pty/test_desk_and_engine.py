"""Whatever happens to the screen, the listener goes on, and the next desk shows everything."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path

import pytest

from tests.pty.driver import (
    ENTER_ALTERNATE,
    LEAVE_ALTERNATE,
    SHOW_CURSOR,
    Desk,
    Sender,
    environment,
    free_port,
)
from tests.pty.events import initiated, webhook

pytestmark = pytest.mark.pty

TELNYX_WAITS_S = 2.0
"""A webhook that is not answered within this time is sent again (VOICE d)."""


class Line:
    """One listener's port, one journal, one sender with its key."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.sender = Sender(self.port)
        self.env = environment(folder, TELNYX_PUBLIC_KEY=self.sender.public_key)
        self.args = ("--journal", str(folder / "calls.sqlite3"), "run", "--port", str(self.port))

    def desk(self, **size: int) -> Desk:
        return Desk(self.args, self.env, **size)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


def test_a_signed_webhook_becomes_a_call_on_the_screen(line: Line) -> None:
    """From POST to screen, through two processes and one file."""
    with line.desk() as desk:
        assert line.sender.post_when_up(initiated("one")) == 200

        desk.shows("ringing", "312 555 0101", "call.initiated")


def test_a_stalled_terminal_does_not_slow_the_listener(line: Line) -> None:
    """Nobody reads the screen while calls change; every webhook is answered at once all the same."""
    with line.desk() as desk:
        line.sender.post_when_up(initiated("first"))
        desk.shows("ringing")

        for number in range(150):
            raw = initiated(f"stalled-{number}", f"+1415555{100 + number % 100:04d}")
            assert line.sender.post(raw, timeout_s=TELNYX_WAITS_S) == 200

        desk.wait(lambda d: "151" in d.text, "all 151 calls once somebody reads again")


def test_a_suspended_desk_does_not_stop_the_listener(line: Line) -> None:
    """SIGTSTP stops the screen's process only; after SIGCONT it shows what happened meanwhile."""
    with line.desk() as desk:
        line.sender.post_when_up(initiated("first"))
        desk.shows("ringing")
        desk.suspend()

        for number in range(20):
            assert line.sender.post(initiated(f"meanwhile-{number}", "+12065550147")) == 200
        desk.kill(signal.SIGCONT)

        desk.shows("206 555 0147")


def test_a_stopped_desk_goes_on_as_before(line: Line) -> None:
    """SIGSTOP gives no notice: after SIGCONT all is drawn again, keys count once, and the terminal is put back."""
    with line.desk() as desk:
        line.sender.post_when_up(initiated("first", "+13125550101"))
        desk.shows("312 555 0101")
        modes = termios.tcgetattr(desk.fd)
        for count in (2, 3, 4):
            desk.kill(signal.SIGSTOP)
            number = f"+1206555014{count}"
            assert line.sender.post(initiated(f"meanwhile-{count}", number)) == 200
            desk.kill(signal.SIGCONT)
            desk.wait(
                lambda d, n=count: d.raw.count(ENTER_ALTERNATE) == n,  # type: ignore[misc]
                "the screen taken again",
            )
            desk.shows("312 555 0101", f"206 555 014{count}", "Events")
        assert termios.tcgetattr(desk.fd) == modes
        desk.type("/abcdefgh")
        desk.shows("abcdefgh")
        desk.kill(signal.SIGTERM)

        assert desk.drain() == 0
        assert termios.tcgetattr(desk.fd)[3] & termios.ECHO


def test_a_killed_desk_leaves_the_engine_and_the_next_desk_attaches(line: Line) -> None:
    """kill -9 of the screen: webhooks are still taken, and a new desk shows old and new calls."""
    with line.desk() as desk:
        line.sender.post_when_up(initiated("before", "+13125550101"))
        desk.shows("312 555 0101")
        desk.kill(signal.SIGKILL)
        desk.drain()

        assert line.sender.post(initiated("between", "+12065550147")) == 200

    with line.desk() as next_desk:
        next_desk.shows("312 555 0101", "206 555 0147")
        next_desk.shows("attached")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_clean(line: Line, sign: signal.Signals) -> None:
    """The alternate screen is left and the cursor shown, whichever signal ends the desk."""
    with line.desk() as desk:
        line.sender.post_when_up(initiated("one"))
        desk.shows("ringing")
        desk.kill(sign)

        assert desk.drain() is not None
        assert ENTER_ALTERNATE in desk.raw
        assert desk.raw.rindex(LEAVE_ALTERNATE) > desk.raw.rindex(ENTER_ALTERNATE)
        assert desk.raw.rindex(SHOW_CURSOR) > desk.raw.rindex(ENTER_ALTERNATE)


def test_leaving_ends_the_engine_that_this_desk_started(line: Line) -> None:
    """ctrl+q gives the port back."""
    import httpx

    with line.desk() as desk:
        line.sender.post_when_up(initiated("one"))
        desk.shows("ringing")
        desk.type("\x11")

        assert desk.drain() == 0

    with pytest.raises(httpx.ConnectError):
        line.sender.post(initiated("two"))


def test_hostile_text_reaches_no_terminal_and_breaks_no_row(line: Line) -> None:
    """A caller's name that retitles windows, recolours, overflows or is markup stays text."""
    evil = "\x1b]0;owned\x07\x9b31m\u202e[/][@click=app.quit]x[/]" + "W" * 10_000
    with line.desk() as desk:
        line.sender.post_when_up(
            initiated("evil", from_=evil, to=evil, caller_id_name=evil, client_state=evil)
        )
        line.sender.post(webhook(f"call.{evil[:60]}", "evil", digits=evil))
        line.sender.post(initiated("good", "+12065550147"))
        desk.shows("206 555 0147", "ringing")
        desk.type("\r")
        desk.type("jk")
        desk.shows("206 555 0147")

        assert b"\x1b]0;owned" not in desk.raw
        assert "\x9b".encode() not in desk.raw
        assert "\u202e".encode() not in desk.raw


def test_an_engine_that_dies_is_started_again_and_the_screen_says_so(
    line: Line, tmp_path: Path
) -> None:
    """kill -9 of the engine: a new one listens on the same port, and the desk goes on."""
    import subprocess

    with line.desk() as desk:
        line.sender.post_when_up(initiated("before", "+13125550101"))
        desk.shows("312 555 0101")
        found = subprocess.run(
            ["pgrep", "-P", str(desk.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        assert len(found) == 1, found
        os.kill(int(found[0]), signal.SIGKILL)
        desk.wait(lambda d: "again" in d.text or "restart" in d.text, "word of the restart")

        assert line.sender.post_when_up(initiated("after", "+12065550147")) == 200
        desk.shows("206 555 0147", "312 555 0101")


def test_a_small_terminal_shows_one_pane_and_a_tiny_one_says_what_it_needs(line: Line) -> None:
    """80x24 works with tabs; below 60x16 there is one clear message."""
    with line.desk(columns=80, rows=24) as desk:
        line.sender.post_when_up(initiated("one"))
        desk.shows("ringing", "Calls", "Timeline", "Events")

    with line.desk(columns=50, rows=12) as desk:
        desk.shows("60", "16")
