"""What a comparison with Telnyx found, or a check of the installation, as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.wrapping import wrapped
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView

_WIDTH = 60


class ReportDialog(PlainDialog[None]):
    """Nothing here can be changed."""

    AUTO_FOCUS: ClassVar[str] = "#report"

    def __init__(
        self,
        services: Services,
        heading: str,
        sentence: str,
        lines: Sequence[str],
        roles: Mapping[str, Role] | None = None,
    ) -> None:
        """`roles` colours lines that begin with one of these words: that word only."""
        super().__init__(services, heading)
        self._sentence = sentence
        self._lines = lines
        self._roles = roles or {}

    @property
    def cancel_label(self) -> str:
        return "Close"

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="report")

    def fill(self) -> None:
        dot = self.services.look.glyphs.dot
        room = self.room(_WIDTH)
        lines: list[Line] = [(Span("  "), Span(row)) for row in wrapped(self._sentence, room)]
        lines.append(())
        for each in self._lines:
            for place, row in enumerate(wrapped(each, room - 2)):
                word, space, rest = row.partition(" ") if place == 0 else ("", "", row)
                lines.append(
                    (
                        Span(f"  {dot if place == 0 else ' '} "),
                        Span(word, self._roles.get(word, Role.TEXT)),
                        Span(f"{space}{rest}"),
                    )
                )
        self.query_one(LinesView).show(lines)
