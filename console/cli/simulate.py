"""`simulate`: the simulator alone. Its first line on stdout says, as JSON, how to talk to it."""

import asyncio
import json
import os
import sys

import click

from console.cli.options import global_options
from console.cli.output import put
from console.cli.stopping import stopping
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator


@click.command("simulate")
@click.option("--host", metavar="H", default="127.0.0.1", show_default=True, help="Address.")
@click.option("--port", metavar="P", type=int, default=0, help="Port; 0 takes any free one.")
@click.option("--webhook-url", metavar="URL", help="Where webhooks go.")
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=6.0,
    show_default=True,
    help="Incoming calls a minute.",
)
@click.option("--seed", type=int, help="Makes runs alike.")
@click.option("--chaos", is_flag=True, help="Duplicates, delays, wrong order, failures.")
@click.option("--speed", type=click.FloatRange(min=0.01), default=1.0, help="Shortens all waits.")
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
@global_options
def command(
    host: str,
    port: int,
    webhook_url: str | None,
    rate: float,
    seed: int | None,
    chaos: bool,
    speed: float,
    until_stdin_ends: bool,
) -> None:
    """The simulator alone: a Telnyx to practise against, API and signed webhooks, for tests of your own.

    Its first line on stdout says as JSON how to talk to it: api_base, api_key, public_key, connection_id, from. What
    a number you dial does is chosen by its last four digits: 0190 rings, 0191 is busy, 0192 does not answer, 0193
    rejects, 0194 is not found, 0195 is a machine, 0196 hangs up after 2 s; any other answers.
    """
    options = SimulatorOptions(
        host=host,
        port=port,
        webhook_url=webhook_url,
        rate=rate,
        seed=seed,
        chaos=chaos,
        speed=speed,
    )
    asyncio.run(_simulate(options, until_stdin_ends=until_stdin_ends))


async def _simulate(options: SimulatorOptions, *, until_stdin_ends: bool) -> None:
    with stopping() as stop:
        async with Simulator(options) as simulator:
            put(json.dumps(simulator.hello()))
            if until_stdin_ends:
                _watch_stdin(stop)
            await stop.wait()


def _watch_stdin(stop: asyncio.Event) -> None:
    """A demo holds the other end of our stdin: when it is gone, however it went, so are we."""
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def readable() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            stop.set()

    loop.add_reader(stdin, readable)
