"""Notes and tags: opens the dialog for one call, or for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.errors import JournalError
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.domain.notes import Note
    from console.ui.app import ConsoleApp


def open_note(app: ConsoleApp, services: Services, legs: Sequence[Leg]) -> None:
    """Asks for a note and tags, and writes them on every one of these calls."""
    from console.ui.dialogs.note import NoteDialog

    if not legs:
        return
    one = legs[0] if len(legs) == 1 else None
    whom = far_end(one, services.look) if one is not None else f"{len(legs)} calls"
    notes = _notes(services, one) if one is not None else ()

    def closed(is_written: bool | None) -> None:
        if is_written and one is None:
            app.notify(f"written on {whom}")

    app.push_screen(NoteDialog(services, f"Note on {whom}", legs, notes), closed)


def _notes(services: Services, leg: Leg) -> Sequence[Note]:
    from console.domain.notes import notes_in

    if not leg.notes:
        return ()
    try:
        pairs = services.store.entries_of([leg.key])
    except JournalError:
        return ()
    ids = {each for each in (leg.call_control_id, leg.call_leg_id) if each}
    return notes_in(
        [pair for pair in pairs if pair[0].call_control_id in ids or pair[0].call_leg_id in ids]
    )
