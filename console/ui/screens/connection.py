"""Choosing the application this console works on: what it means, then written and told to the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from console.errors import ConsoleError
from console.telnyx.choosing import Choice
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.wrapping import wrapped
from console.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from console.ui.services import Services

_WIDTH = 64
_MEANS = "Dialling uses it, and its calls are compared with Telnyx's records, from now on and after every start."
_ONLY_NOW = (
    "Dialling uses it, and its calls are compared with Telnyx's records, until the engine ends."
)


class ConnectionDialog(PlainDialog[bool]):
    """Gives True to work on that application."""

    AUTO_FOCUS = "#confirm"

    def __init__(self, services: Services, choice: Choice) -> None:
        super().__init__(services, "Work on this application?")
        self._choice = choice

    @property
    def confirm_label(self) -> str:
        return "Use it"

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="report")

    def fill(self) -> None:
        choice, room = self._choice, self.room(_WIDTH)
        lasts = self.services.options.keep_connection is not None
        lines: list[Line] = [
            (Span("  "), Span(row, Role.STRONG)) for row in wrapped(choice.line, room)
        ]
        lines.append(())
        means = _MEANS if lasts else _ONLY_NOW
        lines += [(Span("  "), Span(row)) for row in wrapped(means, room)]
        for each in choice.problems:
            for place, row in enumerate(wrapped(each.sentence, room - 7)):
                sign = each.level.value if place == 0 else ""
                role = Role.BAD if each.level.value == "bad" else Role.WARN
                lines.append((Span(f"  {sign:<5} ", role), Span(row)))
        self.query_one(LinesView).show(lines)

    def result(self) -> bool:
        return True


async def use(services: Services, choice: Choice, told: Callable[[str, bool], None]) -> None:
    """Keeps the choice and tells the engine; `told` gets a sentence and whether all of it went well."""
    said, is_well = [f"{choice.name} is the application of this console now"], True
    keep = services.options.keep_connection
    try:
        if keep is not None:
            said.append(keep(choice.id))
    except ConsoleError as error:
        said, is_well = [f"not kept for the next start: {error.user_message}"], False
    try:
        await services.operator.use_connection(choice.id)
    except ConsoleError as error:
        why = f"the engine goes on with the one before until it starts again: {error.user_message}"
        said, is_well = [*said[1:], why], False
    else:
        if services.health is not None:
            services.health = replace(services.health, connection_id=choice.id)
    told("; ".join(said), is_well)
