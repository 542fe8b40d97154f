"""In a real terminal: however the desk ends, the terminal is as it was before."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal"),
]

PROGRAM = """
import os
import sys
from console.ui.options import UiOptions
from tests.ui.driver import START, new_desk, webhook
desk = new_desk(UiOptions())
app = desk.app
how = sys.argv[1]
if how == "busy":
    def redraw():
        os.write(int(sys.argv[2]), b".")
        app.desk.refresh()
    begun = app.begun
    def begin():
        begun()
        app.guarded_interval(1 / 30, redraw)
    app.begun = begin
elif how == "crash":
    from textual.widgets import Static
    class Broken(Static):  # not behind the message border
        def on_mount(self):
            secret = "KEY-never-shown"
            raise RuntimeError(len(secret))
    app.begun = lambda: app.desk.mount(Broken())
app.run()
print("LEFT", desk.life.left, desk.operator.closed, flush=True)
"""


class Terminal:
    """A program in a pseudo-terminal whose other end this test holds."""

    def __init__(self, how: str) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (40, 150))
        self.modes = termios.tcgetattr(slave)
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "150", "LINES": "40"}
        self.heart, beat = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, how, str(beat)],
            pass_fds=[beat],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        os.close(beat)
        self.slave = slave
        self.seen = b""

    def until(self, words: bytes, limit_s: float = 20.0) -> None:
        """Reads until the words have come."""
        end = time.monotonic() + limit_s
        while words not in self.seen:
            left = end - time.monotonic()
            assert left > 0, f"{words!r} did not come: {self.seen[-400:]!r}"
            ready, _, _ = select.select([self.master], [], [], left)
            if ready:
                self.seen += os.read(self.master, 65536)

    def ends(self, limit_s: float = 20.0) -> int:
        """Waits for the end, reading on; gives the exit code."""
        end = time.monotonic() + limit_s
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            ready, _, _ = select.select([self.master], [], [], 0.05)
            if ready:
                self.seen += os.read(self.master, 65536)
        while select.select([self.master], [], [], 0.05)[0]:
            self.seen += os.read(self.master, 65536)
        return self.process.returncode

    def sticks(self) -> None:
        """Waits, without reading the terminal, until the program's heart has stood still for a second."""
        while select.select([self.heart], [], [], 1.0)[0]:
            assert os.read(self.heart, 4096), "it ended"

    @property
    def is_restored(self) -> bool:
        """Main screen, cursor visible, modes as before."""
        left_screen = self.seen.rfind(b"\x1b[?1049l") > self.seen.rfind(b"\x1b[?1049h") >= 0
        cursor = self.seen.rfind(b"\x1b[?25h") > self.seen.rfind(b"\x1b[?25l")
        return left_screen and cursor and termios.tcgetattr(self.slave) == self.modes

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.heart)
        os.close(self.master)
        os.close(self.slave)


Start = Callable[[str], Terminal]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs, and cleans up behind them."""
    running: list[Terminal] = []

    def begin(how: str) -> Terminal:
        running.append(Terminal(how))
        return running[-1]

    yield begin
    for terminal in running:
        terminal.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_leaves_the_terminal_clean(start: Start, number: signal.Signals) -> None:
    """The engine is left in order, too."""
    terminal = start("idle")
    terminal.until(b"no events yet")

    terminal.process.send_signal(number)

    assert terminal.ends() == 0
    assert b"LEFT True True" in terminal.seen
    assert terminal.is_restored


def test_crash_leaves_the_terminal_clean_and_prints_no_variables(start: Start) -> None:
    """One plain line instead of a traceback with locals."""
    terminal = start("crash")

    terminal.ends()

    assert b"The screen had to stop (RuntimeError)" in terminal.seen
    assert b"KEY-never-shown" not in terminal.seen
    assert terminal.is_restored


def test_sigterm_ends_a_desk_whose_terminal_nobody_reads(start: Start) -> None:
    """The loop is stuck in a write then; the process ends all the same, and the modes are back."""
    terminal = start("busy")
    terminal.until(b"no events yet")
    terminal.sticks()

    terminal.process.send_signal(signal.SIGTERM)

    assert terminal.process.wait(timeout=60) == 128 + signal.SIGTERM
    assert termios.tcgetattr(terminal.slave) == terminal.modes
