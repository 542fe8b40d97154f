"""Commands with their answers, events with their deliveries, and which event shows the effect of which command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.domain.effects import CONFIRMED_BY, PROMPT
from console.domain.entries import (
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
)
from console.domain.ledger import GATHERS
from console.domain.times import SECOND, happened
from console.domain.values import text

LATE: Micros = 2 * SECOND
"""How long after it occurred an event may arrive before it is called late."""

CLOCKS: Micros = 10 * SECOND
"""How far apart this machine's clock and Telnyx's may be when an event is taken to confirm a command."""

_BEGUN_BY: Mapping[str, frozenset[str]] = {
    "gather_stop": GATHERS,
    "playback_stop": frozenset({"playback_start", "speak"}),
    "streaming_stop": frozenset({"streaming_start"}),
    "fork_stop": frozenset({"fork_start"}),
    "record_stop": frozenset({"record_start"}),
    "leave_queue": frozenset({"enqueue"}),
}
"""What a command ends, by the commands that begin it."""

_OF_A_ROOM = frozenset({"conference.ended", "conference.recording.saved"})
"""Events of a whole conference: they name the leg that made it, whichever leg the command was sent from."""

Pair = tuple[Entry, Fact]


@dataclass(slots=True)
class Heard:
    """An event with its first delivery, and how many there were."""

    entry: Entry
    event: Event
    at: Micros
    deliveries: int = 1
    late: bool = False
    unsigned: bool = False
    """Whether no webhook brought it, only Telnyx's records do."""


@dataclass(slots=True)
class Command:
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


def first_deliveries(ordered: Iterable[Pair]) -> list[Heard]:
    """Events in the order of arrival, each once."""
    heard: dict[bytes, Heard] = {}
    latest: Micros | None = None
    for entry, fact in ordered:
        if not isinstance(fact, Event) or entry.kind is Kind.REFUSED:
            continue
        known = heard.get(fact.key)
        if known is not None:
            known.deliveries += 1
            known.unsigned &= entry.kind is Kind.API
            continue
        at = happened(fact.occurred_at, entry.received_at)
        is_live = entry.kind is Kind.WEBHOOK
        late = is_live and (entry.received_at - at > LATE or (latest is not None and at < latest))
        if is_live and (latest is None or at > latest):
            latest = at
        heard[fact.key] = Heard(entry, fact, at, late=late, unsigned=not is_live)
    return list(heard.values())


def joined(ordered: Iterable[Pair]) -> list[Command]:
    """Commands with their answers, in the order of sending."""
    commands: dict[str, Command] = {}
    for entry, fact in ordered:
        if not isinstance(fact, CommandSent | CommandDone):
            continue
        command = commands.get(fact.command_id)
        if command is None:
            command = Command(fact.command_id, entry.seq, entry.received_at)
            commands[fact.command_id] = command
        if isinstance(fact, CommandSent):
            if command.sent is None:
                command.sent, command.seq, command.at = fact, entry.seq, entry.received_at
        elif command.done is None or fact.ok >= command.done.ok:
            command.done = fact
    return sorted(commands.values(), key=lambda command: (command.at, command.seq))


def confirmations(commands: Sequence[Command], events: Sequence[Heard]) -> Mapping[bytes, Command]:
    """Which event is the first to show the effect of which command; each of them once.

    Prompt commands choose first: what ends a gather confirms the command to stop it, not the one that began it.
    """
    by_type: dict[str, list[Heard]] = {}
    for heard in sorted(events, key=lambda heard: (heard.at, heard.entry.seq)):
        by_type.setdefault(heard.event.type, []).append(heard)
    taken: dict[bytes, Command] = {}
    for command in sorted(commands, key=lambda command: command.action not in PROMPT):
        if command.done is not None and not command.done.ok and not command.done.is_unknown:
            continue
        candidates = [
            heard
            for kind in CONFIRMED_BY.get(command.action, ())
            for heard in by_type.get(kind, ())
            if heard.event.key not in taken and _shows(heard, command)
            if not _is_begun_again(command, heard, commands)
        ]
        if candidates:
            first = min(candidates, key=lambda heard: (heard.at, heard.entry.seq))
            taken[first.event.key] = command
    return taken


def _is_begun_again(command: Command, heard: Heard, others: Sequence[Command]) -> bool:
    """Whether what a command ends was begun anew before an event was heard, which then is the end of that."""
    begun_by = _BEGUN_BY.get(command.action)
    return begun_by is not None and any(
        each.action in begun_by and command.at < each.at <= heard.entry.received_at
        for each in others
        if each.targets & command.targets
    )


def _shows(heard: Heard, command: Command) -> bool:
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
