"""The keypad: each digit goes out as it is typed, and what comes from the far end is shown beside it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from console.domain.entries import Event
from console.domain.gathering import DIGIT
from console.domain.legs import Leg
from console.domain.text import clean
from console.domain.values import text
from console.ui.actions import BY_ID
from console.ui.dialogs.base import CommandDialog
from console.ui.digits import DigitQueue, Fate, digit_of
from console.ui.leg_feed import LegFeed
from console.ui.presenters.keypad import Received, present_log
from console.ui.services import Services
from console.ui.widgets.keypad import KeypadGrid, KeypadLog


class KeypadDialog(CommandDialog):
    """Bound to its leg. Closing it leaves what was typed on its way."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def __init__(self, services: Services, leg: Leg, queue: DigitQueue) -> None:
        super().__init__(services, BY_ID["call.keypad"], leg)
        self._queue = queue
        self._feed = LegFeed(services.store, leg.key)
        self._received: dict[bytes, Received] = {}

    def compose(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        with Vertical(id="dialog", classes="keypad"):
            yield Static(id="dialog-what")
            yield Static(id="dialog-state")
            with Horizontal(id="keypad"):
                yield KeypadGrid(glyphs=glyphs, id="keypad-grid")
                yield KeypadLog(glyphs=glyphs, id="keypad-log")
            yield Static(id="dialog-status")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Close"), id="cancel", compact=True)

    def on_mount(self) -> None:
        self._queue.on_change = self._draw
        # What the base class does not know: an event may change nothing of the leg.
        self.guarded_interval(0.2, self._listen)
        self._listen()

    def on_unmount(self) -> None:
        self._queue.on_change = lambda: None

    def refresh_state(self) -> None:
        """The base class has drawn the leg: now the digits."""
        super().refresh_state()
        self.query_one("#dialog").border_subtitle = Content("digits go out as typed  esc close")
        self._listen()

    def _listen(self) -> None:
        """Takes in the digits that came."""
        for entry, fact in self._feed.news():
            if isinstance(fact, Event) and fact.type == DIGIT:
                digit = text(fact.payload, "digit") or "?"
                self._received.setdefault(fact.key, Received(entry.received_at, digit))
        self._draw()

    def _draw(self) -> None:
        if self.is_attached:
            log = present_log(self._queue.batches, list(self._received.values()))
            self.query_one(KeypadLog).show(log)
            self.show_status()

    def show_status(self) -> None:
        status = self.query_one("#dialog-status", Static)
        last = self._queue.batches[-1] if self._queue.batches else None
        failed = (Fate.REFUSED, Fate.UNKNOWN)
        refusals = [each.words for each in self._queue.batches if each.fate in failed]
        has_failed = last is not None and last.fate in (*failed, Fate.DROPPED)
        said = refusals[-1] if has_failed else "w waits half a second, W a second"
        words = clean(self._problem or said)
        status.update(Content(words), layout=False)
        status.set_class(self._problem is not None or has_failed, "-blocked")

    # -- typing

    @on(events.Key)
    def _key(self, event: events.Key) -> None:
        digit = digit_of(event.character)
        if digit is not None:
            event.stop()
            event.prevent_default()
            self._press(digit)

    @on(events.Paste)
    def _paste(self, event: events.Paste) -> None:
        """A pasted number: digits as they stand, whatever groups them is left out."""
        event.stop()
        for character in event.text[:64]:
            digit = digit_of(character)
            if digit is not None:
                self._press(digit)

    @on(KeypadGrid.Pressed)
    def _clicked(self, event: KeypadGrid.Pressed) -> None:
        event.stop()
        self._press(event.digit)

    def _press(self, digit: str) -> None:
        if self._problem is None:
            self._queue.press(digit)
        else:
            self.app.bell()

    def action_confirm(self) -> None:
        """There is nothing to confirm."""

    def action_ask(self, what: str) -> None:
        """Digits go out as they are typed: there is no form, and nothing that will be sent."""
