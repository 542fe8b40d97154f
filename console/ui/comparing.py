"""Marking an event and comparing another one with it, from a list of events. Loaded when first used."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.errors import JournalError
from console.ui.compat import GuardedApp

if TYPE_CHECKING:
    from console.domain.entries import Entry, Fact
    from console.ui.services import Services

Pair = tuple["Entry", "Fact"]


def act(what: str, seq: int | None, app: GuardedApp, services: Services) -> None:
    """`entry.mark` or `entry.compare` for the entry with this number, or in words why not."""
    try:
        pair = services.store.entry(seq) if seq is not None and seq >= 0 else None
    except JournalError as error:
        app.notify(error.user_message, title="Compare", severity="error")
        return
    if pair is None:
        app.notify("no event is under the cursor of the events or the timeline", severity="warning")
    elif what == "entry.mark":
        app.notify(mark(services, pair))
    else:
        compare(app, services, pair)


def mark(services: Services, pair: Pair) -> str:
    """Marks the entry, or unmarks it if it is the marked one; says which."""
    if is_marked(services, pair):
        services.marked = None
        return f"entry {pair[0].seq} is no longer marked"
    services.marked = pair
    return f"entry {pair[0].seq} is marked; M on another event compares the two"


def is_marked(services: Services, pair: Pair) -> bool:
    """Whether this is the marked entry."""
    return services.marked is not None and services.marked[0].seq == pair[0].seq


def why_not_compare(services: Services, pair: Pair) -> str | None:
    """Why there is nothing to compare it with, in words."""
    if services.marked is None:
        return "mark an event first, with m, then go to the other one"
    return "this is the marked one; go to the other one" if is_marked(services, pair) else None


def compare(app: GuardedApp, services: Services, pair: Pair) -> None:
    """The marked entry beside this one, or in words why not."""
    reason = why_not_compare(services, pair)
    if reason is not None:
        app.notify(f"compare: {reason}", severity="warning")
        return
    from console.ui.clipboard import copy
    from console.ui.screens.compare import CompareScreen

    assert services.marked is not None
    app.push_screen(CompareScreen(services, services.marked, pair, partial(copy, app)))
