"""`calls`: the legs on the board, live ones first of all; `--all` reads the ended ones back from the journal."""

import json
from collections.abc import Iterable, Sequence

import click

from console.cli.clock import now_micros
from console.cli.lines import leg_json
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.domain.board import Board
from console.domain.entries import Micros
from console.domain.legs import Leg
from console.domain.text import clean
from console.domain.times import span
from console.journal.api import JournalReader
from console.journal.facts import fact_of
from console.journal.sqlite import open_reader
from console.store.store import Store

_PARTY_WIDTH = 24
_STATE_WIDTH = 10
_TIME_WIDTH = 8


@click.command("calls")
@click.option("--all", "with_ended", is_flag=True, help="Also those that have ended.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
def command(with_ended: bool, as_json: bool) -> None:
    """The calls on the board, live ones unless --all is given. The last column is the id that other commands take.

    \b
      call-console calls --json | jq -r 'select(.state == "ringing") | .call_control_id'
    """
    reader = open_reader(chosen().load().journal_path)
    try:
        legs = _every(reader) if with_ended else live_legs(reader)
    finally:
        reader.close()
    if as_json:
        for leg in legs:
            put(json.dumps(leg_json(leg)), now=False)
    else:
        table(legs, now_micros())


def live_legs(reader: JournalReader) -> Sequence[Leg]:
    """The legs that have not ended, oldest first."""
    store = Store(reader, clock=now_micros)
    store.load()
    return _in_order(leg for leg in store.board.legs.values() if leg.is_live)


def _every(reader: JournalReader) -> Sequence[Leg]:
    board = Board()
    for entry in reader.scan():
        board.apply(entry, fact_of(entry))
    return _in_order(board.legs.values())


def _in_order(legs: Iterable[Leg]) -> Sequence[Leg]:
    return sorted(legs, key=lambda leg: leg.initiated_at or leg.first_at or 0)


def table(legs: Sequence[Leg], now: Micros) -> None:
    """Prints legs as lines, their length as of `now`."""
    if not legs:
        note("no calls")
        return
    put(_row("state", "from", "to", "since", "call"), now=False)
    for leg in legs:
        began = leg.initiated_at or leg.first_at
        lasted = "" if began is None else span((leg.ended_at or now) - began)
        state = f"{leg.state}{' ?' if leg.stale else ''}"
        put(_row(state, leg.from_ or "", leg.to or "", lasted, leg.key), now=False)


def _row(state: str, from_: str, to: str, lasted: str, call: str) -> str:
    return (
        f"{state:<{_STATE_WIDTH}} {clean(from_):<{_PARTY_WIDTH}} {clean(to):<{_PARTY_WIDTH}}"
        f" {lasted:>{_TIME_WIDTH}}  {clean(call)}"
    )
