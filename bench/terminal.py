"""A program in a real pseudo-terminal of a given size, its output drained and timed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence


class Terminal:
    """Starts `argv` in a pseudo-terminal; `read_until` drains it."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str], columns: int = 120, rows: int = 36
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), dict(env))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.output = b""

    def read_until(self, wanted: bytes, *, within_s: float) -> float:
        """Seconds from the start to the moment `wanted` was seen in the output.

        Raises:
            TimeoutError: it was not seen in time.
        """
        deadline = self.started + within_s
        while wanted not in self.output:
            left = deadline - time.perf_counter()
            if left <= 0:
                raise TimeoutError(
                    f"{wanted!r} did not appear; last output: {self.output[-400:]!r}"
                )
            ready, _, _ = select.select([self.fd], [], [], left)
            if ready:
                try:
                    self.output += os.read(self.fd, 65536)
                except OSError:
                    raise TimeoutError(
                        f"ended before {wanted!r} appeared: {self.output[-400:]!r}"
                    ) from None
        return time.perf_counter() - self.started

    def drain(self) -> None:
        """Reads to the end of the program's output."""
        with contextlib.suppress(OSError):
            while data := os.read(self.fd, 65536):
                self.output += data

    def close(self) -> None:
        """Ends the program and gives the terminal back."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self.drain()
        os.close(self.fd)
        os.waitpid(self.pid, 0)
