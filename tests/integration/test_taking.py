"""A webhook URL taken and given back for real: calls arrive here in between, and at the application before and after."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from console.domain.entries import Kind
from console.engine.engine import Engine
from console.engine.tunnel.plan import plan_of
from console.host import EngineHost
from console.life import LifeState, LifeStatus
from console.operator import HttpOperator
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.engines import entries
from tests.integration.programs import PATIENCE_S, Program, environment, running
from tests.integration.test_engine_simulator import practice
from tests.unit.engine.fakes import until

RELAY = str(Path(__file__).with_name("relay.py"))


class World:
    """A Telnyx, and the application whose webhook URL it is."""

    def __init__(self, simulator: Simulator, own_url: str, heard: list[str], home: Path) -> None:
        self.simulator = simulator
        self.own_url = own_url
        self.heard = heard
        self.home = home

    @property
    def settings(self) -> tuple[str | None, str | None]:
        """The application's URL and failover URL, as they are."""
        application = self.simulator.world.applications[self.simulator.connection_id]
        return application.webhook_event_url, application.webhook_event_failover_url

    def change(self, url: str) -> None:
        """As somebody else in the portal."""
        self.simulator.set_webhook_url(url)

    def environment(self, **more: str) -> dict[str, str]:
        simulator = self.simulator
        config = self.home / "config.toml"
        config.write_text(
            f'[api]\nconnection_id = "{simulator.connection_id}"\nmax_attempts = 1\n'
            "[tunnel]\n"
            f"command = {json.dumps([sys.executable, RELAY, '{host}', '{port}'])}\n"
            "url_pattern = 'http://[0-9.:]+'\n"
        )
        return environment(
            self.home,
            TELNYX_PUBLIC_KEY=simulator.public_key,
            TELNYX_API_KEY=simulator.api_key,
            TELNYX_BASE_URL=simulator.api_base,
            CALL_CONSOLE_CONFIG=str(config),
            CALL_CONSOLE_JOURNAL=str(self.home / "journal.db"),
            XDG_RUNTIME_DIR=str(self.home),
            **more,
        )

    @property
    def file(self) -> Path:
        return self.home / "journal.db.webhook-url.json"

    async def arrives_here(self) -> bool:
        """Whether a new call is heard by the console, and not by the application."""
        before, known = len(self.heard), self._webhooks()
        await self.simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: self._webhooks() > known or len(self.heard) > before)
        return len(self.heard) == before

    def _webhooks(self) -> int:
        return sum(entry.kind is Kind.WEBHOOK for entry in entries(self.home / "journal.db"))


