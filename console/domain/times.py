"""Instants and durations in whole microseconds: reading Telnyx's ISO 8601, writing clocks and spans.

There is no "now" here: the domain has no clock.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from console.domain.entries import Micros

SECOND: Micros = 1_000_000

_OLDEST: Micros = 366 * 86_400 * SECOND
_AHEAD: Micros = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def parse_iso(s: object) -> Micros | None:
    """An ISO 8601 instant; without an offset it is taken as UTC, finer than µs is cut. None if it is not one."""
    if not isinstance(s, str) or not 10 <= len(s) <= 48:
        return None
    try:
        moment = datetime.fromisoformat(s.strip().upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None


def happened(occurred: Micros | None, received: Micros) -> Micros:
    """When something happened that arrived at `received`: as told, but not a year before that nor a day after it.

    A broken clock or a forged date would otherwise wait for hours that never were; then the arrival is all there is.
    """
    if occurred is None or not received - _OLDEST <= occurred <= received + _AHEAD:
        return received
    return occurred


def iso(micros: Micros) -> str:
    """`2026-11-22T12:04:31.120000Z`; an instant outside the calendar is written as a number of µs."""
    try:
        moment = _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return f"{micros} µs"
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)


def local_clock(micros: Micros, *, millis: bool = False) -> str:
    """`12:04:31` in the machine's time zone, with `.120` when `millis`."""
    seconds, rest = divmod(micros, SECOND)
    try:
        local = time.localtime(seconds)
    except (ValueError, OverflowError, OSError):
        return "--:--:--.---" if millis else "--:--:--"
    clock = f"{local.tm_hour:02}:{local.tm_min:02}:{local.tm_sec:02}"
    return f"{clock}.{rest // 1000:03}" if millis else clock


def span(micros: Micros) -> str:
    """`0:42`, `3:12`, `1:02:03`: a duration in whole seconds; less than none is none."""
    seconds = max(micros, 0) // SECOND
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def offset_words(offset: Micros) -> str:
    """`+0.884`, `+1:02.884`, `+1:00:02`, `-0.120`: a distance on a clock, to the millisecond below an hour."""
    sign = "-" if offset < 0 else "+"
    seconds, rest = divmod(abs(offset), SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}:{minutes:02}:{seconds:02}"
    head = f"{minutes}:{seconds:02}" if minutes else f"{seconds}"
    return f"{sign}{head}.{rest // 1000:03}"
