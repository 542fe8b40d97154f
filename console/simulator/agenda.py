"""What will happen and when: an ordered list of timers, forgettable by owner. No clock and no I/O."""

import heapq
from collections.abc import Callable
from typing import NamedTuple

from console.domain.entries import Micros


class Timer(NamedTuple):
    """Something due: `action` is called when its time has come; it belongs to `owner` (a leg), "" to the world."""

    due: Micros
    order: int
    owner: str
    name: str
    action: Callable[[], None]


class Agenda:
    """Timers in order of their time, then of their making; one per (owner, name), the latest wins."""

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._current: dict[str, dict[str, Timer]] = {}
        self._made = 0
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def put(self, due: Micros, owner: str, name: str, action: Callable[[], None]) -> None:
        """Sets the owner's timer of that name, instead of an earlier one of the same name."""
        self._made += 1
        timer = Timer(due, self._made, owner, name, action)
        mine = self._current.setdefault(owner, {})
        if name not in mine:
            self._held += 1
        mine[name] = timer
        heapq.heappush(self._heap, timer)
        self._compact()

    def cancel(self, owner: str, name: str) -> None:
        """Forgets one timer; nothing happens if there is none."""
        mine = self._current.get(owner)
        if mine is not None and mine.pop(name, None) is not None:
            self._held -= 1
            if not mine:
                del self._current[owner]

    def cancel_all(self, owner: str) -> None:
        """Forgets every timer of an owner."""
        self._held -= len(self._current.pop(owner, {}))

    def next_due(self) -> Micros | None:
        """When the earliest timer is due; None if there is none."""
        while self._heap and not self._is_current(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def pop_due(self, now: Micros) -> Timer | None:
        """Takes the earliest timer that is due, or None."""
        due = self.next_due()
        if due is None or due > now:
            return None
        timer = heapq.heappop(self._heap)
        self.cancel(timer.owner, timer.name)
        return timer

    def _is_current(self, timer: Timer) -> bool:
        return self._current.get(timer.owner, {}).get(timer.name) is timer

    def _compact(self) -> None:
        """Ended calls leave timers behind (a time limit of four hours): drop them before they pile up."""
        if len(self._heap) > 2 * self._held + 64:
            self._heap = [timer for timer in self._heap if self._is_current(timer)]
            heapq.heapify(self._heap)
