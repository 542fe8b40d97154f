"""What stands above the body of an entry: what, when, how it came, whether it was verified, what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.domain.client_state import decoded
from console.domain.entries import CommandDone, CommandSent, Entry, Event, Fact, Kind
from console.domain.text import clean
from console.domain.times import iso, local_clock
from console.ui.presenters.cells import Line, Role, Span, fit, shown
from console.ui.presenters.entries import entry_type, entry_words, lag_of, lag_words

DELIVERIES = "deliveries"
HEADERS = "headers"
_MAX_HEADERS = 200
_MAX_DELIVERIES = 1_000
_FEW = 5
"""So many deliveries are shown at once; more are folded."""
_LABEL = 11
_INNER = 3
"""Cells that the members of a group are indented."""
_MAX_ROWS = 8


class HeadItem(NamedTuple):
    """One line of the head, or more where its words are long."""

    label: str
    words: str
    role: Role = Role.TEXT
    value: str | None = None
    """What a copy of it gives; None: the words."""
    seq: int | None = None
    """The entry that Enter opens."""
    folds: str = ""
    """The name of the group that it folds."""
    group: str = ""
    """The group that it belongs to."""


def present_head(
    entry: Entry, fact: Fact, deliveries: Sequence[Entry] = (), ties: Sequence[HeadItem] = ()
) -> list[HeadItem]:
    """The head in order; what is not known is left out. `ties` say what belongs to the entry."""
    strong = Role.BAD if entry.kind is Kind.REFUSED else Role.STRONG
    head = [HeadItem("what", f"{entry_type(entry, fact)}  {entry_words(entry, fact)}", strong)]
    head += _times(entry)
    head += _arrival(entry, fact, deliveries)
    words, role = _signature(entry)
    head.append(HeadItem("signature", words, role))
    head += ties
    head += _state(fact)
    head += _identifiers(entry)
    headers = entry.headers[:_MAX_HEADERS]
    if headers:
        head.append(HeadItem("headers", _count(len(entry.headers), "header"), folds=HEADERS))
        head += [
            HeadItem("", f"{name}: {value}", Role.DIM, value, group=HEADERS)
            for name, value in headers
        ]
    return head


def begins_folded(head: Sequence[HeadItem]) -> set[str]:
    """The groups that are folded until somebody asks."""
    many = sum(1 for item in head if item.group == DELIVERIES) > _FEW
    return {HEADERS, DELIVERIES} if many else {HEADERS}


def head_rows(item: HeadItem, width: int, sign: str) -> list[Line]:
    """The words beside their label, going on below themselves where they are too long (at most eight lines)."""
    label = _INNER if item.group else _LABEL
    room = max(10, width - label - 5)
    text = shown(item.words[: room * _MAX_ROWS])
    cuts = [text[at : at + room] for at in range(0, max(1, len(text)), room)]
    if not text.isascii():
        cuts = [fit(text, room)]
    lines: list[Line] = []
    for place, cut in enumerate(cuts[:_MAX_ROWS]):
        first = place == 0
        mark = sign if item.folds and first else " "
        lines.append(
            (
                Span("  "),
                Span(f"{mark} ", Role.DIM),
                Span(f"{fit(item.label if first else '', label)} ", Role.KEY),
                Span(cut, item.role),
            )
        )
    return lines


def _times(entry: Entry) -> Iterator[HeadItem]:
    if entry.occurred_at is not None:
        at = iso(entry.occurred_at)
        yield HeadItem("occurred", f"{local_clock(entry.occurred_at, millis=True)}  {at}", value=at)
    at = iso(entry.received_at)
    lag = lag_of(entry)
    late = f"  lag {lag_words(lag)}" if lag is not None else ""
    clock = local_clock(entry.received_at, millis=True)
    yield HeadItem("received", f"{clock}  {at}{late}", value=at)


def _arrival(entry: Entry, fact: Fact, deliveries: Sequence[Entry]) -> Iterator[HeadItem]:
    if isinstance(fact, CommandDone):
        if fact.status is not None:
            tries = f", {fact.attempts} attempts" if fact.attempts > 1 else ""
            yield HeadItem("answer", f"HTTP {fact.status}  {fact.latency_ms:.0f} ms{tries}")
        return
    if entry.attempt is not None or entry.duplicate or len(deliveries) > 1:
        attempt = f"attempt {entry.attempt}" if entry.attempt is not None else "attempt unknown"
        again = ", seen before" if entry.duplicate else ""
        yield HeadItem("delivery", f"{attempt}{again}")
    if len(deliveries) > 1:
        yield HeadItem("deliveries", _count(len(deliveries), "delivery"), folds=DELIVERIES)
        for each in deliveries[:_MAX_DELIVERIES]:
            yield _delivery(each, entry)
    if isinstance(fact, Event):
        if fact.delivered_to:
            yield HeadItem("to", fact.delivered_to)
        yield HeadItem("envelope", fact.envelope)


def _delivery(each: Entry, shown_one: Entry) -> HeadItem:
    """One attempt to hand us the event."""
    attempt = f"attempt {each.attempt}" if each.attempt is not None else "attempt unknown"
    lag = lag_of(each)
    words = [local_clock(each.received_at, millis=True), attempt]
    if lag is not None:
        words.append(f"lag {lag_words(lag)}")
    if each.kind is not Kind.WEBHOOK:
        words.append("from Telnyx's records")
    if each.remote:
        words.append(f"from {each.remote}")
    here = each.seq == shown_one.seq
    words.append(f"entry {each.seq}{', this one' if here else ''}")
    return HeadItem(
        "", "  ".join(words), Role.TEXT if here else Role.DIM, str(each.seq),
        None if here else each.seq, group=DELIVERIES,
    )  # fmt: skip


def _identifiers(entry: Entry) -> Iterator[HeadItem]:
    for name, value in (
        ("call", entry.call_control_id),
        ("leg", entry.call_leg_id),
        ("session", entry.call_session_id),
        ("event", entry.event_id),
        ("from", entry.remote),
    ):
        if value:
            yield HeadItem(name, value, value=value)


def _state(fact: Fact) -> Iterator[HeadItem]:
    """The client state as the text it is; in the body it stands as base64."""
    held = fact.payload if isinstance(fact, Event) else {}
    held = fact.params if isinstance(fact, CommandSent) else held
    text = decoded(held.get("client_state"))
    if text:
        yield HeadItem("state", clean(text), value=text)


def _signature(entry: Entry) -> tuple[str, Role]:
    """What the check of the signature found, in words."""
    match entry.kind:
        case Kind.REFUSED:
            return f"refused: {entry.reason or 'not verified'}", Role.BAD
        case Kind.WEBHOOK if entry.verified:
            return "verified", Role.GOOD
        case Kind.WEBHOOK:
            return "not verified", Role.BAD
        case Kind.API:
            return "none: read from Telnyx's records", Role.DIM
        case _:
            return "none: written by this console", Role.DIM


def _count(number: int, what: str) -> str:
    plural = what if number == 1 else f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number} {plural}"
