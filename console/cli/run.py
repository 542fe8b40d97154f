"""`run`: the screen, live. Hosts the engine of its journal, or attaches to one that runs."""

import click

from console.cli.options import chosen, global_options


@click.command("run")
@click.option("--host", metavar="H", help="Address to listen on.")
@click.option("--port", metavar="P", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--forward", metavar="URL", help="Hand every webhook on to this application.")
@click.option(
    "--poll", is_flag=True, help="Read Telnyx's records instead of listening; needs no URL."
)
@click.option(
    "--fresh",
    is_flag=True,
    help="Begin as at first: panes, filters and theme are not as they were left.",
)
@click.option("--take-url", is_flag=True, help="Ask to make the application's webhooks come here.")
@global_options
def command(
    host: str | None = None,
    port: int | None = None,
    forward: str | None = None,
    poll: bool = False,
    fresh: bool = False,
    take_url: bool = False,
) -> int:
    """The screen, live: every call with its timeline, and a key for what can be done with it.

    Starts an engine that listens for webhooks on http://HOST:PORT/webhooks, or attaches to the one that serves this
    journal already. With --poll it opens no port and reads what happens from Telnyx's records: an API key is all it
    needs, and it is seconds late. Inside, ? shows every key and ^p finds everything by name. What is missing in the configuration
    is said first; call-console demo needs none.
    """
    from console.cli.given import Wanted
    from console.cli.screen import open_screen

    return open_screen(Wanted(chosen(), host, port, forward, poll, fresh, take_url))
