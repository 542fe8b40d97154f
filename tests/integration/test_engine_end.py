"""An engine's end waits for nobody who waits for Telnyx."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from console.engine.engine import Engine
from console.engine.forward.plan import ForwardPlan
from console.engine.line import Line
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from tests.unit.engine.fakes import settings, until


def forwarding(journal: Path, transport: httpx.MockTransport) -> Engine:
    """An engine that reads its application at the start, and compares nothing."""
    forward = ForwardPlan(target="http://127.0.0.1:9/webhooks")
    asking = settings(
        journal=journal,
        api_key=Secret("KEY0123456789"),
        base_url="https://api.example/v2",
        connection_id="1",
        forward=forward,
        reconcile_at_start=False,
    )
    client = TelnyxClient(
        "https://api.example/v2", Secret("KEY0123456789"), transport=transport, max_attempts=1
    )
    return Engine(asking, client=client)


async def test_engine_end_sends_those_home_who_wait_for_the_rate_limit(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the application, for which Telnyx has no room, does not hold up the end until its time is up."""
    monkeypatch.setitem(Line.__init__.__kwdefaults__ or {}, "max_wait_s", 100_000)

    def full(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, json={"errors": []}, headers={"x-ratelimit-reset": "60"})

    engine = forwarding(journal, httpx.MockTransport(full))
    async with asyncio.timeout(60), engine:
        await until(lambda: engine.health().queued == 1)

    assert engine.health().queued == 0


async def test_engine_end_does_not_wait_for_what_only_serves_a_running_one(journal: Path) -> None:
    """Telnyx never answers what the application's settings are; the engine ends all the same."""
    asked = asyncio.Event()

    async def silent(_request: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async with asyncio.timeout(60), forwarding(journal, httpx.MockTransport(silent)):
        await asked.wait()
