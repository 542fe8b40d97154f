"""Hanging up: the leg is named in full, and Cancel has the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.widgets.button import ButtonVariant

from console.domain.legs import Leg
from console.ui.dialogs.base import CommandDialog


class ConfirmDialog(CommandDialog):
    """Asks before a command without parameters that cannot be taken back."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    @property
    def variant(self) -> ButtonVariant:
        return "error"

    def title_text(self, leg: Leg | None) -> str:  # noqa: ARG002  named in the body
        return f"{self.action.title.capitalize()}?"
