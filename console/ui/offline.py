"""A desk over a file: everything can be looked at, nothing can be sent or changed, and no engine is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from console.life import LifeState, LifeStatus
from console.ui.actions import Action
from console.ui.past_deeds import NoEngine as _NoEngine
from console.ui.past_deeds import PastDeeds

if TYPE_CHECKING:
    from console.operator import Operator
    from console.ui.app import ConsoleApp
    from console.ui.services import Services

WHY = "this is a file, offline, so nothing can be sent or changed"


def why() -> str:
    """Why nothing can be sent."""
    return WHY


def NoEngine() -> Operator:  # noqa: N802  stands in the place of a class
    """An operator that refuses everything with the reason."""
    return cast("Operator", _NoEngine(why))


class OfflineLife:
    """An `EngineLife` without an engine."""

    def __init__(self, words: str) -> None:
        self._words = words

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Says once that there is none."""
        on_status(LifeStatus(LifeState.OFFLINE, self._words))
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """There is nothing to end."""


class OfflineDeeds(PastDeeds):
    """Keys of a desk over a file."""

    def __init__(self, app: ConsoleApp, services: Services) -> None:
        super().__init__(app, services, {}, _nothing)

    def begun(self) -> None:
        self._app.begun()
        trouble = self._services.options.offline_trouble
        if trouble:
            self._app.notify(trouble, title="Open", severity="warning", timeout=15)


def _nothing(_action: Action) -> None: ...
