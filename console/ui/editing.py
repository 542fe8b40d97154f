"""Lends the terminal to the operator's editor, and takes it back as it was."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from console.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

Edit = Callable[[bytes], bytes | None]


def edited_outside(
    app: App[Any], edit: Edit | None, body: bytes, end: Callable[[], None] | None = None
) -> bytes | None:
    """What the operator makes of it; None where nothing was changed. Raises `UsageError`.

    Who is told to leave meanwhile ends the editor with `end`, and leaves.

    The screen stands still meanwhile, which delays no call: nothing may draw over the editor.
    """
    if edit is None:
        raise UsageError("there is no editor here: call-console replay --edit has one")
    # In a thread, so that whatever happens there the terminal is taken back first.
    with ThreadPoolExecutor(1) as threads, _signals_go_to_the_editor(end):
        try:
            with app.suspend():
                editing = threads.submit(edit, body)
                wait((editing,))
        except SuspendNotSupported:
            raise UsageError(
                "this terminal cannot be lent to an editor: call-console replay --edit has one"
            ) from None
    return editing.result()


@contextmanager
def _signals_go_to_the_editor(end: Callable[[], None] | None) -> Iterator[None]:
    """Ctrl-C in the editor is meant for the editor, although the terminal tells everybody; the end is meant for both."""
    before: dict[int, Any] = {}

    def leave(number: int, frame: FrameType | None) -> None:
        if end is not None:
            end()
        if callable(then := before[number]):
            then(number, frame)

    # A handler, since what is ignored here would be ignored in the editor, too.
    heard = {"SIGINT": _nothing, "SIGQUIT": _nothing, "SIGTERM": leave, "SIGHUP": leave}
    if threading.current_thread() is threading.main_thread():
        for name, handler in heard.items():
            if (number := getattr(signal, name, None)) is not None:
                before[number] = signal.getsignal(number)
                signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """The editor has heard it as well."""
