"""What happens on the desk by itself: entries that come in, and the seconds that pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.legs import LegKey
from console.ui.feed import new_incoming
from console.ui.services import Services

if TYPE_CHECKING:
    from console.store.store import Changes
    from console.ui.screens.desk import DeskScreen

_MODAL_ROUNDS = 5
"""Behind a dialog the panes are painted every fifth round only; the journal is looked at in every one."""


class News:
    """The reader of the feed: brings what changed into the widgets, no more often than it is looked at."""

    def __init__(self, desk: DeskScreen, services: Services) -> None:
        self._desk = desk
        self._services = services
        self._dirty: set[LegKey] = set()
        self._rounds = 0

    def board_loaded(self) -> None:
        """The feed has read the board."""
        desk, store, now = self._desk, self._services.store, self._services.now()
        desk.view.use(store.board, now)
        desk.tail.extend(store.recent)
        if self._services.options.filter:
            desk.calls_filter.use(self._services.options.filter)
        desk.calls.set_filter(desk.view.filter, now)

    def changed(self, changes: Changes) -> None:
        """The feed has news."""
        desk = self._desk
        self._dirty |= changes.keys
        desk.tail.extend(changes.entries)
        incoming = new_incoming(changes.entries, self._services.store.board)
        if incoming:
            desk.deeds.incoming(incoming)
        self._rounds += 1
        if desk.is_current or self._rounds % _MODAL_ROUNDS == 0:
            self._paint()

    def trouble(self, sentence: str) -> None:
        """The feed cannot read the journal."""
        self._desk.app.notify(
            f"The journal cannot be read: {sentence}", severity="error", markup=False
        )

    def second(self) -> None:
        """What the time alone changes."""
        desk = self._desk
        desk.feed.rate.next_second()
        desk.deeds.incoming(())
        self._paint()
        desk.calls.tick(self._services.now())
        if desk.conversation.awaits_effect:
            desk.drawing.timeline()
        desk.drawing.status()
        desk.drawing.keys()

    def _paint(self) -> None:
        desk = self._desk
        dirty, self._dirty = self._dirty, set()
        if dirty:
            desk.calls.refresh_rows(dirty, self._services.now())
        if desk.conversation.concerns(dirty):
            desk.conversation.read()
            desk.drawing.timeline()
            desk.drawing.keys()
        desk.drawing.titles()
