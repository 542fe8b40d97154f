"""Sending webhooks again from the desk: the event under the cursor, or all of the selected call's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.errors import JournalError
from console.ui.compat import drop_typed_ahead
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.domain.entries import Entry
    from console.ui.app import ConsoleApp


def open_replay(app: ConsoleApp, services: Services, leg: Leg | None) -> None:
    """Opens the dialog, or says why nothing can be sent."""
    from console.domain.replaying import chosen, why_not
    from console.replaying import Replays
    from console.ui.dialogs.replay import MEMORY, ReplayDialog

    operator = services.operator
    event = _event(app, services)
    entries: Sequence[Entry] = ()
    refusal: str | None = None
    heading = "Replay"
    if services.redacted:
        refusal = (
            "not while the screen is redacted: what is sent again is shown; X shows everything"
        )
    elif not isinstance(operator, Replays):
        refusal = "there is no engine that could send"
    elif event is not None:
        refusal, entries = why_not(event), [event]
        heading = f"Replay {event.event_type or 'event'}"
    elif leg is None:
        refusal = "no call is selected"
    else:
        entries = chosen(_entries(services, leg))
        refusal = None if entries else "no webhook of this call is recorded"
        heading = f"Replay the webhooks of {far_end(leg, services.look)}"
    if refusal is not None or not isinstance(operator, Replays):
        drop_typed_ahead(app)
        app.notify(f"replay: {refusal}", severity="warning")
        return
    last = services.memory.of_desk(MEMORY)
    target = last if isinstance(last, str) else _forward_target(services)
    app.push_screen(ReplayDialog(services, heading, entries, operator, target))


def _event(app: ConsoleApp, services: Services) -> Entry | None:
    """The entry under the cursor where a pane of events has the focus."""
    desk = app.desk
    active = desk.panes.arrangement.active
    if active == "timeline":
        seq = desk.timeline.selected
    elif active == "events":
        seq = desk.tail.selected
    else:
        return None
    try:
        pair = None if seq is None or seq < 0 else services.store.entry(seq)
    except JournalError:
        return None
    return None if pair is None else pair[0]


def _entries(services: Services, leg: Leg) -> list[Entry]:
    """Those of the leg itself; its conversation's other legs have keys of their own."""
    try:
        pairs = services.store.entries_of([leg.key])
    except JournalError:
        return []
    ids = {each for each in (leg.call_control_id, leg.call_leg_id) if each}
    return [entry for entry, _ in pairs if entry.call_control_id in ids or entry.call_leg_id in ids]


def _forward_target(services: Services) -> str:
    health = services.health
    if health is None or health.forward is None or health.forward.target is None:
        return ""
    return health.forward.target.url
