"""The whole form of a command: every documented parameter, checked before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button
from textual.widgets.button import ButtonVariant

from console.domain.legs import Leg
from console.errors import UsageError
from console.ui.actions import Action, Danger
from console.ui.dialogs.base import CommandDialog, Params
from console.ui.filling import DESTINATIONS, Filling
from console.ui.forms.fields import Field
from console.ui.forms.model import Form
from console.ui.forms.offers import Offers, offers
from console.ui.forms.tree import Path
from console.ui.services import Services
from console.ui.widgets.form_body import FormBody
from console.ui.wording import route, state_words

_KEYS = "^s send  enter edit  / search  F2 values  F3 what will be sent  del unset"


class CommandForm(CommandDialog):
    """Asks for any parameter of a command. F2 goes through last values and presets, F3 shows what would be sent."""

    AUTO_FOCUS: ClassVar[str] = "#form-fields"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "confirm", "send", show=False, priority=True, id="form.send")
    ]

    def __init__(
        self,
        services: Services,
        action: Action,
        leg: Leg | None,
        fillings: Sequence[Filling],
        *,
        at: Path | None = None,
        said: str | None = None,
    ) -> None:
        """Opens with the first filling. `said` is what Telnyx found wrong, at the place `at`."""
        super().__init__(services, action, leg)
        self._fillings = tuple(fillings)
        self._place = 0
        self._at = at
        self._said = said
        self.body = FormBody(self._filled(), services.look.glyphs, self._resolve, self._offer)

    def compose_body(self) -> ComposeResult:
        yield self.body

    def on_mount(self) -> None:
        frame = self.query_one("#dialog")
        frame.add_class("-form")
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """To the field that was wrong, else to the first one that has to be typed."""
        self._tell()
        self.query_one("#dialog").border_subtitle = Content(_KEYS)
        rows, form = self.body.rows, self.body.form
        if self._at is not None:
            form.say(self._at, self._said or "Telnyx refused this value")
            self.body.go(self._at, edit=True)
            self.body.redraw()
            return
        empty = next((path for path in form.faults if rows.row(path) is not None), None)
        self.body.go(empty or rows.first, edit=empty is not None)

    def _filled(self) -> Form:
        params: Mapping[str, object] = self._fillings[self._place].params if self._fillings else {}
        return Form(self.command, params, leg=self.action.needs_call)

    def _tell(self) -> None:
        """Where the values come from, and where others would."""
        title = self._fillings[self._place].title if self._fillings else ""
        more = len(self._fillings) > 1
        words = [f"filled in {title}" if title not in ("", "empty") else title]
        if more:
            following = self._fillings[(self._place + 1) % len(self._fillings)].title
            words.append(f"F2: {following or 'as at first'}")
        self._note = "; ".join(word for word in words if word)
        self.show_status()

    # -- what base asks

    @property
    def variant(self) -> ButtonVariant:
        return "error" if self.action.danger is Danger.ENDS else "primary"

    def show_leg(self, leg: Leg | None) -> None:
        """The title names it."""

    def problem_of_input(self) -> str | None:
        fault = self.body.form.first_fault
        return fault[1] if fault is not None and self.body.rows.outline.checked else None

    def params(self) -> Params | None:
        fault = self.body.form.first_fault
        return self.body.form.params if fault is None else None

    def typed(self) -> Params:
        return self.body.form.params

    # -- ways out

    def action_ask(self, what: str) -> None:
        """F2 goes to the next filling, F3 as in every dialog."""
        if what == "request":
            self.body.commit()
            super().action_ask(what)
        elif len(self._fillings) > 1:
            self._place = (self._place + 1) % len(self._fillings)
            self.body.use(self._filled())
            self._tell()

    def action_confirm(self) -> None:
        """Sends if all is well, else goes to the first field that is wrong."""
        if not self.body.commit():
            return
        fault = self.body.form.first_fault
        if fault is None:
            super().action_confirm()
            return
        self.body.rows.outline.checked = frozenset(self.body.form.faults)
        self.body.go(fault[0] or self.body.rows.first, edit=True)
        self.body.redraw()
        self.show_status()

    @on(FormBody.Changed)
    def _changed(self, event: FormBody.Changed) -> None:
        event.stop()
        self.show_status()

    def _resolve(self, field: Field, text: str) -> str:
        """A contact's name as a destination becomes what goes on the wire; all else stays as typed."""
        if field.name != "to" or self.command not in DESTINATIONS:
            return text
        try:
            return self.services.contacts.destination(text)
        except UsageError:
            return text

    def _offer(self, path: Path) -> Offers:
        """Calls, conferences and queues that the board knows; a command of a call takes another call, never that one."""
        command, services, leg = self.body.form.command, self.services, self.leg
        own = leg.key if leg is not None and command.scope == "call" else None
        board, now = services.store.board, services.now()

        def told(leg: Leg) -> str:
            return f"{route(leg, services.look)}  {state_words(leg, now)}"

        return offers(
            command, path, [board.legs[key] for key in board.live_keys if key != own], told
        )

    def show_status(self) -> None:
        super().show_status()
        if self._problem is None:
            self.query_one("#confirm", Button).disabled = False
