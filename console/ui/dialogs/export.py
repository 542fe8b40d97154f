"""What to export, as what, masked or not, under which name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.text import clean
from console.exports import Format
from console.ui.dialogs.plain import PlainDialog
from console.ui.exporting import FORMATS, Answer, What, is_there, place_of
from console.ui.services import Services
from console.ui.widgets.tick import Tick


class ExportDialog(PlainDialog[Answer]):
    """Arrow keys choose, tab goes on, enter writes. A file that exists is replaced only when asked a second time."""

    AUTO_FOCUS: ClassVar[str] = "#export-what"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "export", show=False, priority=True)
    ]

    def __init__(self, services: Services, choices: Sequence[What], stem: str) -> None:
        super().__init__(services, "Export")
        self._choices = choices
        self._stem = stem
        self._warned: str | None = None
        """The name that was said to exist."""

    @property
    def confirm_label(self) -> str:
        return "Export"

    def compose_body(self) -> ComposeResult:
        yield Label(Content("what"))
        yield OptionList(
            *(
                Option(Content(f"  {clean(each.words)}"), id=str(n))
                for n, each in enumerate(self._choices)
            ),
            id="export-what",
            compact=True,
        )
        yield Label(Content("as"))
        yield OptionList(
            *(Option(Content(f"  {words}"), id=each.value) for each, words in FORMATS.items()),
            id="export-format",
            compact=True,
        )
        redacted = self.services.redacted
        yield Tick(_redact_words(redacted), redacted, id="export-redact", compact=True)
        with Horizontal(classes="field"):
            yield Label(Content("file"))
            yield Input(self._stem + Format.JSONL.suffix, id="export-name", compact=True)
        yield Static(id="export-hint")

    def on_mount(self) -> None:
        for which in ("#export-what", "#export-format"):
            self.query_one(which, OptionList).highlighted = 0
        self.call_next(self._say_keys)

    def _say_keys(self) -> None:
        self.query_one("#dialog").border_subtitle = Content(
            "enter export  tab next  space redact  esc cancel"
        )

    # -- what was chosen

    @property
    def what(self) -> What:
        """Which calls."""
        return self._choices[self.query_one("#export-what", OptionList).highlighted or 0]

    @property
    def format(self) -> Format:
        """As what."""
        place = self.query_one("#export-format", OptionList).highlighted or 0
        return tuple(FORMATS)[place]

    @property
    def file_name(self) -> str:
        """The file's name as typed."""
        found = self.query("#export-name")
        return found.first(Input).value.strip() if found else ""

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """A sign for the choice: colour alone is not seen by everybody."""
        event.stop()
        options = event.option_list
        sign = ">" if self.services.look.glyphs.ascii else "▸"
        for place in range(options.option_count):
            words = str(options.get_option_at_index(place).prompt)[2:]
            mark = sign if place == event.option_index else " "
            options.replace_option_prompt_at_index(place, Content(f"{mark} {words}"))
        if options.id == "export-format":
            self._other_format()

    @on(Tick.Changed)
    def _redact_changed(self, event: Tick.Changed) -> None:
        event.stop()
        event.checkbox.label = _redact_words(event.value)

    def _other_format(self) -> None:
        """The name's end follows, as long as it is one of ours."""
        field = self.query_one("#export-name", Input)
        for each in Format:
            if field.value.endswith(each.suffix):
                field.value = field.value.removesuffix(each.suffix) + self.format.suffix
                return

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.problem = ""
        self.show_status()

    def problem_of_input(self) -> str | None:
        if not self.file_name:
            return "type a name for the file"
        if self.file_name.endswith("/"):
            return "this is a folder; type a name for the file"
        return None

    def action_confirm(self) -> None:
        """Says once that the file exists; again: replaces it."""
        if self.focused is not None and self.focused.id == "cancel":
            self.action_cancel()
            return
        asked = self._warned == self.file_name or self.problem_of_input() is not None
        if not asked and is_there(place_of(self.services, self.file_name)):
            self._warned = self.file_name
            self.problem = "this file exists: enter again replaces it"
            self.show_status()
            return
        super().action_confirm()

    @on(Button.Pressed, "#confirm")
    def _pressed(self, event: Button.Pressed) -> None:
        # The base's own answer to the button knows nothing of files that exist.
        event.prevent_default()
        event.stop()
        self.action_confirm()

    def result(self) -> Answer:
        return Answer(
            what=self.what,
            format=self.format,
            redact=self.query_one("#export-redact", Tick).value,
            name=self.file_name,
            replace=self._warned == self.file_name,
        )


def _redact_words(is_on: bool) -> Content:
    if is_on:
        return Content("redact: yes, numbers, names and texts are masked")
    return Content("redact: no, everything as it is")
