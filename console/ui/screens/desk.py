"""The desk: calls, timeline and events on one screen, and every key of the registry's desk scope.

Imports and mounts nothing that is not on the first frame: what is needed later is made where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget

from console.domain.entries import Entry, Fact
from console.domain.legs import Leg, LegKey
from console.ui.actions import BY_ID, Action, Scope, of_scope
from console.ui.compat import Guarded
from console.ui.feed import Feed
from console.ui.presenters.calls import CallsView
from console.ui.screens.drawing import Drawing
from console.ui.screens.filter_line import FilterLine
from console.ui.screens.layout import Pane, Shape, shape_of
from console.ui.screens.news import News
from console.ui.screens.panes import PaneBox, Panes
from console.ui.services import Services
from console.ui.starting import PromptScreen
from console.ui.widgets.calls import CallTable
from console.ui.widgets.journal_tail import JournalTail
from console.ui.widgets.keybar import KeyBar
from console.ui.widgets.opened import EntryOpened
from console.ui.widgets.status import StatusBar
from console.ui.widgets.tail import EventTail
from console.ui.widgets.timeline import TimelinePane

if TYPE_CHECKING:
    from console.domain.filter import Filter
    from console.ui.screens.conversation import Conversation
    from console.ui.session import Kept


class Deeds(Protocol):
    """Who carries out what the desk is asked for."""

    def act(self, action: Action) -> None: ...

    def why_not(self, action: Action, leg: Leg | None) -> str | None: ...

    def incoming(self, legs: Sequence[Leg]) -> None: ...

    def open_event(self, pair: tuple[Entry, Fact]) -> None: ...

    def begun(self) -> None: ...


class DeskScreen(Guarded, PromptScreen):
    """Holds the widgets and what they show; deeds are done elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys), f"act('{action.id}')", action.title, show=False, id=action.id
        )
        for action in of_scope(Scope.DESK)
    ]
    AUTO_FOCUS: ClassVar[str] = "#calls"
    SCOPE: ClassVar[Scope] = Scope.DESK
    """What its key bar shows."""

    def __init__(self, services: Services, deeds: Deeds, *, name: str = "desk") -> None:
        super().__init__(id=name)
        self.services = services
        self.deeds = deeds
        look = services.look
        self.view = CallsView(services.store.board)
        self.calls = CallTable(self.view, look=look, id="calls")
        self.timeline = TimelinePane(look=look, id="timeline")
        self.tail = JournalTail(look=look, id="events")
        self.status = StatusBar(glyphs=look.glyphs, id="status")
        self.keys = KeyBar(glyphs=look.glyphs, id="keys")
        self.calls_filter = FilterLine(
            "calls", "ann  from:+1555  state:ringing  wait>20s  !ended  a|b …", services.memory
        )
        self.events_filter = FilterLine(
            "events", "type:call.*  from:ann  lag>1s  !type:forward  a|b …", services.memory
        )
        self._upper = Container(id="upper")
        self._too_small: Widget | None = None
        self.kept: Kept | None = None
        """How the desk was left the last time, where that is known."""
        self._boxes: dict[Pane, PaneBox] = {
            "calls": PaneBox("calls", self.calls, look.glyphs, self.calls_filter, is_first=True),
            "timeline": PaneBox("timeline", self.timeline, look.glyphs),
            "events": PaneBox("events", self.tail, look.glyphs, self.events_filter),
        }
        self.panes = Panes(self._boxes, self._upper)
        self.drawing = Drawing(self, services)
        self.tail.asks_of(lambda any_id: services.store.board.get(any_id))
        self.calls.sifted = self.tail.sifted = self.drawing.titles
        self.news = News(self, services)
        self.tail.turn = self.news.turn_tail
        self.feed = Feed(services.store, hz=services.options.refresh_hz, reader=self.news)

    @cached_property
    def conversation(self) -> Conversation:
        """What the timeline shows."""
        from console.ui.screens.conversation import Conversation

        return Conversation(self.services)

    # -- life

    def compose(self) -> ComposeResult:
        yield self.status
        with Vertical(id="body"):
            with self._upper:
                yield self._boxes["calls"]
                yield self._boxes["timeline"]
            yield self._boxes["events"]
        yield self.keys

    def on_mount(self) -> None:
        self._fit(*self.app.size)
        if not (self.services.options.filter or (self.kept and self.kept.filter)):
            self.feed.begin()
            self.drawing.status()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """After the first frame."""
        self.deeds.begun()
        self.call_later(self._fill)

    def _fill(self) -> None:
        """What the first frame had no time for: the whole board, then everything that moves."""
        self.has_begun = True
        for box in self._boxes.values():
            box.complete()
        from console.ui.arranging import restore

        restore(self, self.services)
        self.feed.start(self)
        if self.kept is not None:
            from console.ui.session import go_on

            go_on(self, self.kept)
        if self.services.memory.of_desk("pinned"):
            from console.ui.pins import pin_again

            pin_again(self, self.services)
        self.drawing.choose(self.calls.selected)
        self.guarded_interval(1.0, self.news.second)
        self.news.second()

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def _fit(self, width: int, height: int) -> None:
        shape = shape_of(width, height)
        if not self.panes.fit(shape):
            return
        small = shape is Shape.TOO_SMALL
        if small and self._too_small is None:
            from console.ui.widgets.size_guard import TooSmall

            self._too_small = TooSmall(id="too-small")
            self.mount(self._too_small, before=self.keys)
        if self._too_small is not None:
            self._too_small.display = small
        for part in (self.status, self.query_one("#body"), self.keys):
            part.display = not small
        self.set_class(small, "-too-small")
        self.panes.apply()
        self.drawing.titles()
        if not small and self.focused is None and self.is_attached:
            self.call_after_refresh(self.panes.focus, self.panes.arrangement.active)

    @on(EventTail.FollowChanged)
    @on(events.DescendantFocus)
    def _focused(self) -> None:
        self.panes.noticed(self.focused)
        self.drawing.titles()

    # -- selection

    @property
    def selected(self) -> Leg | None:
        """The call under the cursor."""
        key = self.calls.selected
        return self.services.store.leg(key) if key is not None else None

    @property
    def selection(self) -> list[Leg]:
        """The marked calls in the order of the list, else the call under the cursor."""
        from console.ui.marking import selection

        return selection(self)

    @on(CallTable.Highlighted)
    def _highlighted(self, event: CallTable.Highlighted) -> None:
        if self.has_begun:
            self.drawing.choose(event.key)

    @on(CallTable.Activated)
    def _activated(self) -> None:
        self.deeds.act(BY_ID["details"])

    @on(EntryOpened)
    def _entry_opened(self, event: EntryOpened) -> None:
        self.news.open_entry(event.seq)

    def jump(self, key: LegKey) -> None:
        """Goes to a call, also to one that the filter hides."""
        if key not in self.view and self.calls_filter.text:
            self.calls_filter.action_clear()
            self.use_filter(None)
            self.app.notify("the filter was cleared to show the call", markup=False)
        self.calls.select(key)
        self.panes.focus("calls")

    # -- filters

    @on(FilterLine.Applied)
    def _filtered(self, event: FilterLine.Applied) -> None:
        if event.line is self.events_filter:
            self.tail.set_filter(event.filter, self.services.now())
        else:
            self.use_filter(event.filter)
        self.drawing.titles()
        if "app:" in event.line.text:
            from console.ui.app_names import want

            want(self, self.services)

    @on(FilterLine.Done)
    def _filter_done(self, event: FilterLine.Done) -> None:
        self.calls.cool()
        self.panes.focus(event.line.pane)

    def use_filter(self, wanted: Filter | None) -> None:
        """Shows other calls; the cursor stays on its call while that is shown."""
        self.calls.set_filter(wanted, self.services.now())

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Read-only has no keys that send, and nothing is done unseen; other keys say why they are not possible."""
        if action != "act" or not parameters:
            return True
        known = BY_ID.get(str(parameters[0]))
        if self.panes.arrangement.shape is Shape.TOO_SMALL:
            return known is not None and known.id == "desk.quit"
        return not (known is not None and known.command and self.services.options.read_only)

    def action_act(self, action_id: str) -> None:
        """One key of the registry."""
        self.deeds.act(BY_ID[action_id])
