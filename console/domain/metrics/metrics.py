"""The line's counts, kept up to date entry by entry, in any order; late and duplicate events correct them.

The cost of an entry does not depend on how many calls there were: a leg's counts are a function of its facts (and its
session's), so a change takes the old ones out and puts the new ones in. Legs of ended conversations are let go of after a
while; when one of them is spoken of again, `recall` gives its earlier entries, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from console.domain.entries import (
    Annotated,
    Checked,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
)
from console.domain.metrics.entry_counts import Gap, counts_of_entry, gap_of
from console.domain.metrics.outcome import CROWD, Wait, counts_of, wait_of
from console.domain.metrics.parameters import HOUR, MINUTE, Parameters, day_start
from console.domain.metrics.record import READERS, LegRecord, absorb, check
from console.domain.metrics.tally import WINDOW_MIN, Levels, Tally
from console.domain.ring_back import RingBacks
from console.domain.times import happened

KEEP_LEGS = 4_000
"""Legs of ended conversations that stay in memory, latest first."""
MAX_GAPS = 50
MAX_CALLERS = 50_000

Pair = tuple[Entry, Fact]
Recall = Callable[[str, int], Iterable[Pair]]
"""The entries, before the one with this number, of the leg with this call_control_id and of its session's legs."""


class Waiting(NamedTuple):
    """A caller who waits now."""

    key: str
    since: Micros
    answered: bool
    """By the application, not by a person."""


