"""One conversation as lines in the order in which things happened.

A command and its answer are one line; the event that confirms a command says so on its own line; further deliveries
of an event are counted on the line of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from console.domain.annotations import annotation_detail
from console.domain.effects import CONFIRMED_BY, OVERDUE, PROMPT
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
from console.domain.times import SECOND
from console.domain.values import text
from console.domain.wording import (
    checked_detail,
    command_detail,
    event_detail,
    outcome_detail,
)

LATE: Micros = 2 * SECOND
"""How long after it occurred an event may arrive before it is called late."""

CLOCKS: Micros = 10 * SECOND
"""How far apart this machine's clock and Telnyx's may be when an event is taken to confirm a command."""

_PROBLEM_TYPES = frozenset(
    {
        "call.recording.error", "streaming.failed", "siprec.failed", "call.refer.failed",
        "call.deepfake_detection.error",
    }
)  # fmt: skip

_OF_A_ROOM = frozenset({"conference.ended", "conference.recording.saved"})
"""Events of a whole conference: they name the leg that made it, whichever leg the command was sent from."""

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
    outcome: str = ""
    """What came of a command, which is also the end of its `detail`."""
    with_label: str = ""
    """The letter of the other leg, where a command names two."""

    @property
    def detail_from_outcome(self) -> str:
        """The same as `detail`, with what came of it first: for where there is too little room for all."""
        rest = self.detail.removesuffix(self.outcome).strip()
        return _joined_words(self.outcome, rest)


def timeline(
    pairs: Sequence[Pair], legs: Sequence[Leg], *, now: Micros | None = None
) -> tuple[TimelineLine, ...]:
    """The lines of a conversation. `legs` in the order of their letters; `now` lets commands without effect say so."""
    labels = _labels(legs)
    ordered, answers = apart(sorted(pairs, key=lambda pair: pair[0].seq))
    events = _first_deliveries(ordered)
    commands = _joined(ordered)
    confirmed = _confirmations(commands, events)
    lines = [_event_line(heard, labels, confirmed, answers) for heard in events]
    settled = {command.key for command in confirmed.values()}
    lines += [_command_line(command, labels, settled, now) for command in commands]
    lines += [_other_line(entry, fact, labels) for entry, fact in ordered if _is_other(entry, fact)]
    return measured(lines)


def measured(lines: Iterable[TimelineLine]) -> tuple[TimelineLine, ...]:
    """The lines in order, each with its time since the first and since the one before."""
    ordered = sorted(lines, key=lambda line: (line.at, line.seq))
    if not ordered:
        return ()
    start = ordered[0].at
    found = [replace(ordered[0], offset=None, gap=None)]
    for before, line in pairwise(ordered):
        found.append(replace(line, offset=line.at - start, gap=line.at - before.at))
    return tuple(found)


def of_leg(lines: Sequence[TimelineLine], letter: str) -> tuple[TimelineLine, ...]:
    """What is about one leg alone, what concerns all legs, and what is tied to either."""
    own = [line for line in lines if line.leg_label in (letter, "")]
    ties = {line.tie for line in own if line.tie is not None}
    return measured(line for line in lines if line.leg_label in (letter, "") or line.tie in ties)


def label(index: int) -> str:
    """`A` … `Z`, `AA`, `AB` …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class _Heard:
    """An event with its first delivery, and how many there were."""

    entry: Entry
    event: Event
    at: Micros
    deliveries: int = 1
    late: bool = False


@dataclass(slots=True)
class _Command:
    """A command with both of its halves, as far as they are known."""

    key: str
    seq: int
    at: Micros
    sent: CommandSent | None = None
    done: CommandDone | None = None

    @property
    def action(self) -> str:
        fact = self.sent or self.done
        return fact.action if fact is not None else ""

    @property
    def targets(self) -> frozenset[str]:
        """The identifiers of the legs at which its effect shows; empty if that is not known."""
        named = {fact.call_control_id for fact in (self.sent, self.done) if fact is not None}
        if self.sent is not None and (
            self.action == "bridge" or self.action.startswith("conference.")
        ):
            named.add(text(self.sent.params, "call_control_id"))
        if self.done is not None and self.action == "dial":
            named.add(text(self.done.data, "call_control_id"))
        return frozenset(name for name in named if name)

    @property
    def room(self) -> str | None:
        """The conference it is about."""
        if self.sent is None or not self.action.startswith("conference."):
            return None
        return text(self.sent.params, "id")


def _labels(legs: Sequence[Leg]) -> Mapping[str, str]:
    labels: dict[str, str] = {}
    for index, leg in enumerate(legs):
        for name in (leg.key, leg.call_control_id, leg.call_leg_id):
            if name:
                labels[name] = label(index)
    return labels


