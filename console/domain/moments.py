"""A point in time as a person types it beside a record: a clock time, a day and a clock time, or how long ago."""

from __future__ import annotations

import re
import time

from console.domain.entries import Micros
from console.domain.times import SECOND

_TYPED = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})[T ]+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
_AGO = re.compile(r"(?P<count>\d{1,6})(?P<unit>[smhd])")
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DAY_S = 86_400


def moment(typed: str, now: Micros) -> Micros:
    """The instant meant, in this machine's time zone; a time of day is the latest one that is not in the future.

    Raises:
        ValueError: with a sentence that says what can be typed.
    """
    text = typed.strip()
    ago = _AGO.fullmatch(text.lower())
    if ago is not None:
        return now - int(ago["count"]) * _UNITS_S[ago["unit"]] * SECOND
    found = _TYPED.fullmatch(text)
    if found is None:
        raise ValueError(
            "type hh:mm or hh:mm:ss, a day before it as 2026-11-22, or 10m for ten minutes ago"
        )
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"there is no time {text} on a clock")
    if found["year"] is None:
        return _latest(hour, minute, second, now)
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    return _instant((year, month, day), (hour, minute, second)) * SECOND


def _latest(hour: int, minute: int, second: int, now: Micros) -> Micros:
    """Today's, or yesterday's where that would be in the future."""
    for back in (0, _DAY_S):
        today = time.localtime(now // SECOND - back)
        at = _instant((today.tm_year, today.tm_mon, today.tm_mday), (hour, minute, second))
        if at * SECOND <= now:
            break
    return at * SECOND


def _instant(date: tuple[int, int, int], clock: tuple[int, int, int]) -> int:
    """Seconds since 1970; the system decides about summer time."""
    year, month, day = date
    try:
        at = int(time.mktime((year, month, day, *clock, 0, 0, -1)))
    except (OverflowError, ValueError):
        raise ValueError(f"there is no day {year}-{month:02}-{day:02}") from None
    if time.localtime(at)[:3] != date:
        raise ValueError(f"there is no day {year}-{month:02}-{day:02}")
    return at
