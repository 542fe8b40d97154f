"""What an entry counts for by itself, in the minute in which it was received: deliveries, lags, commands, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.domain import gaps
from console.domain.entries import CommandDone, CommandSent, Entry, Fact, Kind, Micros
from console.domain.metrics import names as n
from console.domain.metrics.parameters import MINUTE
from console.domain.metrics.record import Part
from console.domain.times import happened


class Gap(NamedTuple):
    """A stretch of time of which the journal may lack something."""

    since: Micros
    until: Micros


def counts_of_entry(entry: Entry, fact: Fact) -> Sequence[Part]:
    """Deliveries, their lag (first ones only: repetitions are late by design), commands and how they fared."""
    minute = entry.received_at // MINUTE
    kind = entry.kind
    if kind is Kind.WEBHOOK:
        if entry.duplicate:
            return ((minute, n.WEBHOOKS, 1), (minute, n.REPEATED, 1))
        at = entry.occurred_at
        if at is None or happened(at, entry.received_at) != at:
            return ((minute, n.WEBHOOKS, 1),)
        lag = n.rounded((entry.received_at - at) // 1000)
        return ((minute, n.WEBHOOKS, 1), (minute, (n.LAG, lag), 1))
    if kind is Kind.REFUSED:
        return ((minute, n.REFUSED, 1),)
    if isinstance(fact, CommandSent):
        return ((minute, n.COMMANDS, 1),)
    if isinstance(fact, CommandDone) and not fact.ok:
        failed = (minute, n.COMMANDS_FAILED, 1)
        if fact.action == "dial" and fact.status is not None and 400 <= fact.status < 500:
            return (failed, (minute, n.DIALS_REFUSED, 1))
        return (failed,)
    return ()


def gap_of(entry: Entry) -> Gap:
    """The time that an entry of kind `gap` is about; the moment of the entry where its body does not say."""
    since, until = gaps.gap_of(entry)
    return Gap(
        entry.received_at if since is None else since,
        entry.received_at if until is None else until,
    )
