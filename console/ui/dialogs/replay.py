"""Sends recorded webhooks again: where to, how fast, signed how, a single one with another body; then what came of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from console.domain.entries import Entry
from console.domain.replaying import Survey, duration, question, survey, types_in_words, warning
from console.domain.text import clean
from console.errors import ConsoleError, UsageError
from console.replaying import ReplayOrder, Replays
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.replay_outcomes import Outcomes
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView
from console.ui.widgets.tick import Tick

MEMORY = "replay.target"
_WIDTH = 62
_AT_ONCE = ("", "0", "max")


class ReplayDialog(PlainDialog[None]):
    """Stays open while it sends; leaving it ends the sending."""

    AUTO_FOCUS: ClassVar[str] = "#replay-target"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "edit", "edit the body", show=False, id="replay.edit"),
        # Also where a box would be ticked by it.
        Binding("enter", "enter", "send", show=False, priority=True),
    ]

    def __init__(
        self,
        services: Services,
        heading: str,
        entries: Sequence[Entry],
        replays: Replays,
        target: str,
    ) -> None:
        super().__init__(services, heading)
        self._entries = entries
        self._replays = replays
        self._target = target
        self._is_sending = False
        self._is_agreed = False
        """Whether count and target were shown once more, for several."""
        self._outcomes = Outcomes()
        self._body: bytes | None = None
        """What the operator made of a single one's body; None while it is as it was recorded."""

    @property
    def confirm_label(self) -> str:
        return "Send"

    @property
    def cancel_label(self) -> str:
        return "Close"

    def compose_body(self) -> ComposeResult:
        yield Static(id="replay-what", classes="dialog-words")
        with Horizontal(classes="field"):
            yield Label(Content("to"))
            yield Input(
                self._target,
                id="replay-target",
                placeholder="http://127.0.0.1:8000/webhooks",
                compact=True,
            )
        with Horizontal(classes="field"):
            yield Label(Content("speed"))
            yield Input("max", id="replay-speed", placeholder="1, 10 or max", compact=True)
        yield Tick(_resign_words(False), False, id="replay-resign", compact=True)
        if len(self._entries) == 1:
            with Horizontal(id="replay-body"):
                yield Static(id="replay-body-words")
                yield Button(Content("Edit (f4)"), id="replay-edit", compact=True)
        yield LinesView(glyphs=self.services.look.glyphs, id="replay-outcomes")

    def on_mount(self) -> None:
        self.query_one("#replay-outcomes").display = False
        self.call_next(self._say_keys)
        self._describe()

    def _say_keys(self) -> None:
        self.query_one("#dialog").border_subtitle = Content(
            f"enter send  {'f4 edit  ' * (len(self._entries) == 1)}tab next  esc close"
        )

    # -- what was typed

    @property
    def target(self) -> str:
        """Where to, as typed."""
        found = self.query("#replay-target")
        return found.first(Input).value.strip() if found else ""

    @property
    def speed(self) -> float | None:
        """0 without pauses; None for what is no speed."""
        found = self.query("#replay-speed")
        text = found.first(Input).value.strip().lower() if found else ""
        if text in _AT_ONCE:
            return 0.0
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            return None
        return speed if 0 < speed <= 1e6 else None

    @property
    def resign(self) -> bool:
        """Whether it is to be signed anew."""
        found = self.query("#replay-resign")
        return bool(found) and found.first(Tick).value

    def problem_of_input(self) -> str | None:
        if self._is_sending:
            return f"{self._outcomes.words(len(self._entries))} – esc ends it"
        if not self.target.startswith(("http://", "https://")):
            return "type where to: http://host:port/path"
        if self.speed is None:
            return "a speed is 1 for the original pauses, 10 for a tenth, max for none"
        return None

    def survey(self) -> Survey:
        """What would be sent now, counted."""
        return survey(self._entries, now=self.services.now(), speed=self.speed or 0.0)

    def _describe(self) -> None:
        found = self.survey()
        webhooks = "webhook" if found.number == 1 else "webhooks"
        words = f"{found.number} {webhooks}: {types_in_words(found)}; {duration(found)}"
        is_edited = self._body is not None
        warned = warning(found, resign=self.resign, edited=is_edited)
        for shell, here in (
            ("--resign signs with", "sign anew, below, with"),
            ("--resign signs it", "sign anew, below"),
        ):
            warned = warned.replace(shell, here)
        text = "\n".join(filter(None, (words, warned)))
        self.query_one("#replay-what", Static).update(Content(clean_lines(text)))
        for each in self.query("#replay-body-words").results(Static):
            size = len(self._entries[0].body if self._body is None else self._body)
            how = "EDITED" if is_edited else "as it was recorded"
            each.update(Content(f"body: {how}, {size} bytes"))
            each.set_class(is_edited, "-edited")

    @on(Input.Changed)
    @on(Tick.Changed)
    def _typed(self, event: Input.Changed | Tick.Changed) -> None:
        event.stop()
        if isinstance(event, Tick.Changed):
            event.checkbox.label = _resign_words(event.value)
        self._changed()

    def _changed(self) -> None:
        self._is_agreed = False
        self.problem = ""
        self._describe()
        self.show_status()

    def action_enter(self) -> None:
        """Sends, unless a button has the focus, which says what it does."""
        if isinstance(self.focused, Button):
            self.focused.press()
        else:
            self.action_confirm()

    # -- the body

    @on(Button.Pressed, "#replay-edit")
    def action_edit(self) -> None:
        """Opens a single one's body in the operator's editor; the same text as before is the body as it was recorded."""
        if self._is_sending:
            return
        self._body, told = body_edited(self.app, self.services, self._entries, self._body)
        if told:
            # The line above the buttons may say what else is missing.
            self.app.notify(clean(told), severity="warning", markup=False)
        self._changed()
        self.query_one("#replay-target").focus()

    # -- sending

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Sends; several only when it was agreed to count and target."""
        self.show_status()
        if self.problem_of_input() is not None:
            return
        if len(self._entries) > 1 and not self._is_agreed:
            self._is_agreed = True
            self.problem = f"{question(self.survey(), _shown(self.target))}? enter once more"
            self.show_status()
            return
        self._is_sending = True
        self._outcomes.clear()
        self.problem = ""
        view = self.query_one("#replay-outcomes", LinesView)
        view.display = True
        self.show_status()
        self.run_worker(self._work(), name="replay", group="replay", exit_on_error=False)

    async def _work(self) -> None:
        broken = "something went wrong; nothing more was sent"
        self.problem = await self.survived(self._send(), broken)
        self._is_sending = self._is_agreed = False
        self.fill()
        self.show_status()

    async def _send(self) -> str:
        """What came of all, in words."""
        order = ReplayOrder(
            seqs=[entry.seq for entry in self._entries],
            target=self.target,
            speed=self.speed or 0.0,
            resign=self.resign,
            body=self._body,
        )
        self.services.memory.keep_of_desk(MEMORY, _shown(self.target))
        try:
            async with aclosing(self._replays.replay(order)) as outcomes:
                async for outcome in outcomes:
                    self._outcomes.add(outcome)
                    self.fill()
                    self.show_status()
        except ConsoleError as error:
            return f"{self._outcomes.words(len(self._entries))}; {error.user_message}"
        return self._outcomes.words(len(self._entries))

    def fill(self) -> None:
        view = self.query_one("#replay-outcomes", LinesView)
        lines = self._outcomes.lines(self.room(_WIDTH))
        view.styles.height = max(1, min(8, len(lines)))
        view.show(lines)
        self.call_after_refresh(view.action_move, "end")


def body_edited(
    app: App[object], services: Services, entries: Sequence[Entry], body: bytes | None
) -> tuple[bytes | None, str]:
    """Another body than the recorded one, None where it is that; and what is to be said of it."""
    if len(entries) != 1:
        return None, "only a single one can be edited: choose an event in the timeline, then replay"
    if services.redacted:
        return body, "what is masked cannot be edited: X shows everything again"
    from console.ui.editing import edited_outside

    recorded = entries[0].body
    try:
        options = services.options
        before = recorded if body is None else body
        changed = edited_outside(app, options.edit, before, options.end_edit)
    except UsageError as error:
        return body, error.user_message
    if changed is None:
        return body, ""
    try:
        json.loads(changed)
    except (ValueError, RecursionError) as error:
        return changed, f"what you wrote is no JSON ({error}); it would be sent all the same"
    return (None if changed == recorded else changed), ""


def clean_lines(text: str) -> str:
    """The same text, each line of it cleaned."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _shown(target: str) -> str:
    """Without the query: it may hold a token."""
    return target.partition("?")[0]


def _resign_words(is_on: bool) -> str:
    """Colour alone is not seen by everybody."""
    return f"sign anew with the development key: {'yes' if is_on else 'no'} (space)"
