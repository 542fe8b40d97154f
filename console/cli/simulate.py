"""`simulate`: the simulator alone. Its first line on stdout says, as JSON, how to talk to it."""

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING

import click

from console.cli.options import Number, global_options
from console.cli.output import put
from console.cli.stopping import stopping
from console.errors import UsageError
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator

if TYPE_CHECKING:
    from console.simulator.scenarios.play import Report
    from console.simulator.scenarios.script import Scenario


@click.command("simulate")
@click.option("--host", metavar="H", default="127.0.0.1", show_default=True, help="Address.")
@click.option("--port", metavar="P", type=int, default=0, help="Port; 0 takes any free one.")
@click.option("--webhook-url", metavar="URL", help="Where webhooks go.")
@click.option(
    "--rate",
    type=Number(min=0),
    default=6.0,
    show_default=True,
    help="Incoming calls a minute.",
)
@click.option("--seed", type=int, help="Makes runs alike.")
@click.option("--chaos", is_flag=True, help="Duplicates, delays, wrong order, failures.")
@click.option("--speed", type=Number(min=0.01), default=1.0, help="Shortens all waits.")
@click.option("--scenario", metavar="NAME|FILE", help="Play one call flow, then end.")
@click.option(
    "--by-application",
    is_flag=True,
    help="With --scenario: commands are waited for, not played.",
)
@click.option("--list", "list_them", is_flag=True, help="List the scenarios that are shipped.")
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
    scenario: str | None,
    by_application: bool,
    list_them: bool,
    until_stdin_ends: bool,
) -> int:
    """The simulator alone: a Telnyx to practise against, API and signed webhooks, for tests of your own.

    Its first line on stdout says as JSON how to talk to it: api_base, api_key, public_key, connection_id, from. What
    a number you dial does is chosen by its last four digits: 0189 answers after early media, 0190 rings, 0191 is busy,
    0192 does not answer, 0193 rejects, 0194 is not found, 0195 is a machine, 0196 hangs up after 2 s; any other answers.

    With --scenario one call flow is played and the exit code says whether all that it expects came: 0 yes, 1 no. With
    --by-application its commands have to come from your application; what is missing is named.

    \b
      call-console simulate --list
      call-console simulate --scenario transfer --webhook-url http://127.0.0.1:8000/webhooks
      call-console simulate --scenario mine.toml --by-application --speed 4 --webhook-url …
    """
    if list_them:
        return _list()
    if webhook_url and _is_no_address(webhook_url):
        raise UsageError(
            f"--webhook-url: {webhook_url!r} is no address: write it as http://host:port/path"
        )
    flow = None if scenario is None else _scenario(scenario)
    if flow is None and by_application:
        raise UsageError("--by-application needs a --scenario")
    options = SimulatorOptions(
        host=host,
        port=port,
        webhook_url=webhook_url,
        # A scenario brings its own callers.
        rate=rate if flow is None else 0.0,
        seed=seed,
        chaos=chaos,
        speed=speed,
    )
    return asyncio.run(
        _simulate(options, flow, by_application=by_application, until_stdin_ends=until_stdin_ends)
    )


def _is_no_address(url: str) -> bool:
    """Whether nothing could be sent there."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return True
    return not is_whole or not url.isprintable() or " " in url


def _scenario(wanted: str) -> "Scenario":
    from console.simulator.scenarios import library

    return library.find(wanted)


def _list() -> int:
    from console.simulator.scenarios import library

    width = max(map(len, library.names()))
    for name in library.names():
        put(f"{name:{width}}  {library.shipped(name).about}")
    return 0


async def _simulate(
    options: SimulatorOptions,
    flow: "Scenario | None",
    *,
    by_application: bool,
    until_stdin_ends: bool,
) -> int:
    with stopping() as stop:
        async with Simulator(options) as simulator:
            put(json.dumps(simulator.hello()))
            if until_stdin_ends:
                _watch_stdin(stop)
            if flow is None:
                await stop.wait()
                return 0
            code = await _play(simulator, flow, stop, by_application=by_application)
            if until_stdin_ends:
                # A demo goes on after its scenario.
                await stop.wait()
            return code


async def _play(
    simulator: Simulator, flow: "Scenario", stop: asyncio.Event, *, by_application: bool
) -> int:
    """Plays one call flow to its end, telling each step; the exit code."""
    from console.cli.output import note
    from console.simulator.scenarios.script import label

    total = len(flow.steps)
    if not simulator.webhook_url:
        note(f"{flow.name}: waits until the application of the simulator has a webhook URL")
    playing = asyncio.create_task(
        simulator.play(
            flow,
            by_application=by_application,
            on_step=lambda number, step: note(f"{number}/{total} {label(step)}"),
        ),
        name="scenario",
    )
    stopped = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not playing.done():
        playing.cancel()
        note(f"{flow.name}: stopped before its end")
        return 1
    report = playing.result()
    missed = simulator.courier.undelivered
    note(_summary(report, missed))
    return 0 if report.ok and not missed else 1


def _summary(report: "Report", missed: int) -> str:
    """How it went, in a sentence."""
    if not report.ok:
        return f"{report.scenario}: failed at {report.failure}"
    words = f"{report.scenario}: all {report.steps} steps done"
    if not missed:
        return words
    return f"{words}, but {missed} webhook{'s' * (missed > 1)} could not be delivered"


def _watch_stdin(stop: asyncio.Event) -> None:
    """A demo holds the other end of our stdin: when it is gone, however it went, so are we."""
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def readable() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            stop.set()

    loop.add_reader(stdin, readable)
