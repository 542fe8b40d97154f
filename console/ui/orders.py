"""Commands that live panes give (digits, start, stop): by the same way as every key, with word of what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from console.domain.legality import allowed
from console.ui.actions import Action, Scope

if TYPE_CHECKING:
    from console.domain.legs import Leg
    from console.ui.sending import Sending
    from console.ui.services import Services


class Outcome(NamedTuple):
    """What became of one command: `refusal` is None when Telnyx took it, else a sentence."""

    refusal: str | None
    latency_ms: float = 0.0
    is_known: bool = True
    """False where it may have been done although the answer is missing."""


OnDone = Callable[[Outcome], None]


class Orders:
    """What panes and live dialogs know of the sending of commands. `command` is a name in the catalogue."""

    def __init__(self, sending: Sending, services: Services) -> None:
        self._sending = sending
        self._services = services

    def why_not(self, command: str, leg: Leg | None) -> str | None:
        """Why the command cannot be sent to the leg now, in words; None if it can."""
        return self._sending.why_not(_action(command), leg)

    def place(
        self,
        command: str,
        leg: Leg | None,
        params: Mapping[str, object] | None = None,
        on_done: OnDone | None = None,
        *,
        command_id: str | None = None,
    ) -> None:
        """Sends it, also after the pane that asked is gone; `on_done` is called once, perhaps before this returns.

        `command_id` is the one that was shown before, where one was.
        """
        reason = self.why_not(command, leg)
        if reason is None:
            self._sending.send(_action(command), leg, params or {}, on_done, command_id=command_id)
        elif on_done is not None:
            on_done(Outcome(reason))

    def place_next(
        self, command: str, leg: Leg | None, params: Mapping[str, object], on_done: OnDone
    ) -> None:
        """The same for one of several, as digits are: the board may not have heard of the outcome of the one before."""
        options, now, frozen = self._services.options, self._services.now(), self._services.frozen
        reason = allowed(command, leg, read_only=options.read_only, now=now)
        if frozen is not None:
            reason = frozen()
        if reason is None:
            self._sending.send(_action(command), leg, params, on_done)
        else:
            on_done(Outcome(reason))


def _action(command: str) -> Action:
    return Action(
        id=f"order.{command}",
        keys=(),
        scope=Scope.DESK,
        title=command.replace("_", " "),
        description="",
        command=command,
        needs_call=True,
    )
