"""One conversation as lines in the order in which things happened.

A command and its answer are one line; the event that confirms a command says so on its own line; further deliveries
of an event are counted on the line of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from console.domain.annotations import annotation_detail
from console.domain.confirmation import Command, Heard, confirmations, first_deliveries, joined
from console.domain.effects import OVERDUE, PROMPT
from console.domain.endings import ender_by
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
)
from console.domain.forwarding import apart, is_failure, told
from console.domain.gaps import gap_of, gap_words
from console.domain.legs import Leg
from console.domain.values import text
from console.domain.wording import (
    checked_detail,
    command_detail,
    event_detail,
    outcome_detail,
)

_PROBLEM_TYPES = frozenset(
    {
        "call.recording.error", "streaming.failed", "siprec.failed", "call.refer.failed",
        "call.deepfake_detection.error",
    }
)  # fmt: skip

Pair = tuple[Entry, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One line. `offset` counts from the first line, which has none, `gap` from the line before.

    `latency` is that of the answer or the effect; `lag` how long a late event was on its way. A command and the event
    that confirms it have the same `tie`: the command's `seq`.
    """

    seq: int
    at: Micros
    offset: Micros | None = None
    arrow: str
    title: str
    detail: str = ""
    leg_label: str = ""
    late: bool = False
    deliveries: int = 1
    confirms: str | None = None
    latency: Micros | None = None
    problem: bool = False
    gap: Micros | None = None
    lag: Micros | None = None
    tie: int | None = None
    unsigned: bool = False
    """Whether only Telnyx's records say so."""
    outcome: str = ""
    """What came of a command, which is also the end of its `detail`."""
    with_label: str = ""
    """The letter of the other leg, where a command names two."""

    @property
    def detail_from_outcome(self) -> str:
        """The same as `detail`, with what came of it first: for where there is too little room for all."""
        rest = self.detail.removesuffix(self.outcome).strip()
        return _joined_words(self.outcome, rest)


class Kept:
    """The lines of events as of the last time: a long conversation that goes on makes only those that changed."""

    def __init__(self) -> None:
        self._labels: Mapping[str, str] = {}
        self._lines: dict[int, tuple[Heard, TimelineLine]] = {}

    def use(self, labels: Mapping[str, str]) -> None:
        """Forgets everything where the legs have other letters than the last time."""
        if labels != self._labels:
            self._labels = labels
            self._lines.clear()

    def line(self, heard: Heard) -> TimelineLine | None:
        """The line of an event of which nothing is said that was not said the last time."""
        before, line = self._lines.get(heard.entry.seq, (None, None))
        return line if before == heard else None

    def keep(self, lines: Iterable[TimelineLine], plain: Mapping[int, Heard]) -> None:
        """Remembers the finished lines of these events."""
        found = ((plain.get(line.seq), line) for line in lines)
        self._lines = {line.seq: (heard, line) for heard, line in found if heard is not None}


def timeline(
    pairs: Sequence[Pair],
    legs: Sequence[Leg],
    *,
    now: Micros | None = None,
    kept: Kept | None = None,
) -> tuple[TimelineLine, ...]:
    """The lines of a conversation. `legs` in the order of their letters; `now` lets commands without effect say so.

    `kept` is that of the same conversation's last time.
    """
    labels = _labels(legs)
    ordered, answers = apart(sorted(pairs, key=lambda pair: pair[0].seq))
    events = first_deliveries(ordered)
    commands = joined(ordered)
    confirmed = confirmations(commands, events)
    kept = kept or Kept()
    kept.use(labels)
    # What a command or an answer adds to an event's line may change at any time.
    plain = {
        heard.entry.seq: heard
        for heard in events
        if heard.event.key not in confirmed and heard.event.key not in answers
    }
    lines = [
        (kept.line(heard) if heard.entry.seq in plain else None)
        or _event_line(heard, labels, confirmed, answers)
        for heard in events
    ]
    settled = {command.key for command in confirmed.values()}
    lines += [_command_line(command, labels, settled, now) for command in commands]
    lines += [_other_line(entry, fact, labels) for entry, fact in ordered if _is_other(entry, fact)]
    found = measured(lines)
    kept.keep(found, plain)
    return found


def measured(lines: Iterable[TimelineLine]) -> tuple[TimelineLine, ...]:
    """The lines in order, each with its time since the first and since the one before."""
    ordered = sorted(lines, key=lambda line: (line.at, line.seq))
    if not ordered:
        return ()
    start = ordered[0].at
    found = [replace(ordered[0], offset=None, gap=None)]
    for before, line in pairwise(ordered):
        offset, gap = line.at - start, line.at - before.at
        is_so = line.offset == offset and line.gap == gap
        found.append(line if is_so else replace(line, offset=offset, gap=gap))
    return tuple(found)


def of_leg(lines: Sequence[TimelineLine], letter: str) -> tuple[TimelineLine, ...]:
    """What is about one leg alone, what concerns all legs, and what is tied to either."""
    wanted = {line.seq for line in lines if letter in (line.leg_label, line.with_label)}
    ties = {line.tie for line in lines if line.seq in wanted and line.tie is not None}
    return measured(
        line for line in lines if line.seq in wanted or not line.leg_label or line.tie in ties
    )


