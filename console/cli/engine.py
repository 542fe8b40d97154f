"""`engine` (hidden): the engine as a desk starts it, one JSON line on stdout when it is ready."""

import json
from collections.abc import Callable

import click

from console.cli.composition import engine_settings
from console.cli.following import leave_soon
from console.cli.options import (
    Number,
    address_flags,
    chosen,
    forward_flags,
    global_options,
    poll_flags,
)
from console.cli.output import note, put
from console.endpoint import socket_path
from console.engine.loops import run
from console.engine.service import Ready, serve
from console.engine.settings import EngineSettings
from console.life import LAST_WORDS


@click.command("engine", hidden=True)
@click.option("--host", metavar="H")
@click.option("--port", metavar="P", type=int)
@click.option("--forward", metavar="URL")
@click.option("--poll", is_flag=True)
@click.option("--grace", type=Number(min=0), help="Seconds to go on after the last desk died.")
@global_options
def command(
    host: str | None, port: int | None, forward: str | None, poll: bool, grace: float | None
) -> None:
    """The engine alone, without a line for each entry."""
    loaded = chosen().load(address_flags(host, port) | forward_flags(forward) | poll_flags(poll))
    settings = engine_settings(loaded, grace_s=grace)

    def ready(who: Ready) -> None:
        put(
            json.dumps(
                {
                    "ready": True,
                    "pid": who.pid,
                    "webhook_url": who.webhook_url,
                    "socket": str(socket_path(settings.journal)),
                }
            )
        )

    run(_serve(settings, ready))


async def _serve(settings: EngineSettings, ready: Callable[[Ready], None]) -> None:
    last_words = await serve(settings, ready=ready)
    if last_words:
        # The desk that started it says it on its terminal.
        note(f"{LAST_WORDS}{last_words}")
    leave_soon(0)
