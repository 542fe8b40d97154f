"""What became of one leg, as counts: a function of its facts, its session's, and the parameters.

Attribution: waiting counts in the minute in which the wait began, an outgoing leg in the minute of call.initiated, what
is known at the end in the minute of the end, a cost in the minute of call.cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.metrics import names as n
from console.domain.metrics.parameters import MINUTE, Parameters, WaitStart
from console.domain.metrics.record import LegRecord, Part

CROWD = 32
"""Beyond so many legs a session is a conference or worse: nobody is served by a sibling's bridge in it."""

TURNED_AWAY = frozenset({"call_rejected", "user_busy"})
"""Causes of an incoming leg's end that were our own doing."""

_CLASSES = {
    "user_busy": n.BUSY,
    "no_answer": n.NO_ANSWER,
    "timeout": n.NO_ANSWER,
    "originator_cancel": n.NO_ANSWER,
    "normal_clearing": n.NO_ANSWER,
    "time_limit": n.NO_ANSWER,
    "call_rejected": n.DECLINED,
    "not_found": n.NETWORK,
}
_SIP_CLASSES = {
    "486": n.BUSY,
    "600": n.BUSY,
    "480": n.NO_ANSWER,
    "487": n.NO_ANSWER,
    "603": n.DECLINED,
}
"""The mapping to E.425's classes is ours; the figure shows it."""


class Wait(NamedTuple):
    """How a caller fared. One of `served`, `gone`, or `is_open`; a caller who flowed out has none of them."""

    since: Micros
    served: Micros | None = None
    gone: Micros | None = None
    is_open: bool = False
    turned_away: bool = False


def wait_of(leg: LegRecord, company: Sequence[LegRecord], parameters: Parameters) -> Wait | None:
    """The wait of an incoming leg; None where nobody waited by the parameters' definition."""
    if not leg.is_incoming:
        return None
    since = leg.enqueued
    if since is None:
        on_answer = parameters.wait_start is WaitStart.ANSWERED
        since = leg.answered if on_answer else leg.initiated
    if since is None:
        return None
    served = service_start(leg, company, parameters)
    if served is not None:
        return Wait(since, served=max(served, since))
    if leg.flowed is not None and (leg.enqueued_last or 0) <= leg.flowed:
        return Wait(since)
    ends = [at for at in (leg.queue_hangup, leg.ended) if at is not None]
    if ends:
        cause = leg.result[1] if leg.result is not None else ""
        away = cause in TURNED_AWAY and leg.answered is None
        return Wait(since, gone=max(min(ends), since), turned_away=away)
    return Wait(since, is_open=True)


def service_start(
    leg: LegRecord, company: Sequence[LegRecord], parameters: Parameters
) -> Micros | None:
    """When somebody was there for the caller.

    A transfer is reported as bridged on the new leg alone, and perhaps before that leg answers (early media, VOICE e):
    such a bridge serves the caller once the new leg has answered.
    """
    found = [leg.served] if leg.served is not None else []
    if parameters.answered_is_service and leg.answered is not None:
        found.append(leg.answered)
    others = company if len(company) <= CROWD else ()
    outer = [o for o in others if o is not leg and o.is_outgoing and o.bridged is not None]
    early_until: Micros | None = None
    for other in outer:
        if other.answered is not None:
            found.append(max(other.answered, other.bridged or 0))
        elif early_until is None or (other.ended or leg.bridged_last or 0) > early_until:
            early_until = other.ended if other.ended is not None else leg.bridged_last
    if leg.bridged is not None:
        if early_until is None:
            found.append(leg.bridged)
        elif leg.bridged_last is not None and leg.bridged_last > early_until:
            found.append(leg.bridged_last)
    return min(found) if found else None


def counts_of(leg: LegRecord, wait: Wait | None, parameters: Parameters) -> tuple[Part, ...]:
    """Everything that the leg adds to the counts."""
    parts: list[Part] = []
    if wait is not None:
        parts += _waited(wait, parameters)
    if leg.is_outgoing:
        parts += _outgoing(leg)
    ended = leg.ended
    if ended is not None:
        parts += _ended(leg, wait, ended, parameters)
    if leg.cost is not None:
        (at, _key), amount, currency, billed = leg.cost
        minute = at // MINUTE
        parts.append((minute, (n.COST, currency), amount))
        parts.append((minute, n.COSTED, 1))
        parts.append((minute, n.BILLED, billed))
    return tuple(parts)


def _waited(wait: Wait, parameters: Parameters) -> Iterator[Part]:
    minute = wait.since // MINUTE
    yield minute, n.OFFERED, 1
    if wait.served is not None:
        took = wait.served - wait.since
        yield minute, n.ANSWERED, 1
        yield minute, n.WAIT_ANSWERED, took
        yield minute, (n.WAIT, n.rounded(took // 1000)), 1
        if took <= parameters.threshold:
            yield minute, n.IN_TIME, 1
    elif wait.gone is not None:
        took = wait.gone - wait.since
        yield minute, n.ABANDONED, 1
        yield minute, n.WAIT_ABANDONED, took
        yield minute, (n.GONE, n.rounded(took // 1000)), 1
        if took <= parameters.short:
            yield minute, n.SHORT, 1
        if took <= parameters.threshold:
            yield minute, n.ABANDONED_IN_TIME, 1
        if wait.turned_away:
            yield minute, n.TURNED_AWAY, 1
    elif not wait.is_open:
        yield minute, n.FLOWED, 1


def _outgoing(leg: LegRecord) -> Iterator[Part]:
    begun = leg.begun
    if begun is None:
        return
    minute = begun // MINUTE
    yield minute, n.SEIZED, 1
    if leg.answered is not None:
        yield minute, n.SEIZED_ANSWERED, 1
        if leg.initiated is not None:
            yield minute, (n.SETUP, n.rounded(max(0, leg.answered - begun) // 1000)), 1
        yield minute, (n.SIP, "200"), 1
    elif leg.ended is None:
        yield minute, n.SEIZED_OPEN, 1
    else:
        yield minute, outgoing_class(leg), 1
        if leg.result is not None and leg.result[3]:
            yield minute, (n.SIP, leg.result[3]), 1


def outgoing_class(leg: LegRecord) -> str:
    """Why an outgoing leg that was not answered ended: the cause first, then the SIP code, else the network."""
    if leg.result is None:
        return n.NETWORK
    _stamp, cause, _source, sip, _mos = leg.result
    return _CLASSES.get(cause) or _SIP_CLASSES.get(sip) or n.NETWORK


def _ended(
    leg: LegRecord, wait: Wait | None, ended: Micros, parameters: Parameters
) -> Iterator[Part]:
    minute = ended // MINUTE
    yield minute, n.ENDED, 1
    if leg.answered is not None:
        lasted = max(0, ended - leg.answered)
        yield minute, n.LASTED, 1
        yield minute, n.DURATION, lasted
        if lasted < parameters.short_call:
            yield minute, n.SHORT_CALLS, 1
    if wait is not None and wait.served is not None:
        yield minute, n.HANDLED, 1
        yield minute, n.HANDLE, max(0, ended - wait.served)
        yield minute, n.HOLD, leg.held_for(wait.served, ended)
    cause, source, mos = "", "", -1
    if leg.result is not None:
        _stamp, cause, source, _sip, mos = leg.result
    yield minute, (n.CAUSE, cause or "not told"), 1
    yield minute, (n.SOURCE, source or "not told"), 1
    if mos >= 0:
        yield minute, (n.MOS, mos), 1