def label(index: int) -> str:
    """`A` … `Z`, `AA`, `AB` …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _labels(legs: Sequence[Leg]) -> Mapping[str, str]:
    labels: dict[str, str] = {}
    for index, leg in enumerate(legs):
        for name in (leg.key, leg.call_control_id, leg.call_leg_id):
            if name:
                labels[name] = label(index)
    return labels


def _label(labels: Mapping[str, str], *ids: str | None) -> str:
    return next((labels[name] for name in ids if name and name in labels), "")


def _event_line(
    heard: Heard,
    labels: Mapping[str, str],
    confirmed: Mapping[bytes, Command],
    answers: Mapping[bytes, str],
) -> TimelineLine:
    event = heard.event
    command = confirmed.get(event.key)
    ender = ender_by(command.sent, command.done) if command is not None else None
    return TimelineLine(
        seq=heard.entry.seq,
        at=heard.at,
        arrow="◀",
        title=event.type,
        detail=_joined_words(event_detail(event, ender), answers.get(event.key, "")),
        leg_label=_label(labels, event.call_control_id, event.call_leg_id),
        late=heard.late,
        deliveries=heard.deliveries,
        confirms=command.action if command is not None else None,
        latency=max(0, heard.at - command.at) if command is not None else None,
        problem=event.type in _PROBLEM_TYPES,
        unsigned=heard.unsigned,
        lag=heard.entry.received_at - heard.at if heard.late else None,
        tie=command.seq if command is not None else None,
        with_label=_other_label(command, labels, event.call_control_id) if command else "",
    )


def _command_line(
    command: Command, labels: Mapping[str, str], settled: set[str], now: Micros | None
) -> TimelineLine:
    sent, done = command.sent, command.done
    parts = (sent.operator, command_detail(sent, labels)) if sent is not None else ()
    complaint = _complaint(command, settled, now)
    came = _joined_words(outcome_detail(done) if done is not None else "", complaint)
    return TimelineLine(
        seq=command.seq,
        at=command.at,
        arrow="▶",
        title=command.action,
        detail=_joined_words(*parts, came),
        outcome=came,
        leg_label=_target_label(command, labels),
        latency=round(done.latency_ms * 1000) if done is not None else None,
        problem=bool(complaint) or (done is not None and not done.ok),
        tie=command.seq if command.key in settled else None,
        with_label=_other_label(command, labels),
    )


def _joined_words(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _other_label(command: Command, labels: Mapping[str, str], own: str | None = None) -> str:
    """The letter of the leg that a bridge connects with `own`, else with the leg it was sent to."""
    if command.sent is None or command.action != "bridge":
        return ""
    named = {command.sent.call_control_id, text(command.sent.params, "call_control_id")}
    named.discard(own or command.sent.call_control_id)
    return _label(labels, *named)


def _target_label(command: Command, labels: Mapping[str, str]) -> str:
    named = [fact.call_control_id for fact in (command.sent, command.done) if fact is not None]
    if command.done is not None:
        named.append(text(command.done.data, "call_control_id"))
    return _label(labels, *named)


def _complaint(command: Command, settled: set[str], now: Micros | None) -> str:
    """What is missing 5 s after a command was sent."""
    if now is None or now - command.at < OVERDUE or command.key in settled:
        return ""
    if command.done is None:
        return "no answer after 5 s"
    if command.done.ok and command.action in PROMPT:
        return "no effect seen after 5 s"
    return ""


def _is_other(entry: Entry, fact: Fact) -> bool:
    if isinstance(fact, Event):
        return entry.kind is Kind.REFUSED
    return not isinstance(fact, CommandSent | CommandDone)


def _other_line(entry: Entry, fact: Fact, labels: Mapping[str, str]) -> TimelineLine:
    """Gaps, notes, refused webhooks, results of forwarding, and what Telnyx's records say."""
    if isinstance(fact, Checked):
        return TimelineLine(
            seq=entry.seq,
            at=entry.received_at,
            arrow="·",
            title="Telnyx's records",
            detail=checked_detail(fact),
            leg_label=_label(labels, fact.call_control_id, fact.call_leg_id),
        )
    if entry.kind is Kind.GAP:
        return _gap_line(entry, fact)
    reason = told(fact) or getattr(fact, "reason", None) or entry.reason or ""
    if isinstance(fact, Annotated):
        reason = annotation_detail(fact)
    source = f"from {entry.remote}" if entry.remote else ""
    return TimelineLine(
        seq=entry.seq,
        at=entry.received_at,
        arrow="◀" if entry.kind is Kind.REFUSED else "·",
        title="Telnyx's records" if entry.kind is Kind.API else entry.kind.value,
        detail=_joined_words(reason, source),
        leg_label=_label(labels, entry.call_control_id, entry.call_leg_id),
        problem=entry.kind is Kind.REFUSED or is_failure(fact),
    )


def _gap_line(entry: Entry, fact: Fact) -> TimelineLine:
    """A gap stands where it began, as far as that is known."""
    gap = gap_of(entry)
    reason = getattr(fact, "reason", None) or entry.reason or ""
    return TimelineLine(
        seq=entry.seq,
        at=gap.since if gap.since is not None else entry.received_at,
        arrow="·",
        title=entry.kind.value,
        detail=_joined_words(gap_words(gap), reason),
        problem=True,
    )
