"""What is known of the engine: its life, and its health every few seconds."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from console.errors import ConsoleError
from console.life import EngineLife, LifeState, LifeStatus
from console.ui.notices import Severity
from console.ui.services import Services

if TYPE_CHECKING:
    from collections.abc import Hashable

    from console.reports import Health
    from console.ui.app import ConsoleApp

_SERVING = frozenset({LifeState.RUNNING, LifeState.ATTACHED})
_SEVERITY: dict[LifeState, Severity] = {
    LifeState.FAILED: "error",
    LifeState.RESTARTING: "warning",
}


class EngineWatch:
    """Keeps `services.life` and `services.health` as of late, and tells of changes in notices."""

    def __init__(self, app: ConsoleApp, services: Services, life: EngineLife) -> None:
        self._app = app
        self._services = services
        self._life = life
        self._asking = False
        self._settled: set[Hashable] = set()
        services.life = LifeStatus(LifeState.STARTING)

    def start(self) -> None:
        """Finds or starts the engine, in a worker that lasts as long as the app."""
        self._app.run_worker(self._live(), name="engine", group="engine", exit_on_error=False)

    async def leave(self) -> None:
        """Ends the engine if this desk started it, and the way to it."""
        limit_s = self._services.options.leave_timeout_s
        for end in (self._life.leave, self._services.operator.aclose):
            with contextlib.suppress(ConsoleError, TimeoutError):
                async with asyncio.timeout(limit_s):
                    await end()

    async def _live(self) -> None:
        try:
            await self._life.run(self._heard)
        except ConsoleError as error:
            self._heard(LifeStatus(LifeState.FAILED, error.user_message))
        except Exception as error:  # noqa: BLE001  the worker border
            self._app.report(error)
            self._heard(LifeStatus(LifeState.FAILED, "the engine cannot be watched any more"))

    def _heard(self, status: LifeStatus) -> None:
        before, self._services.life = self._services.life, status
        if status.state not in _SERVING:
            self._services.health = None
        if before == status:
            return
        if status.message and not _goes_without_saying(before, status):
            severity = _SEVERITY.get(status.state, "information")
            self._app.notify(status.message, title="Engine", severity=severity)
        self._app.redraw_status()
        self.ask()

    def ask(self) -> None:
        """Asks for the engine's health, unless it is being asked or there is no engine."""
        life = self._services.life
        if self._asking or not self._app.has_begun or life is None or life.state not in _SERVING:
            return
        self._asking = True
        self._app.run_worker(self._ask(), name="health", group="health", exit_on_error=False)

    async def _ask(self) -> None:
        try:
            health = await self._services.operator.health()
        except ConsoleError:
            self._services.health = None
        except Exception as error:  # noqa: BLE001  the worker border
            self._app.report(error)
        else:
            self._services.health = health
            for sentence in health.notices:
                if self._services.notices.once(sentence):
                    self._app.notify(sentence, severity="warning", timeout=15)
            self._greet(health)
        finally:
            self._asking = False
            self._app.redraw_status()

    def _greet(self, health: Health) -> None:
        options, taking = self._services.options, health.taking
        if options.take_url or options.forward is not None or (taking and taking.is_left):
            from console.ui.greeting import greet

            greet(self._app, self._services, health, self._settled)


def _goes_without_saying(before: LifeStatus | None, status: LifeStatus) -> bool:
    """An engine that starts and then runs is no news; the status line shows it."""
    if status.state in (LifeState.STARTING, LifeState.OFFLINE):
        return True
    began = before is None or before.state is LifeState.STARTING
    return status.state is LifeState.RUNNING and began
