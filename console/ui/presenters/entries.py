"""One entry of the journal as one line of the tail: when, what kind, what it says, how late it came."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from console.domain.annotations import annotation_detail
from console.domain.endings import Ender
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Forwarded,
    Kind,
    Micros,
    Noted,
)
from console.domain.filtering.clocks import lag_of as lag_of
from console.domain.forwarding import forward_detail, forward_words
from console.domain.times import local_clock
from console.domain.values import text
from console.domain.wording import (
    checked_detail,
    command_detail,
    event_detail,
    outcome_detail,
)
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, line_width, shown
from console.ui.presenters.glyphs import Glyphs
from console.ui.presenters.legs import PLAIN_LOOK, Look, party

_CLOCK = 12
_TYPE = 20
_LATE: Micros = 5_000_000
"""From here on the lag is worth a warning."""

_KIND_ROLES: dict[Kind, Role] = {
    Kind.WEBHOOK: Role.TEXT,
    Kind.REFUSED: Role.BAD,
    Kind.COMMAND: Role.ACCENT,
    Kind.OUTCOME: Role.ACCENT,
    Kind.FORWARD: Role.DIM,
    Kind.API: Role.DIM,
    Kind.GAP: Role.WARN,
    Kind.NOTE: Role.WARN,
}


def present_entry(
    entry: Entry,
    fact: Fact,
    width: int,
    look: Look = PLAIN_LOOK,
    *,
    ender: Ender | None = None,
    answer: Forwarded | None = None,
) -> Line:
    """The line of an entry, exactly `width` cells; its first two are left for the cursor's mark.

    `ender` is our command that a hang-up is the end of, `answer` what the application said to the event.
    """
    role = entry_role(entry, fact)
    millis = width >= 70
    clock = local_clock(entry.received_at, millis=millis)
    glyphs = look.glyphs
    sign = _sign(entry, glyphs)
    type_width = _TYPE if width >= 90 else 16
    left = [
        Span("  "),
        Span(f"{fit(clock, _CLOCK if millis else 8)} ", Role.DIM),
        Span(f"{sign} ", role),
        Span(fit(entry_type(entry, fact), type_width, ellipsis=glyphs.ellipsis), role),
        Span("  "),
    ]
    room = width - line_width(left)
    for right in _asides(_right(entry), answer):
        aside = line_width(right) + 2 if right else 0
        if not aside or room - aside >= 20:
            break
    said = entry_words(entry, fact, look, ender)
    words = fit(said, max(0, room - aside), ellipsis=glyphs.ellipsis)
    left.append(Span(words, Role.DIM if entry.duplicate else role))
    if right:
        left.append(Span("  "))
    return fit_line((*left, *right), width)


def entry_type(entry: Entry, fact: Fact) -> str:
    """What kind of entry it is: the event's type, or the kind and what it is about."""
    match fact:
        case Event():
            return fact.type or entry.event_type or entry.kind.value
        case CommandSent() | CommandDone():
            return fact.action
        case _:
            return entry.kind.value


def entry_words(
    entry: Entry, fact: Fact, look: Look = PLAIN_LOOK, ender: Ender | None = None
) -> str:
    """What an entry says, besides its type."""
    match fact:
        case Event():
            return _event_words(fact, look, ender)
        case CommandSent():
            by = f"by {fact.operator}" if fact.operator else ""
            return "  ".join(filter(None, [command_detail(fact), by]))
        case CommandDone():
            return outcome_detail(fact)
        case Checked():
            return checked_detail(fact)
        case Forwarded():
            return forward_detail(fact)
        case Annotated():
            return annotation_detail(fact)
        case Noted():
            return fact.reason or entry.reason or ""


def _event_words(event: Event, look: Look, ender: Ender | None) -> str:
    """From and to by name or readably, then what matters of the event."""
    from_, to = text(event.payload, "from"), text(event.payload, "to")
    detail = event_detail(event, ender)
    if from_ is None or to is None:
        return detail
    if detail.startswith(f"{from_} → {to}"):
        detail = detail[len(f"{from_} → {to}") :].lstrip()
    ends = f"{party(from_, look)} {look.glyphs.arrow} {party(to, look)}"
    return f"{ends}  {detail}" if detail else ends


def entry_role(entry: Entry, fact: Fact) -> Role:
    """How an entry looks: refusals and failures stand out, repetitions step back."""
    if entry.duplicate:
        return Role.DIM
    if isinstance(fact, CommandDone) and not fact.ok:
        return Role.BAD
    return _KIND_ROLES.get(entry.kind, Role.TEXT)


def _sign(entry: Entry, glyphs: Glyphs) -> str:
    match entry.kind:
        case Kind.WEBHOOK:
            return glyphs.incoming
        case Kind.API:
            return glyphs.recorded
        case Kind.COMMAND | Kind.OUTCOME | Kind.FORWARD:
            return glyphs.outgoing
        case Kind.REFUSED:
            return glyphs.bad
        case _:
            return glyphs.dot


def lag_words(lag: Micros) -> str:
    """`112 ms`, `2.4 s`, `3 min`; with a minus where the clocks disagree."""
    size = abs(lag)
    sign = "-" if lag < 0 else ""
    if size < 1_000_000:
        return f"{sign}{size // 1000} ms"
    if size < 60_000_000:
        return f"{sign}{size / 1_000_000:.1f} s"
    return f"{sign}{size // 60_000_000} min"


@lru_cache(maxsize=1024)
def _remote(remote: str) -> str:
    return fit(shown(remote), min(30, len(remote))).rstrip()


def _asides(right: Line, answer: Forwarded | None) -> Iterator[Line]:
    """What may stand at the right end, the fullest first; the last is nothing."""
    if answer is not None:
        said = Span(forward_words(answer), Role.DIM if answer.ok else Role.BAD)
        if right:
            yield (*right, Span("   "), said)
        yield (said,)
    if right:
        yield right
    yield ()


def _right(entry: Entry) -> Line:
    if entry.duplicate:
        again = f", attempt {entry.attempt}" if entry.attempt is not None else ""
        return (Span(f"again{again}", Role.DIM),)
    if entry.kind is Kind.REFUSED:
        return (Span(f"from {_remote(entry.remote)}", Role.DIM),) if entry.remote else ()
    lag = lag_of(entry)
    if entry.kind is Kind.API and entry.event_type is not None:
        late = "" if lag is None else f"  lag {lag_words(lag):>6}"
        return (Span(f"unsigned{late}", Role.DIM),)
    if lag is None:
        return ()
    attempt = (
        f"attempt {entry.attempt}  " if entry.attempt is not None and entry.attempt > 1 else ""
    )
    role = Role.WARN if abs(lag) >= _LATE else Role.DIM
    return (
        (Span(attempt, Role.WARN), Span(f"lag {lag_words(lag):>6}", role))
        if attempt
        else (Span(f"lag {lag_words(lag):>6}", role),)
    )
