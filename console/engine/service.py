"""An engine as a process: serves until it is told to stop, or no desk needs it any more."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.telnyx.client import TelnyxClient

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
)

COLLECT_AFTER = (50_000, 20, 100)
"""Thresholds of the garbage collector in the engine's process."""


class Ready(NamedTuple):
    """Said once, when webhooks and questions are accepted."""

    pid: int
    webhook_url: str


async def serve(
    settings: EngineSettings,
    *,
    ready: Callable[[Ready], None],
    client: TelnyxClient | None = None,
) -> str:
    """Serves until SIGTERM, SIGINT or SIGHUP, or until the last desk has left; then stops cleanly.

    Gives what became of a webhook URL that was taken, in a sentence; empty where none was.
    Raises `JournalError`, `ConfigError` or `EngineError` with one sentence when it cannot start.
    """
    loop = asyncio.get_running_loop()
    engine = Engine(settings, client=client)
    for number in STOP_SIGNALS:
        # Where loops know no signals the default action ends the process.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, engine.ended.set)
    try:
        async with engine:
            # What was loaded stays for good: leaving it out of collections keeps them short.
            gc.collect()
            gc.freeze()
            # Entries make many objects and no cycles: at the usual thresholds every full collection of a large board is
            # a stall of tens of milliseconds in which no webhook is answered.
            gc.set_threshold(*COLLECT_AFTER)
            ready(Ready(os.getpid(), engine.webhook_url))
            await engine.ended.wait()
    finally:
        for number in STOP_SIGNALS:
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
    return engine.whereabouts.last_words
