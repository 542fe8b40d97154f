"""What an alert does beside its words on the status line: a notice, the bell, a desktop notification, a command.

The command is started without a shell and gets the alert as one JSON object on stdin. It may take ten seconds, its output
is thrown away, and only a few run at the same time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from typing import TYPE_CHECKING

from console.domain.alerts import Alert, Change
from console.domain.times import iso
from console.ui.compat import GuardedApp, is_headless, write_escape
from console.ui.desktop_notes import desktop_note

if TYPE_CHECKING:
    from console.ui.services import Services

COMMAND_TIMEOUT_S = 10.0
AT_ONCE = 4
WAITING = 20


class Alerting:
    """Carries out what rules ask for."""

    def __init__(self, app: GuardedApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    def tell(self, change: Change) -> None:
        """An alert was raised or cleared."""
        alert, rule = change.alert, change.alert.rule
        words = alert.sentence if change.raised else f"over: {rule.told}"
        title = f"Alert {rule.name}"
        self._app.withdraw(f"{title}:")
        self._app.notify(
            words, title=title, severity="warning" if change.raised else "information", markup=False
        )
        if change.raised and rule.bell:
            self._app.bell()
        if change.raised and rule.desktop and not is_headless(self._app):
            note = desktop_note(f"{self._app.title}: {rule.name}: {words}", os.environ)
            if note is not None:
                write_escape(self._app, note)
            elif self._services.notices.once("desktop"):
                self._app.notify(
                    "this terminal is not known to show desktop notifications",
                    title=title,
                    markup=False,
                )
        if rule.command:
            self._start(change)

    def _start(self, change: Change) -> None:
        rule = change.alert.rule
        if self._waiting >= WAITING:
            self._note(
                change.alert, "too many alert commands are waiting; this one was not started"
            )
            return
        self._waiting += 1
        self._app.run_worker(
            self._run(change),
            name=f"command of alert {rule.name}",
            group="alerts",
            exclusive=False,
            exit_on_error=False,
        )

    async def _run(self, change: Change) -> None:
        try:
            async with self._gate:
                failure = await run_command(
                    change.alert.rule.command, report(change, self._services.options.profile)
                )
            if failure is not None:
                self._note(change.alert, failure)
        except Exception as error:  # noqa: BLE001  the worker border
            self._app.report(error)
        finally:
            self._waiting -= 1

    def _note(self, alert: Alert, failure: str) -> None:
        words = f"the command of alert {alert.rule.name} failed: {failure}"
        self._app.notify(words, title="Alert command", severity="error", markup=False)


def report(change: Change, profile: str | None) -> bytes:
    """The alert as one JSON object."""
    alert, rule = change.alert, change.alert.rule
    at = alert.raised_at if alert.cleared_at is None else alert.cleared_at
    body = {
        "alert": rule.name,
        "state": "raised" if change.raised else "cleared",
        "watch": rule.watch.value,
        "value": round(alert.value, 3),
        "worst": round(alert.worst, 3),
        "limit": rule.limit,
        "unit": rule.watch.unit,
        "sentence": alert.sentence,
        "at": iso(at),
        "raised_at": iso(alert.raised_at),
        "profile": profile,
    }
    return json.dumps(body).encode() + b"\n"


async def run_command(
    argv: tuple[str, ...], stdin: bytes, *, timeout_s: float = COMMAND_TIMEOUT_S
) -> str | None:
    """Runs a program to its end; why it failed, in words, None when it did not."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"{argv[0]} cannot be started: {getattr(error, 'strerror', None) or error}"
    try:
        async with asyncio.timeout(timeout_s):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                await process.communicate(stdin)
            await process.wait()
    except TimeoutError:
        return f"{argv[0]} took longer than {timeout_s:g} s and was ended"
    finally:
        if process.returncode is None:
            _end(process)
            await process.wait()
    return None if process.returncode == 0 else f"{argv[0]} ended with status {process.returncode}"


def _end(process: asyncio.subprocess.Process) -> None:
    """It, and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
