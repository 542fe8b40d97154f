"""Alerts: what is raised when a reading crosses its limit for long enough, and cleared when it is well back again.

A pure state machine: `observe` takes readings and the time and answers what changed. Between the limit and `clear` an
alert keeps its state (hysteresis), so that a reading on the edge does not ring all the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import SECOND

MAX_PAST = 100


class Watched(StrEnum):
    """What can be watched, with its unit."""

    LONGEST_WAIT = "longest_wait"
    TALK_TIME = "talk_time"
    SERVICE_LEVEL = "service_level"
    FAILURE_RATE = "failure_rate"
    SILENCE = "silence"
    REFUSED = "refused"

    @property
    def unit(self) -> str:
        """`s`, `%`, or nothing for a count."""
        return _UNITS[self]

    @property
    def below_is_bad(self) -> bool:
        """Whether the limit is a floor."""
        return self is Watched.SERVICE_LEVEL

    @property
    def words(self) -> str:
        """What a person calls it."""
        return _WORDS[self]


_UNITS = {
    Watched.LONGEST_WAIT: "s",
    Watched.TALK_TIME: "s",
    Watched.SERVICE_LEVEL: "%",
    Watched.FAILURE_RATE: "%",
    Watched.SILENCE: "s",
    Watched.REFUSED: "",
}
_WORDS = {
    Watched.LONGEST_WAIT: "longest wait",
    Watched.TALK_TIME: "longest call",
    Watched.SERVICE_LEVEL: "service level",
    Watched.FAILURE_RATE: "outgoing calls failed",
    Watched.SILENCE: "no webhook while calls are live",
    Watched.REFUSED: "refused webhooks in 5 min",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One `[alerts.NAME]`. `clear` None: a tenth back from the limit."""

    name: str
    watch: Watched
    limit: float
    clear: float | None = None
    for_s: float = 0.0
    """How long it must be so before the alert is raised."""
    bell: bool = True
    desktop: bool = False
    command: tuple[str, ...] = ()

    @property
    def back(self) -> float:
        """Where the alert is cleared."""
        if self.clear is not None:
            return self.clear
        return self.limit * (1.1 if self.watch.below_is_bad else 0.9)

    def is_bad(self, value: float) -> bool:
        """Whether a reading is beyond the limit."""
        return value < self.limit if self.watch.below_is_bad else value > self.limit

    def is_well(self, value: float) -> bool:
        """Whether a reading is far enough back."""
        return value >= self.back if self.watch.below_is_bad else value <= self.back

    @property
    def told(self) -> str:
        """`longest wait above 30 s`."""
        side = "below" if self.watch.below_is_bad else "above"
        return f"{self.watch.words} {side} {shown(self.limit, self.watch)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One raising of one rule."""

    rule: Rule
    raised_at: Micros
    value: float
    """The latest reading while it is raised; the one that cleared it afterwards."""
    worst: float
    cleared_at: Micros | None = None
    acknowledged: bool = False
    snoozed_until: Micros | None = None

    @property
    def is_raised(self) -> bool:
        """Whether it still holds."""
        return self.cleared_at is None

    def is_loud(self, now: Micros) -> bool:
        """Whether it asks for attention: raised, not acknowledged, not asleep."""
        asleep = self.snoozed_until is not None and now < self.snoozed_until
        return self.is_raised and not self.acknowledged and not asleep

    @property
    def sentence(self) -> str:
        """`longest wait 42 s, above 30 s`."""
        rule = self.rule
        side = "below" if rule.watch.below_is_bad else "above"
        return f"{rule.watch.words} {shown(self.value, rule.watch)}, {side} {shown(rule.limit, rule.watch)}"


class Change(NamedTuple):
    """An alert that was raised, was cleared, or woke from its sleep and still holds."""

    alert: Alert
    raised: bool


class Alerts:
    """All rules and what became of them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._raised: dict[str, Alert] = {}
        self._bad_since: dict[str, Micros] = {}
        self._past: list[Alert] = []

    def observe(self, readings: Mapping[Watched, float | None], now: Micros) -> tuple[Change, ...]:
        """Takes readings; what changed. Where there is no reading (no calls) nothing is wrong."""
        changes: list[Change] = []
        for rule in self.rules:
            value = readings.get(rule.watch)
            present = self._raised.get(rule.name)
            change = (
                self._quiet(rule, value, now)
                if present is None
                else self._loud(present, value, now)
            )
            if change is not None:
                changes.append(change)
        return tuple(changes)

    def _quiet(self, rule: Rule, value: float | None, now: Micros) -> Change | None:
        if value is None or not rule.is_bad(value):
            self._bad_since.pop(rule.name, None)
            return None
        since = self._bad_since.setdefault(rule.name, now)
        if now - since < rule.for_s * SECOND:
            return None
        del self._bad_since[rule.name]
        alert = Alert(rule=rule, raised_at=now, value=value, worst=value)
        self._raised[rule.name] = alert
        return Change(alert, True)

    def _loud(self, alert: Alert, value: float | None, now: Micros) -> Change | None:
        rule = alert.rule
        if value is None or rule.is_well(value):
            done = replace(alert, cleared_at=now, value=alert.value if value is None else value)
            del self._raised[rule.name]
            self._past = [*self._past, done][-MAX_PAST:]
            return Change(done, False)
        worst = min(alert.worst, value) if rule.watch.below_is_bad else max(alert.worst, value)
        woke = alert.snoozed_until is not None and now >= alert.snoozed_until
        alert = replace(
            alert, value=value, worst=worst, snoozed_until=None if woke else alert.snoozed_until
        )
        self._raised[rule.name] = alert
        return Change(alert, True) if woke else None

    def acknowledge(self, name: str) -> bool:
        """Somebody has seen it: quiet until it is cleared. False where it is not raised."""
        alert = self._raised.get(name)
        if alert is None:
            return False
        self._raised[name] = replace(alert, acknowledged=True, snoozed_until=None)
        return True

    def snooze(self, name: str, until: Micros) -> bool:
        """Quiet until then, and told again if it still holds. False where it is not raised."""
        alert = self._raised.get(name)
        if alert is None:
            return False
        self._raised[name] = replace(alert, acknowledged=False, snoozed_until=until)
        return True

    @property
    def raised(self) -> tuple[Alert, ...]:
        """Those that hold, latest first."""
        return tuple(sorted(self._raised.values(), key=lambda each: -each.raised_at))

    @property
    def past(self) -> tuple[Alert, ...]:
        """Those that were cleared, latest first."""
        return tuple(reversed(self._past))

    def loudest(self, now: Micros) -> Alert | None:
        """The latest one that asks for attention."""
        return next((each for each in self.raised if each.is_loud(now)), None)


def shown(value: float, watched: Watched) -> str:
    """`42 s`, `3:12`, `66.7 %`, `3`."""
    match watched.unit:
        case "s" if value >= 90:
            minutes, seconds = divmod(int(value), 60)
            return f"{minutes}:{seconds:02}"
        case "s":
            return f"{value:.0f} s"
        case "%":
            return f"{value:.1f} %"
        case _:
            return f"{value:.0f}"
