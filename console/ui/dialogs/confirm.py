"""Hanging up: the leg is named in full, and Cancel has the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static
from textual.widgets.button import ButtonVariant

from console.domain.legs import Leg
from console.ui.actions import Action
from console.ui.dialogs.base import OTHER_KEYS, CommandDialog, Params
from console.ui.services import Services
from console.ui.wording import bounded, capitalized


class ConfirmDialog(CommandDialog):
    """Asks before a command without parameters that cannot be taken back."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def __init__(
        self, services: Services, action: Action, leg: Leg | None, given: Params | None = None
    ) -> None:
        """`given`: what was typed in a form already."""
        super().__init__(services, action, leg)
        self._given = given or {}

    def params(self) -> Params | None:
        return self._given

    def show_leg(self, leg: Leg | None) -> None:
        super().show_leg(leg)
        if leg is None:
            what = ", ".join(f"{name}: {value}" for name, value in self._given.items())
            line = self.query_one("#dialog-what", Static)
            line.display = bool(what)
            line.update(Content(bounded(what)), layout=False)

    def show_keys(self) -> None:
        enter = self.enter_words("cancel", self.action.title)
        self.query_one("#dialog").border_subtitle = Content(f"{enter}  {OTHER_KEYS}")

    @property
    def variant(self) -> ButtonVariant:
        return "error"

    def title_text(self, leg: Leg | None) -> str:  # noqa: ARG002  named in the body
        return f"{capitalized(self.action.title)}?"
