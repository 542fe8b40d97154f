"""The tunnel and a taken webhook URL on the status line: `● tunnel`, `URL taken`."""

from __future__ import annotations

from collections.abc import Iterator

from console.reports import Health
from console.standing import TunnelHealth
from console.ui.presenters.cells import Line, Role, Span, shown
from console.ui.presenters.glyphs import Glyphs

_WORDS = 60


def present_standing(health: Health, glyphs: Glyphs) -> Iterator[tuple[Line, int]]:
    """Pieces of the line, each with the order in which it may be left out."""
    taking = health.taking
    if taking is not None and taking.is_left:
        yield (Span(f"{glyphs.bad} URL not given back", Role.BAD),), 1
    elif taking is not None:
        yield (Span("URL taken", Role.ACCENT),), 3
    if health.tunnel is not None:
        yield _tunnel(health.tunnel, glyphs), 4 if health.tunnel.state == "up" else 1


def _tunnel(tunnel: TunnelHealth, glyphs: Glyphs) -> Line:
    if tunnel.state == "up":
        return (Span(glyphs.on, Role.GOOD), Span(" tunnel"))
    if tunnel.state == "starting":
        return (Span(f"{glyphs.off} tunnel starting", Role.WARN),)
    why = shown(tunnel.sentence.removeprefix("the tunnel ").partition("; it is started")[0])
    return (Span(f"{glyphs.bad} tunnel {tunnel.state}: {why[:_WORDS]}", Role.BAD),)
