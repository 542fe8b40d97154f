"""What can become of the engine a desk works with. Light: the first frame shows it, before anything can be asked."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol

ENGINE_ENDS_S = 25.0
"""What an engine's end may take at most: giving a webhook URL back (6 s), its tunnel (5 s), what applications still answer,
commands under way (5 s). It is hurried only after that …"""
ENGINE_GONE_S = ENGINE_ENDS_S + 10.0
"""… and has gone by then, whatever happens."""
LAST_WORDS = "at the end: "
"""Before what an engine says on stderr when it has ended in order, for the desk that started it."""


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
