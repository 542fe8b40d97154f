"""One line to type: a path, or a name that has to be typed before something goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.button import ButtonVariant

from console.domain.text import clean
from console.ui.dialogs.plain import PlainDialog
from console.ui.services import Services


class TypedDialog(PlainDialog[str]):
    """Gives what was typed, stripped; `why_not` says what is wrong with it."""

    AUTO_FOCUS: ClassVar[str] = "#typed"

    def __init__(
        self,
        services: Services,
        heading: str,
        words: str,
        *,
        confirm: str,
        why_not: Callable[[str], str | None],
        value: str = "",
        is_dangerous: bool = False,
    ) -> None:
        super().__init__(services, heading)
        self._words = words
        self._confirm = confirm
        self._why_not = why_not
        self._value = value
        self._is_dangerous = is_dangerous

    @property
    def confirm_label(self) -> str:
        return self._confirm

    @property
    def variant(self) -> ButtonVariant:
        return "error" if self._is_dangerous else "primary"

    def compose_body(self) -> ComposeResult:
        yield Static(Content(clean(self._words)), classes="dialog-words")
        yield Input(self._value, id="typed", compact=True, select_on_focus=False)

    def result(self) -> str:
        return self.query_one("#typed", Input).value.strip()

    def problem_of_input(self) -> str | None:
        return self._why_not(self.result())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.show_status()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()
