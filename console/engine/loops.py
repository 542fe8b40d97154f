"""The event loop an engine runs in: libuv's where there is one, a sixth more webhooks a second for the same work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

Result = TypeVar("Result")


def run(main: Coroutine[None, None, Result]) -> Result:
    """Like `asyncio.run`; without uvloop (Windows, PyPy) in the standard library's loop."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
