"""One dialog for a command on several calls: for each what will happen or why not, then what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button
from textual.widgets.button import ButtonVariant

from console.domain.legs import Leg
from console.ui.actions import Action
from console.ui.batch import Batch, Part, Stage
from console.ui.compat import spare_next_key
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.cells import Line, Role, Span, fit, shown
from console.ui.presenters.legs import STATE_ROLES
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView
from console.ui.wording import capitalized, route, state_words

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen
    from console.ui.sending import Sending

_MOST_LINES = 14
_ROUTE = 34
_STATE = 15
_ROLES = {
    Stage.WAITING: Role.TEXT,
    Stage.NOT_POSSIBLE: Role.DIM,
    Stage.SENT: Role.ACCENT,
    Stage.DONE: Role.GOOD,
    Stage.REFUSED: Role.BAD,
    Stage.UNKNOWN: Role.WARN,
}


class ManyDialog(PlainDialog[bool]):
    """Cancel has the focus. After it was confirmed it stays, and lists what became of each; closed, the rest goes on."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"scroll('{key}')", key, show=False)
        for key in ("up", "down", "pageup", "pagedown")
    ]

    def __init__(
        self,
        services: Services,
        desk: DeskScreen,
        action: Action,
        legs: Sequence[Leg],
        sending: Sending,
    ) -> None:
        calls = "1 marked call" if len(legs) == 1 else f"{len(legs)} marked calls"
        super().__init__(services, f"{capitalized(action.title)} {calls}?")
        self._desk = desk
        self._action = action
        self._batch = Batch(services, action, legs, sending)

    def compose_body(self) -> ComposeResult:
        view = LinesView(glyphs=self.services.look.glyphs, id="many")
        view.styles.height = min(len(self._batch.parts), _MOST_LINES)
        yield view

    @property
    def confirm_label(self) -> str:
        return capitalized(self._action.title)

    @property
    def variant(self) -> ButtonVariant:
        return "error"

    # -- what is shown

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#dialog").styles.width = 96
        self._unsubscribe = self.services.store.subscribe(self._heard)
        self.guarded_interval(1.0, self.look)
        self.call_after_refresh(self.look)

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _heard(self, _changed: object) -> None:
        self.call_later(self.look)

    def look(self) -> None:
        """Every call as it is now, and what may be done."""
        if not self.is_attached:
            return
        if not self._batch.has_begun:
            self._batch.check()
        view = self.query_one(LinesView)
        view.show([self._line(part, view.size.width - 2) for part in self._batch.parts])
        self.problem = self._summary()
        self.show_status()

    def _line(self, part: Part, width: int) -> Line:
        leg, look = self.services.store.leg(part.key), self.services.look
        dots = look.glyphs.ellipsis
        if leg is None:
            return (
                Span(fit("a call that the board no longer knows", width, ellipsis=dots), Role.DIM),
            )
        sign = look.glyphs.state(leg.state)
        state = fit(f"{sign} {state_words(leg, self.services.now())}", _STATE, ellipsis=dots)
        size = min(_ROUTE, max(12, width - _STATE - 26))
        whom = fit(route(leg, look), size, ellipsis=dots)
        verdict = self._verdict(part)
        if part.key not in self._desk.view and not self._batch.has_begun:
            verdict = f"(hidden by the filter) {verdict}"
        room = max(0, width - _STATE - size - 2)
        return (
            Span(f"{state} ", STATE_ROLES.get(leg.state, Role.UNKNOWN)),
            Span(f"{whom} "),
            Span(fit(shown(verdict), room, ellipsis=dots), _ROLES[part.stage]),
        )

    def _verdict(self, part: Part) -> str:
        match part.stage:
            case Stage.WAITING:
                return "waits its turn" if self._batch.has_begun else f"will {self._action.title}"
            case Stage.NOT_POSSIBLE:
                return f"not sent: {part.words}" if self._batch.has_begun else f"no: {part.words}"
            case Stage.SENT:
                return "sent, no answer yet"
            case Stage.DONE:
                return f"Telnyx took it, {part.words}"
            case _:
                return f"{part.stage}: {part.words}"

    def _summary(self) -> str:
        batch = self._batch
        if not batch.has_begun:
            return ""
        bad = batch.count(Stage.REFUSED, Stage.UNKNOWN, Stage.NOT_POSSIBLE)
        left = batch.count(Stage.WAITING, Stage.SENT)
        words = [f"{batch.count(Stage.DONE)} of {len(batch.parts)} taken by Telnyx"]
        words += [f"{bad} not"] if bad else []
        words += [f"{left} to come; they go on if this is closed"] if left else []
        return ", ".join(words)

    def problem_of_input(self) -> str | None:
        if not self._batch.has_begun and not self._batch.count(Stage.WAITING):
            return f"none of these can be told to {self._action.title} now"
        return None

    # -- keys

    def action_scroll(self, how: str) -> None:
        """The list, whatever has the focus."""
        self.query_one(LinesView).action_move(how)

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Begins, once."""
        self.look()
        if self._batch.has_begun or self.problem_of_input() is not None:
            return
        # The base class hears the button, too, and would close.
        self._is_confirmed = True
        spare_next_key(self.app)
        self.query_one("#confirm", Button).display = False
        cancel = self.query_one("#cancel", Button)
        cancel.label = Content("Close")
        cancel.focus()
        self.query_one("#dialog").border_subtitle = Content("enter close")
        self._batch.changed = self._changed
        self._batch.finished = self._finished
        self._batch.begin()

    def _changed(self) -> None:
        from console.ui.marking import redraw

        if self.is_attached:
            self.look()
        redraw(self._desk)

    def _finished(self) -> None:
        if self.is_attached:
            return
        bad = next(
            (p for p in self._batch.parts if p.stage in (Stage.REFUSED, Stage.UNKNOWN)), None
        )
        why = f"; the first: {bad.words}" if bad is not None else ""
        self._desk.app.notify(
            f"{self._summary()}{why}",
            title=capitalized(self._action.title),
            severity="information" if bad is None else "error",
            markup=False,
        )
