"""Rejecting a call: busy or declined, with Cancel in focus."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import RadioButton, RadioSet, Static

from console.ui.dialogs.base import Params
from console.ui.dialogs.confirm import ConfirmDialog

CAUSES: Final[tuple[tuple[str, str], ...]] = (
    ("USER_BUSY", "busy: the caller hears a busy tone"),
    ("CALL_REJECTED", "rejected: the call is declined"),
)
"""Values of `cause` in the specification's reject request, with what they mean."""


class RejectDialog(ConfirmDialog):
    """Asks for the cause; the first one is chosen until the operator chooses another."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def compose_body(self) -> ComposeResult:
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")
        with RadioSet(id="causes", compact=True):
            for index, (cause, words) in enumerate(CAUSES):
                yield RadioButton(Content(f"{cause}  {words}"), value=index == 0, id=cause)

    def params(self) -> Params:
        index = self.query_one("#causes", RadioSet).pressed_index
        return {"cause": CAUSES[max(0, index)][0]}
