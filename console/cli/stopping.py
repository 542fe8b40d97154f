"""Leaving on request: Ctrl-C, SIGTERM and a closed terminal end a command in order, not in the middle."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """An event of the running loop that the first such signal sets."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    caught: dict[int, Any] = {}
    # What is not taken yet may do what SIGINT does, which is therefore the last.
    for name in ("SIGHUP", "SIGTERM", "SIGINT"):
        number = getattr(signal, name, None)
        # nohup has asked for SIGHUP to be ignored.
        before = None if number is None else signal.getsignal(number)
        if number is None or before is signal.SIG_IGN:
            continue
        with suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
            caught[number] = before
    try:
        yield stop
    finally:
        for number, before in caught.items():
            loop.remove_signal_handler(number)
            if before is not None:
                signal.signal(number, before)


async def wait_for(stop: asyncio.Event, seconds: float | None) -> bool:
    """Waits until asked to stop, or so many seconds; whether it was asked."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


async def first_of(*events: asyncio.Event) -> None:
    """Waits until one of the events is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
