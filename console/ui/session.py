"""How the desk was left, and how it begins the next time: panes, filters, the selected call, the theme.

Columns and order have their own place (`console.ui.arranging`). Never what was about to be sent, and never marks: what
they would be used for was the last session's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from console.ui.screens.layout import PANES, WEIGHT_LIMITS, Pane

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen
    from console.ui.screens.filter_line import FilterLine
    from console.ui.services import Services

_FILTERS = ("filter", "filter_name", "events_filter", "events_filter_name")
SESSION, THEME = "session", "theme"
"""Where they are kept in the console's own memory."""


class Kept(NamedTuple):
    """What was read, checked; what makes no sense is as if it had not been there."""

    weights: Mapping[Pane, int]
    active: Pane = "calls"
    zoomed: bool = False
    filter: str = ""
    filter_name: str = ""
    events_filter: str = ""
    events_filter_name: str = ""
    selected: str = ""


def read(services: Services) -> Kept:
    """How the desk was left."""
    found = services.memory.of_desk(SESSION)
    held = found if isinstance(found, dict) else {}
    weights = held.get("weights")
    known = weights if isinstance(weights, dict) else {}
    least, most = WEIGHT_LIMITS
    active: Pane = next((pane for pane in PANES if pane == held.get("active")), "calls")
    words = {name: _text(held.get(name)) for name in Kept._fields[3:]}
    if services.redacted:
        # They may name somebody, and would find nobody among masks.
        words |= dict.fromkeys(_FILTERS, "")
    return Kept(
        {p: w for p in PANES if isinstance(w := known.get(p), int) and least <= w <= most},
        active,
        held.get("zoomed") is True,
        **words,
    )


def lay_out(desk: DeskScreen, kept: Kept) -> None:
    """Before the first frame: what would be seen to move after it."""
    arrangement = desk.panes.arrangement
    arrangement.weights.update(kept.weights)
    arrangement.activate(kept.active)
    arrangement.zoomed = kept.zoomed
    desk.kept = kept


def go_on(desk: DeskScreen, kept: Kept) -> None:
    """After the board was read: where the operator was, as far as it still exists."""
    if kept.active != "calls":
        desk.panes.focus(kept.active)
    if kept.events_filter:
        desk.events_filter.use(kept.events_filter, kept.events_filter_name)
    if kept.selected in desk.view:
        desk.calls.select(kept.selected)
    if desk.calls_filter.text and desk.calls_filter.text == kept.filter:
        desk.app.notify(
            f"the filter of the last time is in force: {desk.calls_filter.label}; esc clears it",
            timeout=6.0,
            markup=False,
        )


def keep(desk: DeskScreen, services: Services) -> str | None:
    """Remembers how the desk is now; a sentence when that cannot be written."""
    arrangement = desk.panes.arrangement
    state: dict[str, object] = {
        "weights": dict(arrangement.weights),
        "active": arrangement.active,
        "zoomed": arrangement.zoomed,
        **_filter("filter", desk.calls_filter),
        **_filter("events_filter", desk.events_filter),
        "selected": desk.calls.selected or "",
    }
    if services.redacted:
        # What is typed over masks makes no sense without them.
        before = services.memory.of_desk(SESSION)
        state |= {
            name: _text((before if isinstance(before, dict) else {}).get(name)) for name in _FILTERS
        }
    return services.memory.keep_of_desk(SESSION, state)


def theme(services: Services) -> str:
    """The theme that was chosen by hand, as long as the configuration still names the one it was chosen over."""
    found = services.memory.of_desk(THEME)
    if not isinstance(found, dict) or found.get("over") != services.options.theme:
        return services.options.theme
    return _text(found.get("name")) or services.options.theme


def keep_theme(name: str, services: Services) -> str | None:
    """Remembers a theme; a sentence when that cannot be written."""
    over = services.options.theme
    return services.memory.keep_of_desk(
        THEME, {"name": name, "over": over} if name != over else None
    )


def _filter(name: str, line: FilterLine) -> dict[str, object]:
    return {name: line.text, f"{name}_name": line.name_in_use}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
