"""Lends the terminal to the operator's editor, and takes it back as it was."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from console.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

Edit = Callable[[bytes], bytes | None]


def edited_outside(app: App[Any], edit: Edit | None, body: bytes) -> bytes | None:
    """What the operator makes of it; None where nothing was changed. Raises `UsageError`.

    The screen stands still meanwhile, which delays no call: nothing may draw over the editor.
    """
    if edit is None:
        raise UsageError("there is no editor here: call-console replay --edit has one")
    # In a thread, so that whatever happens there the terminal is taken back first.
    with ThreadPoolExecutor(1) as threads, _keys_are_not_ours():
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
def _keys_are_not_ours() -> Iterator[None]:
    """Ctrl-C in the editor is meant for the editor, although the terminal tells everybody."""
    names = ("SIGINT", "SIGQUIT")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    # A handler, since what is ignored here would be ignored in the editor, too.
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
