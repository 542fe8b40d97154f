"""Callers who gave up before anybody was there for them, and nobody has reached since.

A caller leaves the list when an answered outgoing call to the number, or a call of theirs that was served, came after the
last time they gave up, or when an operator marked it done. Pure, and a function of the facts: their order does not matter.
"""

from __future__ import annotations

from typing import NamedTuple

from console.domain.entries import Micros

KEEP_FOR: Micros = 12 * 3600 * 1_000_000
MAX_CALLS = 2_000


class Abandoned(NamedTuple):
    """One call that was given up."""

    key: str
    """The leg's call_control_id."""
    number: str
    name: str
    since: Micros
    at: Micros


class RingBack(NamedTuple):
    """One caller to ring back."""

    key: str
    """The latest call that was given up."""
    number: str
    name: str
    at: Micros
    """When they last gave up."""
    waited: Micros
    """How long they waited that time."""
    times: int
    """How often they gave up since anybody spoke with them."""


class RingBacks:
    """Bounded: what was heard of longest ago goes first; a caller whom somebody reached is settled before that is forgotten."""

    def __init__(self) -> None:
        self._calls: dict[str, Abandoned] = {}
        self._numbers: dict[str, set[str]] = {}
        """The calls of each number."""
        self._reached: dict[str, tuple[str, Micros]] = {}
        """By leg: whom it reached, and when."""
        self._marks: dict[str, tuple[Micros, bool]] = {}
        self.version = 0
        """Grows with every change."""

    def abandoned(self, key: str, number: str, name: str, *, since: Micros, at: Micros) -> None:
        """A caller gave up."""
        call = Abandoned(key, number, name, since, at)
        if self._calls.get(key) == call:
            return
        self.version += 1
        self._drop(key)
        self._calls[key] = call
        self._numbers.setdefault(number, set()).add(key)
        if len(self._calls) > MAX_CALLS:
            self._drop(next(iter(self._calls)))

    def withdraw(self, key: str) -> None:
        """It was not given up, as is known now."""
        if self._drop(key):
            self.version += 1

    def _drop(self, key: str) -> bool:
        call = self._calls.pop(key, None)
        if call is None:
            return False
        others = self._numbers[call.number]
        others.discard(key)
        if not others:
            del self._numbers[call.number]
        return True

    def reached(self, key: str, number: str, at: Micros) -> None:
        """Somebody spoke with the number."""
        if number and self._reached.get(key) != (number, at):
            self._reached[key] = (number, at)
            self.version += 1
            if len(self._reached) > 2 * MAX_CALLS:
                number, at = self._reached.pop(next(iter(self._reached)))
                for each in tuple(self._numbers.get(number, ())):
                    if self._calls[each].at <= at:
                        self._drop(each)

    def unreached(self, key: str) -> None:
        """Nobody did on this leg, as is known now."""
        if self._reached.pop(key, None) is not None:
            self.version += 1

    def mark(self, key: str, at: Micros, done: bool) -> None:
        """An operator says whether the caller was rung back; the latest word counts."""
        held = self._marks.get(key)
        if held is None or (at, done) > held:
            self._marks[key] = (at, done)
            self.version += 1
            if len(self._marks) > 2 * MAX_CALLS:
                del self._marks[next(iter(self._marks))]

    def advance(self, now: Micros) -> None:
        """Lets go of what is older than half a day."""
        oldest = now - KEEP_FOR
        for key in [each.key for each in self._calls.values() if each.at < oldest]:
            self._drop(key)
            self._marks.pop(key, None)
            self.version += 1
        for key in [each for each, (_number, at) in self._reached.items() if at < oldest]:
            del self._reached[key]

    def due(self) -> tuple[RingBack, ...]:
        """Whom to ring back, who waited on it longest first."""
        settled: dict[str, Micros] = {}
        for number, at in self._reached.values():
            settled[number] = max(at, settled.get(number, 0))
        for key, (at, done) in self._marks.items():
            call = self._calls.get(key)
            if done and call is not None:
                until = max(at, call.at)
                settled[call.number] = max(until, settled.get(call.number, 0))
        open_: dict[str, list[Abandoned]] = {}
        for call in self._calls.values():
            if call.number and call.at > settled.get(call.number, -1):
                open_.setdefault(call.number, []).append(call)
        due = []
        for number, calls in open_.items():
            last = max(calls, key=lambda each: (each.at, each.key))
            name = last.name or next((each.name for each in calls if each.name), "")
            waited = last.at - last.since
            due.append(RingBack(last.key, number, name, last.at, waited, len(calls)))
        return tuple(sorted(due, key=lambda each: (each.at, each.key)))
