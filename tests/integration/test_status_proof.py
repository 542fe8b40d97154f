"""What the status line says of a real engine: not proven, until a request through the public address came back."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

from console.domain.ranks import Counts
from console.engine.engine import Engine
from console.engine.tunnel.plan import plan_of
from console.operator import HttpOperator, LifeState, LifeStatus
from console.ui.presenters.status import StatusFacts, present_status
from tests.unit.engine.fakes import now_micros, settings, until

RELAY = str(Path(__file__).with_name("relay.py"))


async def line(operator: HttpOperator) -> str:
    """The first status line of a desk that asks this engine."""
    facts = StatusFacts(
        health=await operator.health(),
        life=LifeStatus(LifeState.RUNNING),
        counts=Counts(live=0, waiting=0, talking=0, ended=0),
        now=now_micros(),
    )
    return "".join(span.text for span in present_status(facts, 140)[0])


async def test_self_test_at_start_proves_the_listening(journal: Path) -> None:
    """By itself, in the background; nothing of it is recorded as an event."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/webhooks"
    operator = HttpOperator(journal)
    try:
        async with Engine(settings(journal=journal, port=port, public_url=url)) as engine:
            await until(lambda: engine.health().reach is not None)
            after = await line(operator)
            health = await operator.health()
    finally:
        await operator.aclose()

    assert f"● listening :{port} " in after
    assert "no event yet" in after
    assert (health.verified, health.refused) == (0, 0)


async def test_listening_without_an_address_is_not_proven(journal: Path) -> None:
    """An open port proves nothing; where nobody knows the address, nothing can be asked through it."""
    operator = HttpOperator(journal)
    try:
        async with Engine(settings(journal=journal)):
            assert "not proven" in await line(operator)
            assert not (await operator.self_test()).ok
            assert "not proven" in await line(operator)
    finally:
        await operator.aclose()


async def test_self_test_that_fails_is_told(journal: Path) -> None:
    """An address behind which nobody is, until it leads here and somebody asks again."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        url = f"http://127.0.0.1:{port}/webhooks"
        operator = HttpOperator(journal)
        try:
            async with Engine(settings(journal=journal, public_url=url)) as engine:
                await until(lambda: engine.health().reach is not None)
                assert "not reached" in await line(operator)
                assert not (await operator.self_test()).ok
                assert "not reached" in await line(operator)
                notices = engine.health().notices
                assert any("nothing answers at 127.0.0.1" in each for each in notices)
        finally:
            await operator.aclose()


async def test_self_test_at_start_does_not_hold_up_the_end(journal: Path) -> None:
    """An address that takes the question and never answers: the engine starts, and ends, all the same."""
    asked = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        while await reader.read(1024):
            pass
        writer.close()

    hole = await asyncio.start_server(never, "127.0.0.1", 0)
    port = hole.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/webhooks"
    operator = HttpOperator(journal)
    try:
        async with Engine(settings(journal=journal, public_url=url)) as engine:
            await until(asked.is_set)
            assert engine.health().reach is None
            assert "not proven" in await line(operator)
    finally:
        await operator.aclose()
        hole.close()
    assert engine.health().reach is None


async def test_tunnel_that_names_no_address_is_asked_through_when_it_runs(journal: Path) -> None:
    """Its address is the one of the settings; it does not lead here at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plan = plan_of([sys.executable, RELAY, "{host}", "{port}", f"--at={port}"], "", 10.0)
    url = f"http://127.0.0.1:{port}/webhooks"

    def is_reached() -> bool:
        reach = engine.health().reach
        return reach is not None and reach.ok

    async with Engine(settings(journal=journal, public_url=url, tunnel=plan)) as engine:
        await until(is_reached)
        assert engine.health().public_url == url
