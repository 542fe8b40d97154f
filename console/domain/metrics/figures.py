"""What the standard figures of a stretch of time are made of, and the ratios that more than one place needs.

Sources of the formulas: docs/metrics.md. Ratios of nothing are "-", few calls are counts (`honesty`).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.metrics import names as n
from console.domain.metrics.honesty import Ratio
from console.domain.metrics.metrics import Metrics, Waiting
from console.domain.metrics.parameters import MINUTE, Parameters, day_start
from console.domain.metrics.tally import WINDOW_MIN, Counts


class Window(StrEnum):
    """The stretch of time that figures are about."""

    ROLLING = "last 30 min"
    TODAY = "today"


class State(StrEnum):
    """How a figure stands to its target; the word is shown beside it."""

    NONE = ""
    FINE = "on target"
    MISSED = "off target"


class Figure(NamedTuple):
    """One number that can say how it was made."""

    id: str
    title: str
    value: str
    formula: str
    counts: str
    """What went in."""
    state: State = State.NONE
    note: str = ""
    level: float | None = None
    """The value as a number, for thresholds: percent, seconds or calls."""


class Moment(NamedTuple):
    """The counts of a window as of now."""

    now: Micros
    since: Micros
    window: Window
    parameters: Parameters
    counts: Counts
    waiting: Sequence[Waiting]
    open: int
    peak: int
    repeated: Ratio | None = None

    def get(self, name: n.Count) -> int:
        """A count; 0 where there was nothing to count."""
        return self.counts.get(name, 0)

    def spread(self, name: str) -> list[tuple[int, int]]:
        """A distribution: (value, how often)."""
        return [
            (key[1], often)
            for key, often in self.counts.items()
            if type(key) is tuple and key[0] == name and type(key[1]) is int
        ]

    def words(self, name: str) -> list[tuple[str, int]]:
        """A distribution over words, most often first."""
        found = [
            (str(key[1]), often)
            for key, often in self.counts.items()
            if type(key) is tuple and key[0] == name
        ]
        return sorted(found, key=lambda each: (-each[1], each[0]))


def window_start(window: Window, now: Micros, parameters: Parameters) -> Micros:
    """When the window begins; the rolling one at a whole minute."""
    if window is Window.TODAY:
        return day_start(now, parameters)
    return (now // MINUTE - WINDOW_MIN + 1) * MINUTE


def moment(metrics: Metrics, now: Micros, window: Window) -> Moment:
    """What the figures of a window are made of. `now` is Telnyx's: this machine's, corrected by the clock offset."""
    p = metrics.parameters
    since = window_start(window, now, p)
    if window is Window.TODAY:
        counts: Counts = metrics.tally.today
    else:
        counts = metrics.tally.total(since // MINUTE, 1 << 62)
    return Moment(
        now=now,
        since=since,
        window=window,
        parameters=p,
        counts=counts,
        waiting=metrics.waiting(),
        open=metrics.levels.open,
        peak=metrics.levels.peaks(since, now, 1)[0],
        repeated=Ratio(metrics.callers.repeated, metrics.callers.total)
        if window is Window.TODAY
        else None,
    )


def incomplete_since(metrics: Metrics, since: Micros) -> Micros | None:
    """From when on the journal lacks something in a window that began at `since`."""
    starts = [max(gap.since, since) for gap in metrics.gaps if gap.until >= since]
    return min(starts, default=None)


def service_level(m: Moment) -> Ratio:
    """A_T / (A + B - B_s [+ F])."""
    whole = m.get(n.ANSWERED) + m.get(n.ABANDONED) - m.get(n.SHORT)
    if m.parameters.flow_outs_count:
        whole += m.get(n.FLOWED)
    return Ratio(m.get(n.IN_TIME), whole)


def live_service_level(m: Moment) -> Ratio:
    """The same, with everybody in the denominator who has waited longer than T already."""
    late = sum(
        1
        for each in m.waiting
        if each.since >= m.since and m.now - each.since > m.parameters.threshold
    )
    found = service_level(m)
    return Ratio(found.part, found.whole + late)


def abandon_rate(m: Moment) -> Ratio:
    """B / O."""
    return Ratio(m.get(n.ABANDONED), m.get(n.OFFERED))


def longest_wait(m: Moment) -> Micros | None:
    """How long the caller who waits longest has waited."""
    since = min((each.since for each in m.waiting), default=None)
    return None if since is None else max(0, m.now - since)


def network_failures(m: Moment) -> Ratio:
    """Outgoing legs that failed in the network, of those that are settled: 1 - NER."""
    return Ratio(m.get(n.NETWORK), m.get(n.SEIZED) - m.get(n.SEIZED_OPEN))
