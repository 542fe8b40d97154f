"""`listen`: the engine without a screen, in this process; a line for every entry."""

import click

from console.cli.composition import engine_settings
from console.cli.following import Follower, leave_at_once
from console.cli.lines import entry_line
from console.cli.options import address_flags, chosen, forward_flags, global_options
from console.cli.output import note
from console.cli.stopping import first_of, stopping
from console.engine.engine import Engine
from console.engine.loops import run
from console.engine.settings import EngineSettings
from console.journal.sqlite import open_reader


@click.command("listen")
@click.option("--host", metavar="H", help="Address to listen on.")
@click.option("--port", metavar="P", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--forward", metavar="URL", help="Hand every webhook on to this application.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines.")
@global_options
def command(host: str | None, port: int | None, forward: str | None, as_json: bool) -> None:
    """Record webhooks without a screen; a line for each entry, until Ctrl-C.

    This is the engine: `send`, `apps` and `run` with the same journal use it while it runs. Which address to give to
    Telnyx is yours to arrange; this one listens on http://HOST:PORT/webhooks unless listen.path says otherwise.
    With --forward the application at URL gets every webhook as it came, and what it answers is the answer.
    """
    loaded = chosen().load(address_flags(host, port) | forward_flags(forward))
    run(_listen(engine_settings(loaded), as_json=as_json))


async def _listen(settings: EngineSettings, *, as_json: bool) -> None:
    after = _last_seq(settings)
    with stopping() as stop:
        async with Engine(settings) as engine:
            follower = Follower(settings.journal, after, entry_line(as_json=as_json), stop.set)
            follower.start()
            note(f"listening on {engine.webhook_url}")
            for notice in engine.health().notices:
                note(notice)
            await first_of(stop, engine.ended)
        await follower.aclose()
    if follower.error is not None:
        raise follower.error
    if follower.is_stuck:
        leave_at_once(0)


def _last_seq(settings: EngineSettings) -> int:
    """Where the journal ends now: what comes after is ours to print."""
    if not settings.journal.exists():
        return 0
    reader = open_reader(settings.journal)
    try:
        return reader.last_seq()
    finally:
        reader.close()
