"""The feed: one look at a time, slower when a look is dear, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from console.domain.board import Board
from console.store.store import Changes
from console.ui import style_files
from console.ui.feed import Feed, RateHistory
from tests.ui.driver import START, webhook
from tests.ui.memory import MemoryJournal

if TYPE_CHECKING:
    from textual.timer import Timer

    from console.store.store import Store


class FakeStore:
    """Always has something new."""

    def __init__(self) -> None:
        self.board = Board()

    def load(self) -> None:
        pass

    def poll(self) -> Changes:
        return Changes(frozenset({"x"}), (), 3)


class Screen:
    """Counts what it is told, and remembers the timers."""

    def __init__(self) -> None:
        self.intervals: list[float] = []
        self.told = 0

    def guarded_interval(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self.intervals.append(seconds)
        return cast("Timer", self)

    def stop(self) -> None:
        pass

    def board_loaded(self) -> None:
        pass

    def changed(self, changes: Changes) -> None:
        self.told += 1

    def trouble(self, sentence: str) -> None:
        raise AssertionError(sentence)


def test_feed_slows_down_to_twice_a_second_and_comes_back() -> None:
    """A look that takes more than half of its time doubles the interval."""
    took = 0.4
    now = 0.0

    def stopwatch() -> float:
        nonlocal now
        now += took
        return now

    screen = Screen()
    feed = Feed(cast("Store", FakeStore()), hz=10, reader=screen, stopwatch=stopwatch)
    feed.start(screen)
    for _ in range(5):
        feed.look()
    assert screen.intervals == [0.1, 0.2, 0.4, 0.5]
    assert feed.behind == 3

    took = 0.0
    for _ in range(5):
        feed.look()

    assert screen.intervals[-1] == 0.1
    assert screen.told == 11


def test_rate_counts_webhooks_per_second() -> None:
    """The latest second stands last; what is not a webhook does not count."""
    journal, rate = MemoryJournal(), RateHistory()
    entry = journal.append(webhook("call.answered", START, call_control_id="x"))

    rate.count([(entry, None)] * 3)  # type: ignore[list-item]
    rate.next_second()

    assert rate.values[-1] == 3
    assert sum(rate.values) == 3


def test_style_sheets_are_found() -> None:
    """In a checkout beside the package."""
    names = {Path(path).name for path in (*style_files.first(), *style_files.later())}
    assert {"console.tcss", "dialogs.tcss"} <= names
