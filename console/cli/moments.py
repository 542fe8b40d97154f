"""Points in time as people type them: an ISO instant, a clock time of today, or how long ago."""

import re
from datetime import datetime, time

import click

from console.domain.entries import Micros

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGO = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?")


class Moment(click.ParamType[Micros]):
    """A click type: `2026-11-22T12:04:31Z`, `12:04`, `12:04:31` or `10m`; its value is in µs since 1970."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Micros:
        if isinstance(value, int):
            return value
        try:
            return moment(str(value), datetime.now().astimezone())
        except ValueError as error:
            self.fail(str(error), param, ctx)


def moment(text: str, now: datetime) -> Micros:
    """The instant meant by `text` when it is `now` (aware). Raises `ValueError` with a sentence."""
    typed = text.strip()
    ago = _AGO.fullmatch(typed.lower())
    if ago:
        return _micros(now) - round(float(ago[1]) * _UNITS_S[ago[2]] * 1_000_000)
    clock = _CLOCK.fullmatch(typed)
    try:
        if clock:
            return _micros(_today(clock, now))
        instant = datetime.fromisoformat(typed.upper())
    except ValueError:
        raise ValueError(
            f"{typed!r} is no time: write 2026-11-22T12:04:31Z, 12:04 (today) or 10m (ago)"
        ) from None
    # Without an offset the person means the clock on the wall.
    return _micros(instant if instant.tzinfo else instant.astimezone())


def _today(clock: re.Match[str], now: datetime) -> datetime:
    seconds, _, fraction = (clock[3] or "0").partition(".")
    wall = time(int(clock[1]), int(clock[2]), int(seconds), int(f"{fraction:0<6}"))
    return datetime.combine(now.date(), wall).astimezone()


def _micros(instant: datetime) -> Micros:
    whole = int(instant.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + instant.microsecond
