"""One entry of the journal, whole: the webhook as it was received, what belongs to it, and the way to its neighbours."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult

from console.domain.entries import Entry, Fact
from console.domain.text import clean
from console.errors import JournalError
from console.ui import comparing
from console.ui.actions import Action, Scope
from console.ui.leg_feed import LegFeed
from console.ui.presenters.event_ties import NOWHERE, Place
from console.ui.screens.event_reading import surroundings
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.event_view import EventView
from console.ui.widgets.opened import EntryOpened
from console.ui.widgets.search_line import SearchLine

Pair = tuple[Entry, Fact]


class EventScreen(LivePane):
    """Over the desk, which goes on underneath; Escape goes back."""

    SCOPE = Scope.EVENT
    BINDINGS = keys_of(Scope.EVENT)

    def __init__(self, services: Services, pair: Pair, copy: Callable[[str, str], None]) -> None:
        super().__init__(services)
        self._pair = pair
        self._copy = copy
        self._place: Place = NOWHERE
        self._feed: LegFeed | None = None
        self.verbs = {
            "event.back": self._back,
            "event.fold": lambda: self.view.action_activate(),
            "event.copy": self._copy_value,
            "event.path": lambda: self._copy(self.view.path or "", "path"),
            "event.id": lambda: self._copy(self._pair[0].event_id or "", "event id"),
            "event.raw": lambda: self.view.toggle_raw(),
            "event.search": lambda: self.query_one(SearchLine).open(),
            "event.fold_all": lambda: self.view.fold_all(),
            "event.unfold_all": self._unfold_all,
            "event.previous": lambda: self._open(self._place.previous),
            "event.next": lambda: self._open(self._place.next),
            "event.mark": self._mark,
            "event.compare": self._compare,
        }

    def compose_body(self) -> ComposeResult:
        yield EventView(look=self.services.look, id="event-view")
        yield SearchLine(id="event-search")

    def on_mount(self) -> None:
        self.query_one(SearchLine).subject = self.view
        self._turn(self._pair)
        self.view.focus()

    @property
    def view(self) -> EventView:
        """The text."""
        return self.query_one(EventView)

    # -- what is shown

    def _turn(self, pair: Pair) -> None:
        """To another entry, and what belongs to it."""
        self._pair = pair
        entry, fact = pair
        call = entry.call_control_id or entry.call_leg_id
        self._feed = LegFeed(self.services.store, call) if call is not None else None
        self.view.show(entry, fact)
        self._read(anew=True)
        self.call_later(self.look)

    def look(self) -> None:
        """Takes over what was heard of the call meanwhile: further deliveries, an outcome, the application's answer."""
        try:
            if self._feed is not None and self._feed.news():
                self._read(anew=False)
        except JournalError as error:
            self.say(error.user_message, problem=True)
        self._draw_title()
        self.keys()

    def _read(self, *, anew: bool) -> None:
        try:
            found = surroundings(self.services.store, self._pair)
        except JournalError as error:
            self.say(error.user_message, problem=True)
            return
        self._place = found.place
        self.view.show(*self._pair, found.deliveries, found.ties, anew=anew)

    def _draw_title(self) -> None:
        entry, _fact = self._pair
        what = clean(entry.event_type or entry.kind.value)
        place = f"{self._place.at} of {self._place.of} in this conversation"
        marked = self.services.marked
        right = ""
        if marked is not None:
            same = comparing.is_marked(self.services, self._pair)
            right = "marked" if same else f"marked: entry {marked[0].seq}"
        self.head("Event", what, f"entry {entry.seq}", place if self._place.at else "", right=right)

    @on(EventView.Moved)
    def _moved(self) -> None:
        """The line above the keys says where in the JSON the cursor is."""
        self.say(self.view.path or "")

    @on(EntryOpened)
    def _entry_opened(self, event: EntryOpened) -> None:
        event.stop()
        self._open(event.seq)

    def _open(self, seq: int | None) -> None:
        if seq is None:
            return
        try:
            pair = self.services.store.entry(seq)
        except JournalError as error:
            self.say(error.user_message, problem=True)
            return
        if pair is None:
            self.say(f"entry {seq} is not in the journal any more", problem=True)
        else:
            self._turn(pair)

    # -- keys

    def why_not(self, action: Action) -> str | None:
        if action.id == "event.previous" and self._place.previous is None:
            return "this is the first"
        if action.id == "event.next" and self._place.next is None:
            return "this is the last"
        if action.id == "event.id" and self._pair[0].event_id is None:
            return "this entry has no event id"
        if action.id == "event.path" and self.view.path is None:
            return "the cursor is not in the JSON"
        if action.id in ("event.fold_all", "event.unfold_all") and self.view.is_raw:
            return "bytes do not fold; x shows the JSON"
        if action.id == "event.compare":
            return comparing.why_not_compare(self.services, self._pair)
        return None

    def _copy_value(self) -> None:
        value = self.view.value
        if value is None:
            self.app.notify("there is nothing to copy on this line", severity="warning")
        else:
            self._copy(value.text, value.what)

    def _unfold_all(self) -> None:
        if not self.view.unfold_all():
            self.app.notify("too much to unfold all of it; the rest stays folded")

    @on(SearchLine.Closed)
    def _searched(self) -> None:
        self.view.focus()

    def _mark(self) -> None:
        self.app.notify(comparing.mark(self.services, self._pair))
        self.look()

    def _compare(self) -> None:
        from console.ui.screens.compare import CompareScreen

        marked = self.services.marked
        assert marked is not None
        self.app.push_screen(CompareScreen(self.services, marked, self._pair, self._copy))

    def _back(self) -> None:
        line = self.query_one(SearchLine)
        if line.is_open:
            line.action_close()
        else:
            self.dismiss(None)
