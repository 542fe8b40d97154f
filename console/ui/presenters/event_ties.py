"""What belongs to an entry: the command it confirms, the outcome, the effect, what the application answered; and its neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.domain.entries import CommandDone, CommandSent, Entry, Event, Fact, Forwarded
from console.domain.forwarding import forward_detail
from console.domain.timeline import TimelineLine
from console.domain.wording import command_detail, outcome_detail
from console.ui.presenters.cells import Role
from console.ui.presenters.entries import lag_words
from console.ui.presenters.event_head import HeadItem

Pair = tuple[Entry, Fact]


class Place(NamedTuple):
    """Where an entry stands in its conversation: `at` counts from 1, 0 if it has no line there."""

    at: int = 0
    of: int = 0
    previous: int | None = None
    """Number of the entry before it; None at the beginning."""
    next: int | None = None


NOWHERE = Place()


def line_seq(entry: Entry, fact: Fact, pairs: Sequence[Pair]) -> int:
    """The number that an entry's line in the timeline has: its first delivery's, its command's, or its own."""
    if isinstance(fact, Event):
        same = (e.seq for e, f in pairs if isinstance(f, Event) and f.key == fact.key)
        return min(same, default=entry.seq)
    if isinstance(fact, CommandDone | CommandSent):
        own = [
            (not isinstance(f, CommandSent), e.seq)
            for e, f in pairs
            if isinstance(f, CommandSent | CommandDone) and f.command_id == fact.command_id
        ]
        return min(own, default=(False, entry.seq))[1]
    return entry.seq


def place_of(seq: int, lines: Sequence[TimelineLine]) -> Place:
    """The neighbours of the line with this number, in the order of the timeline."""
    numbers = [line.seq for line in lines]
    if seq not in numbers:
        return NOWHERE
    at = numbers.index(seq)
    return Place(
        at + 1,
        len(numbers),
        numbers[at - 1] if at else None,
        numbers[at + 1] if at + 1 < len(numbers) else None,
    )


def present_ties(
    entry: Entry, fact: Fact, pairs: Sequence[Pair], lines: Sequence[TimelineLine]
) -> tuple[HeadItem, ...]:
    """Lines of the head, each of which opens the entry that it is about."""
    return tuple(_ties(entry, fact, pairs, lines))


def _ties(
    entry: Entry, fact: Fact, pairs: Sequence[Pair], lines: Sequence[TimelineLine]
) -> Iterator[HeadItem]:
    own = next((line for line in lines if line.seq == line_seq(entry, fact, pairs)), None)
    if isinstance(fact, Event):
        if own is not None and own.confirms and own.tie is not None:
            after = f"  after {lag_words(own.latency)}" if own.latency is not None else ""
            yield HeadItem("confirms", f"{own.confirms}{after}", Role.ACCENT, seq=own.tie)
        yield from _answers(fact, pairs)
    elif isinstance(fact, CommandSent | CommandDone):
        yield from _halves(entry, fact, pairs)
        yield from _effects(fact, own, lines)
    elif isinstance(fact, Forwarded) and fact.event_key is not None:
        for other, heard in pairs:
            if isinstance(heard, Event) and heard.key == fact.event_key:
                yield HeadItem("event", f"{heard.type}  entry {other.seq}", seq=other.seq)
                return


def _answers(fact: Event, pairs: Sequence[Pair]) -> Iterator[HeadItem]:
    """What came of handing the event on."""
    for other, forwarded in pairs:
        if isinstance(forwarded, Forwarded) and forwarded.event_key == fact.key:
            role = Role.GOOD if forwarded.ok else Role.BAD
            words = f"{forward_detail(forwarded)}  {forwarded.target}"
            yield HeadItem("application", words, role, seq=other.seq)


def _halves(
    entry: Entry, fact: CommandSent | CommandDone, pairs: Sequence[Pair]
) -> Iterator[HeadItem]:
    """The command of an outcome, the outcomes of a command."""
    yield HeadItem("command id", fact.command_id, value=fact.command_id)
    for other, half in pairs:
        if other.seq == entry.seq or getattr(half, "command_id", None) != fact.command_id:
            continue
        if isinstance(half, CommandSent):
            by = f"  by {half.operator}" if half.operator else ""
            words = f"{half.action}  {command_detail(half)}".rstrip() + by
            yield HeadItem("command", words, Role.ACCENT, seq=other.seq)
        elif isinstance(half, CommandDone):
            role = Role.GOOD if half.ok else Role.BAD
            yield HeadItem("outcome", outcome_detail(half), role, seq=other.seq)


def _effects(
    fact: CommandSent | CommandDone, own: TimelineLine | None, lines: Sequence[TimelineLine]
) -> Iterator[HeadItem]:
    if own is not None and own.tie is not None:
        for line in lines:
            if line.tie == own.tie and line.seq != own.seq:
                after = f"  after {lag_words(line.latency)}" if line.latency is not None else ""
                yield HeadItem("effect", f"{line.title}{after}", Role.ACCENT, seq=line.seq)
                return
    if not isinstance(fact, CommandDone) or fact.ok:
        yield HeadItem("effect", "not seen", Role.DIM)
