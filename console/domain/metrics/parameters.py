"""What decides the figures. Shown with each of them, because a service level without its formula means nothing."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from console.domain.entries import Micros
from console.domain.times import SECOND

MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE


class WaitStart(StrEnum):
    """When an incoming call that is in no queue begins to wait."""

    INITIATED = "initiated"
    ANSWERED = "answered"


class Parameters(NamedTuple):
    """Durations in µs, shares in percent."""

    threshold: Micros = 20 * SECOND
    """T: a call connected within it was answered in time."""
    short: Micros = 5 * SECOND
    """s: who hangs up within it is not counted against the line."""
    wait_start: WaitStart = WaitStart.INITIATED
    answered_is_service: bool = False
    """For applications without a second leg, such as voice bots."""
    flow_outs_count: bool = False
    """Whether calls that left the queue unserved stand in the denominator of the service level."""
    short_call: Micros = 6 * SECOND
    mos_floor: float = 3.6
    service_target: float = 80.0
    abandon_target: float = 5.0
    zone: str = ""
    """IANA name of the zone whose clock says when a day begins; empty: the machine's."""
    reset_hour: int = 0


def day_start(now: Micros, parameters: Parameters) -> Micros:
    """When the present day began, by the zone and the hour that are set."""
    seconds = now // SECOND
    hour = parameters.reset_hour
    if not parameters.zone:
        local = time.localtime(seconds)
        back = 1 if local.tm_hour < hour else 0
        day = (local.tm_year, local.tm_mon, local.tm_mday - back, hour, 0, 0, 0, 0, -1)
        return int(time.mktime(day)) * SECOND
    here = datetime.fromtimestamp(seconds, ZoneInfo(parameters.zone))
    start = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if start > here:
        start -= timedelta(days=1)
    return int(start.timestamp()) * SECOND


def spell(parameters: Parameters) -> str:
    """`T 20 s, s 5 s, wait from call.initiated, served when bridged`."""
    served = "bridged or answered" if parameters.answered_is_service else "bridged"
    return (
        f"T {seconds(parameters.threshold)}, s {seconds(parameters.short)}, "
        f"wait from call.{parameters.wait_start} (queue: call.enqueued), served when {served}"
    )


def seconds(duration: Micros) -> str:
    """`20 s`, `2.5 s`."""
    return f"{duration / SECOND:g} s"
