"""A figure over time: one value per minute of the last half hour, or per stretch of the day. None where nothing was counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.metrics import names as n
from console.domain.metrics.figures import Window, window_start
from console.domain.metrics.honesty import percentile
from console.domain.metrics.metrics import Metrics
from console.domain.metrics.parameters import MINUTE, Parameters
from console.domain.metrics.tally import GROUP_MIN, WINDOW_MIN, Counts

DAY_COLUMNS = 96


class Series(NamedTuple):
    """Values from `since` on, each of `step` µs."""

    values: Sequence[float | None]
    since: Micros
    step: Micros
    unit: str
    """`%`, `s`, `ms`, or nothing for a number."""
    threshold: float | None = None


Value = Callable[[Counts], float | None]


def series(metrics: Metrics, id_: str, window: Window, now: Micros) -> Series | None:
    """The figure with this id over the window; None for one that has no course."""
    kind = _KINDS.get(id_)
    if kind is None:
        return None
    unit, value, threshold = kind
    since = window_start(window, now, metrics.parameters)
    first, end = since // MINUTE, now // MINUTE + 1
    step = 1
    if window is Window.TODAY:
        step = -(-max(end - first, WINDOW_MIN) // (DAY_COLUMNS * GROUP_MIN)) * GROUP_MIN
    columns = max(1, -(-(end - first) // step))
    values: Sequence[float | None]
    if value is None:
        values = metrics.levels.peaks(since, now, columns)
    else:
        values = [value(counts) for counts in metrics.tally.series(first, end, step)]
    limit = None if threshold is None else threshold(metrics.parameters)
    return Series(values, since, step * MINUTE, unit, limit)


def _count(name: str) -> Value:
    return lambda counts: float(counts.get(name, 0))


def _share(part: str, *whole: str) -> Value:
    def value(counts: Counts) -> float | None:
        total = sum(counts.get(each, 0) for each in whole)
        return 100 * counts.get(part, 0) / total if total > 0 else None

    return value


def _service(counts: Counts) -> float | None:
    whole = counts.get(n.ANSWERED, 0) + counts.get(n.ABANDONED, 0) - counts.get(n.SHORT, 0)
    return 100 * counts.get(n.IN_TIME, 0) / whole if whole > 0 else None


def _asr(counts: Counts) -> float | None:
    settled = counts.get(n.SEIZED, 0) - counts.get(n.SEIZED_OPEN, 0)
    return 100 * counts.get(n.SEIZED_ANSWERED, 0) / settled if settled > 0 else None


def _ner(counts: Counts) -> float | None:
    settled = counts.get(n.SEIZED, 0) - counts.get(n.SEIZED_OPEN, 0)
    return 100 * (settled - counts.get(n.NETWORK, 0)) / settled if settled > 0 else None


def _failed(counts: Counts) -> float | None:
    effective = _ner(counts)
    return None if effective is None else 100 - effective


def _mean(total: str, of: str, per: float) -> Value:
    def value(counts: Counts) -> float | None:
        count = counts.get(of, 0)
        return counts.get(total, 0) / count / per if count > 0 else None

    return value


def _high(share: float, per: float, *names: str) -> Value:
    def value(counts: Counts) -> float | None:
        found = [
            (key[1], often)
            for key, often in counts.items()
            if type(key) is tuple and key[0] in names and type(key[1]) is int
        ]
        high = percentile(found, share)
        return None if high is None else high / per

    return value


def _target(parameters: Parameters) -> float:
    return parameters.service_target


def _in_time(parameters: Parameters) -> float:
    return parameters.threshold / 1e6


_KINDS: dict[str, tuple[str, Value | None, Callable[[Parameters], float] | None]] = {
    "waiting": ("", _count(n.OFFERED), None),
    "longest": ("s", _high(1.0, 1000, n.WAIT, n.GONE), _in_time),
    "service": ("%", _service, _target),
    "service live": ("%", _service, _target),
    "service A": ("%", _share(n.IN_TIME, n.ANSWERED), None),
    "answered": ("", _count(n.ANSWERED), None),
    "abandoned": ("%", _share(n.ABANDONED, n.OFFERED), lambda p: p.abandon_target),
    "asa": ("s", _mean(n.WAIT_ANSWERED, n.ANSWERED, 1e6), _in_time),
    "wait": ("s", _high(0.95, 1000, n.WAIT), _in_time),
    "wait all": ("s", _high(0.95, 1000, n.WAIT, n.GONE), _in_time),
    "gave up": ("s", _mean(n.WAIT_ABANDONED, n.ABANDONED, 1e6), None),
    "open": ("", None, None),
    "acd": ("s", _mean(n.DURATION, n.LASTED, 1e6), None),
    "aht": ("s", _mean(n.HANDLE, n.HANDLED, 1e6), None),
    "short calls": ("%", _share(n.SHORT_CALLS, n.LASTED), None),
    "causes": ("", _count(n.ENDED), None),
    "mos": ("", _high(0.5, 100, n.MOS), lambda p: p.mos_floor),
    "asr": ("%", _asr, None),
    "ner": ("%", _ner, None),
    "failures": ("%", _failed, None),
    "setup": ("s", _high(0.5, 1000, n.SETUP), None),
    "lag": ("ms", _high(0.95, 1, n.LAG), None),
    "refused": ("", _count(n.REFUSED), None),
    "commands": ("", _count(n.COMMANDS_FAILED), None),
}
"""By id of the figure: unit, value of a stretch of time, threshold. The level of open legs is not made of counts."""

COURSES = {
    "waiting": "calls that came",
    "longest": "longest wait of those who came",
    "service live": "service level (nobody waits in the past)",
    "wait": "p95",
    "wait all": "p95",
    "open": "most legs at a time",
    "causes": "legs that ended",
    "mos": "median",
    "setup": "median",
    "lag": "p95",
}
"""What is drawn where it is not the figure itself."""
