"""Notices: what was said to the operator, kept to be read again, and how often the same thing may be said."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from console.domain.entries import Micros

Severity = Literal["information", "warning", "error"]

_KEPT = 200
_REPEAT_AFTER: Micros = 10_000_000
RING_AFTER: Micros = 2_000_000


@dataclass(slots=True, kw_only=True)
class Notice:
    """One sentence said at `at`; `count` tells how often since."""

    at: Micros
    text: str
    severity: Severity
    title: str = ""
    count: int = 1


class Notices:
    """The notices of this session, newest last, at most 200."""

    def __init__(self) -> None:
        self._kept: deque[Notice] = deque(maxlen=_KEPT)
        self._rang_at: Micros | None = None
        self._silent_calls = 0
        self._said: set[str] = set()

    def all(self) -> Sequence[Notice]:
        """Newest first."""
        return tuple(reversed(self._kept))

    def add(self, notice: Notice) -> bool:
        """Keeps it, and tells whether it should be shown: a repetition within ten seconds is only counted."""
        last = self._kept[-1] if self._kept else None
        is_soon = last is not None and notice.at - last.at < _REPEAT_AFTER
        if last is not None and is_soon and (last.title, last.text) == (notice.title, notice.text):
            last.count += 1
            return False
        self._kept.append(notice)
        return True

    def once(self, sentence: str) -> bool:
        """True the first time a sentence is offered in this session."""
        if sentence in self._said:
            return False
        self._said.add(sentence)
        return True

    def new_calls(self, count: int, now: Micros, after: Micros = RING_AFTER) -> int:
        """How many new calls to ring and tell of now: 0 while it has just rung; those are told together later."""
        self._silent_calls += count
        recently = self._rang_at is not None and now - self._rang_at < after
        if recently or not self._silent_calls:
            return 0
        told, self._silent_calls = self._silent_calls, 0
        self._rang_at = now
        return told
