"""One call of the journal: the timeline of its conversation, whether it is still on the board or not."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual import on
from textual.app import ComposeResult

from console.domain.closing import closings
from console.domain.entries import Entry, Fact
from console.domain.legs import Leg, LegKey
from console.domain.timeline import label, of_leg, timeline
from console.ui.actions import Action, Scope
from console.ui.compat import GuardedApp
from console.ui.presenters.history_rows import day_and_clock
from console.ui.screens.conversation import Talk
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.opened import EntryOpened
from console.ui.widgets.search_line import SearchLine
from console.ui.widgets.timeline import TimelinePane
from console.ui.wording import route


class PastCallPane(LivePane):
    """All legs of the conversation together, or the one it was opened from alone."""

    SCOPE = Scope.PAST_CALL
    BINDINGS = keys_of(Scope.PAST_CALL)

    def __init__(
        self, services: Services, key: LegKey, open_event: Callable[[tuple[Entry, Fact]], None]
    ) -> None:
        super().__init__(services)
        self._key = key
        self._talk = Talk(services, [key])
        self._open_event = open_event
        self._alone = False
        self._changed = True
        self.verbs = {
            "past_call.open": lambda: self._lines.action_activate(),
            "past_call.flow": self._flow,
            "past_call.leg": self._one_leg,
            "past_call.times": self._times,
            "past_call.search": lambda: self._search.open(),
            "past_call.back": self.action_back,
            "entry.mark": lambda: self._compare("entry.mark"),
            "entry.compare": lambda: self._compare("entry.compare"),
        }

    def compose_body(self) -> ComposeResult:
        self._lines = TimelinePane(
            look=self.services.look, empty="the journal holds nothing of it", id="past-timeline"
        )
        self._search = SearchLine(self._lines.finder)
        yield self._search
        yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()

    def _heard(self, changed: object) -> None:
        if isinstance(changed, Collection) and self._talk.concerns(changed):
            self._changed = True
            super()._heard(changed)

    def look(self) -> None:
        if self._changed or self._talk.awaits_effect:
            if self._changed:
                self._changed = False
                self._talk.read()
            self._show()
        self._head()
        self.keys()

    def _show(self) -> None:
        legs = self._talk.legs
        lines = timeline(self._talk.pairs, legs, now=self.services.now())
        if self._alone:
            lines = of_leg(lines, self._letter)
        own = [leg for leg in legs if not self._alone or leg.key == self._key]
        self._lines.show(self._title, lines, legs, closings(self._talk.pairs, own))

    def _head(self) -> None:
        legs = len(self._talk.legs)
        size = (
            f"leg {self._letter} alone of {legs}"
            if self._alone
            else f"{legs} leg{'' if legs == 1 else 's'}"
        )
        began = self._talk.legs[0].began_at if legs else None
        self.head(
            "Call",
            self._title,
            day_and_clock(began, self.services.now()),
            size,
            right=self._lines.times_words,
        )
        self.say("enter opens the event under the cursor")

    @property
    def _leg(self) -> Leg | None:
        return next((leg for leg in self._talk.legs if leg.key == self._key), None)

    @property
    def _letter(self) -> str:
        places = [place for place, leg in enumerate(self._talk.legs) if leg.key == self._key]
        return label(places[0]) if places else ""

    @property
    def _title(self) -> str:
        leg = self._leg or next(iter(self._talk.legs), None)
        return route(leg, self.services.look) if leg is not None else ""

    @on(EntryOpened)
    def _opened(self, event: EntryOpened) -> None:
        pair = self._talk.find(event.seq)
        if pair is not None:
            self._open_event(pair)

    @on(SearchLine.Closed)
    def _searched(self) -> None:
        self._lines.focus()

    # -- keys

    def why_not(self, action: Action) -> str | None:
        if action.id == "past_call.leg" and len(self._talk.legs) < 2:
            return "its conversation has one leg only"
        if action.id == "past_call.open" and self._lines.selected is None:
            return "no line is selected"
        return None

    def _flow(self) -> None:
        from console.ui.screens.flow import FlowPane

        self.app.push_screen(FlowPane(self.services, [self._key], self._open_event))

    def _compare(self, what: str) -> None:
        from console.ui.comparing import act

        assert isinstance(self.app, GuardedApp)
        act(what, self._lines.selected, self.app, self.services)
        self._head()

    def _one_leg(self) -> None:
        self._alone = not self._alone
        self._show()
        self._head()

    def _times(self) -> None:
        self._lines.next_times()
        self._head()