class Callers:
    """How often each number called today. Beyond `MAX_CALLERS` numbers no further ones are counted."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}
        self.total = 0

    def change(self, old: str | None, new: str) -> None:
        """A call that was counted under `old` is one of `new`; nothing stands for nobody."""
        if old and old in self._calls:
            self.total -= 1
            self._calls[old] -= 1
            if not self._calls[old]:
                del self._calls[old]
        if new and (new in self._calls or len(self._calls) < MAX_CALLERS):
            self.total += 1
            self._calls[new] = self._calls.get(new, 0) + 1

    @property
    def repeated(self) -> int:
        """Calls of somebody who had called before."""
        return self.total - len(self._calls)


def no_recall(_key: str, _before: int) -> Iterable[Pair]:
    """Nothing was forgotten, or nobody remembers."""
    return ()


class Metrics:
    """One line. `advance` with the time before reading figures; `apply` needs no clock."""

    def __init__(
        self, parameters: Parameters, *, recall: Recall = no_recall, keep_legs: int = KEEP_LEGS
    ) -> None:
        self.parameters = parameters
        self.tally = Tally()
        self.levels = Levels()
        self.ring_backs = RingBacks()
        self.gaps: list[Gap] = []
        self.since: Micros | None = None
        """When the earliest entry that was taken in was received."""
        self.last_webhook: Micros | None = None
        self._first_seq: int | None = None
        self._recall = recall
        self._keep_legs = keep_legs
        self._legs: dict[str, LegRecord] = {}
        self._sessions: dict[str, dict[str, LegRecord]] = {}
        self._waiting: dict[str, Waiting] = {}
        self._talking: dict[str, Micros] = {}
        self.callers = Callers()
        self._ended: dict[str, None] = {}
        """Legs that have ended, least recently heard of first."""
        self._unheard: dict[str, None] = {}
        """Legs of which only Telnyx's records told, not an event as yet; they count nowhere."""

    # -- what entries do

    def apply(self, entry: Entry, fact: Fact) -> None:
        """Takes in one entry of the journal."""
        if self.since is None or entry.received_at < self.since:
            self.since = entry.received_at
        if self._first_seq is None or entry.seq < self._first_seq:
            self._first_seq = entry.seq
        self.tally.add(counts_of_entry(entry, fact))
        # Where records are read instead of hearing webhooks, silence is that nothing new is read.
        is_news = entry.kind is Kind.WEBHOOK or (
            entry.kind is Kind.API and entry.remote is not None
        )
        if is_news and entry.received_at > (self.last_webhook or 0):
            self.last_webhook = entry.received_at
        match fact:
            case Event() if entry.kind is not Kind.REFUSED:
                self._event(entry, fact)
            case Checked():
                leg = self._leg(fact.call_control_id, entry)
                check(leg, fact)
                self._settle(leg)
            case Annotated() if fact.ring_back is not None and fact.call_control_id:
                self.ring_backs.mark(fact.call_control_id, fact.at, fact.ring_back)
            case _ if entry.kind is Kind.GAP:
                self.gaps = sorted({*self.gaps, gap_of(entry)})[-MAX_GAPS:]
            case _:
                pass

    def _event(self, entry: Entry, event: Event) -> None:
        key = event.call_control_id
        if not key or event.type not in READERS:
            return
        leg = self._leg(key, entry)
        absorb(leg, event, _moment(entry, event))
        self._settle(leg)

    # -- legs

    def knows(self, key: str) -> bool:
        """Whether the leg is in memory."""
        return key in self._legs

    def fetch(self, key: str) -> None:
        """Takes in what is known of a leg from before this began, if it is not known already."""
        if key not in self._legs:
            self._remembered(key, 1 << 62)

    def _leg(self, key: str, entry: Entry) -> LegRecord:
        leg = self._legs.get(key)
        if leg is not None:
            return leg
        if entry.event_type == "call.initiated" and not entry.duplicate:
            lag = entry.received_at - happened(entry.occurred_at, entry.received_at)
            if lag < 5 * MINUTE:
                return self._new(key)
        return self._remembered(key, entry.seq)

    def _new(self, key: str) -> LegRecord:
        leg = self._legs[key] = LegRecord(key)
        return leg

    def _remembered(self, key: str, before: int) -> LegRecord:
        """A leg, and those of its session, with what was said of them before.

        Those that were counted by this ledger once, and let go of, count as they did.
        """
        counted: dict[str, bool] = {key: False}
        for entry, fact in self._recall(key, before):
            other = getattr(fact, "call_control_id", None)
            if not other or (other in self._legs and other not in counted):
                continue
            if isinstance(fact, Event) and fact.type in READERS:
                absorb(self._legs.get(other) or self._new(other), fact, _moment(entry, fact))
            elif isinstance(fact, Checked):
                check(self._legs.get(other) or self._new(other), fact)
            else:
                continue
            counted[other] = counted.get(other, False) or entry.seq >= (self._first_seq or 0)
        fresh = [self._legs.get(each) or self._new(each) for each in counted]
        for leg in fresh:
            self._join(leg)
        for leg in fresh:
            self._count(leg, silently=counted[leg.key])
        return self._legs[key]

    def _settle(self, leg: LegRecord) -> None:
        """Counts the leg, and whoever in its session may fare differently now, as their facts have it."""
        self._join(leg)
        self._count(leg)
        company = self._sessions.get(leg.company or "")
        if company is not None and leg.is_outgoing and 1 < len(company) <= CROWD + 1:
            for other in tuple(company.values()):
                if other is not leg and other.is_incoming:
                    self._count(other)
        self._let_go()

    def _join(self, leg: LegRecord) -> None:
        """Puts the leg into its session."""
        if leg.session == leg.company:
            return
        old = self._sessions.get(leg.company or "")
        if old is not None:
            old.pop(leg.key, None)
            for other in tuple(old.values()):
                self._count(other)
        leg.company = leg.session
        if leg.session is not None:
            self._sessions.setdefault(leg.session, {})[leg.key] = leg

    def _count(self, leg: LegRecord, *, silently: bool = False) -> None:
        """Puts the leg's present counts in the place of those it had; `silently`, they stand there already."""
        self._unheard.pop(leg.key, None)
        if leg.first is None:
            self._unheard[leg.key] = None
            return
        company = self._sessions.get(leg.company or "", {})
        wait = wait_of(leg, tuple(company.values()), self.parameters)
        parts = counts_of(leg, wait, self.parameters)
        begun, ended = leg.begun, leg.ended
        if not silently:
            if parts != leg.parts:
                old = leg.parts
                self.tally.add([part for part in old if part not in parts], -1)
                self.tally.add([part for part in parts if part not in old])
            self._level(leg, begun, ended)
        self._caller(leg, wait, silently=silently)
        leg.parts, leg.counted_begin, leg.counted_end = parts, begun, ended
        self._index(leg, wait)

    def _level(self, leg: LegRecord, begun: Micros | None, ended: Micros | None) -> None:
        if begun != leg.counted_begin:
            if leg.counted_begin is not None:
                self.levels.begin(leg.counted_begin, -1)
            if begun is not None:
                self.levels.begin(begun)
        if ended != leg.counted_end:
            if leg.counted_end is not None:
                self.levels.end(leg.counted_end, -1)
            if ended is not None:
                self.levels.end(ended)

    def _caller(self, leg: LegRecord, wait: Wait | None, *, silently: bool) -> None:
        is_today = wait is not None and wait.since // MINUTE >= self.tally.day_from
        caller = (leg.ends[1] if leg.ends is not None else "") if is_today else ""
        if not silently and caller != (leg.caller or ""):
            self.callers.change(leg.caller, caller)
        leg.caller = caller or None

    def _index(self, leg: LegRecord, wait: Wait | None) -> None:
        """Who waits, who talks, who has ended, who is to be rung back."""
        key = leg.key
        if wait is not None and wait.is_open:
            self._waiting[key] = Waiting(key, wait.since, leg.answered is not None)
        else:
            self._waiting.pop(key, None)
        if leg.answered is not None and leg.ended is None:
            self._talking[key] = leg.answered
        else:
            self._talking.pop(key, None)
        self._ended.pop(key, None)
        if leg.ended is not None:
            self._ended[key] = None
        _ring_back(self.ring_backs, leg, wait)

    def _let_go(self) -> None:
        """Drops conversations that have ended, least recently heard of first, beyond what is kept."""
        while len(self._unheard) > self._keep_legs:
            key = next(iter(self._unheard))
            del self._unheard[key]
            del self._legs[key]
        tries = 2
        while len(self._ended) > self._keep_legs and tries:
            tries -= 1
            key = next(iter(self._ended))
            leg = self._legs[key]
            company = self._sessions.get(leg.company or "", {key: leg})
            if any(other.ended is None for other in company.values()):
                del self._ended[key]
                self._ended[key] = None
                continue
            for gone in tuple(company):
                del self._legs[gone]
                self._ended.pop(gone, None)
            self._sessions.pop(leg.company or "", None)

    # -- the present

    def advance(self, now: Micros) -> None:
        """Time has passed: lets go of what is too old, and begins another day when it is time."""
        day = day_start(now, self.parameters)
        if self.tally.day_from not in (0, day // MINUTE):
            self.callers = Callers()
        self.tally.advance(now, day)
        oldest = min(day, now - WINDOW_MIN * MINUTE)
        self.levels.advance(oldest)
        self.ring_backs.advance(now)
        self.gaps = [gap for gap in self.gaps if gap.until >= oldest]

    def waiting(self) -> Sequence[Waiting]:
        """Callers who wait now, in no order."""
        return tuple(self._waiting.values())

    def longest_talk(self) -> tuple[str, Micros] | None:
        """The leg that was answered first among those that live, and when."""
        if not self._talking:
            return None
        key = min(self._talking, key=self._talking.__getitem__)
        return key, self._talking[key]

    @property
    def size(self) -> int:
        """Legs in memory."""
        return len(self._legs)


def _ring_back(rings: RingBacks, leg: LegRecord, wait: Wait | None) -> None:
    """Tells the list of callers to ring back how this leg fared."""
    from_, to = leg.ends[1:] if leg.ends is not None else ("", "")
    if wait is not None and wait.gone is not None and not wait.turned_away:
        name = leg.name[1] if leg.name is not None else ""
        rings.abandoned(leg.key, from_, name, since=wait.since, at=wait.gone)
    else:
        rings.withdraw(leg.key)
    if wait is not None and wait.served is not None:
        rings.reached(leg.key, from_, wait.served)
    elif leg.is_outgoing and leg.answered is not None:
        rings.reached(leg.key, to, leg.answered)
    else:
        rings.unreached(leg.key)


def _moment(entry: Entry, event: Event) -> Micros:
    """When it happened; a clock that runs ahead by hours would open minutes of a day that has not come."""
    at = happened(event.occurred_at, entry.received_at)
    return min(at, entry.received_at + HOUR)
