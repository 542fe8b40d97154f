"""What opens beside the desk: keypad, gather, transcript, sound, applications, and comparing a call with Telnyx."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from console.domain.legs import Leg, LegKey, Mark
from console.ui.actions import Action
from console.ui.digits import DigitQueue
from console.ui.orders import Orders, Outcome
from console.ui.services import Services

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.dialogs.base import CommandDialog, More, Params
    from console.ui.sending import Sending


LOOKING = (
    "timeline.leg", "timeline.times", "time.go",
    "time.minute_back", "time.minute_on", "time.ten_back", "time.ten_on",
)  # fmt: skip
"""What `console.ui.looking` does."""

LINE = ("pulse", "alerts", "ring_back")
"""What `console.ui.line_views` opens."""

PAST = ("history", "travel")
"""What `console.ui.travel` opens."""

FILES = ("redact", "export", "doctor")
"""What `console.ui.redaction`, `console.ui.exporting` and `console.ui.checkup` do."""


class Views:
    """Opens them for the selected call; imports each when it is first wanted. `why_not` is asked for every key drawn."""

    def __init__(self, app: ConsoleApp, services: Services, sending: Sending) -> None:
        self._app = app
        self._services = services
        self._orders = Orders(sending, services)
        self._queues: dict[str, DigitQueue] = {}
        """Digits by leg: what is typed goes out, also after the keypad was closed."""
        self._checking: set[str] = set()
        self._verbs: dict[str, Callable[[Leg | None], None]] = {
            "call.keypad": self._keypad,
            "call.gather": self._gather,
            "call.transcript": self._transcript,
            "call.flow": self._flow,
            "call.check": self._check,
            "sound": self._sound,
            "applications": self._applications,
            **{name: partial(self._look, name) for name in LOOKING},
            **{name: partial(_past, name, app, services) for name in PAST},
            "call.note": lambda leg: _note(app, services, leg),
            "requests": lambda _leg: _requests(app, services),
            "doctor": lambda _leg: _doctor(app, services),
            "redact": lambda _leg: _redact(app, services),
            "replay": lambda leg: _replay(app, services, leg),
            "export": lambda _leg: _export(app, services),
            **{name: partial(_open_line, name, app, services, sending) for name in LINE},
        }

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._verbs

    def why_not(self, action: Action, leg: Leg | None) -> str | None:
        """Why an action is not possible now, in words; None if it is."""
        if action.needs_call and leg is None:
            return "no call is selected"
        if action.id == "call.keypad" or (action.id == "call.gather" and not _gathers(leg)):
            assert action.command is not None
            reason = self._orders.why_not(action.command, leg)
            return None if action.id == "call.keypad" and self._is_typing(leg) else reason
        if action.id == "call.note" and self._services.options.read_only:
            return "read-only: nothing is written"
        if action.id == "replay" and self._services.options.read_only:
            return "read-only: nothing is sent"
        if action.id in FILES:
            return _why_not_file(action, self._app, self._services)
        if action.id == "timeline.leg" and len(self._app.desk.conversation.legs) < 2:
            return "its conversation has one leg only"
        if action.id == "call.check" and leg is not None:
            if leg.call_control_id is None:
                return "its call_control_id is not known yet"
            if leg.call_control_id in self._checking:
                return "already being compared with Telnyx"
        return None

    def act(self, action: Action, leg: Leg | None) -> None:
        """Opens it, or says why not."""
        reason = self.why_not(action, leg)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}", severity="warning")
            return
        self._verbs[action.id](leg)

    # -- digits

    def _is_typing(self, leg: Leg | None) -> bool:
        """Whether digits of an open keypad are on their way: no reason to keep it shut."""
        queue = self._queues.get(leg.key) if leg is not None else None
        return queue is not None and not queue.is_idle

    def _keypad(self, leg: Leg | None) -> None:
        from console.ui.dialogs.keypad import KeypadDialog

        assert leg is not None
        self._queues = {key: queue for key, queue in self._queues.items() if not queue.is_idle}
        queue = self._queues.setdefault(leg.key, self._queue_of(leg.key))
        self._app.push_screen(KeypadDialog(self._services, leg, queue))

    def _queue_of(self, key: str) -> DigitQueue:
        def place(digits: str) -> None:
            leg = self._services.store.leg(key)
            self._orders.place_next("send_dtmf", leg, {"digits": digits}, done)

        def done(outcome: Outcome) -> None:
            took = f"{outcome.latency_ms:.0f} ms"
            queue.settled(outcome.refusal, took, is_known=outcome.is_known)

        queue = DigitQueue(place, self._services.now)
        return queue

    def _gather(self, leg: Leg | None) -> None:
        assert leg is not None
        if _gathers(leg):
            self._open_gather(leg)
        else:
            self._ask_gather(leg)

    def _ask_gather(self, leg: Leg) -> None:
        from console.ui.dialogs.gather import GatherDialog

        self._push_gather(GatherDialog(self._services, leg))

    def _push_gather(self, dialog: CommandDialog) -> None:
        self._app.push_screen(dialog, partial(self._gather_answered, dialog))

    def _gather_answered(self, dialog: CommandDialog, answer: Params | More | None) -> None:
        """The small dialog or the whole form was closed."""
        from console.ui.asking import asked_again
        from console.ui.dialogs.base import More

        leg = dialog.leg
        if answer is None or leg is None:
            return
        action = replace(dialog.action, command=dialog.command)
        following = asked_again(action, dialog, answer, self._services)
        if following is not None:
            self._push_gather(following)
        elif not isinstance(answer, More):
            self._orders.place(dialog.command, leg, answer, command_id=dialog.command_id)
            self._open_gather(leg)

    def _open_gather(self, leg: Leg) -> None:
        from console.ui.screens.gather import GatherPane

        self._app.push_screen(GatherPane(self._services, self._orders, leg, self._ask_gather))

    # -- what is said and heard

    def _transcript(self, leg: Leg | None) -> None:
        from console.ui.screens.transcript import TranscriptPane

        assert leg is not None
        self._app.push_screen(TranscriptPane(self._services, self._orders, leg))

    def _sound(self, leg: Leg | None) -> None:
        from console.ui.screens.sound import SoundPane

        self._app.push_screen(SoundPane(self._services, self._orders, leg))

    # -- what happened

    def _look(self, action_id: str, _leg: Leg | None) -> None:
        from console.ui.looking import look

        look(self._app, self._services, action_id)

    def _flow(self, leg: Leg | None) -> None:
        assert leg is not None
        self.open_flow([leg.key])

    def open_flow(self, keys: Sequence[LegKey]) -> None:
        """The ladder of the conversations of these calls."""
        from console.ui.screens.flow import FlowPane

        self._app.push_screen(FlowPane(self._services, keys, self._app.open_event))

    # -- Telnyx's side

    def _applications(self, _leg: Leg | None) -> None:
        from console.ui.screens.applications import ApplicationsPane

        self._app.push_screen(ApplicationsPane(self._services))

    def _check(self, leg: Leg | None) -> None:
        from console.ui.checking import check

        assert leg is not None
        assert leg.call_control_id is not None
        check(self._app, self._services, leg, self._checking)


def _open_line(
    name: str, app: ConsoleApp, services: Services, sending: Sending, _leg: Leg | None
) -> None:
    from console.ui.line_views import open_view

    open_view(name, app, services, sending)


def _past(name: str, app: ConsoleApp, services: Services, _leg: Leg | None) -> None:
    from console.ui.travel import open_past

    open_past(name, app, services)


def _gathers(leg: Leg | None) -> bool:
    return leg is not None and Mark.GATHERING in leg.marks


def _note(app: ConsoleApp, services: Services, leg: Leg | None) -> None:
    from console.ui.remarks import open_note

    assert leg is not None
    open_note(app, services, [leg])


def _requests(app: ConsoleApp, services: Services) -> None:
    from console.ui.screens.requests import RequestsScreen

    app.push_screen(RequestsScreen(services, app.desk.news.open_entry, app.jump))


def _replay(app: ConsoleApp, services: Services, leg: Leg | None) -> None:
    from console.ui.replaying import open_replay

    open_replay(app, services, leg)


def _doctor(app: ConsoleApp, services: Services) -> None:
    from console.ui.checkup import open_checkup

    open_checkup(app, services)


def _redact(app: ConsoleApp, services: Services) -> None:
    from console.ui.redaction import toggle

    toggle(app, services)


def _export(app: ConsoleApp, services: Services) -> None:
    from console.ui.exporting import ask_export

    ask_export(app, services)


def _why_not_file(action: Action, app: ConsoleApp, services: Services) -> str | None:
    if services is not app.services:
        return "this desk shows the past; esc goes back first"
    if action.id == "export" and services.options.export is None:
        return "this screen has no journal of its own to export from"
    if action.id == "doctor" and services.options.examine is None:
        return "there is nothing to look at here; call-console doctor does it in a shell"
    return None
