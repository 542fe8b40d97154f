"""Which dialog asks for what: small ones for the usual, the whole form for everything, a question before what ends.

Imported when a command is first wanted: dialogs and catalogue cost the start nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.ui.actions import Action, Danger
from console.ui.commands import ENDING
from console.ui.dialogs.base import CommandDialog, More, Params
from console.ui.dialogs.bridge import BridgeDialog
from console.ui.dialogs.confirm import ConfirmDialog
from console.ui.dialogs.destination import DestinationDialog
from console.ui.dialogs.form import CommandForm
from console.ui.dialogs.reject import RejectDialog
from console.ui.dialogs.sheet import Copy, SheetScreen
from console.ui.filling import Filling, fillings
from console.ui.forms.faults import place_of
from console.ui.forms.model import Form
from console.ui.services import Services

if TYPE_CHECKING:
    from console.reports import QueryAnswer
    from console.ui.app import ConsoleApp
    from console.ui.sending import Refused

_SOUNDS = {
    "call.playback.started": True,
    "call.speak.started": True,
    "call.playback.ended": False,
    "call.speak.ended": False,
}
_LONGEST_ANSWER = 400_000


def chosen(action: Action, leg: Leg | None, services: Services) -> Action:
    """The action itself; of one that begins and ends something the half that makes sense now."""
    if action.stop is None or leg is None or not _is_sounding(leg, services):
        return action
    return replace(
        action, command=action.stop, stop=None, form=False, title=f"stop {action.title}ing"
    )


def dialog_for(action: Action, leg: Leg | None, services: Services) -> CommandDialog | None:
    """What asks for the parameters of a command; None where nothing has to be asked."""
    subject = leg if action.needs_call else None
    if action.form:
        return form_for(action, leg, services)
    match action.command:
        case "transfer" | "dial":
            return DestinationDialog(services, action, subject)
        case "bridge" if subject is not None:
            return BridgeDialog(services, action, subject)
        case "reject":
            return RejectDialog(services, action, subject)
        case command if command in services.options.confirm:
            return ConfirmDialog(services, action, subject)
        case _:
            return None


def form_for(
    action: Action, leg: Leg | None, services: Services, given: Filling | None = None
) -> CommandForm:
    """The whole form, beginning with `given`, with the action's preset, or as the last time."""
    found = fillings(action, leg, services)
    if given is not None:
        found = (given, *found)
    elif action.preset is not None:
        wanted = f"preset {action.preset}"
        found = tuple(sorted(found, key=lambda filling: filling.title != wanted))
    return CommandForm(services, action, leg if action.needs_call else None, found)


def reopened(refused: Refused, leg: Leg | None, services: Services) -> CommandForm:
    """The form of a refused command as it was sent, at the field that Telnyx names."""
    action = replace(refused.action, form=True)
    given = Filling("as it was refused", _without_id(refused.params))
    roots = Form(action.command or "", leg=action.needs_call).roots
    return CommandForm(
        services,
        action,
        leg if action.needs_call else None,
        (given, *fillings(action, leg, services)),
        at=place_of(refused.pointer, roots),
        said=refused.sentence,
    )


def asked_again(
    action: Action, dialog: CommandDialog, answer: Params | More, services: Services
) -> CommandDialog | None:
    """What to ask after a dialog was closed: the whole form if wanted, or whether what ends a call is really meant."""
    if isinstance(answer, More):
        given = Filling("as typed", answer.params) if answer.params else None
        return form_for(replace(action, form=True), dialog.leg, services, given)
    if not isinstance(dialog, CommandForm):
        return None
    trouble = services.memory.keep(dialog.command, answer)
    if trouble is not None and services.notices.once(trouble):
        dialog.app.notify(trouble, severity="warning", markup=False)
    is_final = action.danger is Danger.ENDS or action.command in ENDING
    if is_final or action.command in services.options.confirm:
        return ConfirmDialog(services, action, dialog.leg, answer)
    return None


def show_answer(app: ConsoleApp, title: str, answer: QueryAnswer, services: Services) -> None:
    """What Telnyx answered to a question; where something else is open by now, only that it came."""
    if app.screen is not app.desk:
        app.notify(
            f"the answer came (HTTP {answer.status}, {answer.latency_ms:.0f} ms)", title=title
        )
        return
    whole: Mapping[str, object] = {"data": answer.data}
    if answer.meta:
        whole = {**whole, "meta": answer.meta}
    text = json.dumps(whole, indent=2, ensure_ascii=False)[:_LONGEST_ANSWER]
    copies = {"c": Copy("copy as JSON", lambda: json.dumps(whole, indent=2))}
    app.push_screen(SheetScreen(title, text, services.look.glyphs, copies))


def _is_sounding(leg: Leg, services: Services) -> bool:
    """Whether the latest that was heard of speaking or playing is a beginning."""
    for entry, _fact in reversed(services.store.entries_of({leg.key})):
        if entry.call_control_id == leg.call_control_id and entry.event_type in _SOUNDS:
            return _SOUNDS[entry.event_type]
    return False


def _without_id(params: Params) -> Params:
    return {name: value for name, value in params.items() if name != "command_id"}
