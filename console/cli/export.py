"""`export`: a call, some calls or the whole journal as a file."""

import sys
from pathlib import Path

import click
import msgspec

from console.cli import suggestions
from console.cli.clock import now_micros
from console.cli.exporting.work import Source, pieces, save
from console.cli.moments import Moment
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.config.contacts import Contacts
from console.config.load import Loaded
from console.domain.entries import Micros
from console.domain.filtering.subjects import Shows
from console.domain.metrics.parameters import spell
from console.domain.metrics.settings import parameters_of
from console.errors import UsageError
from console.exports import Format, Order
from console.journal.api import JournalReader
from console.journal.sqlite import open_reader


@click.command("export")
@click.option(
    "--call",
    "calls",
    metavar="ID",
    multiple=True,
    shell_complete=suggestions.calls,
    help="A call with its whole conversation; may be repeated.",
)
@click.option("--filter", "filter_", metavar="EXPR", default="", help="Calls that pass the filter.")
@click.option("--since", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option("--until", metavar="T", type=Moment(), help="ISO time, hh:mm[:ss] or 10m ago.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([str(each) for each in Format]),
    default=str(Format.JSONL),
    show_default=True,
)
@click.option("--redact", is_flag=True, help="Mask numbers, names, headers and what was said.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Else to stdout.")
@click.option("--force", is_flag=True, help="Replace FILE without asking.")
@global_options
def command(
    calls: tuple[str, ...],
    filter_: str,
    since: Micros | None,
    until: Micros | None,
    format_: str,
    redact: bool,
    output: str | None,
    force: bool,
) -> None:
    """Calls as a file: JSON lines that `open` shows again, CSV, text with timeline and ladder, or a picture.

    \b
      call-console export --redact -o today.jsonl --since 08:00
      call-console export --call ID --format svg -o call.svg
      call-console export --filter 'cause:originator_cancel' --format csv

    A filter chooses calls as it does on the screen. A file is written whole, readable by you alone, and takes no other
    file's place without a yes or --force.
    """
    order = Order(
        format=Format(format_), calls=calls, filter=filter_, since=since, until=until, redact=redact
    )
    loaded = chosen().load()
    reader = open_reader(loaded.journal_path)
    try:
        parts = pieces(source_of(loaded, reader), order)
        if output is None:
            for part in parts:
                for line in part.splitlines():
                    put(line, now=False)
            return
        path = Path(output).expanduser()
        save(parts, path, replace=_may_replace(path, force=force))
        note(f"written: {path}")
    finally:
        reader.close()


def source_of(loaded: Loaded, reader: JournalReader, now: Micros | None = None) -> Source:
    """The journal with what the configuration says of figures and contacts."""
    settings = msgspec.structs.asdict(loaded.settings.metrics)
    contacts = Contacts.load(loaded.contacts_path)
    return Source(
        reader=reader,
        now=now_micros() if now is None else now,
        settings=settings,
        spelled=spell(parameters_of(settings)),
        shows=Shows(name_of=contacts.name_of),
    )


def _may_replace(path: Path, *, force: bool) -> bool:
    """Asks where somebody can answer. Raises `UsageError` otherwise."""
    if force or not path.exists():
        return force
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"{path} exists already; name another file, or say --force")
    if not click.confirm(f"{path} exists already. Replace it?", err=True):
        raise UsageError(f"{path} was left as it is")
    return True
