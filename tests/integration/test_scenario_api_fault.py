"""A scenario's `api` fault: the application's command is refused so often, then works."""

from __future__ import annotations

import asyncio

import httpx

from console.simulator.options import SimulatorOptions
from console.simulator.scenarios.parsing import parse
from console.simulator.server import Simulator
from tests.unit.engine.fakes import until

TEXT = """
[[steps]]
do = "fault"
kind = "api"
action = "answer"
status = 503

[[steps]]
do = "call"
call = "a"

[[steps]]
do = "command"
action = "answer"
call = "a"

[[steps]]
do = "hangup"
call = "a"
after_s = 1
"""


async def test_api_fault_meets_the_application_and_its_second_try_counts() -> None:
    """503, then 200; the scenario goes on with the one that was accepted."""
    options = SimulatorOptions(rate=0, seed=1, speed=10, webhook_url="http://127.0.0.1:1/")
    async with Simulator(options) as simulator:
        simulator.world.change_application(simulator.connection_id, webhook_timeout_secs=1)
        playing = asyncio.create_task(
            simulator.play(parse(TEXT, name="t", file="t.toml"), by_application=True)
        )
        await until(lambda: bool(simulator.world.legs))
        (leg_id,) = simulator.world.legs
        headers = {"Authorization": f"Bearer {simulator.api_key}"}
        url = f"{simulator.api_base}/calls/{leg_id}/actions/answer"
        async with httpx.AsyncClient(headers=headers) as client:
            statuses = [(await client.post(url, json={})).status_code for _ in range(2)]
        report = await playing

    assert statuses == [503, 200]
    assert report.ok, report.failure
