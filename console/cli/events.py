"""`events`: what the journal holds, chosen by call, type and time; `--follow` waits for more."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

import click

from console.cli import suggestions
from console.cli.lines import entry_line
from console.cli.moments import Moment
from console.cli.options import chosen, global_options
from console.cli.output import put
from console.domain.entries import Entry, Micros
from console.journal.api import JournalReader
from console.journal.sqlite import open_reader

LOOK_EVERY_S = 0.05
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are asked for; times in µs, both included."""

    call: str | None = None
    type: str | None = None
    since: Micros | None = None
    until: Micros | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether the entry is of that type and time; which call is chosen where the journal is read."""
        if self.since is not None and entry.received_at < self.since:
            return False
        if self.until is not None and entry.received_at > self.until:
            return False
        # What Telnyx did not send has no event type: it is found by its kind.
        return self.type is None or fnmatchcase(entry.event_type or str(entry.kind), self.type)


@click.command("events")
@click.option(
    "--call",
    metavar="ID",
    shell_complete=suggestions.calls,
    help="Call control id, leg id or session id.",
)
@click.option(
    "--type",
    "type_",
    metavar="GLOB",
    shell_complete=suggestions.event_types,
    help="Event type, as call.* (or a kind: command).",
)
@click.option("--since", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option("--until", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--limit", metavar="N", type=click.IntRange(min=0), help="Only the last N.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines.")
@global_options
def command(
    call: str | None,
    type_: str | None,
    since: Micros | None,
    until: Micros | None,
    follow: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """What the journal holds, oldest first: webhooks, refused ones with the reason, commands and their outcomes.

    \b
      call-console events --since 10m --type 'call.*'
      call-console events --call ID --json
      call-console events --follow --type command
    """
    wanted = Wanted(call=call, type=type_, since=since, until=until)
    show = entry_line(as_json=as_json, with_date=True)
    reader = open_reader(chosen().load().journal_path)
    try:
        last = reader.last_seq()
        for entry in _last(_recorded(reader, wanted, last), limit):
            put(show(entry), now=follow)
        if follow:
            _follow(reader, wanted, last, show)
    finally:
        reader.close()


def _last(entries: Iterable[Entry], limit: int | None) -> Iterable[Entry]:
    return entries if limit is None else deque(entries, maxlen=min(limit, sys.maxsize))


def _recorded(reader: JournalReader, wanted: Wanted, last: int) -> Iterator[Entry]:
    """The entries up to `last` that are wanted, in order."""
    after = 0 if wanted.since is None else reader.seq_at(wanted.since - 1)
    if wanted.call is not None:
        found: Iterable[Entry] = _of_call(reader, wanted.call, after, last)
    else:
        found = _all(reader, after, last)
    return (entry for entry in found if wanted.takes(entry))


def _all(reader: JournalReader, after: int, last: int) -> Iterator[Entry]:
    while batch := reader.read(after, limit=BATCH, until=last):
        yield from batch
        after = batch[-1].seq


def _of_call(reader: JournalReader, any_id: str, after: int, last: int) -> Iterable[Entry]:
    """By leg where the id names one, else every leg of the session."""
    ids = [any_id] if reader.first_seq_of(any_id) else reader.legs_of_session(any_id)
    return reader.of_legs(ids, after=after, until=last) if ids else ()


def _follow(
    reader: JournalReader, wanted: Wanted, after: int, show: Callable[[Entry], str]
) -> None:
    """What is committed from now on; ends with the reader's patience, or at `until`."""
    while wanted.until is None or time.time_ns() // 1000 <= wanted.until:
        if not reader.changed():
            time.sleep(LOOK_EVERY_S)
            continue
        last = reader.last_seq()
        if wanted.call is None:
            batch = _all(reader, after, last)
        else:
            batch = iter(_of_call(reader, wanted.call, after, last))
        for entry in batch:
            if wanted.takes(entry):
                put(show(entry))
        after = last
