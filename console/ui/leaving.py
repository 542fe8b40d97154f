"""Leaving cleanly when told from outside: signals, and a terminal that is gone.

Textual handles none of SIGTERM and SIGHUP. The handlers here work at the level of the interpreter, not of the loop,
because a terminal that nobody reads stops the loop inside a write: then a helper thread puts the terminal's modes
back and ends the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_PATIENCE_S = 3.0


class SignalExit:
    """Calls `leave` in the loop on SIGTERM, SIGHUP and SIGINT; does nothing outside the main thread or on Windows.

    Make it before the screen starts: the terminal's modes as they are then are put back in the last resort.
    """

    def __init__(self, leave: Callable[[], object], *, patience_s: float = _PATIENCE_S) -> None:
        self._leave = leave
        self._patience_s = patience_s
        self._previous: dict[int, Any] = {}
        self._modes = terminal_modes()
        self._last_resort: threading.Timer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def install(self) -> None:
        """Takes over the signals, until `remove`."""
        if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            return
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            self._previous[number] = signal.signal(number, self._on_signal)

    def remove(self) -> None:
        """Gives the signals back; the process may take its time from here."""
        for number, previous in self._previous.items():
            signal.signal(number, previous)
        self._previous.clear()
        if self._last_resort is not None:
            self._last_resort.cancel()
            self._last_resort = None

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._last_resort is None:
            self._last_resort = threading.Timer(self._patience_s, self._end, args=(number,))
            self._last_resort.daemon = True
            self._last_resort.start()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave)

    def _end(self, number: int) -> None:
        """The loop did not leave in time: it is stuck in a write to a terminal that nobody reads."""
        restore_modes(self._modes)
        os._exit(128 + number)


def terminal_modes() -> list[Any] | None:
    """The modes of the terminal on standard input; None where there is none."""
    try:
        import termios
    except ImportError:
        return None
    try:
        return termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]
    except (termios.error, OSError, ValueError, TypeError):
        return None


def restore_modes(modes: list[Any] | None) -> None:
    """Puts the terminal's modes back without waiting for its output to drain."""
    if modes is None:
        return
    import termios

    with contextlib.suppress(termios.error, OSError, ValueError):
        termios.tcsetattr(sys.__stdin__, termios.TCSANOW, modes)  # type: ignore[arg-type]


def terminal_is_gone() -> bool:
    """Whether standard input has stopped being a terminal."""
    try:
        return sys.__stdin__ is None or not os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
        return True
