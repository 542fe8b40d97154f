"""The line under a form where one value is typed, with its choices where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from console.domain.text import clean
from console.ui.compat import Guarded

_MOST_CHOICES = 200


class FieldEditor(Guarded, Vertical):
    """Shown while a value is typed. Enter takes it, Escape leaves it as it was, the arrows go on to a neighbour."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "abandon", "leave as it was", show=False, priority=True),
        Binding("down", "step(1)", "next", show=False),
        Binding("up", "step(-1)", "previous", show=False),
    ]

    class Committed(Message):
        """A text was typed; the cursor goes on by `step` rows."""

        def __init__(self, text: str, step: int, *, as_json: bool) -> None:
            super().__init__()
            self.text = text
            self.step = step
            self.as_json = as_json

    class Abandoned(Message):
        """Nothing is to change."""

    def __init__(self) -> None:
        super().__init__(id="form-editor")
        self._choices: tuple[str, ...] = ()
        self._matching: tuple[str, ...] = ()
        self._original = ""
        self._is_free = False
        self.as_json = False
        """Whether what is typed is read as JSON."""

    def compose(self) -> ComposeResult:
        yield OptionList(id="form-choices", compact=True, markup=False)
        with Horizontal(classes="field"):
            yield Label(id="form-label")
            yield Input(id="form-input", compact=True)

    def on_mount(self) -> None:
        self.query_one("#form-choices").can_focus = False
        self.display = False

    @property
    def is_open(self) -> bool:
        """Whether a value is being typed."""
        return bool(self.display)

    def open(
        self,
        label: str,
        text: str,
        *,
        as_json: bool = False,
        choices: Sequence[str] = (),
        is_free: bool = False,
        secret: bool = False,
        hint: str = "",
    ) -> None:
        """Begins with a text; choices are narrowed by what is typed over it.

        Where the value `is_free`, only an arrow or a click takes a choice: what was typed may be part of one by chance.
        """
        self._is_free = is_free
        self._choices, self.as_json, self._original = tuple(choices), as_json, text
        self.query_one("#form-label", Label).update(
            Content(clean(label) + (" as JSON" if as_json else ""))
        )
        field = self.query_one("#form-input", Input)
        field.password = secret
        field.select_on_focus = True
        field.placeholder = hint
        self.display = True
        with field.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self._narrow("")
        field.focus()

    def begin_with(self, text: str) -> None:
        """Types a text over what is there, as the operator would."""
        field = self.query_one("#form-input", Input)
        # The focus comes later, and would select what was typed, so that the next letter takes its place.
        field.select_on_focus = False
        field.value = text
        field.cursor_position = len(text)

    def close(self) -> None:
        """Ends the typing."""
        self.display = False

    @property
    def text(self) -> str:
        """What would be taken: the marked choice, else what was typed."""
        typed = self.query_one("#form-input", Input).value
        place = self.query_one("#form-choices", OptionList).highlighted
        if self._choices and place is not None and place < len(self._matching):
            return self._matching[place]
        return typed

    def commit(self, step: int) -> None:
        """Hands over what was typed."""
        self.post_message(self.Committed(self.text, step, as_json=self.as_json))

    def action_abandon(self) -> None:
        """Leaves the value as it was."""
        self.post_message(self.Abandoned())

    def action_step(self, step: int) -> None:
        """Through the choices; where there are none, takes the text and goes to the neighbour."""
        if not self._choices or (self._is_free and not self._matching):
            self.commit(step)
            return
        if not self._matching:
            return
        choices = self.query_one("#form-choices", OptionList)
        place = -1 if choices.highlighted is None else choices.highlighted
        choices.highlighted = max(0, min(place + step, len(self._matching) - 1))

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        self._matching = tuple(choice for choice in self._choices if wanted in choice.casefold())[
            :_MOST_CHOICES
        ]
        choices = self.query_one("#form-choices", OptionList)
        choices.clear_options()
        choices.add_options([Option(Content(clean(choice))) for choice in self._matching])
        choices.display = bool(self._matching)
        exact = [n for n, each in enumerate(self._matching) if each == (typed or self._original)]
        first = 0 if wanted and self._matching and not self._is_free else None
        choices.highlighted = exact[0] if exact else first

    @on(Input.Changed, "#form-input")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._choices:
            self._narrow(event.value)

    @on(Input.Submitted, "#form-input")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.commit(1)

    @on(OptionList.OptionSelected, "#form-choices")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.commit(0)
