"""Leaving on request: Ctrl-C, SIGTERM and a closed terminal end a command in order, not in the middle."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """An event of the running loop that the first such signal sets."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    caught: list[int] = []
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup has asked for SIGHUP to be ignored.
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        with suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
            caught.append(number)
    try:
        yield stop
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


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
