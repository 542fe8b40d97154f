"""`run`: the screen, live. Hosts the engine of its journal, or attaches to one that runs."""

import asyncio
import os
from typing import TYPE_CHECKING

import click

from console.cli.options import address_flags, chosen, forward_flags, global_options
from console.cli.output import note
from console.config.contacts import Contacts
from console.config.missing import missing
from console.errors import UsageError
from console.late import late

if TYPE_CHECKING:
    from console.operator import Operator

TRY = "try: call-console demo (no account needed) / call-console init (set up)"


@click.command("run")
@click.option("--host", metavar="H", help="Address to listen on.")
@click.option("--port", metavar="P", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--forward", metavar="URL", help="Hand every webhook on to this application.")
@global_options
def command(host: str | None = None, port: int | None = None, forward: str | None = None) -> int:
    """The screen, live: every call with its timeline, and a key for what can be done with it.

    Starts an engine that listens for webhooks on http://HOST:PORT/webhooks, or attaches to the one that serves this
    journal already. Inside, ? shows every key and ^p finds everything by name. What is missing in the configuration
    is said first; call-console demo needs none.
    """
    from console.cli import desk
    from console.cli.composition import operator_name

    given = chosen()
    loaded = given.load(address_flags(host, port) | forward_flags(forward))
    lacking = list(missing(loaded, os.environ))
    for sentence in lacking:
        note(sentence)
    if lacking:
        note(TRY)
    if not desk.has_screen():
        raise UsageError("the screen needs a terminal; without one: call-console listen")

    journal = loaded.journal_path

    def operator() -> "Operator":
        from console.operator import HttpOperator

        return HttpOperator(journal, operator=operator_name())

    arguments = [*given.arguments(), "--grace", f"{loaded.settings.grace_s:g}"]
    for name, value in (("--host", host), ("--port", port), ("--forward", forward)):
        if value is not None:
            arguments += [name, str(value)]
    return asyncio.run(
        desk.show(
            loaded,
            journal,
            operator=late(operator),
            life=late(lambda: desk.engine_host(journal, arguments)),
            contacts=Contacts.load(loaded.contacts_path),
            options=desk.ui_options(loaded),
        )
    )
