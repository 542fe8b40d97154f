"""Callers who gave up and whom nobody has reached since: dial with one key, mark when done, for every desk."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from console.domain.ring_back import RingBack
from console.ui.actions import Action, Scope
from console.ui.line_watch import LineWatch
from console.ui.presenters.ring_back_rows import RingBackRows
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.row_list import RowList

_HELP = "a caller leaves the list when an answered call to them, or a served call of theirs, has followed"


class RingBackPane(LivePane):
    """`dial` opens the dialog with the number filled in; `why_not_dial` says why it cannot be.

    `catch_up` has the journal read now: a mark that was made is in it.
    """

    SCOPE = Scope.RING_BACK
    BINDINGS = keys_of(Scope.RING_BACK)

    def __init__(
        self,
        services: Services,
        line: LineWatch,
        dial: Callable[[str], None],
        why_not_dial: Callable[[], str | None],
        catch_up: Callable[[], None],
    ) -> None:
        super().__init__(services)
        self._line = line
        self._dial_number = dial
        self._why_not_dial = why_not_dial
        self._catch_up = catch_up
        self._rows = RingBackRows(services.look)
        self._marked: list[RingBack] = []
        """What was marked here, for the key that takes it back."""
        self._failure = ""
        self.verbs = {
            "ring.dial": self._dial,
            "ring.done": lambda: self._mark(True),
            "ring.undo": lambda: self._mark(False),
            "ring.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        yield RowList(
            self._rows,
            glyphs=self.services.look.glyphs,
            empty="nobody is to be rung back",
            moved=lambda _key: self.keys(),
            opened=lambda _key: self.action_act("ring.dial"),
            id="ring-back",
        )

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def look(self) -> None:
        due = self._line.due()
        self._rows.show(due, self.services.now())
        self.query_one(RowList).refill()
        count = len(due)
        self.head(
            "Ring back",
            f"{count or 'no'} caller{'' if count == 1 else 's'}",
            "of the last 12 hours",
        )
        if self._failure:
            self.say(self._failure, problem=True)
        elif self._line.progress < 1:
            self.say(f"the journal is being read: {self._line.progress:.0%}")
        else:
            self.say(_HELP)
        self.keys()

    @property
    def _caller(self) -> RingBack | None:
        return self._rows.caller(self.query_one(RowList).selected)

    def why_not(self, action: Action) -> str | None:
        match action.id:
            case "ring.back":
                return None
            case "ring.undo" if not self._marked:
                return "nothing was marked here"
            case "ring.done" | "ring.undo" if self.services.frozen is not None:
                return self.services.frozen()
            case "ring.done" | "ring.undo" if self.services.options.read_only:
                return "read-only: nothing is written"
            case "ring.dial" | "ring.done" if self._caller is None:
                return "no caller is selected"
            case "ring.dial":
                return self._why_not_dial()
            case _:
                return None

    def _dial(self) -> None:
        caller = self._caller
        assert caller is not None
        self._dial_number(caller.number)

    def _mark(self, done: bool) -> None:
        caller = self._caller if done else self._marked.pop()
        assert caller is not None
        operator, name = self.services.operator, self.services.options.operator_name
        self._failure = ""

        def kept(_nothing: None) -> None:
            if done:
                self._marked.append(caller)
            if self.is_attached:
                self._go_on(caller)

        def failed(sentence: str) -> None:
            if not done:
                self._marked.append(caller)
            self._failed(sentence)

        self.ask(
            lambda: operator.annotate(caller.key, ring_back=done, operator=name),
            kept,
            failed,
            outlives=True,
        )

    def _go_on(self, caller: RingBack) -> None:
        """The cursor goes to the next caller, unless it was moved meanwhile."""
        rows = self.query_one(RowList)
        place = self._rows.index_of(caller.number)
        was_here = rows.selected == caller.number
        self._catch_up()
        self.look()
        if was_here and rows.selected is None and place is not None:
            rows.select_near(place)

    def _failed(self, sentence: str) -> None:
        self._failure = sentence
        if self.is_attached:
            self.look()
        else:
            self.app.notify(sentence, title="Ring back", severity="error", markup=False)
