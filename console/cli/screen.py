"""What `run` does once its command line is read. Imports nothing that the first frame does not need, click included."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import desk
from console.cli.composition import operator_name
from console.cli.given import Wanted, address_flags, forward_flags, fresh_flags, poll_flags
from console.cli.output import note
from console.config.contacts import Contacts
from console.config.missing import missing
from console.domain.text import clean
from console.errors import EngineError, UsageError
from console.late import late

if TYPE_CHECKING:
    from console.operator import Operator

TRY = "try: call-console demo (no account needed) / call-console init (set up)"


def open_screen(wanted: Wanted) -> int:
    """The screen until the operator leaves; its exit code. Raises `ConsoleError`."""
    given, host, port, forward, poll, fresh, take_url = wanted
    flags = address_flags(host, port) | forward_flags(forward)
    loaded = given.load(flags | poll_flags(poll) | fresh_flags(fresh))
    lacking = list(missing(loaded, os.environ))
    for sentence in lacking:
        note(sentence)
    if lacking:
        note(TRY)
    if not desk.has_screen():
        raise UsageError("the screen needs a terminal; without one: call-console listen")

    journal = loaded.journal_path

    def operator() -> Operator:
        from console.operator import HttpOperator

        return HttpOperator(journal, operator=operator_name())

    arguments = [*given.arguments(), "--grace", f"{loaded.settings.grace_s:g}"]
    for name, value in (("--host", host), ("--port", port), ("--forward", forward)):
        if value is not None:
            arguments += [name, str(value)]
    if poll:
        arguments.append("--poll")
    life = late(lambda: desk.engine_host(journal, arguments))
    code = asyncio.run(
        desk.show(
            loaded,
            journal,
            operator=late(operator),
            life=life,
            contacts=Contacts.load(loaded.contacts_path),
            options=replace(
                desk.ui_options(loaded),
                take_url=take_url,
                forward=forward,
                host=host,
                port=port,
                poll=poll,
                say_on_leaving=note,
            ),
        )
    )
    if life.last_words:
        note(life.last_words)
    else:
        _say_what_stays(journal)
    return code


def _say_what_stays(journal: Path) -> None:
    """The engine has ended, and did not give a webhook URL back that was taken."""
    from console import endpoint
    from console.engine.taking.custody import Custody

    try:
        swap = None if endpoint.is_there(journal) else Custody(journal).read()
    except EngineError as error:
        note(error.user_message)
        return
    if swap is not None:
        note(
            f"the webhook URL of {clean(swap.application_name or swap.application_id)} is not given"
            f" back: its webhooks still go to {clean(swap.our_url)}; call-console run asks again"
        )
