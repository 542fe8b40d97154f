"""Marked calls: which they are, and what is done to all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.legs import Leg

if TYPE_CHECKING:
    from console.ui.actions import Action
    from console.ui.app import ConsoleApp
    from console.ui.screens.desk import DeskScreen
    from console.ui.sending import Sending
    from console.ui.services import Services
    from console.ui.views import Views


def marked(services: Services) -> list[Leg]:
    """The marked calls that the board still knows, in the order in which they were marked."""
    board, marks = services.store.board, services.marks
    legs = {leg.key: leg for key in marks if (leg := board.get(key)) is not None}
    if list(legs) != list(marks):
        # Evicted, or known by another identifier by now.
        marks.clear()
        marks.update(dict.fromkeys(legs))
    return list(legs.values())


def selection(desk: DeskScreen) -> list[Leg]:
    """The marked calls in the order of the list, those that a filter hides last; else the call under the cursor."""
    legs = marked(desk.services)
    if not legs:
        return [desk.selected] if desk.selected is not None else []
    places = {leg.key: desk.view.index_of(leg.key) for leg in legs}
    return sorted(legs, key=lambda leg: (places[leg.key] is None, places[leg.key] or 0))


def words(desk: DeskScreen) -> str:
    """For the title: `3 marked (1 hidden)`."""
    legs = marked(desk.services)
    hidden = sum(leg.key not in desk.view for leg in legs)
    beside = f" ({hidden} hidden)" if hidden else ""
    return f"{len(legs)} marked{beside}" if legs else ""


def mark(desk: DeskScreen) -> None:
    """Marks the call under the cursor, or unmarks it."""
    leg, marks = desk.selected, desk.services.marks
    if leg is None:
        return
    if leg.key in marks:
        del marks[leg.key]
    else:
        marks[leg.key] = None
    redraw(desk)


def mark_range(desk: DeskScreen) -> None:
    """Marks every call from the one marked last to the cursor; without one only that under the cursor."""
    leg, marks = desk.selected, desk.services.marks
    here = None if leg is None else desk.view.index_of(leg.key)
    if leg is None or here is None:
        return
    shown = [key for key in reversed(marks) if key in desk.view]
    there = desk.view.index_of(shown[0]) if shown else None
    first, last = sorted((here, here if there is None else there))
    marks.update(dict.fromkeys(desk.view.keys[first : last + 1]))
    # The cursor's end is where the next range begins.
    marks.pop(leg.key, None)
    marks[leg.key] = None
    redraw(desk)


def unmark(desk: DeskScreen) -> None:
    """Takes every mark away."""
    desk.services.marks.clear()
    redraw(desk)


def redraw(desk: DeskScreen) -> None:
    """What shows the marks."""
    desk.calls.sync()
    desk.drawing.titles()
    desk.drawing.keys()


def why_not(action: Action, services: Services, sending: Sending) -> str | None:
    """Why an action is possible for none of the marked calls, in words."""
    if action.id == "call.note":
        return "read-only: nothing is written" if services.options.read_only else None
    if action.command is None:
        return None
    reasons = [sending.why_not(action, leg) for leg in marked(services)]
    return None if None in reasons or not reasons else f"none of the marked: {reasons[0]}"


def act(
    action: Action, app: ConsoleApp, services: Services, sending: Sending, views: Views
) -> None:
    """Does it to every marked call; what sends is asked first, in one dialog for all of them."""
    legs = selection(app.desk)
    reason = why_not(action, services, sending)
    if reason is not None:
        app.notify(f"{action.title}: {reason}", severity="warning")
    elif action.id == "call.flow":
        views.open_flow([leg.key for leg in legs])
    elif action.id == "call.note":
        from console.ui.remarks import open_note

        open_note(app, services, legs)
    else:
        from console.ui.dialogs.many import ManyDialog

        app.push_screen(ManyDialog(services, app.desk, action, legs, sending))
