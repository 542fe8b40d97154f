"""A desk that finds an engine with other ways to hear of calls than it was asked for says that once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import pytest

from console.life import LifeState, LifeStatus
from console.reports import PollHealth
from console.ui.greeting import greet
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk

POLL = PollHealth(interval_s=2.0, delay_s=3.0)


@pytest.mark.parametrize(
    ("options", "poll", "words"),
    [
        (UiOptions(poll=True), None, "listens on 127.0.0.1:8080: --poll changed nothing"),
        (UiOptions(poll=True), POLL, None),
        (UiOptions(port=9000), None, "listens on 127.0.0.1:8080: --port 9000 changed nothing"),
        (UiOptions(port=9000), POLL, "reads Telnyx's records: --port 9000 changed nothing"),
        (UiOptions(port=8080, host="0.0.0.0"), None, None),
        (UiOptions(port=0), None, None),
        (UiOptions(host="10.0.0.7", port=81), None, "--port 81 and --host 10.0.0.7 changed"),
    ],
)
async def test_flags_that_an_engine_does_not_go_by_are_said(
    open_desk: OpenDesk, options: UiOptions, poll: PollHealth | None, words: str | None
) -> None:
    """Only where the engine was there already; in one line, with what to do."""
    async with open_desk(options) as desk:
        url = "http://127.0.0.1:8080/webhooks"
        health = replace(desk.operator.state, webhook_url=url, poll=poll)
        services = desk.app.services
        settled: set[Hashable] = set()
        services.life = LifeStatus(LifeState.RUNNING)
        greet(desk.app, services, health, settled)
        services.life = LifeStatus(LifeState.ATTACHED)
        greet(desk.app, services, health, settled)
        greet(desk.app, services, health, settled)
        await desk.settled()

        said = [line for line in desk.notices.splitlines() if "end it first" in line]
        assert len(said) == (words is not None)
        assert words is None or words in said[0]
