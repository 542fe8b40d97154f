"""The flow of a conversation, or of several: who said what to whom, as a ladder that goes on while it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult

from console.domain.entries import Entry, Fact
from console.domain.ladder import Ladder, ladder
from console.domain.ladder_svg import ladder_svg
from console.domain.ladder_text import ladder_text
from console.domain.legs import LegKey
from console.domain.times import SECOND
from console.ui.actions import Action, Scope
from console.ui.presenters.legs import party
from console.ui.presenters.numbers import readable_within
from console.ui.saving import NotSaved, file_stem, save_new
from console.ui.screens.conversation import Talk
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.flow import FlowView
from console.ui.widgets.opened import EntryOpened
from console.ui.widgets.search_line import SearchLine
from console.ui.wording import far_end, route

OpenEvent = Callable[[tuple[Entry, Fact]], None]


class FlowPane(LivePane):
    """Of the conversations of these calls, whichever of their legs they are named by."""

    SCOPE = Scope.FLOW
    BINDINGS = keys_of(Scope.FLOW)

    def __init__(self, services: Services, keys: Sequence[LegKey], open_event: OpenEvent) -> None:
        super().__init__(services)
        self._talk = Talk(services, keys)
        self._open_event = open_event
        self._ladder: Ladder | None = None
        self._changed = True
        self._drawn_at = 0
        self.verbs = {
            "flow.open": lambda: self._view.action_activate(),
            "flow.search": lambda: self._search.open(),
            "flow.left": lambda: self._view.pan(-1),
            "flow.right": lambda: self._view.pan(1),
            "flow.follow": lambda: self._view.follow(),
            "flow.text": self._save_text,
            "flow.svg": self._save_svg,
            "flow.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        self._view = FlowView(glyphs=glyphs, id="flow")
        self._search = SearchLine(self._view.finder, id="flow-search")
        yield self._view
        yield self._search

    def on_mount(self) -> None:
        self._view.focus()

    # -- what is shown

    def _heard(self, changed: object) -> None:
        if isinstance(changed, Collection) and self._talk.concerns(changed):
            self._changed = True
            super()._heard(changed)

    def look(self) -> None:
        now = self.services.now()
        due = self._talk.awaits_effect and now - self._drawn_at >= SECOND
        if self._changed or due:
            self._changed, self._drawn_at = False, now
            self._talk.read()
            self._ladder = self._named(ladder(self._talk.pairs, self._talk.legs, now=now))
            self._view.show(self._ladder)
        self._show_state()
        self.keys()

    def _named(self, made: Ladder) -> Ladder:
        """The same with contacts' names, and numbers as a person reads them."""
        look = self.services.look
        lanes = (
            replace(lane, who=party(lane.who, look)) if lane.who else lane for lane in made.lanes
        )
        steps = (
            replace(step, detail=readable_within(step.detail)) if "+" in step.detail else step
            for step in made.steps
        )
        return replace(made, lanes=tuple(lanes), steps=tuple(steps))

    def _show_state(self) -> None:
        made = self._ladder
        if made is None:
            return
        sides = self._view.sides
        more = {(True, False): "more to the left", (False, True): "more to the right", (True, True): "more on both sides"}  # fmt: skip
        following = "following" if self._view.following else more.get(sides, "")
        self.head("Flow", self._title, made.summary, right=following)
        self.say(self._view.sentence or more.get(sides) or _HINT)

    @property
    def _title(self) -> str:
        """`+1 312 555 0101 → Support → Ann` for one conversation, else how many there are."""
        look, legs = self.services.look, self._talk.legs
        if not legs:
            return "no call"
        first = route(legs[0], look)
        if len(self._talk.keys) > 1:
            return f"{len(self._talk.keys)} calls, the first {first}"
        others = [far_end(leg, look) for leg in legs[1:4]]
        dots = [look.glyphs.ellipsis] if len(legs) > 4 else []
        return f" {look.glyphs.arrow} ".join([first, *others, *dots])

    @on(FlowView.Moved)
    def _moved(self) -> None:
        self._show_state()

    @on(EntryOpened)
    def _opened(self, event: EntryOpened) -> None:
        pair = self._talk.find(event.seq)
        if pair is not None:
            self._open_event(pair)

    # -- keys

    def why_not(self, action: Action) -> str | None:
        empty = self._ladder is None or not self._ladder.steps
        if empty and action.id in ("flow.text", "flow.svg", "flow.search"):
            return "nothing is known of this call"
        if action.id == "flow.open" and (self._view.selected or -1) < 0:
            return "no step is selected"
        return None

    def _save_text(self) -> None:
        assert self._ladder is not None
        ascii_only = self.services.look.glyphs.ascii
        self._save(".txt", ladder_text(self._ladder, self._title, ascii_only=ascii_only))

    def _save_svg(self) -> None:
        assert self._ladder is not None
        self._save(".svg", ladder_svg(self._ladder, self._title))

    def _save(self, suffix: str, text: str) -> None:
        legs = self._talk.legs
        who = (legs[0].from_ or legs[0].to or "") if legs else ""
        stem = file_stem("flow", who, time.localtime(self.services.now() // SECOND))
        try:
            path = save_new(self.services.options.export_folder, stem, suffix, text)
        except NotSaved as error:
            self.app.notify(error.user_message, title="Flow", severity="error", markup=False)
        else:
            self.app.notify(f"saved as {path}", title="Flow", markup=False)


_HINT = "enter opens the event under the cursor"
