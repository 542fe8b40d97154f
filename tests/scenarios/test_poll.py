"""The desk without a URL: calls come from Telnyx's records, and every key works as usual."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.domain.entries import Kind
from console.domain.legs import LegState
from console.engine.engine import Engine
from console.engine.poll.pace import Bounds
from console.engine.settings import EngineSettings
from console.journal.sqlite import open_writer
from console.secret import Secret
from tests.scenarios.stage import (
    NARROW,
    WIDE,
    Scene,
    Stage,
    client,
    desk_on,
    new_simulator,
)

NOWHERE = "http://127.0.0.1:9/webhooks"


@asynccontextmanager
async def watched(journal: Path, scene: Scene) -> AsyncIterator[Stage]:
    """The whole stack, but for the webhooks."""
    await open_writer(journal).aclose()
    async with new_simulator(scene) as (simulator, api, hooks):
        base_url = f"http://127.0.0.1:{api.port}/v2"
        settings = EngineSettings(
            journal=journal,
            api_key=Secret(simulator.api_key),
            base_url=base_url,
            connection_id=simulator.connection_id,
            poll=Bounds(0.1, 0.2),
        )
        simulator.set_webhook_url(NOWHERE)
        async with (
            Engine(settings, client=client(scene, base_url, simulator.api_key)) as engine,
            desk_on(journal, scene, simulator, engine, api, hooks) as stage,
        ):
            yield stage


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])
async def test_call_is_seen_answered_and_ended_without_a_webhook(
    journal: Path, size: tuple[int, int]
) -> None:
    """The delay is on the status line, the row says that nobody signed it, keys work."""
    async with watched(journal, Scene(size=size)) as stage:
        await stage.shows("● poll 0.", "delay ≤")
        call = await stage.rings()
        await stage.selects(call)
        await stage.shows("~unsi")
        await stage.press("a")
        await stage.shows_state(call, LegState.ANSWERED)
        await stage.ends(call)
        await stage.shows_state(call, LegState.ENDED)
        await stage.until(lambda: "call.answered" in stage.timeline, "call.answered")

    kinds = {entry.kind for entry in stage.entries}
    assert Kind.WEBHOOK not in kinds
    assert Kind.API in kinds


async def test_lost_network_is_on_the_status_line_and_nothing_is_missed(journal: Path) -> None:
    """Blind since a time, with the reason; what happened meanwhile is there afterwards."""
    async with watched(journal, Scene()) as stage:
        await stage.shows("delay ≤")
        call = await stage.rings()
        await stage.api.unplug()
        await stage.shows("blind since")
        await stage.ends(call)
        await stage.api.plug()
        await stage.shows_state(call, LegState.ENDED)
        await stage.shows("delay ≤")
