"""Transfer and dial: a destination that is checked while it is typed, with suggestions from the contacts."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.legs import Leg
from console.domain.text import clean
from console.errors import UsageError
from console.ui.actions import Action
from console.ui.dialogs.base import CommandDialog, Params
from console.ui.services import Contact, Services

_SUGGESTIONS = 6


class DestinationDialog(CommandDialog):
    """Asks where to. `from` is required for dial, and left to Telnyx for transfer unless typed."""

    AUTO_FOCUS: ClassVar[str] = "#to"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "suggestion(1)", "next suggestion", show=False),
        Binding("up", "suggestion(-1)", "previous suggestion", show=False),
    ]

    def __init__(
        self, services: Services, action: Action, leg: Leg | None, *, to: str = ""
    ) -> None:
        """`to` is what the field begins with."""
        super().__init__(services, action, leg)
        self._to = to
        self._found: tuple[Contact, ...] = ()
        self._dialling = leg is None

    def compose_body(self) -> ComposeResult:
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")
        with Horizontal(classes="field"):
            yield Label(Content("to"))
            yield Input(
                value=self._to,
                id="to",
                placeholder="+15550100, sip:…, or a name",
                compact=True,
            )
        yield Static(id="resolved")
        yield OptionList(id="suggestions", compact=True, markup=False)
        with Horizontal(classes="field"):
            yield Label(Content("from"))
            yield Input(
                value=(self.services.options.caller_id or "") if self._dialling else "",
                id="from",
                placeholder="+15550100" if self._dialling else "the number that was called",
                compact=True,
            )

    def on_mount(self) -> None:
        self.query_one("#suggestions").can_focus = False
        self._suggest()

    # -- what was typed

    def _resolve(self, field: str) -> tuple[str | None, str | None]:
        """What goes on the wire for a field, and what is wrong with it."""
        typed = self.query_one(f"#{field}", Input).value.strip()
        if not typed:
            return None, None
        try:
            return self.services.contacts.destination(typed), None
        except UsageError as error:
            return None, error.user_message

    def problem_of_input(self) -> str | None:
        to, wrong = self._resolve("to")
        if wrong is not None:
            return self._nearly() or wrong
        if to is None:
            return "type a number, a SIP address or a name"
        caller, wrong = self._resolve("from")
        if wrong is not None:
            return f"from: {wrong}"
        if caller is None:
            return "dialling needs a caller id of your own in “from”" if self._dialling else None
        if not caller.startswith("+"):
            return "from: a number with its country code is needed, as +15550100"
        return None

    def params(self) -> Params | None:
        if self.problem_of_input() is not None:
            return None
        params: dict[str, object] = {"to": self._resolve("to")[0]}
        caller, _wrong = self._resolve("from")
        if caller is not None:
            params["from"] = caller
        health = self.services.health
        if self._dialling and health is not None and health.connection_id:
            params["connection_id"] = health.connection_id
        return params

    def typed(self) -> Params:
        """Names are resolved as far as they can be."""
        found = dict(self.params() or {})
        for field in ("to", "from"):
            text = self.query_one(f"#{field}", Input).value.strip()
            if text:
                found[field] = self._resolve(field)[0] or text
        return found

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "to":
            self._suggest()
        self.show_status()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "to" and self._take_suggestion():
            return
        if event.input.id == "to" and self._nearly() and len(self._found) == 1:
            self._take(0)  # seen whole before the next Enter sends it
            return
        self.action_confirm()

    # -- suggestions

    def _suggest(self) -> None:
        typed = self.query_one("#to", Input).value.strip()
        self._found = tuple(self.services.contacts.find(typed)[:_SUGGESTIONS])
        options = [
            Option(Content.assemble(clean(contact.name), "  ", (clean(contact.destination), "dim")))
            for contact in self._found
        ]
        suggestions = self.query_one("#suggestions", OptionList)
        suggestions.clear_options()
        suggestions.add_options(options)
        suggestions.highlighted = None
        suggestions.display = bool(options)
        to, _wrong = self._resolve("to")
        resolved = self.query_one("#resolved", Static)
        resolved.update(
            Content(f"→ {clean(to)}" if to is not None and to != typed else ""), layout=False
        )

    def _nearly(self) -> str:
        """How to go on from a part of a name; empty where it is none, or a destination as it stands."""
        typed = self.query_one("#to", Input).value.strip()
        if not self._found or not typed[:1].isalpha() or self._resolve("to")[1] is None:
            return ""
        if len(self._found) == 1:
            return f"enter takes {clean(self._found[0].name)}"
        down = "down" if self.services.look.glyphs.ascii else "↓"
        return f"{down} and enter take one of these"

    def action_suggestion(self, step: int) -> None:
        """Moves the mark in the suggestions; above the first there is none."""
        if not self._found:
            return
        suggestions = self.query_one("#suggestions", OptionList)
        place = -1 if suggestions.highlighted is None else suggestions.highlighted
        place = max(-1, min(place + step, len(self._found) - 1))
        suggestions.highlighted = None if place < 0 else place

    def _take_suggestion(self) -> bool:
        """Puts the marked contact into the field."""
        place = self.query_one("#suggestions", OptionList).highlighted
        if place is None or place >= len(self._found):
            return False
        self._take(place)
        return True

    def _take(self, place: int) -> None:
        to = self.query_one("#to", Input)
        to.value = self._found[place].name
        to.action_end()
        self.query_one("#suggestions", OptionList).highlighted = None

    @on(OptionList.OptionSelected, "#suggestions")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option_index)
