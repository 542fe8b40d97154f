"""What the status line says of a real engine: not proven, until a request through the public address came back."""

from __future__ import annotations

import socket
from pathlib import Path

from console.domain.ranks import Counts
from console.engine.engine import Engine
from console.operator import HttpOperator, LifeState, LifeStatus
from console.ui.presenters.status import StatusFacts, present_status
from tests.unit.engine.fakes import now_micros, settings


async def line(operator: HttpOperator) -> str:
    """The first status line of a desk that asks this engine."""
    facts = StatusFacts(
        health=await operator.health(),
        life=LifeStatus(LifeState.RUNNING),
        counts=Counts(live=0, waiting=0, talking=0, ended=0),
        now=now_micros(),
    )
    return "".join(span.text for span in present_status(facts, 140)[0])


async def test_self_test_proves_the_listening(journal: Path) -> None:
    """Asked over the engine's own door, as doctor and the desk do; nothing of it is recorded as an event."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/webhooks"
    operator = HttpOperator(journal)
    try:
        async with Engine(settings(journal=journal, port=port, public_url=url)):
            assert f"○ listening :{port}, not proven" in await line(operator)
            reach = await operator.self_test()
            assert reach.ok, reach.sentence
            after = await line(operator)
            health = await operator.health()
    finally:
        await operator.aclose()

    assert f"● listening :{port} " in after
    assert "no event yet" in after
    assert (health.verified, health.refused) == (0, 0)


async def test_self_test_that_fails_is_told(journal: Path) -> None:
    """An address behind which nobody is."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/webhooks"
        operator = HttpOperator(journal)
        try:
            async with Engine(settings(journal=journal, public_url=url)):
                assert not (await operator.self_test()).ok
                assert "not reached" in await line(operator)
        finally:
            await operator.aclose()
