"""What can become of the engine a desk works with. Light: the first frame shows it, before anything can be asked."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol


class LifeState(StrEnum):
    """What has become of the engine this desk works with."""

    STARTING = "starting"
    RUNNING = "running"
    ATTACHED = "attached"
    RESTARTING = "restarting"
    FAILED = "failed"
    OFFLINE = "offline"
    """There is none, and none is wanted: a file is looked at."""


class LifeStatus(NamedTuple):
    """One state and one sentence about the engine, e.g. "attached to the engine that already runs (pid 41)"."""

    state: LifeState
    message: str = ""


class EngineLife(Protocol):
    """Finds or starts the engine, watches it, restarts it with backoff."""

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Goes on until cancelled; reports every change of state from the caller's event loop."""
        ...

    async def leave(self) -> None:
        """Ends the engine if this desk started it and no other desk is attached."""
        ...
