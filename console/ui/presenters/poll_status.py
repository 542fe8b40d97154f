"""How reading Telnyx's records does, on the status line: `~ poll 4 s, delay ≤ 6 s`."""

from __future__ import annotations

import math

from console.domain.times import local_clock
from console.reports import PollHealth
from console.ui.presenters.cells import Line, Role, Span, shown
from console.ui.presenters.glyphs import Glyphs


def present_poll(health: PollHealth, glyphs: Glyphs, attached: str = "") -> Line:
    """In the place of where webhooks are heard. Green says that records were read, not that anybody signed them."""
    every = f"poll {seconds(health.interval_s)}{attached}"
    if health.failing_since is not None:
        since = local_clock(health.failing_since)
        why = "Telnyx's rate limit" if health.limited else health.error
        role = Role.WARN if health.limited else Role.BAD
        words = f"{glyphs.bad} {every}, blind since {since}: {shown(why)}"
        return (Span(words, role),)
    if health.last_at is None:
        return (Span(f"{glyphs.off} {every}, nothing read yet", Role.TEXT),)
    sign = "<=" if glyphs.ascii else "≤"
    words = f" {every}, delay {sign} {seconds(health.delay_s, up=True)}"
    if health.error:
        return (Span(f"{glyphs.busy}{words}: {shown(health.error)}", Role.WARN),)
    return (Span(glyphs.on, Role.GOOD), Span(words))


def seconds(value: float, *, up: bool = False) -> str:
    """`4 s`, `0.4 s` below one; with `up` never less than it is."""
    tenths = math.ceil(value * 10) if up else round(value * 10)
    if value < 1:
        return f"{tenths / 10:.1f} s"
    if value >= 120:
        return f"{math.ceil(value / 60) if up else round(value / 60)} min"
    return f"{math.ceil(value) if up else round(value)} s"
