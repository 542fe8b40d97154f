"""What would change, before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from console.telnyx.applications import Difference
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.application_rows import present_differences
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView

_WIDTH = 64


class DifferenceDialog(PlainDialog[bool]):
    """Gives True to save."""

    AUTO_FOCUS: ClassVar[str] = "#confirm"

    def __init__(self, services: Services, heading: str, differences: Sequence[Difference]) -> None:
        super().__init__(services, heading)
        self._differences = differences

    @property
    def confirm_label(self) -> str:
        return "Save"

    @property
    def cancel_label(self) -> str:
        return "Back"

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="diff")

    def fill(self) -> None:
        room = self.room(_WIDTH)
        self.query_one(LinesView).show(list(present_differences(self._differences, room)))

    def result(self) -> bool:
        return True
