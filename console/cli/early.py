"""Signals that come while the program is still being loaded, or when it has done its work.

Commands that have something to end in order take the signals themselves (`stopping`, the screen). Until then SIGTERM
and SIGHUP do what Ctrl-C does: they cancel what runs, so that children and folders are cleaned up.
Must not import anything that takes time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from types import FrameType

INTERRUPTED = 130
"""How a command line ends that was interrupted, before it is told apart which signal it was."""
UNTIL_TOLD = frozenset({"run", "demo", "listen", "simulate", "engine"})
"""These go on until they are told to stop: to be told is no failure, however soon it comes."""

_WITH_VALUE = frozenset({"--config", "--profile", "--journal"})
_heard: list[int] = []


def take_signals() -> None:
    """From here on SIGTERM and SIGHUP interrupt, unless whoever started us wants them ignored (nohup)."""
    for number in _numbers("SIGTERM", "SIGHUP"):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def exit_code(argv: Sequence[str]) -> int:
    """The exit code of a command line that was interrupted."""
    if command_of(argv) in UNTIL_TOLD:
        return 0
    return 128 + _heard[0] if _heard else INTERRUPTED


def leave_with(code: int) -> None:
    """The work is done: a signal that comes now ends the process at once, with its code and without noise."""
    for number in _numbers("SIGINT", "SIGTERM", "SIGHUP"):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: os._exit(code))


def command_of(argv: Sequence[str]) -> str:
    """Which command a command line is of; without any it is the screen."""
    words = iter(argv)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return "run"


def _interrupt(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    # An event loop hears Ctrl-C in its own way; without one it is an exception.
    as_ctrl_c = signal.getsignal(signal.SIGINT)
    if not callable(as_ctrl_c):
        raise KeyboardInterrupt
    as_ctrl_c(signal.SIGINT, frame)


def _numbers(*names: str) -> list[signal.Signals]:
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]
