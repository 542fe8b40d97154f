"""One conversation, or several, as a ladder: who said what to whom, in the order of time.

Lanes are Telnyx, the legs, and this console with the application behind it. Events go from Telnyx to a leg, commands
from the console to a leg, and a bridge joins two legs. `call.bridged` names no peer (VOICE e): it is known from our own
bridge command, else inferred, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.domain.closing import closing_words, closings
from console.domain.entries import Entry, Fact, Micros
from console.domain.legs import Leg, LegState
from console.domain.pairing import SAME_BRIDGE
from console.domain.timeline import TimelineLine, label, timeline
from console.domain.times import SECOND, span

TELNYX = 0
CONSOLE = "console / app"
"""Title of the console's lane, which stands after that of the first leg."""


class StepKind(StrEnum):
    """What a step is, and how it is drawn."""

    EVENT = "event"
    COMMAND = "command"
    BRIDGE = "bridge"
    REMARK = "remark"
    """Something about a leg that nobody said to anybody: a note, a look into Telnyx's records."""
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A column. `leg` is the leg's letter; empty for Telnyx and the console."""

    title: str
    who: str = ""
    leg: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A row: from one lane to another. `seq` is the entry that it opens."""

    seq: int
    at: Micros
    offset: Micros | None
    kind: StepKind
    start: int
    end: int
    title: str
    detail: str = ""
    """What came of it, in few words."""
    sentence: str = ""
    """All that the entry says."""
    late: bool = False
    problem: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """`lives` holds for each lane the first and the last step at which it exists."""

    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    lives: tuple[tuple[int, int], ...]
    closings: tuple[str, ...]
    """`leg A: caller hung up (normal_clearing, SIP 200), MOS 4.41, 0.0120 USD for 60 s` for each that ended."""
    lasted: Micros

    @property
    def summary(self) -> str:
        """`3 legs  1:24`."""
        legs = sum(bool(lane.leg) for lane in self.lanes)
        return f"{legs} leg{'' if legs == 1 else 's'}  {span(self.lasted)}"


def who_of(leg: Leg) -> str:
    """Number or address at the far end of a leg."""
    far = leg.to if leg.direction == "outgoing" else leg.from_
    return far or leg.from_ or leg.to or ""


def ladder(
    pairs: Sequence[tuple[Entry, Fact]], legs: Sequence[Leg], *, now: Micros | None = None
) -> Ladder:
    """The ladder of these entries; `legs` in the order of their letters, `now` as for the timeline."""
    lines = timeline(pairs, legs, now=now)
    lanes = _lanes(legs)
    places = {lane.leg: place for place, lane in enumerate(lanes) if lane.leg}
    bridges, second = _bridges(lines, legs)
    steps = [
        _step(line, places, lanes, bridges.get(line.seq))
        for line in lines
        if line.seq not in second
    ]
    lasted = max((line.offset or 0 for line in lines), default=0)
    if now is not None and lines and any(leg.state is not LegState.ENDED for leg in legs):
        lasted = max(lasted, now - lines[0].at)
    return Ladder(
        lanes=lanes,
        steps=tuple(steps),
        lives=_lives(lanes, steps),
        closings=tuple(
            f"leg {label(legs.index(each.leg))}: {closing_words(each)}"
            for each in closings(pairs, legs)
        ),
        lasted=lasted,
    )


def _lanes(legs: Sequence[Leg]) -> tuple[Lane, ...]:
    own = [
        Lane(title=f"leg {label(place)}", who=who_of(leg), leg=label(place))
        for place, leg in enumerate(legs)
    ]
    return (Lane(title="Telnyx"), *own[:1], Lane(title=CONSOLE), *own[1:])


def _lives(lanes: Sequence[Lane], steps: Sequence[Step]) -> tuple[tuple[int, int], ...]:
    """A leg's line begins with what is first heard of it and ends with its hang-up; the others are always there."""
    last = len(steps) - 1
    begun: dict[int, int] = {}
    ended: dict[int, int] = {}
    for place, step in enumerate(steps):
        for lane in (step.start, step.end):
            begun.setdefault(lane, place)
        if step.kind is StepKind.EVENT and step.title == "call.hangup":
            ended.setdefault(step.end, place)
    return tuple(
        (begun.get(place, last + 1), ended.get(place, last)) if lane.leg else (0, last)
        for place, lane in enumerate(lanes)
    )


