"""`demo`: the same screen against the built-in simulator. No account, no network, nothing left behind."""

import asyncio
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import click

from console.cli import desk
from console.cli.composition import operator_name
from console.cli.following import Follower, leave_at_once
from console.cli.lines import entry_line
from console.cli.options import Number, chosen, global_options
from console.cli.output import note
from console.cli.practice import DemoLife, SimulatorProcess
from console.cli.reception import Receptionist
from console.cli.stopping import first_of, stopping, wait_for
from console.config.contacts import Contact, Contacts
from console.config.load import PROFILE_VARIABLE, Loaded
from console.config.paths import CONFIG_VARIABLE
from console.domain.entries import Entry
from console.errors import EngineError
from console.operator import HttpOperator, LifeState, LifeStatus

_USUAL_RATE = 1000.0
_USUAL_SPEED = 100.0
"""Up to here nothing has to be loaded to know that the simulator takes it."""
GRACE_S = 5.0
"""A demo that was killed leaves no engine behind for longer."""


def fictional_contacts(own_number: str) -> Contacts:
    """People to transfer to; the last four digits say how the simulator's callees behave (see `simulate --help`)."""
    return Contacts(
        (
            Contact("Support", own_number),
            Contact("Ann", "sip:ann@phones.example.com"),
            Contact("Annex desk", "+14155550111"),
            Contact("Bea (busy)", "+14155550191"),
            Contact("Ned (never answers)", "+14155550190"),
            Contact("Mailbox (a machine)", "+14155550195"),
        )
    )


@click.command("demo")
@click.option(
    "--rate",
    type=Number(min=0),
    default=8.0,
    show_default=True,
    help="Incoming calls a minute.",
)
@click.option("--seed", type=int, help="Makes runs alike.")
@click.option("--for", "seconds", type=Number(min=0), help="Leave after so many seconds.")
@click.option("--no-tui", is_flag=True, help="Plain lines in place of the screen.")
@click.option("--speed", type=Number(min=0.01), default=1.0, help="Shortens all waits.")
@click.option("--chaos", is_flag=True, help="Duplicates, delays, wrong order, failures.")
@click.option("--scenario", metavar="NAME|FILE", help="One call flow in place of chance callers.")
@global_options
def command(
    rate: float,
    seed: int | None,
    seconds: float | None,
    no_tui: bool,
    speed: float,
    chaos: bool,
    scenario: str | None,
) -> int:
    """The same screen against the built-in simulator: no account, no network, nothing left behind.

    Callers arrive, wait, give up and talk; every command works. Leave with q.
    """
    loaded = chosen().load()
    if not (rate <= _USUAL_RATE and speed <= _USUAL_SPEED):
        from console.simulator.options import SimulatorOptions

        # What the simulator would refuse is told before anything starts.
        SimulatorOptions(rate=rate, speed=speed)
    simulator = ["--rate", f"{rate:g}", "--speed", f"{speed:g}"]
    if seed is not None:
        simulator += ["--seed", str(seed)]
    if chaos:
        simulator.append("--chaos")
    if scenario is not None:
        from console.simulator.scenarios import library

        # What is wrong with it is told before anything starts.
        library.find(scenario)
        simulator += ["--scenario", scenario]
    plain = no_tui or not desk.has_screen()
    with tempfile.TemporaryDirectory(prefix="call-console-demo-") as folder:
        # A journal that is named is kept; the configured one is for real calls and never touched.
        journal = loaded.journal_path if chosen().journal else Path(folder) / "demo.sqlite3"
        return asyncio.run(
            _demo(
                loaded,
                Path(folder),
                journal,
                simulator,
                seconds=seconds,
                speed=speed,
                plain=plain,
                # A scenario answers its own calls.
                answers=scenario is None and not loaded.settings.read_only,
            )
        )


async def _demo(
    loaded: Loaded,
    folder: Path,
    journal: Path,
    simulator: list[str],
    *,
    seconds: float | None,
    speed: float,
    plain: bool,
    answers: bool,
) -> int:
    config = folder / "config.toml"
    config.touch(mode=0o600)
    async with AsyncExitStack() as stack:
        hello = await stack.enter_async_context(SimulatorProcess(simulator, folder))
        operator = HttpOperator(journal, operator=operator_name())
        stack.push_async_callback(operator.aclose)
        arguments = ["--port", "0", "--host", "127.0.0.1", "--grace", f"{GRACE_S:g}"]
        if loaded.settings.read_only:
            arguments.append("--read-only")
        # The engine must know nothing of the user's account: neither file nor profile nor variables.
        host = desk.engine_host(
            journal,
            [*arguments, "--config", str(config)],
            {
                "TELNYX_API_KEY": hello.api_key.reveal(),
                "TELNYX_PUBLIC_KEY": hello.public_key,
                "TELNYX_BASE_URL": hello.api_base,
                "CALL_CONSOLE_CONNECTION_ID": hello.connection_id,
                CONFIG_VARIABLE: None,
                PROFILE_VARIABLE: None,
            },
        )
        life = DemoLife(host, operator, hello)
        if plain:
            await desk.make_journal(journal)
            receptionist = Receptionist(operator, speed=speed)
            return await _plain_lines(journal, life, receptionist if answers else None, seconds)
        options = desk.demo_options(loaded, hello.from_number, folder)
        return await desk.show(
            loaded,
            journal,
            operator=operator,
            life=life,
            options=options,
            contacts=fictional_contacts(hello.from_number),
            seconds=seconds,
        )


async def _plain_lines(
    journal: Path,
    life: DemoLife,
    receptionist: Receptionist | None,
    seconds: float | None,
) -> int:
    """Entries as lines until somebody asks us to stop, or so many seconds after the simulator knows us."""
    loop = asyncio.get_running_loop()
    show = entry_line(as_json=False)
    failure: list[str] = []

    def shown(entry: Entry) -> str:
        if receptionist is not None:
            loop.call_soon_threadsafe(receptionist.hear, entry)
        return show(entry)

    with stopping() as stop:

        def heard(status: LifeStatus) -> None:
            # An engine that is told to leave before it was ready has failed at nothing.
            if status.state is LifeState.FAILED and not stop.is_set():
                failure.append(status.message)
                stop.set()
            elif status.state is LifeState.RESTARTING:
                note(status.message)

        follower = Follower(journal, 0, shown, stop.set)
        follower.start()
        living = asyncio.create_task(life.run(heard), name="engine")
        try:
            await first_of(stop, life.introduced)
            await wait_for(stop, seconds)
        finally:
            if receptionist is not None:
                await receptionist.aclose()
            await life.leave()
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living
            await follower.aclose()
    if follower.error is not None:
        raise follower.error
    if failure:
        raise EngineError(failure[0])
    note(
        f"the demo showed {follower.shown} entries; in a terminal it has a screen: call-console demo"
    )
    if follower.is_stuck:
        leave_at_once(0)
    return 0
