"""The menu after `c`: every command a call can be given now, with its second key; what is impossible says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.domain.legs import Leg
from console.domain.text import clean
from console.ui.actions import BY_ID, Action
from console.ui.commands import menu_actions, preset_actions
from console.ui.compat import Guarded, drop_typed_ahead
from console.ui.services import Services
from console.ui.wording import far_end

WhyNot = Callable[[Action], str | None]


def open_menu(
    app: App[None],
    selected: Callable[[], Leg | None],
    services: Services,
    why_not: Callable[[Action, Leg | None], str | None],
    act: Callable[[Action], None],
) -> None:
    """Opens the menu for the selected leg: the usual commands, then the operator's presets under the digits.

    It is bound to that leg: what is chosen while another one is selected is not done.
    """
    leg = selected()

    def chosen(action: Action | None) -> None:
        if action is None:
            return
        now = selected()
        if action.needs_call and (now and now.key) != (leg and leg.key):
            drop_typed_ahead(app)
            words = "the call of the menu is not the selected one any more; nothing was sent"
            app.notify(f"{action.title}: {words}", severity="warning")
            return
        act(action)

    whom = f" {far_end(leg, services.look)}" if leg is not None else ""
    actions = [*menu_actions(), *preset_actions(services.options.presets)]
    menu = MenuScreen(f"More for{whom}", actions, lambda action: why_not(action, leg))
    app.push_screen(menu, chosen)


class MenuScreen(Guarded, ModalScreen[Action | None]):
    """Gives the chosen action, or None."""

    AUTO_FOCUS: ClassVar[str] = "#menu-commands"

    def __init__(self, title: str, actions: Sequence[Action], why_not: WhyNot) -> None:
        super().__init__()
        self._title = title
        reasons = [(action, why_not(action)) for action in actions]
        self._possible = [action for action, reason in reasons if reason is None]
        self._impossible = [(action, reason) for action, reason in reasons if reason is not None]
        self._by_key = {key: action for action in actions for key in action.keys}
        self._by_key["colon"] = BY_ID["palette"]
        self._by_id = {action.id: action for action in actions}

    def compose(self) -> ComposeResult:
        with Vertical(id="menu"):
            yield OptionList(id="menu-commands", compact=True, markup=False)

    def on_mount(self) -> None:
        frame = self.query_one("#menu")
        frame.border_title = Content(clean(self._title))
        frame.border_subtitle = Content("a key or enter do it  : all commands  esc close")
        options = [
            Option(Content.assemble((f"{action.key_label:<3}", "bold"), action.title), id=action.id)
            for action in self._possible
        ]
        options += [
            Option(
                Content(f"{action.key_label:<3}{action.title}  {clean(reason)}").stylize("dim"),
                id=action.id,
            )
            for action, reason in self._impossible
        ]
        self.query_one(OptionList).add_options(options)

    def on_key(self, event: events.Key) -> None:
        """A second key does it, also where it is impossible: then the reason is said."""
        action = self._by_key.get(event.key)
        if event.key in ("escape", "c"):
            event.stop()
            self.dismiss(None)
        elif action is not None:
            event.stop()
            self.dismiss(action)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._by_id.get(event.option_id or ""))