def _step(
    line: TimelineLine, places: Mapping[str, int], lanes: Sequence[Lane], bridge: Bridge | None
) -> Step:
    console = next(place for place, lane in enumerate(lanes) if lane.title == CONSOLE)
    own = places.get(line.leg_label)
    kind, start, end = StepKind.EVENT, TELNYX, own
    if line.arrow == "▶":
        kind, start, end = StepKind.COMMAND, console, own if own is not None else TELNYX
    elif line.title == "gap":
        kind, start, end = StepKind.GAP, TELNYX, len(lanes) - 1
    elif line.arrow != "◀" or own is None:
        kind, start, end = StepKind.REMARK, own or TELNYX, own or TELNYX
    elif bridge is not None:
        start, end = sorted((own, places[bridge.other]))
        kind = StepKind.BRIDGE
    assert end is not None
    detail = _outcome(line)
    title = line.title
    if bridge is not None and kind is StepKind.BRIDGE:
        title = "bridged"
        detail = "  ".join(part for part in (detail, "inferred" * bridge.inferred) if part)
    return Step(
        seq=line.seq,
        at=line.at,
        offset=line.offset,
        kind=kind,
        start=start,
        end=end,
        title=title,
        detail=detail,
        sentence=_sentence(line),
        late=line.late,
        problem=line.problem,
    )


def _sentence(line: TimelineLine) -> str:
    came = _outcome(line) if line.arrow == "◀" else ""
    return "  ".join(part for part in (line.title, line.detail, came) if part)


def _outcome(line: TimelineLine) -> str:
    """Of a command all it says; of an event what it confirms and how it came."""
    if line.arrow != "◀":
        return line.detail_from_outcome if line.problem else line.detail
    parts = []
    if line.confirms:
        took = f" {_seconds(line.latency)}" if line.latency is not None else ""
        parts.append(f"✓ {line.confirms}{took}")
    if line.late:
        parts.append("late" if line.lag is None else f"late {_seconds(line.lag)}")
    if line.deliveries > 1:
        parts.append(f"×{line.deliveries}")
    return "  ".join(parts)


def _seconds(size: Micros) -> str:
    if size < SECOND:
        return f"{size // 1000} ms"
    return f"{size / SECOND:.1f} s" if size < 60 * SECOND else span(size)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Whom a call.bridged joins its leg with."""

    other: str
    inferred: bool


def _bridges(
    lines: Sequence[TimelineLine], legs: Sequence[Leg]
) -> tuple[Mapping[int, Bridge], frozenset[int]]:
    """By entry: the other end of each bridge; and the entries that say the same of that other end."""
    said = [line for line in lines if line.title == "call.bridged" and line.leg_label]
    transferred = _transferred(lines)
    company = _Company(lines, legs)
    found: dict[int, Bridge] = {}
    second: set[int] = set()
    for line in said:
        if line.seq in second:
            continue
        twins = [
            other
            for other in said
            if other.leg_label != line.leg_label
            and other.seq not in second
            and other.seq not in found
            and abs(other.at - line.at) <= SAME_BRIDGE
        ]
        known = line.with_label or next(
            (twin.leg_label for twin in twins if twin.with_label == line.leg_label), ""
        )
        guess = transferred.get(line.leg_label) or (twins[0].leg_label if twins else "")
        other = known or guess or company.of(line)
        if not other or other == line.leg_label:
            continue
        found[line.seq] = Bridge(other, inferred=not known)
        second.update(twin.seq for twin in twins[:8] if twin.leg_label == other)
    return found, frozenset(second)


def _transferred(lines: Sequence[TimelineLine]) -> Mapping[str, str]:
    """Letters of legs that a transfer made → letters of the legs that were transferred."""
    sent = {line.seq: line.leg_label for line in lines if line.title == "transfer"}
    return {
        line.leg_label: sent[line.tie]
        for line in lines
        if line.confirms == "transfer" and line.leg_label and line.tie in sent
    }


class _Company:
    """Who else was talking at a time, where nothing better tells the other end of a bridge."""

    def __init__(self, lines: Sequence[TimelineLine], legs: Sequence[Leg]) -> None:
        self._answered: dict[str, Micros] = {}
        self._ended: dict[str, Micros] = {}
        for line in lines:
            if line.title == "call.answered":
                self._answered.setdefault(line.leg_label, line.at)
            elif line.title == "call.hangup":
                self._ended.setdefault(line.leg_label, line.at)
        keys = {leg.key: label(place) for place, leg in enumerate(legs)}
        self._peers = {keys[leg.key]: keys.get(leg.peer or "", "") for leg in legs}

    def of(self, line: TimelineLine) -> str:
        """The letter of the only other leg that was connected then, else of its present peer; empty if unknown."""
        there = [
            letter
            for letter, at in self._answered.items()
            if letter != line.leg_label
            and at <= line.at
            and self._ended.get(letter, line.at + 1) > line.at
        ]
        return there[0] if len(there) == 1 else self._peers.get(line.leg_label, "")
