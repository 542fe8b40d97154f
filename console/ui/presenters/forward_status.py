"""How the application behind us does, on the status line: `● app :3000 41 ms`."""

from __future__ import annotations

from collections.abc import Iterator

from console.reports import ForwardHealth, TargetHealth
from console.ui.presenters.cells import Line, Role, Span, shown
from console.ui.presenters.glyphs import Glyphs
from console.ui.presenters.reach import place


def present_forward(health: ForwardHealth, glyphs: Glyphs) -> Iterator[tuple[Line, int]]:
    """Pieces of the line, each with the order in which it may be left out (0 never)."""
    if health.unverified:
        words = f"{glyphs.bad} forwards UNVERIFIED webhooks"
        yield (Span(words, Role.BAD),), 0
    if health.target is not None:
        yield _target(health.target, glyphs), 1
        yield from _waiting(health.target, health.mode)
    elif health.mode == "copy":
        yield (Span("copies, always 200", Role.DIM),), 4
    for observer in health.observers:
        if observer.dropped or observer.failures_last_minute:
            words = f"observer {place(observer.url)}: {_troubles(observer)}"
            yield (Span(shown(words), Role.WARN),), 5


def _target(target: TargetHealth, glyphs: Glyphs) -> Line:
    name = f"app {shown(place(target.url))}"
    if target.is_up is False:
        return (Span(f"{glyphs.bad} {name} {shown(target.why)}", Role.BAD),)
    took = target.p50_ms if target.p50_ms is not None else target.last_latency_ms
    speed = "" if took is None else f" {took:.0f} ms"
    if target.failures_last_minute:
        troubles = f", {_troubles(target)}" if speed else f" {_troubles(target)}"
        return (Span(f"{glyphs.bad} {name}{speed}{troubles}", Role.BAD),)
    if not speed:
        return (Span(f"{glyphs.off} {name}", Role.TEXT),)
    return (Span(glyphs.on, Role.GOOD), Span(f" {name}{speed}"))


def _waiting(target: TargetHealth, mode: str) -> Iterator[tuple[Line, int]]:
    if target.in_flight and target.in_flight * 2 >= target.limit:
        yield (Span(f"{target.in_flight} of {target.limit} under way", Role.WARN),), 1
    elif target.in_flight:
        yield (Span(f"{target.in_flight} under way", Role.DIM),), 7
    if mode == "buffer" and target.queued:
        yield (Span(f"{target.queued} to deliver", Role.WARN),), 1
    if mode == "buffer" and target.dropped:
        yield (Span(f"{target.dropped} expired", Role.BAD),), 2


def _troubles(target: TargetHealth) -> str:
    parts = []
    if target.failures_last_minute:
        parts.append(f"{target.failures_last_minute} failed/min")
    if target.dropped and target.mode == "observer":
        parts.append(f"{target.dropped} dropped")
    return ", ".join(parts)
