"""`replay`: recorded deliveries once more, to an application, any URL, or a board of our own. Never a command to Telnyx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli import suggestions
from console.cli.clock import now_micros
from console.cli.confirmation import is_asked
from console.cli.moments import Moment
from console.cli.options import chosen, global_options
from console.cli.output import note
from console.cli.replay_sending import FAILED, Job, run
from console.domain.entries import Entry, Micros
from console.domain.replaying import Survey, duration, question, survey, warning, why_not
from console.domain.replaying import chosen as sendable
from console.errors import UsageError

if TYPE_CHECKING:
    from console.config.load import Loaded
    from console.journal.reader import SqliteReader


class Speed(click.ParamType[float]):
    """A factor, `max` for no pauses."""

    name = "speed"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        text = str(value).lower()
        if text == "max":
            return 0.0
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            speed = -1.0
        if not 0 <= speed <= 1e6:
            self.fail(
                f"{value!r} is no speed: 1 for the original pauses, 10, 0 or max for none",
                param,
                ctx,
            )
        return speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the command line asks for. Times in µs."""

    call: str | None
    filter: str | None
    since: Micros | None
    until: Micros | None
    seq: int | None
    duplicates: bool


@click.command("replay")
@click.argument("file", required=False, type=click.Path())
@click.option(
    "--call", metavar="ID", shell_complete=suggestions.calls, help="One call, by any of its ids."
)
@click.option("--filter", "filter_", metavar="EXPR", help="A filter as / takes it: type:call.*")
@click.option("--since", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option("--until", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option("--seq", metavar="N", type=click.IntRange(min=1), help="One entry by its number.")
@click.option("--duplicates", is_flag=True, help="Repeated deliveries too.")
@click.option("--to", "url", metavar="URL", help="Where to; else the forward target that is set.")
@click.option("--board", is_flag=True, help="To a board of our own, offline.")
@click.option(
    "--speed",
    metavar="X",
    type=Speed(),
    default="max",
    show_default=True,
    help="1 for the original pauses, 10 for a tenth, 0 or max for none.",
)
@click.option("--resign", is_flag=True, help="Sign anew, with a development key of our own.")
@click.option("--edit", is_flag=True, help="Change the body of a single one in $EDITOR first.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines.")
@global_options
def command(
    file: str | None,
    call: str | None,
    filter_: str | None,
    since: Micros | None,
    until: Micros | None,
    seq: int | None,
    duplicates: bool,
    url: str | None,
    board: bool,
    speed: float,
    resign: bool,
    edit: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Send recorded deliveries again: the same bytes and headers, to your application, any URL, or our own board.

    From the journal, or from FILE: another journal, or what `export` wrote as JSON lines. No command is ever sent to
    Telnyx. What came of each is shown, and recorded where an engine serves the journal. Exit codes: 0 all were taken,
    1 some were not, 4 nothing answered.

    \b
      call-console replay --call ID --to http://127.0.0.1:8000/webhooks --resign
      call-console replay --since 10m --filter type:call.hangup --to URL --speed 1
      call-console replay incident.jsonl --board --speed 10
    """
    loaded = chosen().load()
    if board and (url or resign or edit):
        raise UsageError("--board takes neither --to, --resign nor --edit: nothing is sent")
    if not board:
        url = url or loaded.settings.forward.target
        if not url:
            raise UsageError("say where to: --to URL, or --board for a board of our own")
        _check(loaded, url)
    choice = Choice(
        call=call, filter=filter_, since=since, until=until, seq=seq, duplicates=duplicates
    )
    entries = _chosen(loaded, file, choice)
    if not entries:
        note("nothing to send: no recorded webhook is chosen by that")
        return FAILED
    if board or url is None:
        from console.cli.replay_board import shown

        return shown(loaded, entries, speed=speed, as_json=as_json)
    body = _edited(entries) if edit else None
    if edit and body is None:
        note("not changed: it is sent as it was recorded")
    found = survey(entries, now=now_micros(), speed=speed)
    _tell(loaded, found, resign=resign, edited=body is not None)
    if not yes and not _agreed(found, url):
        note("nothing was sent")
        return FAILED
    job = Job(loaded, url, entries, body, speed=speed, resign=resign, own=file is None)
    return asyncio.run(run(job, as_json=as_json))


def _check(loaded: Loaded, url: str) -> None:
    """Raises `UsageError`, `ConfigError` before anything is asked."""
    from console.engine.forward.target import target_of

    target_of(url)
    if loaded.settings.read_only:
        raise UsageError("this console is read-only: nothing is sent from it")


def _chosen(loaded: Loaded, file: str | None, choice: Choice) -> list[Entry]:
    from console.cli.open import opened
    from console.journal.opening import open_reader

    if file is not None:
        with opened(Path(file).expanduser()) as found:
            if found.trouble:
                note(found.trouble)
            return _sendable(found.reader, choice)
    reader = open_reader(loaded.journal_path)
    try:
        return _sendable(reader, choice)
    finally:
        reader.close()


def _sendable(reader: SqliteReader, choice: Choice) -> list[Entry]:
    # An entry that is named is meant, even where it repeats another.
    duplicates = choice.duplicates or choice.seq is not None
    return sendable(_matching(reader, choice), duplicates=duplicates)


def _matching(reader: SqliteReader, choice: Choice) -> Iterator[Entry]:
    """Entries of that call, time, number and filter. Raises `UsageError` for a filter that cannot be read."""
    from console.domain.board import Board
    from console.domain.filter import FilterError, parse
    from console.journal.facts import fact_of

    try:
        wanted = parse(choice.filter or "")
    except FilterError as error:
        raise UsageError(f"--filter: {error}") from error
    now = now_micros()
    legs = Board()
    if wanted.terms:
        # A term may be about the call: it is what all of its entries say.
        for entry in _of_the_same_calls(reader, choice):
            legs.apply(entry, fact_of(entry))
    for entry in _read(reader, choice):
        if choice.since is not None and entry.received_at < choice.since:
            continue
        if choice.until is not None and entry.received_at > choice.until:
            continue
        leg = None if entry.call_control_id is None else legs.get(entry.call_control_id)
        if not wanted.terms or wanted.matches_entry(entry, fact_of(entry), leg, now):
            yield entry


def _of_the_same_calls(reader: SqliteReader, choice: Choice) -> Iterable[Entry]:
    """Every entry of the calls that are read, also those from before the time that is asked for."""
    if choice.since is None and choice.seq is None:
        return _read(reader, choice)
    ids = dict.fromkeys(entry.call_control_id for entry in _read(reader, choice))
    return reader.of_legs(id_ for id_ in ids if id_ is not None)


def _read(reader: SqliteReader, choice: Choice) -> Iterator[Entry]:
    if choice.seq is not None:
        entry = reader.get(choice.seq)
        if entry is None:
            raise UsageError(f"--seq: there is no entry {choice.seq}")
        reason = why_not(entry)
        if reason is not None:
            raise UsageError(f"--seq: entry {choice.seq} cannot be sent again: {reason}")
        yield entry
    elif choice.call is not None:
        known = reader.first_seq_of(choice.call)
        ids = [choice.call] if known else reader.legs_of_session(choice.call)
        yield from reader.of_legs(ids) if ids else ()
    else:
        after = 0 if choice.since is None else reader.seq_at(choice.since - 1)
        yield from reader.scan(after=after)


def _edited(entries: Sequence[Entry]) -> bytes | None:
    """The body as the person leaves it; None where nothing was changed. Raises `UsageError`."""
    if len(entries) != 1:
        raise UsageError(
            f"--edit takes a single delivery, not {len(entries)}: choose it with --seq"
        )
    from console.cli.editing import edited

    changed = edited(entries[0].body)
    if changed is None:
        return None
    try:
        json.loads(changed)
    except (ValueError, RecursionError) as error:
        note(f"what you wrote is no JSON ({error}); it is sent all the same")
    return changed


def _tell(loaded: Loaded, found: Survey, *, resign: bool, edited: bool) -> None:
    words = warning(found, resign=resign, edited=edited)
    if words:
        note(words)
    if resign:
        from console.telnyx.development_key import development_signer

        key = development_signer(loaded.journal_path).public_key
        note(f"signed with the development key; your application's test configuration needs {key}")


def _agreed(found: Survey, url: str) -> bool:
    """Whether the person wants it; one is sent without a question. Raises `UsageError` where nobody can be asked."""
    from console.engine.forward.target import target_of

    asked = question(found, target_of(url).name)
    if found.number == 1:
        return True
    if not is_asked():
        raise UsageError(f"{asked} takes --yes where nobody can be asked")
    return click.confirm(f"{asked}, {duration(found)}?", default=False, err=True)
