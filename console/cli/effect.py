"""Follows a command to the event that shows its effect, in the journal that the engine writes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from console.cli.clock import now_micros
from console.domain.effects import CONFIRMED_BY
from console.domain.entries import CommandDone, CommandSent, Entry, Event, Fact, Intent
from console.domain.timeline import timeline
from console.domain.times import iso
from console.domain.values import text
from console.journal.api import JournalReader
from console.journal.facts import fact_of
from console.journal.sqlite import open_reader

LOOK_EVERY_S = 0.05

Pair = tuple[Entry, Fact]


class Effect(NamedTuple):
    """What became of a command. `event_type` is None where no event showed it."""

    ok: bool
    sentence: str
    event_type: str | None = None
    event_id: str | None = None
    occurred_at: str | None = None
    latency_ms: float | None = None

    def as_json(self) -> dict[str, object]:
        """The keys that `send --wait --json` adds."""
        event: dict[str, object] | None = None
        if self.event_type is not None:
            event = {
                "event_type": self.event_type,
                "event_id": self.event_id,
                "occurred_at": self.occurred_at,
                "latency_ms": self.latency_ms,
            }
        return {"effect": event, "effect_message": self.sentence}


class EffectWatch:
    """Opened before the command is sent, so that nothing is missed. Use as a context manager."""

    def __init__(self, journal: Path, intent: Intent) -> None:
        self._intent = intent
        self._reader: JournalReader = open_reader(journal)
        self._after = self._reader.last_seq()
        self._session = self._session_of(intent.call_control_id)
        self._pairs: list[Pair] = []

    def __enter__(self) -> EffectWatch:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def follow(self, done: CommandDone, seconds: float) -> Effect:
        """The effect of a command that Telnyx accepted, waited for at most so long."""
        if done.code is not None:  # ended before we asked: there is nothing left to happen
            return Effect(True, f"nothing to wait for: {done.message}")
        if done.action not in CONFIRMED_BY:
            return Effect(True, f"{done.action} has no event of its own; Telnyx accepted it")
        until = time.monotonic() + seconds
        while True:
            self._read(done)
            effect = self._seen()
            if effect is not None:
                return effect
            left = until - time.monotonic()
            if left <= 0:
                return Effect(False, f"no effect seen after {seconds:g} s")
            time.sleep(min(LOOK_EVERY_S, left))

    def _read(self, done: CommandDone) -> None:
        batch = self._reader.read(self._after)
        if batch:
            self._after = batch[-1].seq
            self._pairs += self._ours(batch, done)

    def _ours(self, batch: Sequence[Entry], done: CommandDone) -> Iterator[Pair]:
        """This command, and the events that may be its effect."""
        wanted = CONFIRMED_BY[done.action]
        for entry in batch:
            fact = fact_of(entry)
            if isinstance(fact, CommandSent | CommandDone):
                if fact.command_id == done.command_id:
                    yield entry, fact
            elif isinstance(fact, Event) and fact.type in wanted and self._is_near(fact, done):
                yield entry, fact

    def _is_near(self, event: Event, done: CommandDone) -> bool:
        """Of the same conference where both name one, of the same session where the leg is not the same."""
        if done.action.startswith("conference."):
            conference = text(self._intent.params, "id") or text(done.data, "id")
            heard = text(event.payload, "conference_id")
            return conference is None or heard is None or conference == heard
        if done.action == "transfer" and self._session is not None:
            return event.call_session_id in (None, self._session)
        return True

    def _seen(self) -> Effect | None:
        lines = timeline(self._pairs, (), now=now_micros())
        line = next((line for line in lines if line.confirms is not None), None)
        if line is None:
            return None
        entry = next(entry for entry, _ in self._pairs if entry.seq == line.seq)
        latency_ms = (line.latency or 0) / 1000
        how = "failed with" if line.problem else "confirmed by"
        return Effect(
            ok=not line.problem,
            sentence=f"{how} {line.title} after {latency_ms:.0f} ms",
            event_type=line.title,
            event_id=entry.event_id,
            occurred_at=iso(line.at),
            latency_ms=latency_ms,
        )

    def _session_of(self, call: str | None) -> str | None:
        entries = self._reader.of_legs([call]) if call is not None else ()
        return next((e.call_session_id for e in entries if e.call_session_id), None)
