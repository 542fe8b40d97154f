"""The one path of every command: may it be sent, what exactly, send it, say what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.domain.effects import pending
from console.domain.entries import CommandDone, Intent
from console.domain.legality import allowed
from console.domain.legs import Leg
from console.errors import ConsoleError, EngineError
from console.ui.actions import Action
from console.ui.orders import OnDone, Outcome
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.dialogs.base import CommandDialog, Params


class Sending:
    """Commands of this desk. Nothing here is shown as state: the board tells what became of a command."""

    def __init__(self, app: ConsoleApp, services: Services, on_change: Callable[[], None]) -> None:
        self._app = app
        self._services = services
        self._on_change = on_change
        self._in_flight: set[tuple[str, str | None]] = set()

    def why_not(self, action: Action, leg: Leg | None) -> str | None:
        """Why the action cannot be sent now, in words; None if it can."""
        assert action.command is not None
        subject = leg if action.needs_call else None
        options, health = self._services.options, self._services.health
        if action.needs_call and subject is None:
            return "no call is selected"
        reason = allowed(
            action.command, subject, read_only=options.read_only, now=self._services.now()
        )
        if reason is not None:
            return reason
        if health is not None and not health.api_key:
            return "no API key is set, so this console only watches"
        if (action.command, _id(subject)) in self._in_flight:
            return "already on its way"
        if subject is not None and self._awaits_effect(action.command, subject):
            return "already sent, waiting for its effect"
        if action.command == "bridge" and subject is not None and not self._has_other(subject):
            return "there is no other live call to bridge with"
        return None

    def _awaits_effect(self, command: str, leg: Leg) -> bool:
        waiting = pending(leg, self._services.now())
        return waiting is not None and waiting.action == command and not waiting.overdue

    def _has_other(self, leg: Leg) -> bool:
        from console.ui.dialogs.bridge import has_other

        board = self._services.store.board
        return has_other((board.legs[key] for key in board.live_keys), leg)

    # -- from key to intent

    def begin(self, action: Action, leg: Leg | None) -> None:
        """Asks what must be asked, then sends; says why not where it is not possible."""
        reason = self.why_not(action, leg)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}", severity="warning")
            return
        subject = leg if action.needs_call else None
        dialog = self._dialog(action, subject)
        if dialog is None:
            self.send(action, subject, {})
        else:
            self._app.push_screen(dialog, partial(self._answered, action, subject))

    def _dialog(self, action: Action, leg: Leg | None) -> CommandDialog | None:
        from console.ui.dialogs.bridge import BridgeDialog
        from console.ui.dialogs.confirm import ConfirmDialog
        from console.ui.dialogs.destination import DestinationDialog
        from console.ui.dialogs.reject import RejectDialog

        match action.command:
            case "transfer" | "dial":
                return DestinationDialog(self._services, action, leg)
            case "bridge" if leg is not None:
                return BridgeDialog(self._services, action, leg)
            case "reject":
                return RejectDialog(self._services, action, leg)
            case command if command in self._services.options.confirm:
                return ConfirmDialog(self._services, action, leg)
            case _:
                return None

    def _answered(self, action: Action, leg: Leg | None, params: Params | None) -> None:
        if params is None:
            return
        current = self._services.store.leg(_id(leg) or "") if leg is not None else None
        reason = self.why_not(action, current)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}; nothing was sent", severity="warning")
            return
        self.send(action, current, params)

    # -- from intent to outcome

    def send(
        self, action: Action, leg: Leg | None, params: Params, on_done: OnDone | None = None
    ) -> None:
        """Hands it to the engine whatever `why_not` says; `on_done` is called once, with what became of it."""
        assert action.command is not None
        intent = Intent(
            command_id=str(uuid.uuid4()),
            action=action.command,
            call_control_id=leg.call_control_id if leg is not None else None,
            params=dict(params),
            operator=self._services.options.operator_name,
        )
        whom = f" {far_end(leg, self._services.look)}" if leg is not None else ""
        self._in_flight.add((intent.action, intent.call_control_id))
        self._on_change()
        self._app.run_worker(
            self._execute(intent, f"{action.title}{whom}", on_done),
            name=f"command {action.command}",
            group="commands",
            exclusive=False,
            exit_on_error=False,
        )

    async def _execute(self, intent: Intent, title: str, on_done: OnDone | None) -> None:
        try:
            try:
                outcome = await self._outcome(intent, title)
            finally:
                self._in_flight.discard((intent.action, intent.call_control_id))
                self._on_change()
            if on_done is not None:
                on_done(outcome)
        except Exception as error:  # noqa: BLE001 - the worker border
            self._app.report(error)

    async def _outcome(self, intent: Intent, title: str) -> Outcome:
        """What became of a command; a no is told to the operator."""
        try:
            done = await self._services.operator.execute(intent)
        except EngineError as error:
            refusal = f"The engine does not answer: {error.user_message}; nothing was sent"
        except ConsoleError as error:
            refusal = error.user_message
        else:
            if done.ok:
                return Outcome(None, done.latency_ms)
            refusal = _refusal(done)
        self._refuse(title, refusal)
        return Outcome(refusal)

    def _refuse(self, title: str, sentence: str) -> None:
        self._app.notify(sentence, title=f"{title}: not done", severity="error", timeout=12)


def _id(leg: Leg | None) -> str | None:
    return (leg.call_control_id or leg.key) if leg is not None else None


def _refusal(done: CommandDone) -> str:
    """Telnyx's no, in words: our explanation and what to do, with status and code."""
    words = done.message or "Telnyx gave no reason"
    if done.status is None:
        return words
    code = f", code {done.code}" if done.code and done.code not in words else ""
    return f"{words} (HTTP {done.status}{code})"
