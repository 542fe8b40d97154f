"""Small frames over a pane that are about no leg: something to read, something to type, something to agree to."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static
from textual.widgets.button import ButtonVariant

from console.domain.text import clean
from console.ui.compat import Guarded, report, spare_next_key
from console.ui.dialogs.buttons import BUTTON_KEYS, ButtonKeys
from console.ui.services import Services

R = TypeVar("R")

_FRAME = 11
"""Cells of a dialog and around it where nothing can be written."""


class PlainDialog(ButtonKeys, Guarded, ModalScreen[R | None]):
    """Gives None when the operator changes his mind."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "close", show=False, id="dialog.cancel"),
        *BUTTON_KEYS,
    ]

    def __init__(self, services: Services, heading: str) -> None:
        super().__init__(classes="plain-dialog")
        self.services = services
        self.heading = heading
        self._is_confirmed = False
        self.problem = ""
        """What Telnyx or the file system said of the last attempt."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield from self.compose_body()
            yield Static(id="dialog-status")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content(self.cancel_label), id="cancel", compact=True)
                if self.confirm_label:
                    label = Content(self.confirm_label)
                    yield Button(label, id="confirm", variant=self.variant, compact=True)

    def room(self, most: int) -> int:
        """Cells for a line of text: as many as are wanted, or as a narrow terminal leaves between frame and scroll bar."""
        return max(20, min(most, self.app.size.width - _FRAME))

    def compose_body(self) -> ComposeResult:
        """What is between the title and the status line."""
        raise NotImplementedError

    def fill(self) -> None:
        """Shows what is broken into lines for the width of the terminal: at first, and whenever that changes."""

    @property
    def confirm_label(self) -> str:
        """What the button says; empty where there is nothing to agree to."""
        return ""

    @property
    def cancel_label(self) -> str:
        """What the way out says."""
        return "Cancel"

    @property
    def variant(self) -> ButtonVariant:
        """How the button looks."""
        return "primary"

    def problem_of_input(self) -> str | None:
        """Why it cannot be confirmed yet, in words."""
        return None

    def result(self) -> R | None:
        """What is given when it is confirmed."""
        return None

    def on_mount(self) -> None:
        frame = self.query_one("#dialog")
        frame.border_title = Content(clean(self.heading))
        frame.border_subtitle = Content("esc close")
        self.on_descendant_focus()
        self.show_status()
        self.fill()

    def on_resize(self) -> None:
        """Other room for lines."""
        if self.query("#dialog"):
            self.fill()

    async def survived(self, work: Awaitable[str], broken: str) -> str:
        """What came of work beside the screen, in words; `broken` after an error that nobody expected: the worker border."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001  the worker border
            report(self, error)
            return broken

    def show_keys(self) -> None:
        if self.confirm_label and not self._is_confirmed:
            words = self.enter_words(self.cancel_label.lower(), self.confirm_label.lower())
            self.query_one("#dialog").border_subtitle = Content(clean(words))

    def show_status(self) -> None:
        """The line above the buttons, and whether the button is on."""
        reason = self.problem_of_input()
        status = self.query_one("#dialog-status", Static)
        status.update(Content(clean(reason or self.problem)), layout=False)
        status.set_class(bool(self.problem) and reason is None, "-blocked")
        for button in self.query("#confirm"):
            button.disabled = reason is not None

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Closes, nothing is done."""
        self.dismiss(None)

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Gives the result, if there is nothing against it."""
        if self._is_confirmed:
            return
        self.show_status()
        if self.problem_of_input() is None:
            self._is_confirmed = True
            spare_next_key(self.app)
            self.dismiss(self.result())
