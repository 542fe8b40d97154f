"""The parameters of the figures, from the configuration's table `[metrics]`."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.entries import Micros
from console.domain.metrics.parameters import Parameters, WaitStart
from console.domain.times import SECOND


def parameters_of(settings: Mapping[str, object]) -> Parameters:
    """The parameters in a checked `[metrics]`; defaults for what it leaves out."""
    found = Parameters()

    def number(name: str, default: float) -> float:
        value = settings.get(name)
        return value if isinstance(value, int | float) else default

    def duration(name: str, default: Micros) -> Micros:
        return round(number(name, default / SECOND) * SECOND)

    start = settings.get("wait_start")
    zone = settings.get("zone")
    return found._replace(
        threshold=duration("threshold_s", found.threshold),
        short=duration("short_abandon_s", found.short),
        short_call=duration("short_call_s", found.short_call),
        wait_start=WaitStart(start) if isinstance(start, str) else found.wait_start,
        answered_is_service=settings.get("answered_is_service") is True,
        flow_outs_count=settings.get("flow_outs_count") is True,
        service_target=number("service_target", found.service_target),
        abandon_target=number("abandon_target", found.abandon_target),
        mos_floor=number("mos_floor", found.mos_floor),
        zone=zone if isinstance(zone, str) else "",
        reset_hour=int(number("reset_hour", 0)),
    )
