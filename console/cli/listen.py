"""`listen`: the engine without a screen, in this process; a line for every entry."""

import asyncio
from importlib.util import find_spec

import click

from console.cli.composition import engine_settings
from console.cli.following import Follower, leave_at_once, leave_soon
from console.cli.given import admin_flags
from console.cli.lines import entry_line
from console.cli.options import address_flags, chosen, forward_flags, global_options, poll_flags
from console.cli.output import note
from console.cli.stopping import first_of, stopping
from console.cli.taking import Wish, fulfil
from console.cli.troubles import Troubles
from console.engine.engine import Engine
from console.engine.loops import run
from console.engine.settings import EngineSettings
from console.errors import EngineError, NoJournalYet
from console.journal.sqlite import open_reader


@click.command("listen")
@click.option("--host", metavar="H", help="Address to listen on.")
@click.option("--port", metavar="P", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--forward", metavar="URL", help="Hand every webhook on to this application.")
@click.option(
    "--poll", is_flag=True, help="Read Telnyx's records instead of listening; needs no URL."
)
@click.option(
    "--admin-port",
    metavar="N",
    type=int,
    help="Answer /healthz and /metrics on this port; 0: do not.",
)
@click.option(
    "--take-url", is_flag=True, help="Make the application's webhooks come here until the end."
)
@click.option("--give-back-url", is_flag=True, help="Give back what was taken and left.")
@click.option("--yes", is_flag=True, help="Take the URL without asking.")
@click.option("--no-failover", is_flag=True, help="Do not set the application's own URL as spare.")
@click.option("--untested", is_flag=True, help="Take the URL although it does not lead here.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines.")
@global_options
def command(
    host: str | None,
    port: int | None,
    forward: str | None,
    poll: bool,
    admin_port: int | None,
    take_url: bool,
    give_back_url: bool,
    yes: bool,
    no_failover: bool,
    untested: bool,
    as_json: bool,
) -> None:
    """Record webhooks without a screen; a line for each entry, until Ctrl-C.

    This is the engine: `send`, `apps` and `run` with the same journal use it while it runs. Which address to give to
    Telnyx is yours to arrange; this one listens on http://HOST:PORT/webhooks unless listen.path says otherwise.
    With --poll no port is opened: what happens is read from Telnyx's records, a few seconds late, with an API key alone.
    With --forward the application at URL gets every webhook as it came, and what it answers is the answer.
    With --take-url the application's webhook URL becomes listen.public_url, or the tunnel's, once that leads here;
    what it was is written down first and put back at the end.
    """
    flags = address_flags(host, port) | forward_flags(forward) | poll_flags(poll)
    loaded = chosen().load(flags | admin_flags(admin_port))
    wish = Wish(take_url, give_back_url, yes, not no_failover, untested)
    wish.check()
    run(_listen(engine_settings(loaded), wish, as_json=as_json))


async def _listen(settings: EngineSettings, wish: Wish, *, as_json: bool) -> None:
    after = _last_seq(settings)
    with stopping() as stop:
        async with Engine(settings) as engine:
            follower = Follower(settings.journal, after, entry_line(as_json=as_json), stop.set)
            follower.start()
            note(_what(engine, settings))
            if settings.admin_port:
                note(f"health and metrics on {_admin_url(settings)}")
            said = engine.health().notices
            for notice in said:
                note(notice)
            trouble, is_asking = None, False
            try:
                is_asking = await fulfil(wish, engine.whereabouts, stop)
                troubles = asyncio.create_task(Troubles(engine.health, said).watch(stop))
                await first_of(stop, engine.ended)
                troubles.cancel()
            except EngineError as error:
                trouble = error
        await follower.aclose()
    if engine.whereabouts.last_words:
        note(engine.whereabouts.last_words)
    if trouble is not None:
        raise trouble
    if is_asking:
        leave_at_once(0)
    if follower.error is not None:
        raise follower.error
    if follower.is_stuck:
        leave_at_once(0)
    leave_soon(0)


def _what(engine: Engine, settings: EngineSettings) -> str:
    if settings.poll is None:
        return f"listening on {engine.webhook_url}"
    return f"reading Telnyx's records every {settings.poll.short_s:g} to {settings.poll.long_s:g} s"


def _last_seq(settings: EngineSettings) -> int:
    """Where the journal ends now: what comes after is ours to print."""
    try:
        reader = open_reader(settings.journal)
    except NoJournalYet:
        return 0
    try:
        return reader.last_seq()
    finally:
        reader.close()


def _admin_url(settings: EngineSettings) -> str:
    """Where programs ask, and whether figures can be had."""
    host = f"[{settings.admin_host}]" if ":" in settings.admin_host else settings.admin_host
    where = f"http://{host}:{settings.admin_port}"
    if find_spec("prometheus_client") is None:
        return f"{where}/healthz only: pip install 'telnyx-call-console[metrics]' for /metrics"
    return f"{where}/healthz and /metrics"
