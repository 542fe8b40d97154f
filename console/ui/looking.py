"""How the desk looks at what happened: one leg or all, which times, a search, another moment. Loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.moments import moment
from console.domain.times import SECOND, local_clock
from console.errors import JournalError

if TYPE_CHECKING:
    from console.domain.entries import Micros
    from console.ui.app import ConsoleApp
    from console.ui.services import Services

STEPS_S = {
    "time.minute_back": -60,
    "time.minute_on": 60,
    "time.ten_back": -600,
    "time.ten_on": 600,
}


def look(app: ConsoleApp, services: Services, action_id: str) -> None:
    """Does what a key of these asks for."""
    if action_id == "timeline.leg":
        _one_leg(app)
    elif action_id == "timeline.times":
        _next_times(app)
    elif action_id == "time.go":
        _ask_time(app, services)
    else:
        _step(app, services, STEPS_S[action_id] * SECOND)


def search_timeline(app: ConsoleApp) -> None:
    """Opens the search under the timeline's title; made when it is first wanted."""
    from console.ui.widgets.search_line import SearchLine

    box = app.desk.query_one("#pane-timeline")
    found = box.query(SearchLine)
    if found:
        found.first().open()
        return
    line = SearchLine(app.desk.timeline.finder)
    box.mount(line, before=app.desk.timeline)
    line.call_after_refresh(line.open)


def _one_leg(app: ConsoleApp) -> None:
    desk = app.desk
    desk.conversation.alone = not desk.conversation.alone
    _seen(app)
    desk.drawing.timeline()
    desk.drawing.titles()


def _next_times(app: ConsoleApp) -> None:
    _seen(app)
    app.desk.timeline.next_times()
    app.desk.drawing.titles()


def _seen(app: ConsoleApp) -> None:
    """Brings the timeline into sight where panes are shown one at a time."""
    panes = app.desk.panes
    if "timeline" not in panes.arrangement.visible:
        panes.focus("timeline")


# -- another moment


def _step(app: ConsoleApp, services: Services, by: Micros) -> None:
    desk = app.desk
    in_timeline = desk.panes.arrangement.active == "timeline"
    here = desk.timeline.time_here if in_timeline else desk.tail.time_here
    go_to(app, services, (services.now() if here is None else here) + by)


def _ask_time(app: ConsoleApp, services: Services) -> None:
    from console.ui.dialogs.typed import TypedDialog

    def why_not(typed: str) -> str | None:
        if not typed:
            return ""  # what can be typed is said above
        try:
            moment(typed, services.now())
        except ValueError as error:
            return str(error)
        return None

    def answered(typed: str | None) -> None:
        if typed is not None:
            go_to(app, services, moment(typed, services.now()))

    dialog = TypedDialog(
        services,
        "Go to a time",
        "hh:mm or hh:mm:ss; a day before it as 2026-11-22; 10m for ten minutes ago",
        confirm="Go",
        why_not=why_not,
    )
    app.push_screen(dialog, answered)


def go_to(app: ConsoleApp, services: Services, at: Micros) -> None:
    """Puts the cursor on what happened then: in the timeline where that has the focus, else in the events."""
    desk = app.desk
    if desk.panes.arrangement.active == "timeline":
        desk.timeline.go_to(at)
        return
    from console.ui.screens.tail_past import go_to as go_to_entry

    desk.panes.focus("events")
    try:
        reached = go_to_entry(desk.tail, services, at)
    except JournalError as error:
        app.notify(error.user_message, title="Go to time", severity="error")
        return
    if reached is not None and abs(reached - at) > 60 * SECOND:
        words = "the record begins at" if reached > at else "the last before that is at"
        app.notify(f"{words} {local_clock(reached)}", title="Go to time", timeout=3)
    desk.drawing.titles()
