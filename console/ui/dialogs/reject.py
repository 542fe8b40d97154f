"""Rejecting a call: busy or declined, with Cancel in focus; the arrow keys choose."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from console.ui.dialogs.base import Params
from console.ui.dialogs.confirm import ConfirmDialog

CAUSES: Final[tuple[tuple[str, str], ...]] = (
    ("USER_BUSY", "the caller hears that the line is busy"),
    ("CALL_REJECTED", "the call is declined"),
)
"""Values of `cause` in the specification's reject request, with what they mean."""


class RejectDialog(ConfirmDialog):
    """Asks for the cause; the first one is chosen until the operator chooses another."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "choose(1)", "next cause", show=False),
        Binding("up", "choose(-1)", "previous cause", show=False),
    ]
    _chosen = 0

    def compose_body(self) -> ComposeResult:
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")
        yield OptionList(*self._options(), id="causes", compact=True, markup=False)

    def on_mount(self) -> None:
        """The arrow keys choose from everywhere: a stop at the list would only make Enter mean something else."""
        self.query_one("#causes", OptionList).can_focus = False

    def _options(self) -> list[Option]:
        glyphs = self.services.look.glyphs
        signs = ("( )", "(x)") if glyphs.ascii else (glyphs.off, glyphs.on)
        return [
            Option(Content.assemble(f"{signs[place == self._chosen]} {cause}  ", (words, "dim")))
            for place, (cause, words) in enumerate(CAUSES)
        ]

    def action_choose(self, step: int) -> None:
        """Chooses the other cause, wherever the focus is."""
        self._choose(max(0, min(self._chosen + step, len(CAUSES) - 1)))

    def _choose(self, place: int) -> None:
        self._chosen = place
        causes = self.query_one("#causes", OptionList)
        for index, option in enumerate(self._options()):
            causes.replace_option_prompt_at_index(index, option.prompt)

    @on(OptionList.OptionHighlighted, "#causes")
    def _marked(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._choose(event.option_index)

    @on(OptionList.OptionSelected, "#causes")
    def _taken(self, event: OptionList.OptionSelected) -> None:
        """A click on a cause goes on to the button, it does not press it."""
        event.stop()
        self._choose(event.option_index)
        self.query_one("#confirm", Button).focus()

    def params(self) -> Params:
        return {"cause": CAUSES[self._chosen][0]}