def _label(labels: Mapping[str, str], *ids: str | None) -> str:
    return next((labels[name] for name in ids if name and name in labels), "")


def _first_deliveries(ordered: Iterable[Pair]) -> list[_Heard]:
    """Events in the order of arrival, each once."""
    heard: dict[bytes, _Heard] = {}
    latest: Micros | None = None
    for entry, fact in ordered:
        if not isinstance(fact, Event) or entry.kind is Kind.REFUSED:
            continue
        known = heard.get(fact.key)
        if known is not None:
            known.deliveries += 1
            continue
        at = fact.occurred_at if fact.occurred_at is not None else entry.received_at
        is_live = entry.kind is Kind.WEBHOOK
        late = is_live and (entry.received_at - at > LATE or (latest is not None and at < latest))
        if is_live and (latest is None or at > latest):
            latest = at
        heard[fact.key] = _Heard(entry, fact, at, late=late)
    return list(heard.values())


def _joined(ordered: Iterable[Pair]) -> list[_Command]:
    """Commands with their answers, in the order of sending."""
    commands: dict[str, _Command] = {}
    for entry, fact in ordered:
        if not isinstance(fact, CommandSent | CommandDone):
            continue
        command = commands.get(fact.command_id)
        if command is None:
            command = _Command(fact.command_id, entry.seq, entry.received_at)
            commands[fact.command_id] = command
        if isinstance(fact, CommandSent):
            if command.sent is None:
                command.sent, command.seq, command.at = fact, entry.seq, entry.received_at
        elif command.done is None or fact.ok >= command.done.ok:
            command.done = fact
    return sorted(commands.values(), key=lambda command: (command.at, command.seq))


def _confirmations(
    commands: Sequence[_Command], events: Sequence[_Heard]
) -> Mapping[bytes, _Command]:
    """Which event is the first to show the effect of which command; each of them once.

    Prompt commands choose first: what ends a gather confirms the command to stop it, not the one that began it.
    """
    by_type: dict[str, list[_Heard]] = {}
    for heard in sorted(events, key=lambda heard: (heard.at, heard.entry.seq)):
        by_type.setdefault(heard.event.type, []).append(heard)
    taken: dict[bytes, _Command] = {}
    for command in sorted(commands, key=lambda command: command.action not in PROMPT):
        if command.done is not None and not command.done.ok:
            continue
        candidates = [
            heard
            for kind in CONFIRMED_BY.get(command.action, ())
            for heard in by_type.get(kind, ())
            if heard.event.key not in taken and _shows(heard, command)
        ]
        if candidates:
            first = min(candidates, key=lambda heard: (heard.at, heard.entry.seq))
            taken[first.event.key] = command
    return taken


def _shows(heard: _Heard, command: _Command) -> bool:
    """Whether the event can be an effect of the command: heard after it was sent, and of the right leg."""
    if heard.entry.received_at < command.at or heard.at < command.at - CLOCKS:
        return False
    event, targets = heard.event, command.targets
    own = event.call_control_id in targets
    if command.room is not None and event.type in _OF_A_ROOM:
        return own or command.room == text(event.payload, "conference_id")
    if command.action == "transfer":
        return event.type == "call.bridged" or not own
    return own or (not targets and command.action != "dial")


def _event_line(
    heard: _Heard,
    labels: Mapping[str, str],
    confirmed: Mapping[bytes, _Command],
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
        lag=heard.entry.received_at - heard.at if heard.late else None,
        tie=command.seq if command is not None else None,
        with_label=_other_label(command, labels, event.call_control_id) if command else "",
    )


def _command_line(
    command: _Command, labels: Mapping[str, str], settled: set[str], now: Micros | None
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


def _other_label(command: _Command, labels: Mapping[str, str], own: str | None = None) -> str:
    """The letter of the leg that a bridge connects with `own`, else with the leg it was sent to."""
    if command.sent is None or command.action != "bridge":
        return ""
    named = {command.sent.call_control_id, text(command.sent.params, "call_control_id")}
    named.discard(own or command.sent.call_control_id)
    return _label(labels, *named)


def _target_label(command: _Command, labels: Mapping[str, str]) -> str:
    named = [fact.call_control_id for fact in (command.sent, command.done) if fact is not None]
    if command.done is not None:
        named.append(text(command.done.data, "call_control_id"))
    return _label(labels, *named)


def _complaint(command: _Command, settled: set[str], now: Micros | None) -> str:
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
        title=entry.kind.value,
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
