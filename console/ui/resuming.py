"""Going on after the process was stopped by somebody else: `kill -STOP`, a debugger, a container that was frozen.

Textual puts the terminal back before it stops itself (SIGTSTP). Of any other stop it hears only with SIGCONT, and then
begins a second time over the first: a second thread reads the keys, and the raw modes are taken for those to put back
at the end. So here what still runs is ended first.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from console.ui.compat import begin_terminal_again, is_suspended

if TYPE_CHECKING:
    from textual.app import App


def install(app: App[Any]) -> None:
    """Takes over SIGCONT where there is one; the loop must run, and the screen have begun."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return
    loop, own = asyncio.get_running_loop(), signal.getsignal(signal.SIGCONT)
    if not callable(own):
        return

    def resumed(number: int, frame: FrameType | None) -> None:
        if is_suspended(app):
            own(number, frame)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(begin_terminal_again, app)

    signal.signal(signal.SIGCONT, resumed)
