"""An engine is told which application to work on, and does so at once."""

from __future__ import annotations

import uuid
from pathlib import Path

from console.domain.entries import Intent
from console.engine.dispatch import NO_CONNECTION
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.operator import HttpOperator
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator


def dial(simulator: Simulator) -> Intent:
    """A call without a word about the application."""
    params = {"from": simulator.from_number, "to": "+12125550100"}
    return Intent(command_id=str(uuid.uuid4()), action="dial", params=params)


async def test_engine_works_on_the_application_it_is_told(journal: Path) -> None:
    """Dialling and comparing lacked it before; the private door takes it, and health says so."""
    async with Simulator(SimulatorOptions(rate=0, seed=7, speed=50)) as simulator:
        settings = EngineSettings(
            journal=journal,
            port=0,
            public_key=simulator.public_key,
            api_key=Secret(simulator.api_key),
            base_url=simulator.api_base,
        )
        async with Engine(settings) as engine:
            simulator.set_webhook_url(engine.webhook_url)
            operator = HttpOperator(journal)
            assert (await operator.execute(dial(simulator))).message == NO_CONNECTION

            await operator.use_connection(simulator.connection_id)

            assert (await operator.health()).connection_id == simulator.connection_id
            assert (await operator.execute(dial(simulator))).ok
            assert (await operator.reconcile()).ok
            await operator.aclose()
