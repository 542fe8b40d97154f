"""The one path of every command: may it be sent, what exactly, send it, say what became of it.

Which dialog asks for what is said in `console.ui.asking`; nothing else in the screen hands commands to the engine.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from console.domain.effects import pending
from console.domain.entries import CommandDone, Intent
from console.domain.legs import Leg
from console.domain.values import text
from console.errors import ConsoleError, EngineError, OutcomeUnknown
from console.ui.actions import Action
from console.ui.commands import is_question, known_params, why_not_here
from console.ui.orders import OnDone, Outcome
from console.ui.permission import permission
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.dialogs.base import CommandDialog, More, Params


class Refused(NamedTuple):
    """A command that Telnyx did not take, to be opened again."""

    action: Action
    leg_id: str | None
    params: Params
    pointer: str | None
    sentence: str
    is_masked: bool = False
    """Whether its values are masks, because the screen was redacted."""


class Sending:
    """Commands of this desk. Nothing here is shown as state: the board tells what became of a command."""

    def __init__(self, app: ConsoleApp, services: Services, on_change: Callable[[], None]) -> None:
        self._app = app
        self._services = services
        self._on_change = on_change
        self._in_flight: set[tuple[str, str | None]] = set()
        self.refused: Refused | None = None
        """The latest refusal, for the key that opens it again."""

    def why_not(self, action: Action, leg: Leg | None) -> str | None:
        """Why the action cannot be sent now, in words; None if it can."""
        assert action.command is not None
        subject = leg if action.needs_call else None
        health = self._services.health
        if action.needs_call and subject is None:
            return "no call is selected"
        reason = permission(action, subject, self._services) or why_not_here(action, subject)
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
        from console.ui.asking import chosen, dialog_for

        action = chosen(action, leg, self._services)
        dialog = dialog_for(action, leg, self._services)
        if dialog is None:
            self.send(action, leg if action.needs_call else None, known_params(action, leg))
        else:
            self._ask(dialog, action)

    def dial(self, action: Action, number: str) -> None:
        """Asks to dial with the number filled in; says why not where it is not possible."""
        reason = self.why_not(action, None)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}", severity="warning")
            return
        from console.ui.dialogs.destination import DestinationDialog

        self._ask(DestinationDialog(self._services, action, None, to=number), action)

    def edit_refused(self) -> None:
        """Opens the command that was refused last, at the field that was wrong; it goes out under a new id."""
        from console.ui.asking import reopened

        refused = self.refused
        if refused is None:
            self._app.notify("no command was refused", severity="warning")
            return
        if refused.is_masked is not self._services.redacted:
            words = "it was given while the screen was redacted otherwise (X)"
            self._app.notify(f"{refused.action.title}: {words}; give it anew", severity="warning")
            return
        action = replace(refused.action, form=True)
        leg = self._services.store.leg(refused.leg_id) if refused.leg_id is not None else None
        reason = self.why_not(action, leg)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}", severity="warning")
            return
        self._ask(reopened(refused, leg, self._services), action)

    def _ask(self, dialog: CommandDialog, action: Action) -> None:
        self._app.push_screen(dialog, partial(self._answered, action, dialog))

    def _answered(
        self, action: Action, dialog: CommandDialog, answer: Params | More | None
    ) -> None:
        """A dialog was closed: with values, with the wish for the whole form, or without anything."""
        from console.ui.asking import asked_again

        if answer is None:
            return
        leg = dialog.leg
        following = asked_again(action, dialog, answer, self._services)
        if following is not None:
            self._ask(following, replace(action, form=True))
            return
        reason = self.why_not(action, leg)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}; nothing was sent", severity="warning")
            return
        self.send(action, leg, cast("Params", answer), command_id=dialog.command_id)

    # -- from intent to outcome

    def send(
        self,
        action: Action,
        leg: Leg | None,
        params: Params,
        on_done: OnDone | None = None,
        *,
        command_id: str | None = None,
        tells: bool = True,
    ) -> None:
        """Hands it to the engine whatever `why_not` says; `on_done` is called once, with what became of it.

        Without `tells` a no is no notice: who asked shows it.

        A command_id among the parameters is the command's own.
        """
        assert action.command is not None
        intent = Intent(
            command_id=text(params, "command_id") or command_id or str(uuid.uuid4()),
            action=action.command,
            call_control_id=leg.call_control_id if leg is not None else None,
            params=dict(params),
            operator=self._services.options.operator_name,
        )
        whom = f" {far_end(leg, self._services.look)}" if leg is not None else ""
        self._in_flight.add((intent.action, intent.call_control_id))
        self._on_change()
        self._app.run_worker(
            self._execute(intent, action, f"{action.title}{whom}" if tells else "", on_done),
            name=f"command {action.command}",
            group="commands",
            exclusive=False,
            exit_on_error=False,
        )

    async def _execute(
        self, intent: Intent, action: Action, title: str, on_done: OnDone | None
    ) -> None:
        outcome = Outcome("something went wrong in the screen")
        try:
            try:
                outcome = await self._outcome(intent, action, title)
                self._catch_up()
            finally:
                self._in_flight.discard((intent.action, intent.call_control_id))
                self._on_change()
        except Exception as error:  # noqa: BLE001 - the worker border
            self._app.report(error)
        if on_done is not None:
            self._tell(on_done, outcome)

    def _catch_up(self) -> None:
        """Lets the board take over what is under way: until it has read the command, another press would send again."""
        if self._app.has_begun and self._app.is_running:
            self._app.desk.feed.look()

    def _tell(self, on_done: OnDone, outcome: Outcome) -> None:
        try:
            on_done(outcome)
        except Exception as error:  # noqa: BLE001 - the worker border, too
            self._app.report(error)

    async def _outcome(self, intent: Intent, action: Action, title: str) -> Outcome:
        """What became of a command; a no is told to the operator under a title, if there is one."""
        is_known = True
        try:
            if is_question(intent.action):
                return await self._question(intent, title)
            done = await self._services.operator.execute(intent)
        except OutcomeUnknown as error:
            refusal, is_known = error.user_message, False
        except EngineError as error:
            refusal = f"The engine does not answer: {error.user_message}; nothing was sent"
        except ConsoleError as error:
            refusal = error.user_message
        else:
            if done.ok:
                self._took(action, done)
                return Outcome(None, done.latency_ms)
            refusal, is_known = _refusal(done), not done.is_unknown
            if is_known:
                pointer = text(done.data, "pointer")
                masked = self._services.redacted
                self.refused = Refused(
                    action, intent.call_control_id, intent.params, pointer, refusal, masked
                )
                refusal += "; e: edit and send again" if title else ""
        if not is_known:
            refusal += "; look at the call before you try again"
        if title:
            verdict = "not done" if is_known else "outcome unknown"
            self._app.notify(refusal, title=f"{title}: {verdict}", severity="error", timeout=12)
        return Outcome(refusal, is_known=is_known)

    async def _question(self, intent: Intent, title: str) -> Outcome:
        """What only asks is answered on the screen, and leaves no trace in the journal."""
        from console.ui.asking import show_answer

        params = dict(intent.params)
        if intent.call_control_id is not None:
            params.setdefault("call_control_id", intent.call_control_id)
        answer = await self._services.operator.query(intent.action, params)
        if answer.ok:
            show_answer(self._app, title, answer, self._services)
            return Outcome(None, answer.latency_ms)
        refusal = answer.message or "Telnyx gave no answer"
        self._app.notify(refusal, title=f"{title}: no answer", severity="error", timeout=12)
        return Outcome(refusal)

    def _took(self, action: Action, done: CommandDone) -> None:
        """What concerns no call has no timeline to show it."""
        if not action.needs_call and action.command != "dial":
            took = f"Telnyx took it (HTTP {done.status}, {done.latency_ms:.0f} ms)"
            self._app.notify(took, title=action.title)


def _id(leg: Leg | None) -> str | None:
    return (leg.call_control_id or leg.key) if leg is not None else None


def _refusal(done: CommandDone) -> str:
    """Telnyx's no, in words: our explanation and what to do, with status and code."""
    words = done.message or "Telnyx gave no reason"
    if done.status is None:
        return words
    code = f", code {done.code}" if done.code and done.code not in words else ""
    return f"{words} (HTTP {done.status}{code})"
