"""Stretches of time in which nothing could be recorded: what a gap's entry covers (kind `gap`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.domain.entries import Entry, Event, Fact, Kind, Micros
from console.domain.times import happened, local_clock, parse_iso, span

Pair = tuple[Entry, Fact]


class Gap(NamedTuple):
    """From when to when; None where that is not known."""

    since: Micros | None
    until: Micros | None


def gap_of(entry: Entry) -> Gap:
    """What the entry covers. Never raises: a body that cannot be read leaves both ends open."""
    import json  # gaps are few

    try:
        body = json.loads(entry.body)
    except (ValueError, RecursionError):
        return Gap(None, None)
    if not isinstance(body, dict):
        return Gap(None, None)
    return Gap(parse_iso(body.get("since")), parse_iso(body.get("until")))


def gap_words(gap: Gap) -> str:
    """`2:35 not recorded, 12:01:09 to 12:03:44`; empty where neither end is known."""
    since, until = gap
    if since is not None and until is not None:
        return f"{span(until - since)} not recorded, {local_clock(since)} to {local_clock(until)}"
    if since is not None:
        return f"not recorded from {local_clock(since)} on"
    return f"not recorded until {local_clock(until)}" if until is not None else ""


def gaps_within(pairs: Iterable[Pair], talk: Sequence[Pair], *, is_live: bool) -> tuple[Pair, ...]:
    """The gaps that fall into the time of a conversation; one that lives has no end yet."""
    times = [
        happened(fact.occurred_at, entry.received_at)
        if isinstance(fact, Event)
        else entry.received_at
        for entry, fact in talk
    ]
    if not times:
        return ()
    first, last = min(times), max(times)
    return tuple(pair for pair in pairs if _concerns(pair[0], first, None if is_live else last))


def _concerns(entry: Entry, first: Micros, last: Micros | None) -> bool:
    if entry.kind is not Kind.GAP:
        return False
    since, until = gap_of(entry)
    end = entry.received_at if until is None else until
    begin = end if since is None else since
    return end >= first and (last is None or begin <= last)