@pytest.fixture
async def world(journal: Path) -> AsyncIterator[World]:
    heard: list[str] = []

    async def own(request: web.BaseRequest) -> web.StreamResponse:
        heard.append((await request.json())["data"]["event_type"])
        return web.Response()

    runner = web.ServerRunner(web.Server(own), shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    own_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    options = SimulatorOptions(rate=0, seed=1, speed=20, webhook_url=own_url)
    try:
        async with Simulator(options) as simulator:
            yield World(simulator, own_url, heard, journal.parent)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(world: World, *flags: str, says: str) -> AsyncIterator[Program]:
    """`listen` as a process, once it has said these words."""
    with running("listen", "--port", "0", *flags, env=world.environment()) as program:
        await asyncio.to_thread(program.line, "err", says)
        yield program


async def ended(program: Program, number: signal.Signals = signal.SIGTERM) -> str:
    """What it said at its end."""
    await asyncio.to_thread(program.end, number)
    return "\n".join(await asyncio.to_thread(program.rest, "err"))


TAKE = ("--take-url", "--yes")
TAKEN = "come here now; at the end they go to"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_calls_come_here_until_the_end_and_then_to_the_application_again(
    world: World, number: signal.Signals
) -> None:
    """Through a tunnel that really forwards, with the application's own URL as failover in between."""
    async with listening(world, *TAKE, says=TAKEN) as program:
        url, failover = world.settings
        assert url is not None
        assert url.endswith("/webhooks")
        assert failover == world.own_url
        assert await world.arrives_here()
        said = await ended(program, number)

    assert f"go to {world.own_url} again" in said
    assert world.settings == (world.own_url, None)
    assert not await world.arrives_here()
    assert not world.file.exists()
    commands = [e for e in entries(world.home / "journal.db") if e.kind is Kind.COMMAND]
    assert [json.loads(e.body)["action"] for e in commands] == ["apps.update"] * 2


async def test_killed_console_leaves_the_failover_and_the_next_start_gives_back(
    world: World,
) -> None:
    """Its tunnel ends with it; Telnyx asks the application; the next start says what was left."""
    async with listening(world, *TAKE, says=TAKEN) as program:
        program.process.kill()
        await asyncio.to_thread(program.process.wait)
    assert world.settings[1] == world.own_url
    assert not await world.arrives_here()
    assert world.file.exists()

    async with listening(world, says="was taken and never given back") as program:
        await ended(program)
    assert world.settings[0] != world.own_url

    async with listening(world, "--give-back-url", says=f"go to {world.own_url} again"):
        assert world.settings == (world.own_url, None)
    assert not world.file.exists()


async def test_url_that_somebody_else_changed_meanwhile_stays(world: World) -> None:
    """And that is said."""
    async with listening(world, *TAKE, says=TAKEN) as program:
        world.change("http://127.0.0.1:9/theirs")
        said = await ended(program)

    assert "was changed by somebody else meanwhile" in said
    assert world.settings == ("http://127.0.0.1:9/theirs", None)
    assert not world.file.exists()


async def test_end_without_telnyx_keeps_the_file_for_the_next_start(world: World) -> None:
    """The end is not held up, and says what is left to do."""
    async with listening(world, *TAKE, says=TAKEN) as program:
        await world.simulator._runner.cleanup()  # type: ignore[union-attr]
        said = await ended(program)

    assert "the next start offers to give it back" in said
    assert world.file.exists()


async def test_nothing_is_taken_where_nobody_can_be_asked_or_nothing_leads_here(
    world: World,
) -> None:
    """Without --yes it does not start; without a way here it ends with the reason."""
    with running("listen", "--take-url", env=world.environment()) as program:
        said = await asyncio.to_thread(program.rest, "err")
    assert "takes --yes" in "\n".join(said)

    env = world.environment()
    config = world.home / "config.toml"
    text = config.read_text().partition("[tunnel]")[0]
    config.write_text(f'{text}[listen]\npublic_url = "http://127.0.0.1:9/webhooks"\n')
    with running("listen", "--port", "0", *TAKE, env=env) as program:
        said = await asyncio.to_thread(program.rest, "err")
        code = await asyncio.to_thread(program.process.wait)
    assert code == 1
    assert "nothing answers at 127.0.0.1:9 (connection refused)" in "\n".join(said)
    assert world.settings == (world.own_url, None)


async def test_engine_without_a_desk_gives_back_when_its_grace_is_over(world: World) -> None:
    """The desk was killed; the engine's end is an end like any other."""
    settings = practice(
        world.home / "journal.db", world.simulator, grace_s=0.1, public_url="http://x.example/"
    )
    operator = HttpOperator(settings.journal, operator="ann")
    async with Engine(settings) as engine:
        async with operator.attach():
            taken = await operator.webhook_url("take", untested=True, with_failover=False)
            assert taken.ok, taken.sentence
            assert world.settings == ("http://x.example/", None)
        await asyncio.wait_for(engine.ended.wait(), 60)
    await operator.aclose()

    assert world.settings == (world.own_url, None)


async def test_tunnel_that_has_no_address_yet_is_named_as_the_reason(world: World) -> None:
    """Whoever set one up is not told to set one up."""
    plan = plan_of([sys.executable, RELAY, "{host}", "{port}", "--silent"], "http://[0-9.:]+", 60.0)
    settings = practice(world.home / "journal.db", world.simulator, tunnel=plan)
    operator = HttpOperator(settings.journal, operator="ann")
    async with Engine(settings):
        looked = await operator.webhook_url("look")
        tested = await operator.self_test()
    await operator.aclose()

    assert looked.sentence.endswith("reaches this console: the tunnel is starting")
    assert tested.sentence == looked.sentence
    assert world.settings == (world.own_url, None)


async def test_desk_that_leaves_hears_what_became_of_the_url(world: World) -> None:
    """Telnyx takes its time over the last request; the desk waits, and can say what came of it."""
    journal, env = world.home / "journal.db", world.environment()
    argv = [sys.executable, "-m", "console", "engine", "--port", "0", "--grace", "60"]
    host = EngineHost(argv, env, journal)
    runs = asyncio.Event()

    def heard(status: LifeStatus) -> None:
        if status.state is LifeState.RUNNING:
            runs.set()

    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_RUNTIME_DIR", "HOME", "TMPDIR"):
            patch.setenv(name, env[name])
        operator = HttpOperator(journal, operator="ann")
        living = asyncio.create_task(host.run(heard))
        await until(runs.is_set)
        await _tunnel_is_up(operator)
        taken = await operator.webhook_url("take")
        assert taken.ok, taken.sentence
        await operator.aclose()
        await host.leave()
        await living

    assert (
        host.last_words == f"the webhooks of {taken.application_name} go to {world.own_url} again"
    )
    assert world.settings == (world.own_url, None)
    assert not world.file.exists()


async def _tunnel_is_up(operator: HttpOperator) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            reach = (await operator.health()).reach
            if reach is not None and reach.ok:
                return
            await asyncio.sleep(0.02)


async def test_read_only_engine_takes_nothing(world: World) -> None:
    """And leaves no file."""
    settings = practice(
        world.home / "journal.db", world.simulator, read_only=True, public_url="http://x.example/"
    )
    operator = HttpOperator(settings.journal, operator="ann")
    async with Engine(settings):
        answer = await operator.webhook_url("take", untested=True)
    await operator.aclose()

    assert not answer.ok
    assert "read-only" in answer.sentence
    assert world.settings == (world.own_url, None)
    assert not world.file.exists()


async def test_desk_asks_the_engine_and_a_new_tunnel_address_is_followed(world: World) -> None:
    """Look, take, be moved, give back: over the engine's door, under the operator's name."""
    plan = plan_of([sys.executable, RELAY, "{host}", "{port}"], "http://[0-9.:]+", 10.0)
    settings = practice(world.home / "journal.db", world.simulator, tunnel=plan)
    operator = HttpOperator(settings.journal, operator="ann")
    async with Engine(settings) as engine:
        await until(lambda: engine.health().reach is not None)
        looked = await operator.webhook_url("look")
        assert looked.ok, looked.sentence
        assert looked.failover == world.own_url
        assert (await operator.self_test()).ok
        taken = await operator.webhook_url("take")
        assert taken.ok, taken.sentence
        first = world.settings[0]
        health = await operator.health()
        assert health.taking is not None
        assert health.tunnel is not None
        assert (health.public_url, health.taking.own_url) == (first, world.own_url)
        assert health.media_url is not None
        assert health.media_url.startswith(
            str(first).replace("http", "ws").removesuffix("webhooks")
        )

        tunnel = engine.whereabouts._tunnel
        assert tunnel is not None
        assert tunnel._process is not None
        tunnel._process.terminate()
        await until(lambda: world.settings[0] not in (first, world.own_url))
        assert await world.arrives_here()

        back = await operator.webhook_url("give_back")
        assert back.ok, back.sentence
        assert world.settings == (world.own_url, None)
    await operator.aclose()
    commands = [json.loads(e.body) for e in entries(settings.journal) if e.kind is Kind.COMMAND]
    assert {command["operator"] for command in commands} == {"ann"}
