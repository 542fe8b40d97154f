"""What is known of the engine: its life, and its health every few seconds."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from console.domain.text import clean, without_folders
from console.errors import ConsoleError
from console.life import ENGINE_GONE_S, EngineLife, LifeState, LifeStatus
from console.ui.notices import Severity
from console.ui.services import SILENT, Services

if TYPE_CHECKING:
    from collections.abc import Hashable

    from console.reports import Health
    from console.ui.alarm import Alarms
    from console.ui.app import ConsoleApp

LEFT_TO_THE_ENGINE = "the engine goes on giving the webhook URL back; if it cannot, the next call-console run offers it"
_SAY_AFTER_S = 1.0
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
        self._alarms: Alarms | None = None
        services.life = LifeStatus(LifeState.STARTING)

    def start(self) -> None:
        """Finds or starts the engine, in a worker that lasts as long as the app."""
        self._app.run_worker(self._live(), name="engine", group="engine", exit_on_error=False)

    async def leave(self) -> None:
        """Ends the engine if this desk started it, and the way to it. A webhook URL is given back while we wait."""
        limit_s = self._services.options.leave_timeout_s
        saying = self._say_if_it_lasts()
        try:
            for end in (self._life.leave, self._services.operator.aclose):
                with contextlib.suppress(ConsoleError, TimeoutError):
                    async with asyncio.timeout(limit_s if saying is None else ENGINE_GONE_S):
                        await end()
        except asyncio.CancelledError:
            if saying is not None:
                self._say(LEFT_TO_THE_ENGINE)
            raise
        finally:
            if saying is not None:
                saying.cancel()

    def _say_if_it_lasts(self) -> asyncio.TimerHandle | None:
        """Why leaving takes its time; None where our engine has no webhook URL to give back."""
        services = self._services
        health, life = services.health, services.life
        taking = None if health is None else health.taking
        is_ours = life is not None and life.state is LifeState.RUNNING
        if taking is None or taking.is_left or not is_ours:
            return None
        name = taking.application_name or taking.application_id
        words = f"giving the webhook URL of {clean(name)} back; ctrl-c leaves that to the engine"
        return asyncio.get_running_loop().call_later(_SAY_AFTER_S, self._say, words)

    def _say(self, words: str) -> None:
        say = self._services.options.say_on_leaving
        if say is not None:
            say(words)

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
            self._services.silent = False
        if before == status:
            return
        if status.message and not _goes_without_saying(before, status):
            severity = _SEVERITY.get(status.state, "information")
            self._app.notify(status.message, title="Engine", severity=severity)
        self._redraw()
        self.ask()

    def _redraw(self) -> None:
        """The desk says how the engine does; every other screen says it where nothing is recorded."""
        self._app.redraw_status()
        if self._alarms is None and not_recording(self._services) and self._app.has_begun:
            from console.ui.alarm import Alarms

            self._alarms = Alarms(self._app, lambda: not_recording(self._services))
        if self._alarms is not None and self._app.is_running:
            self._alarms.show()

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
            self._services.silent = self._services.silent or self._services.health is not None
            self._services.health = None
        except Exception as error:  # noqa: BLE001  the worker border
            self._app.report(error)
        else:
            self._services.health = health
            self._services.silent = False
            for sentence in health.notices:
                if self._services.notices.once(sentence):
                    self._app.notify(sentence, severity="warning", timeout=15)
            self._greet(health)
        finally:
            self._asking = False
            self._redraw()

    def _greet(self, health: Health) -> None:
        options, taking = self._services.options, health.taking
        asked = (options.forward, options.host, options.port)
        is_asked = options.take_url or options.poll or any(each is not None for each in asked)
        if is_asked or (taking and taking.is_left):
            from console.ui.greeting import greet

            greet(self._app, self._services, health, self._settled)


def not_recording(services: Services) -> str:
    """What every screen must say where nothing is recorded, or nobody knows whether it is; empty while all is well."""
    life, health = services.life, services.health
    if life is not None and life.state in (LifeState.FAILED, LifeState.RESTARTING):
        return f"NOT RECORDING: {_brief(life.message or f'engine {life.state}')}"
    if health is not None and health.journal_error:
        return f"NOT RECORDING: {_brief(health.journal_error)}"
    return f"PERHAPS NOT RECORDING: {SILENT}" if services.silent else ""


def _brief(reason: str) -> str:
    return clean(without_folders(reason))


def _goes_without_saying(before: LifeStatus | None, status: LifeStatus) -> bool:
    """An engine that starts and then runs is no news; the status line shows it."""
    if status.state in (LifeState.STARTING, LifeState.OFFLINE):
        return True
    began = before is None or before.state is LifeState.STARTING
    return status.state is LifeState.RUNNING and began
