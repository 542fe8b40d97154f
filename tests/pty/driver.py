"""A desk in a real pseudo-terminal: what the program writes, what a terminal would show, what keys do."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

from console.telnyx.signature import Signer

ENTER_ALTERNATE = b"\x1b[?1049h"
LEAVE_ALTERNATE = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, **extra: str) -> dict[str, str]:
    """A person with a colour terminal, an empty home and no settings of their own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TELNYX_", "CALL_CONSOLE_", "XDG_", "TEXTUAL"))
        and name not in ("NO_COLOR", "COLUMNS", "LINES")
    }
    return {
        **kept,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(folder),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **extra,
    }


class Desk:
    """`python -m console ARGS` in a terminal of its own; drained only while something waits for it."""

    def __init__(
        self,
        args: Sequence[str],
        env: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 36,
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            argv = [sys.executable, "-m", "console", *args]
            os.execvpe(argv[0], argv, dict(env))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._exit: int | None = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGCONT)
        self.kill(signal.SIGTERM)
        self.drain(within_s=15)
        if self._exit is None:
            self.kill(signal.SIGKILL)
            self._reap()
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def kill(self, sign: signal.Signals) -> None:
        """Sends a signal to the desk's process, if it still runs."""
        if self._exit is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)

    def suspend(self) -> None:
        """Ctrl-Z as the shell sees it: the signal, and the program has stopped itself."""
        self.kill(signal.SIGTSTP)
        deadline = time.monotonic() + 60
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid:
                assert os.WIFSTOPPED(status), f"ended instead: {status}"
                return
            assert time.monotonic() < deadline, "it does not stop"
            self._read(0.05)

    def type(self, keys: str) -> None:
        """Types as a person would."""
        os.write(self.fd, keys.encode())

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait(self, condition: Callable[[Desk], bool], what: str, *, within_s: float = 60) -> None:
        """Reads the terminal until the condition holds.

        Raises:
            AssertionError: it did not in time; shows the screen.
        """
        deadline = time.monotonic() + within_s
        while not condition(self):
            left = deadline - time.monotonic()
            assert left > 0, f"no {what} within {within_s} s; the screen:\n{self.text}"
            if not self._read(min(left, 0.5)) and self._exit is not None:
                assert condition(self), f"ended ({self._exit}) before {what}:\n{self.text}"

    def shows(self, *wanted: str, within_s: float = 60) -> None:
        """Waits until every text is on the screen."""
        self.wait(
            lambda desk: all(text in desk.text for text in wanted), repr(wanted), within_s=within_s
        )

    def drain(self, *, within_s: float = 60) -> int | None:
        """Reads until the program has ended; its exit code, or None if it goes on."""
        deadline = time.monotonic() + within_s
        while self._exit is None and time.monotonic() < deadline:
            self._read(0.2)
            self._reap(os.WNOHANG)
        while self._read(0):
            pass
        return self._exit

    def _read(self, wait_s: float) -> bool:
        try:
            ready, _, _ = select.select([self.fd], [], [], wait_s)
            data = os.read(self.fd, 65536) if ready else b""
        except OSError:
            self._reap(os.WNOHANG)
            return False
        self.raw += data
        if data:
            self._stream.feed(data)
        return bool(data)

    def _reap(self, flags: int = 0) -> None:
        if self._exit is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, flags)
                if pid:
                    self._exit = os.waitstatus_to_exitcode(status)


class Sender:
    """Plays Telnyx towards a listener on loopback: signed webhooks over real HTTP."""

    def __init__(self, port: int) -> None:
        self._signer = Signer()
        self.public_key = self._signer.public_key
        self.url = f"http://127.0.0.1:{port}/webhooks"

    def post(self, raw: bytes, *, timeout_s: float = 60) -> int:
        """One delivery; the HTTP status."""
        import httpx

        headers = self._signer.headers(raw, now_s=time.time())
        return httpx.post(self.url, content=raw, headers=headers, timeout=timeout_s).status_code

    def post_when_up(self, raw: bytes, *, within_s: float = 60) -> int:
        """One delivery, tried again while nothing listens yet."""
        import httpx

        deadline = time.monotonic() + within_s
        while True:
            try:
                return self.post(raw)
            except httpx.ConnectError:
                if time.monotonic() > deadline:
                    raise
                select.select([], [], [], 0.05)
