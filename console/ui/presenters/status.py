"""The two lines on top: is anybody listening, and how are the callers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.domain.entries import Micros
from console.domain.ranks import Counts
from console.domain.text import without_folders
from console.domain.times import local_clock, span
from console.life import LifeState, LifeStatus
from console.ui.presenters.cells import (
    Line,
    Role,
    Span,
    fit_line,
    grouped,
    join,
    line_width,
    shown,
    spread,
)
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.reach import place

if TYPE_CHECKING:
    from console.reports import Health
    from console.ui.line_watch import LineWords

_SECOND: Micros = 1_000_000
_LEAST = 20
"""Cells within which what must be said can still be understood."""
_SILENT_S = 120
"""With calls in progress and no event for this long, the age of the last event is a warning."""


class StatusFacts(NamedTuple):
    """What the status lines tell. `longest` is a duration; `rate` is events per second, the present one last."""

    life: LifeStatus
    counts: Counts
    now: Micros
    health: Health | None = None
    rate: Sequence[float] = ()
    longest: Micros | None = None
    profile: str | None = None
    read_only: bool = False
    redacted: bool = False
    line: LineWords | None = None
    """How the line does, once that is known."""
    dropped: int = 0
    """Rows that this screen let go of because they were too many; never events of the journal."""


class _Piece(NamedTuple):
    """A part of a line; where there is too little room the highest `order` is left out first, of equals the last.

    Those of order 0 stay as long as cutting the longest of them makes room; what is wrong is cut before it is left out.
    """

    line: Line
    order: int = 0

    @property
    def is_problem(self) -> bool:
        """Whether it says what is wrong."""
        return any(span.role is Role.BAD for span in self.line)


def present_status(facts: StatusFacts, width: int, glyphs: Glyphs = UNICODE) -> tuple[Line, Line]:
    """Both lines, exactly `width` cells each."""
    clock = (Span(f" {local_clock(facts.now)} ", Role.STRONG),)
    first = _choose(_engine_pieces(facts, glyphs), width - line_width(clock))
    second = _choose(_call_pieces(facts, glyphs), width)
    return spread(first, clock, width), fit_line(second, width)


def _choose(pieces: Sequence[_Piece], width: int) -> Line:
    kept = [piece for piece in pieces if piece.line]
    while len(kept) > 1 and (excess := _total(kept) - width) > 0:
        least = max(range(len(kept)), key=lambda index: (kept[index].order, index))
        longest = max(range(len(kept)), key=lambda index: line_width(kept[index].line))
        cut = longest if kept[least].order == 0 else least
        left = line_width(kept[cut].line) - excess
        if left >= _LEAST and (kept[cut].order == 0 or kept[cut].is_problem):
            kept[cut] = _Piece(fit_line(kept[cut].line, left), kept[cut].order)
        else:
            del kept[least]
    return (Span(" "), *join((piece.line for piece in kept), "   "))


def _total(pieces: Sequence[_Piece]) -> int:
    return 1 + sum(line_width(piece.line) + 3 for piece in pieces) - 3


def _engine_pieces(facts: StatusFacts, glyphs: Glyphs) -> list[_Piece]:
    health = facts.health
    pieces = [_Piece((Span("Call Console", Role.STRONG),), 6)]
    if facts.profile:
        pieces.append(_Piece((Span(shown(facts.profile), Role.ACCENT),), 5))
    if facts.read_only or (health is not None and health.read_only):
        pieces.append(_Piece((Span("read-only", Role.WARN),), 1))
    if facts.redacted:
        pieces.append(_Piece((Span(" redacted ", Role.BANNER),), 0))
    pieces.append(_Piece(_listening(facts, glyphs), 0))
    if health is None:
        return pieces
    if health.journal_error:
        words = f"{glyphs.bad} not recording: {shown(without_folders(health.journal_error))}"
        pieces.append(_Piece((Span(words, Role.BAD),), 0))
    pieces.append(_Piece(_last_event(facts, health, glyphs), 0))
    pieces.append(_Piece(_api(health, glyphs), 3))
    if health.forward is not None:
        from console.ui.presenters.forward_status import present_forward

        pieces += [_Piece(line, order) for line, order in present_forward(health.forward, glyphs)]
    if health.taking is not None or health.tunnel is not None:
        from console.ui.presenters.standing_status import present_standing

        pieces += [_Piece(line, order) for line, order in present_standing(health, glyphs)]
    pieces.extend(_budget(health))
    if health.clock_offset_ms is not None and abs(health.clock_offset_ms) >= 5_000:
        words = f"clock off by {health.clock_offset_ms / 1000:+.0f} s"
        pieces.append(_Piece((Span(words, Role.WARN),), 2))
    if health.reconciled_at is None and health.api_key:
        pieces.append(_Piece((Span(shown(health.reconcile), Role.DIM),), 7))
    return pieces


def _budget(health: Health) -> list[_Piece]:
    """What Telnyx still allows in this period, and what waits for the next."""
    pieces = []
    if health.queued:
        words = f"{health.queued} waiting to be sent"
        if health.rate_limit_reset_s is not None:
            words += f", {health.rate_limit_reset_s:.0f} s"
        pieces.append(_Piece((Span(words, Role.WARN),), 1))
    left = health.rate_limit_remaining
    if left is not None:
        is_low = left < 10
        words = f"{left} requests left"
        pieces.append(_Piece((Span(words, Role.WARN if is_low else Role.DIM),), 4 if is_low else 8))
    return pieces


def _listening(facts: StatusFacts, glyphs: Glyphs) -> Line:
    """Green only once a verified event has come in or a self-test has passed: an open port proves nothing yet."""
    health, life = facts.health, facts.life
    match life.state:
        case LifeState.FAILED:
            why = without_folders(life.message or "engine failed")
            return (Span(f"{glyphs.bad} {shown(why)}", Role.BAD),)
        case LifeState.OFFLINE:
            return (Span(f" offline: {shown(life.message)} ", Role.BANNER),)
        case LifeState.RESTARTING:
            return (Span(f"{glyphs.busy} {shown(life.message or 'engine restarting')}", Role.WARN),)
        case _:
            pass
    if health is None:
        return (Span(f"{glyphs.busy} {shown(life.message or 'engine starting')}", Role.DIM),)
    attached = " (attached)" if life.state is LifeState.ATTACHED else ""
    if health.poll is not None:
        from console.ui.presenters.poll_status import present_poll

        return present_poll(health.poll, glyphs, attached)
    where = place(health.webhook_url)
    if not health.public_key:
        return (Span(f"{glyphs.bad} listening {where}{attached}, no public key", Role.BAD),)
    reach, verified_at = health.reach, health.last_verified_at
    if reach is not None and not reach.ok and (verified_at is None or reach.at > verified_at):
        return (Span(f"{glyphs.bad} listening {where}{attached}, not reached", Role.BAD),)
    if verified_at is None and reach is None:
        return (Span(f"{glyphs.off} listening {where}{attached}, not proven", Role.WARN),)
    return (Span(glyphs.on, Role.GOOD), Span(f" listening {where}{attached}"))


def _last_event(facts: StatusFacts, health: Health, glyphs: Glyphs) -> Line:
    """How long ago, always; loud where calls live and nothing is heard of them."""
    last = health.last_event_at
    since = health.started_at if last is None else last
    age = max(0, facts.now - since) // _SECOND
    words = "no event yet" if last is None else f"last event {_age(age)}"
    if facts.counts.live > 0 and age >= _SILENT_S and health.poll is None:
        for_so_long = f", {_age(age)}" if last is None else ""
        return (Span(f"{glyphs.bad} silent: {words}{for_so_long}, calls live", Role.BAD),)
    return (Span(words, Role.DIM if last is None else Role.TEXT),)


def _age(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 86_400 else f"{seconds // 86_400} d"


def _api(health: Health, glyphs: Glyphs) -> Line:
    if not health.api_key:
        return (Span("no API key: watching only", Role.WARN),)
    if health.api_error:
        return (Span(f"{glyphs.bad} api: {shown(health.api_error)}", Role.BAD),)
    if health.api_latency_ms is None:
        return (Span(f"{glyphs.off} api", Role.TEXT),)
    return (Span(glyphs.on, Role.GOOD), Span(f" api {health.api_latency_ms:.0f} ms"))


def _call_pieces(facts: StatusFacts, glyphs: Glyphs) -> list[_Piece]:
    counts, health = facts.counts, facts.health
    waiting = Role.RINGING if counts.waiting else Role.TEXT
    pieces = [_Piece((Span(f"{grouped(counts.waiting)} waiting", waiting),), 0)]
    if facts.longest is not None:
        pieces.append(_Piece((Span(f"longest {span(facts.longest)}", waiting),), 1))
    pieces.append(_Piece((Span(f"{grouped(counts.talking)} talking"),), 0))
    pieces.extend(_line_pieces(facts.line))
    pieces.append(_Piece((Span(f"{grouped(counts.live)} live", Role.DIM),), 6))
    pieces.append(_Piece((Span(f"{grouped(counts.ended)} ended", Role.DIM),), 7))
    if facts.rate:
        speed = f"{facts.rate[-1]:.1f} ev/s"
        pieces.append(_Piece((Span(speed),), 5))
        pieces.append(_Piece((Span(sparkline(facts.rate[-16:], glyphs), Role.ACCENT),), 8))
    if health is not None:
        refused = Role.BAD if health.refused else Role.DIM
        verified = f"verified {grouped(health.verified)}"
        if health.poll is not None:
            verified = f"{grouped(health.poll.events)} read, unsigned"
        pieces.append(_Piece((Span(verified),), 5))
        words = f"{glyphs.bad} {grouped(health.refused)} refused"
        pieces.append(_Piece((Span(words, refused),), 2 if health.refused else 8))
    if facts.dropped:
        pieces.append(_Piece((Span(f"{grouped(facts.dropped)} not shown", Role.WARN),), 4))
    return pieces


def _line_pieces(line: LineWords | None) -> list[_Piece]:
    """The alert that asks for attention, the service level, who gave up today, whom to ring back."""
    if line is None:
        return []
    pieces = []
    if line.alert:
        pieces.append(_Piece((Span(f"! {shown(line.alert)}", Role.BAD),), 0))
    if line.service:
        low = line.service_is_low
        words = f"{line.service} low" if low else line.service
        pieces.append(_Piece((Span(shown(words), Role.WARN if low else Role.TEXT),), 2))
    if line.abandoned:
        pieces.append(_Piece((Span(line.abandoned),), 3))
    if line.ring_back:
        pieces.append(_Piece((Span(f"{line.ring_back} to ring back", Role.WARN),), 4))
    return pieces


def sparkline(values: Sequence[float], glyphs: Glyphs = UNICODE) -> str:
    """One bar per value; the lowest bar is nothing, the highest the largest value."""
    top = max(values, default=0.0)
    if top <= 0:
        return glyphs.bars[0] * len(values)
    steps = len(glyphs.bars) - 1
    return "".join(
        glyphs.bars[0 if value <= 0 else max(1, round(value / top * steps))] for value in values
    )
