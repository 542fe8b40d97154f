"""The calls of the whole journal as rows, in one of three orders, and what a filter leaves of them: searched in slices."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from console.domain.entries import Micros
from console.domain.filter import Filter, LegText, Shows
from console.domain.legs import Leg
from console.domain.times import SECOND
from console.errors import JournalError
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line
from console.ui.presenters.columns import Arranged, Chosen, Place
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.presenters.rows import Rows

if TYPE_CHECKING:
    from console.ui.presenters.calls import LegFilter

PAGE = 48
"""Legs read at a time for the screen."""
CHUNK = 8
"""Legs read between two looks at the watch while searching."""
USUAL = tuple(Chosen(name) for name in ("state", "from", "to", "wait", "talk", "cause"))
_WHEN = 14


class Order(StrEnum):
    """What stands on top. How long a call was is known when it has been read, so the last one reads all of them."""

    NEWEST = "newest first"
    OLDEST = "oldest first"
    LONGEST = "longest first"


class Calls(Protocol):
    """What the rows need of `console.store.history.History`."""

    numbers: list[int]

    def read(self, numbers: Iterable[int]) -> None: ...

    def held(self, number: int) -> Leg | None: ...

    def is_held(self, number: int) -> bool: ...

    def peer(self, leg: Leg) -> Leg | None: ...


class HistoryRows(Rows[int]):
    """Rows by leg number. Without a filter every leg has its row at once, and is read when it comes into sight."""

    header_lines = 1

    def __init__(
        self,
        history: Calls,
        look: Look = PLAIN_LOOK,
        *,
        shows: Callable[[], Shows] = Shows,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.history = history
        self.look = look
        self.now: Micros = 0
        self.chosen: Sequence[Chosen] = USUAL
        self.marked: set[int] = set()
        self.filter: LegFilter | None = None
        self.order = Order.NEWEST
        self.problem = ""
        """Why the journal cannot be read, where it cannot."""
        self._shows = shows()
        self._stopwatch = stopwatch
        self._found: list[int] = []
        self._todo: list[int] = []
        """Not asked about yet; the next one last."""
        self._lasted: dict[int, Micros] = {}
        """How long legs lasted when they were asked about; of one that goes on, until then."""
        self._risen: list[int] = []
        """All numbers, the oldest first."""
        self._arranged = Arranged(self.chosen, 80)

    # -- what is shown

    @property
    def numbers(self) -> Sequence[int]:
        """The legs shown, in order."""
        if self._reads_all:
            return self._found
        if self.order is Order.NEWEST:
            return self.history.numbers
        if len(self._risen) != len(self.history.numbers):
            self._risen = self.history.numbers[::-1]
        return self._risen

    @property
    def _reads_all(self) -> bool:
        """Whether legs have to be read to know which are shown where."""
        return self.filter is not None or self.order is Order.LONGEST

    @property
    def is_searching(self) -> bool:
        """Whether not all of them have been asked about, for the filter or the order."""
        return bool(self._todo)

    @property
    def counted(self) -> str:
        """`340`, `12 of 340`, `12 of 340, searching … 43 %`."""
        total = len(self.history.numbers)
        words = str(total) if self.filter is None else f"{len(self._found)} of {total}"
        if not self._todo:
            return words
        doing = "reading" if self.filter is None else "searching"
        return f"{words}, {doing} … {100 * max(0, total - len(self._todo)) // max(1, total)} %"

    def leg(self, number: int) -> Leg | None:
        """A leg, read with those after it where it is not in memory."""
        if not self.history.is_held(number):
            place = self.index_of(number)
            page = [number] if place is None else self.numbers[place : place + PAGE]
            try:
                self.history.read(page)
            except JournalError as error:
                self.problem = error.user_message
        return self.history.held(number)

    # -- searching

    def use(self, wanted: LegFilter | None) -> None:
        """Another filter; `search` asks it."""
        before, self.filter = self.filter, wanted
        if not self._reads_all:
            self._found, self._todo = [], []
            return
        narrows = (
            isinstance(before, Filter) and isinstance(wanted, Filter) and wanted.narrows(before)
        )
        self._ask_anew({*self._found, *self._todo} if narrows else self.history.numbers)

    def sort(self, order: Order) -> None:
        """Another order; `search` brings it about where legs have to be read for it."""
        self.order = order
        self._lasted.clear()
        if self._reads_all:
            self._ask_anew(self.history.numbers)
        else:
            self._found, self._todo = [], []

    def _ask_anew(self, numbers: Iterable[int]) -> None:
        """About these, those on top first."""
        self._todo = sorted(numbers, reverse=self.order is Order.OLDEST)
        self._found = []

    def search(self, budget_s: float, now: Micros) -> bool:
        """Asks on for as long as the budget lasts; true while there is more to ask. Raises `JournalError`."""
        until = self._stopwatch() + budget_s
        while self._todo:
            some = self._todo[: -CHUNK - 1 : -1]
            self.history.read(some)
            del self._todo[-len(some) :]
            # What is found stays in order, also where newer legs have come in meanwhile.
            for number in some:
                self._ask(number, now)
            if self._stopwatch() >= until:
                break
        return bool(self._todo)

    def came(self, numbers: Iterable[int]) -> None:
        """Legs that are new, or have changed."""
        if self._reads_all:
            self._todo += sorted(numbers)

    def _ask(self, number: int, now: Micros) -> None:
        leg, wanted = self.history.held(number), self.filter
        passes = leg is not None and (
            wanted is None or wanted.passes(LegText(leg, self._shows), now)
        )
        place, lasted = self.index_of(number), _lasted(leg, now)
        if place is not None and passes and self._lasted.get(number) == lasted:
            return
        if place is not None:
            del self._found[place]
        self._lasted[number] = lasted
        if passes:
            insort(self._found, number, key=self._rank)

    def _rank(self, number: int) -> tuple[int, int]:
        """What stands on top is lowest."""
        if self.order is Order.LONGEST:
            return (-self._lasted.get(number, 0), -number)
        return (0, number if self.order is Order.OLDEST else -number)

    # -- rows

    def __len__(self) -> int:
        return len(self.numbers)

    def key_at(self, index: int) -> int:
        return self.numbers[index]

    def index_of(self, key: int) -> int | None:
        return place_in(self.numbers, key, self._rank)

    def resize(self, width: int) -> None:
        self._arranged = Arranged(self.chosen, max(20, width - _WHEN - 1))

    def stamp(self, key: int) -> Hashable:
        leg = self.leg(key)
        if leg is None:
            return self.problem
        clock = self.now // SECOND if leg.is_live else 0
        return (
            leg.version,
            leg.last_at,
            leg.state,
            clock,
            key in self.marked,
            self.look.is_pinned(leg.key),
        )

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        leg = self.leg(key)
        if leg is None:
            words = self.problem or "no longer in the journal"
            return fit_line((Span("  "), Span(words, Role.DIM)), width)
        room = max(20, width - _WHEN - 1)
        arranged = self._arranged if self._arranged.width == room else Arranged(self.chosen, room)
        row = arranged.row(Place(leg, self.history.peer(leg), self.now, self.look))
        mark = Span("* " if key in self.marked else "  ", Role.KEY)
        began = Span(fit(day_and_clock(leg.began_at, self.now), _WHEN) + " ", Role.DIM)
        return fit_line((mark, began, *row.first[1:]), width)

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        room = max(20, width - _WHEN - 1)
        names = Arranged(self.chosen, room).header("", self.look)
        text = "".join(span.text for span in names)[2:]
        return fit_line((Span("  " + fit("when", _WHEN) + " " + text, Role.HEADER),), width)


def place_in(
    numbers: Sequence[int], number: int, rank: Callable[[int], Any] = lambda each: -each
) -> int | None:
    """The place of a number in a sequence whose ranks rise, by itself one that falls; None if it is not in it."""
    place = bisect_left(numbers, rank(number), key=rank)
    return place if place < len(numbers) and numbers[place] == number else None


def _lasted(leg: Leg | None, now: Micros) -> Micros:
    """From its beginning to its end, or until now, µs."""
    if leg is None or leg.began_at is None:
        return 0
    end = now if leg.is_live else leg.ended_at or leg.last_at
    return 0 if end is None else max(0, end - leg.began_at)


def day_and_clock(at: Micros | None, now: Micros) -> str:
    """`11-22 15:57:03`; `25-11-22 15:57` of another year."""
    if at is None:
        return ""
    try:
        local, today = time.localtime(at // SECOND), time.localtime(now // SECOND)
    except (ValueError, OverflowError, OSError):
        return ""
    day = f"{local.tm_mon:02}-{local.tm_mday:02} {local.tm_hour:02}:{local.tm_min:02}"
    if local.tm_year != today.tm_year:
        return f"{local.tm_year % 100:02}-{day}"
    return f"{day}:{local.tm_sec:02}"
