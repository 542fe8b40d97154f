"""What all dialogs of a command share: the name of the leg, its life while the dialog is open, and one way out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Static
from textual.widgets.button import ButtonVariant

from console.domain.legs import Leg
from console.ui.actions import Action, Scope, of_scope
from console.ui.compat import Guarded, spare_next_key
from console.ui.dialogs.buttons import BUTTON_KEYS, ButtonKeys
from console.ui.permission import permission
from console.ui.services import Services
from console.ui.wording import capitalized, far_end, route, state_line, state_words

Params = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class More:
    """The answer of a small dialog when the operator wants the whole form, with what was typed so far."""

    params: Params


OTHER_KEYS = "F2 all options  F3 what will be sent"
_METHODS = {"dialog.more": "ask('more')", "dialog.request": "ask('request')"}


class CommandDialog(ButtonKeys, Guarded, ModalScreen[Params | More | None]):
    """Asks for the parameters of one command on one leg (none for dial); gives None when the operator changes his mind.

    F2 asks for the whole form in its place, F3 shows what would be sent now, under the `command_id` that it will have.
    While it is open it follows its leg: when the command stops being possible it says why, and its button is off.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            _METHODS.get(action.id, action.id.removeprefix("dialog.")),
            action.title,
            show=False,
            id=action.id,
        )
        for action in of_scope(Scope.DIALOG)
    ]
    BINDINGS += BUTTON_KEYS

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012  (as Textual has it)

    class LegChanged(Message):
        """Something about the dialog's leg was read from the journal."""

    def __init__(self, services: Services, action: Action, leg: Leg | None) -> None:
        super().__init__()
        assert action.command is not None
        self.services = services
        self.action = action
        self.command = action.command
        self.command_id = str(uuid.uuid4())
        self._leg_id = (leg.call_control_id or leg.key) if leg is not None else None
        self._problem: str | None = None
        self._note = ""
        self._is_confirmed = False

    # -- parts

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield from self.compose_body()
            yield Static(id="dialog-status")
            with Horizontal(id="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield Button(
                    Content(self.confirm_label), id="confirm", variant=self.variant, compact=True
                )

    def compose_body(self) -> ComposeResult:
        """What is between the title and the status line."""
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")

    @property
    def confirm_label(self) -> str:
        """What the button says."""
        return capitalized(self.action.title)

    @property
    def variant(self) -> ButtonVariant:
        """How the button looks."""
        return "primary"

    def title_text(self, leg: Leg | None) -> str:
        """The words in the frame."""
        title = capitalized(self.action.title)
        if leg is None:
            return title
        now = self.services.now()
        return f"{title} {far_end(leg, self.services.look)} ({state_words(leg, now)})"

    def params(self) -> Params | None:
        """What would be sent; None while the input cannot be sent, with the reason in `problem_of_input`."""
        return {}

    def typed(self) -> Params:
        """What was typed so far, whether it can be sent or not."""
        return self.params() or {}

    def problem_of_input(self) -> str | None:
        """Why the input cannot be sent yet, in words."""
        return None

    # -- life

    def on_mount(self) -> None:
        self._unsubscribe = self.services.store.subscribe(self._heard)
        self.query_one("#dialog").border_subtitle = Content(
            f"enter {self.action.title}  esc cancel  {OTHER_KEYS}"
        )
        self.refresh_state()
        self.guarded_interval(1.0, self.refresh_state)

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _heard(self, _changed: object) -> None:
        self.post_message(self.LegChanged())

    @on(LegChanged)
    def _leg_changed(self) -> None:
        self.refresh_state()

    @property
    def leg(self) -> Leg | None:
        """The dialog's leg as it is now."""
        return self.services.store.leg(self._leg_id) if self._leg_id is not None else None

    def refresh_state(self) -> None:
        """Draws the leg as it is now, and decides whether the command may be sent."""
        leg = self.leg
        frame = self.query_one("#dialog")
        frame.border_title = Content(self.title_text(leg))
        self.show_leg(leg)
        services = self.services
        reason = permission(self.action, leg, services)
        if reason is not None and leg is not None and not leg.is_live:
            reason = "this call has ended meanwhile; nothing can be sent"
        elif reason is not None:
            reason = f"{reason}; nothing can be sent"
        self._problem = reason
        self.show_status()

    def show_leg(self, leg: Leg | None) -> None:
        """The lines that describe the leg; without one there are none."""
        for line in self.query("#dialog-what, #dialog-state"):
            line.display = leg is not None
        if leg is None:
            return
        now = self.services.now()
        peer = self.services.store.leg(leg.peer) if leg.peer is not None else None
        look = self.services.look
        what, state = route(leg, look), state_line(leg, now, peer, look)
        self.query_one("#dialog-what", Static).update(Content(what), layout=False)
        self.query_one("#dialog-state", Static).update(Content(state), layout=False)

    def show_status(self) -> None:
        """The line above the buttons: why nothing can be sent, else what is wrong with the input."""
        reason = self._problem or self.problem_of_input()
        status = self.query_one("#dialog-status", Static)
        status.update(Content(reason or self._note), layout=False)
        status.set_class(self._problem is not None, "-blocked")
        self.query_one("#confirm", Button).disabled = reason is not None

    # -- ways out

    def action_ask(self, what: str) -> None:
        """F2: the whole form in place of this dialog. F3: the request as it would be sent now."""
        if what == "more":
            self.dismiss(More(self.typed()))
            return
        from console.ui.dialogs.request import show_request

        show_request(self, self._leg_id, self.typed())

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Closes without sending."""
        self.dismiss(None)

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Sends, if the command is still possible and the input complete; once, however often it is pressed."""
        if self._is_confirmed:
            return
        self.refresh_state()
        params = self.params()
        if self._problem is None and params is not None:
            self._is_confirmed = True
            spare_next_key(self.app)
            self.dismiss(params)
