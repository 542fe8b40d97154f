"""What happens on the desk by itself: entries that come in, and the seconds that pass."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from console.domain.legs import LegKey
from console.errors import JournalError
from console.ui.compat import GuardedApp
from console.ui.feed import new_incoming
from console.ui.services import Services

if TYPE_CHECKING:
    from console.store.store import Changes
    from console.ui.screens.desk import DeskScreen
    from console.ui.widgets.journal_tail import Where

_HIDDEN_ROUNDS = 5
"""Under a screen that hides them the panes are painted every fifth round only; the journal is looked at in every one."""

_LINE_AFTER = 3
"""Seconds of a desk's life before its line is watched: the first ones belong to the operator."""


class News:
    """The reader of the feed: brings what changed into the widgets, no more often than it is looked at."""

    def __init__(self, desk: DeskScreen, services: Services) -> None:
        self._desk = desk
        self._services = services
        self._dirty: set[LegKey] = set()
        self._rounds = 0
        self._seconds = 0

    def board_loaded(self) -> None:
        """The feed has read the board."""
        desk, store, now = self._desk, self._services.store, self._services.now()
        desk.view.use(store.board, now)
        desk.tail.extend(store.recent, now)
        kept = desk.kept
        if self._services.options.filter:
            desk.calls_filter.use(self._services.options.filter)
        elif kept is not None and kept.filter:
            desk.calls_filter.use(kept.filter, kept.filter_name)
        desk.calls.set_filter(desk.view.filter, now)

    def changed(self, changes: Changes) -> None:
        """The feed has news."""
        desk = self._desk
        self._dirty |= changes.keys
        if self._services.line is not None:
            self._services.line.changed(changes)
        desk.tail.extend(changes.entries, self._services.now())
        incoming = new_incoming(changes.entries, self._services.store.board)
        if incoming:
            desk.deeds.incoming(incoming)
        self._rounds += 1
        if desk.is_current or self._rounds % _HIDDEN_ROUNDS == 0:
            self._paint()

    def trouble(self, sentence: str) -> None:
        """The feed cannot read the journal."""
        self._desk.app.notify(
            f"The journal cannot be read: {sentence}", severity="error", markup=False
        )

    def turn_tail(self, where: Where) -> None:
        """The tail of events wants another page of the journal."""
        from console.ui.screens.tail_past import turn_page

        try:
            turn_page(self._desk.tail, self._services, where)
        except JournalError as error:
            self.trouble(error.user_message)

    def open_entry(self, seq: int) -> None:
        """One entry whole; says so where the journal has it no more, or cannot be read."""
        try:
            pair = self._services.store.entry(seq)
        except JournalError as error:
            self.trouble(error.user_message)
            return
        if pair is None:
            words = f"entry {seq} is not in the journal any more"
            self._desk.app.notify(words, severity="warning", markup=False)
        else:
            self._desk.deeds.open_event(pair)

    def second(self) -> None:
        """What the time alone changes."""
        desk = self._desk
        desk.feed.rate.next_second()
        desk.deeds.incoming(())
        self._paint()
        desk.calls.tick(self._services.now())
        desk.tail.tick(self._services.now())
        if desk.conversation.awaits_effect:
            desk.drawing.timeline()
        self._seconds += 1
        if self._services.line is not None:
            self._services.line.second()
        elif self._seconds == _LINE_AFTER and self._services.frozen is None:
            desk.app.run_worker(self.watch_line(), name="line", group="line", exit_on_error=False)
        desk.drawing.status()
        desk.drawing.keys()

    async def watch_line(self) -> None:
        """From now on the figures of the line are kept; what they need is imported beside the screen."""
        app = self._desk.app
        assert isinstance(app, GuardedApp)
        try:
            module = await asyncio.to_thread(import_module, "console.ui.line_watch")
            if self._services.line is None:
                self._services.line = module.LineWatch(app, self._services)
        except Exception as error:  # noqa: BLE001  the worker border
            app.report(error)

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
