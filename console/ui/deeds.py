"""What each key of the desk does, by its id in the registry.

Imports nothing that the first frame does not show: what sends and what opens beside the desk comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from console.domain.entries import Entry, Fact, Micros
from console.domain.legality import READ_ONLY
from console.domain.legs import Leg
from console.errors import ConsoleError
from console.ui.actions import Action
from console.ui.compat import drop_typed_ahead
from console.ui.notices import RING_AFTER, Notice
from console.ui.services import Services
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.sending import Sending
    from console.ui.views import Views


_ON_MARKS = frozenset({"call.hangup", "call.note", "call.flow"})
"""What is done to the marked calls where some are (`console.ui.marking`); all else to the one under the cursor."""
_INCOMING = "Incoming call"
_INCOMING_S = 3.0
"""Seconds the toast of a new call stays over a screen that is not the desk: it lies over its keys."""
_RARELY: Micros = 10_000_000
"""How long after one such toast the next one comes."""


class DeskDeeds:
    """Carries out actions on the app's desk. `why_not` is asked for every key that is drawn or pressed."""

    def __init__(self, app: ConsoleApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._reconciling = False
        self._latest_caller = ""
        self._verbs: dict[str, Callable[[], None]] = {
            "filter": self._filter,
            "filter.named": lambda: _arrange("filters", app, services),
            "columns": lambda: _arrange("columns", app, services),
            "sort.next": lambda: _arrange("sort", app, services),
            "details": self._details,
            "pane.calls": lambda: self._go(lambda: self._app.desk.panes.focus("calls")),
            "pane.timeline": lambda: self._go(lambda: self._app.desk.panes.focus("timeline")),
            "pane.events": lambda: self._go(lambda: self._app.desk.panes.focus("events")),
            "pane.next": lambda: self._neighbour(1),
            "pane.previous": lambda: self._neighbour(-1),
            "pane.zoom": lambda: self._go(lambda: self._app.desk.panes.zoom()),
            "pane.grow": lambda: self._go(lambda: self._app.desk.panes.resize(1)),
            "pane.shrink": lambda: self._go(lambda: self._app.desk.panes.resize(-1)),
            "events.follow": self._follow,
            "events.latest": lambda: self._go(lambda: self._app.desk.tail.follow()),
            "call.pin": self._pin,
            "call.copy": self._copy,
            "reconcile": self._reconcile,
            "menu": self._menu,
            "call.mark": lambda: _mark("mark", app),
            "call.mark_range": lambda: _mark("mark_range", app),
            "jump": lambda: _jump(app),
            "entry.mark": lambda: _compare("entry.mark", app, services),
            "entry.compare": lambda: _compare("entry.compare", app, services),
            "theme": lambda: _choose_theme(app, services),
            "command.edit": lambda: self._sending.edit_refused(),
            "notices": lambda: self._app.open_notices(),
            "back": self._back,
            "help": lambda: self._app.action_help(),
            "palette": lambda: self._app.action_command_palette(),
            "quit": lambda: self._app.exit(),
            "desk.quit": lambda: self._app.exit(),
        }

    @cached_property
    def _sending(self) -> Sending:
        from console.ui.sending import Sending

        return Sending(self._app, self._services, on_change=self._redraw_keys)

    @cached_property
    def _views(self) -> Views:
        from console.ui.views import Views

        return Views(self._app, self._services, self._sending)

    # -- what the desk asks

    def why_not(self, action: Action, leg: Leg | None) -> str | None:
        """Why an action is not possible now, in words; None if it is."""
        if self._services.marks and action.id in _ON_MARKS:
            from console.ui import marking

            return marking.why_not(action, self._services, self._sending)
        if action.id in self._views:
            return self._views.why_not(action, leg)
        if action.command is not None:
            return self._sending.why_not(action, leg)
        if action.needs_call and leg is None:
            return "no call is selected"
        if action.id in ("menu", "command.edit") and self._services.options.read_only:
            return READ_ONLY
        if action.id == "reconcile" and self._reconciling:
            return "already comparing with Telnyx"
        return None

    def act(self, action: Action) -> None:
        """Does it, or says why not."""
        leg = self._app.desk.selected
        if self.why_not(action, leg) is not None:
            drop_typed_ahead(self._app)
        if self._services.marks and action.id in _ON_MARKS:
            from console.ui import marking

            marking.act(action, self._app, self._services, self._sending, self._views)
            return
        if action.id in self._views:
            self._views.act(action, leg)
            return
        if action.command is not None:
            self._sending.begin(action, leg)
            return
        reason = self.why_not(action, leg)
        if reason is not None:
            self._app.notify(f"{action.title}: {reason}", severity="warning")
            return
        self._verbs[action.id]()

    def incoming(self, legs: Sequence[Leg]) -> None:
        """Tells of new incoming calls: one bell and one notice for many; called every second for those held back.

        On the desk that stands in a title, and lies over neither calls nor keys.
        """
        if legs:
            self._latest_caller = far_end(legs[-1], self._services.look)
        desk, now = self._app.desk, self._services.now()
        on_desk = self._app.below is desk
        after = RING_AFTER if on_desk else _RARELY
        told = self._services.notices.new_calls(len(legs), now, after)
        if not told:
            return
        if self._services.options.bell:
            self._app.bell()
        who = self._latest_caller
        words = who if told == 1 else f"{told} new calls, the latest from {who}"
        self._app.withdraw(_INCOMING)
        # Over a desk that shows the past it has to say that it is no part of that.
        live = "" if desk.services is self._services else ", live"
        if not on_desk:
            self._app.notify(words, title=f"{_INCOMING}{live}", timeout=_INCOMING_S)
            return
        notice = Notice(at=now, text=words, severity="information", title=f"{_INCOMING}{live}")
        self._services.notices.add(notice)
        count = f"{told} incoming" if told > 1 else "incoming"
        desk.drawing.say(f"{count}{live}: {who}")

    def open_event(self, pair: tuple[Entry, Fact]) -> None:
        """One entry whole."""
        self._app.open_event(pair)

    def begun(self) -> None:
        """The first frame is there, and the board is read."""
        self._app.begun()

    # -- panes

    def _redraw_keys(self) -> None:
        if self._app.has_begun and self._app.is_running:
            self._app.desk.drawing.keys()

    def _go(self, move: Callable[[], None]) -> None:
        move()
        self._app.desk.drawing.titles()

    def _neighbour(self, step: int) -> None:
        panes = self._app.desk.panes
        self._go(lambda: panes.focus(panes.arrangement.neighbour(step)))

    def _filter(self) -> None:
        desk = self._app.desk
        if desk.panes.arrangement.active == "events":
            desk.events_filter.open()
            return
        if desk.panes.arrangement.active == "timeline":
            from console.ui.looking import search_timeline

            search_timeline(self._app)
            return
        desk.panes.focus("calls")
        desk.calls.warm()
        desk.calls_filter.open()

    def _details(self) -> None:
        desk = self._app.desk
        match desk.panes.arrangement.active:
            case "calls":
                self._go(lambda: desk.panes.focus("timeline"))
            case "timeline":
                desk.timeline.action_activate()
            case "events":
                desk.tail.action_activate()

    def _back(self) -> None:
        """One step at a time: the zoom, then the way to the calls, then marks, then the filter."""
        desk = self._app.desk
        if desk.panes.arrangement.zoomed:
            self._go(desk.panes.zoom)
        elif desk.events_filter.text and desk.panes.arrangement.active == "events":
            desk.events_filter.action_clear()
        elif desk.panes.arrangement.active != "calls":
            self._go(lambda: desk.panes.focus("calls"))
        elif self._services.marks:
            _mark("unmark", self._app)
        elif desk.calls_filter.text:
            desk.calls_filter.action_clear()

    def _follow(self) -> None:
        tail = self._app.desk.tail
        if tail.following:
            tail.hold()
        else:
            tail.follow()
        self._app.desk.drawing.titles()

    # -- the selected call

    def _menu(self) -> None:
        from console.ui.dialogs.menu import open_menu

        desk = self._app.desk
        open_menu(self._app, lambda: desk.selected, self._services, self.why_not, self.act)

    def _pin(self) -> None:
        from console.ui.pins import toggle

        leg = self._app.desk.selected
        assert leg is not None
        self._app.notify(toggle(self._services, leg))
        self._app.desk.calls.sync()

    def _copy(self) -> None:
        leg = self._app.desk.selected
        assert leg is not None
        self._app.copy_text(leg.call_control_id or leg.call_leg_id or leg.key, "call id")

    # -- the engine

    def _reconcile(self) -> None:
        self._reconciling = True
        self._app.notify("comparing the calls with Telnyx's records …")
        self._app.run_worker(
            self._compare(),
            name="reconcile",
            group="reconcile",
            exclusive=False,
            exit_on_error=False,
        )

    async def _compare(self) -> None:
        from console.ui.checking import tell

        try:
            found = await self._services.operator.reconcile()
        except ConsoleError as error:
            self._app.notify(f"The engine does not answer: {error.user_message}", severity="error")
        except Exception as error:  # noqa: BLE001  the worker border
            self._app.report(error)
        else:
            tell(self._app, self._services, "Reconcile", found)
        finally:
            self._reconciling = False


def _mark(what: str, app: ConsoleApp) -> None:
    """Marks on calls: loaded when the first one is made."""
    from console.ui import marking

    {"mark": marking.mark, "mark_range": marking.mark_range, "unmark": marking.unmark}[what](
        app.desk
    )


def _choose_theme(app: ConsoleApp, services: Services) -> None:
    from console.ui.choosing_theme import choose

    choose(app, services)


def _jump(app: ConsoleApp) -> None:
    from console.ui.screens.jump import open_jump

    open_jump(app.desk)


def _compare(what: str, app: ConsoleApp, services: Services) -> None:
    from console.ui.comparing import act

    desk = app.desk
    rows = desk.timeline if desk.panes.arrangement.active == "timeline" else desk.tail
    act(what, rows.selected, app, services)
    desk.drawing.titles()


def _arrange(what: str, app: ConsoleApp, services: Services) -> None:
    """Named filters, columns and order: loaded when they are first asked for."""
    from console.ui.arranging import arrange

    arrange(what, app, services)
