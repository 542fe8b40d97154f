"""Pinned calls: they stay in the list after they ended, and over sessions, as long as the journal knows them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.errors import JournalError
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen

MOST = 200
"""Pins that are remembered, the latest."""
_NAME = "pinned"


def toggle(services: Services, leg: Leg) -> str:
    """Pins the call or lets it go; what was done, in words."""
    store, who = services.store, far_end(leg, services.look)
    kept = [key for key in remembered(services) if key != leg.key]
    if leg.key in store.pinned:
        store.unpin(leg.key)
        words = f"{who} is no longer pinned"
    else:
        store.pin(leg.key)
        kept.append(leg.key)
        words = f"{who} is pinned: it stays in the list after it ended"
    problem = services.memory.keep_of_desk(_NAME, kept[-MOST:] or None)
    return f"{words}; not for the next time: {problem}" if problem else words


def remembered(services: Services) -> list[str]:
    """The keys that were pinned, also those of other journals."""
    found = services.memory.of_desk(_NAME)
    return [key for key in found if isinstance(key, str)] if isinstance(found, list) else []


def pin_again(desk: DeskScreen, services: Services) -> None:
    """Pins what this journal knows of what was pinned the last time, and shows it."""
    store = services.store
    # Where the journal cannot be read the feed says so.
    with suppress(JournalError):
        for key in remembered(services):
            if store.leg(key) is not None:
                store.pin(key)
    now = services.now()
    desk.view.use(store.board, now)
    desk.calls.set_filter(desk.view.filter, now)
