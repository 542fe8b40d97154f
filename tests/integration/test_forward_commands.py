"""Which command an application behind the console sent: read from Telnyx's records, as the console does not see it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientSession

from console.domain.entries import Entry, Kind
from console.domain.legs import LegState
from console.engine.engine import Engine
from console.engine.forward.plan import ForwardPlan
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.application import Application
from tests.integration.engines import entries
from tests.integration.test_engine_simulator import practice, state_of
from tests.unit.engine.fakes import until


def notes(journal: Path) -> list[Entry]:
    return [
        entry
        for entry in entries(journal)
        if entry.kind is Kind.NOTE and (entry.reason or "").startswith("Telnyx's records: command")
    ]


async def answer_as_the_application(simulator: Simulator, call: str) -> int:
    """The command goes from the application to Telnyx, past the console."""
    url = f"{simulator.api_base}/calls/{call}/actions/answer"
    headers = {"Authorization": f"Bearer {simulator.api_key}"}
    async with ClientSession() as session, session.post(url, json={}, headers=headers) as answer:
        return answer.status


async def test_command_of_the_application_is_noted_after_its_event(journal: Path) -> None:
    """With forwarding on, a look at Telnyx's records puts the command beside the leg, once."""
    with Application() as app:
        async with Simulator(SimulatorOptions(rate=0, seed=4, speed=20)) as simulator:
            plan = ForwardPlan(target=app.url, timeout_s=60.0)
            wanted = practice(journal, simulator, forward=plan, reconcile_at_start=False)
            async with Engine(wanted) as engine:
                simulator.set_webhook_url(engine.webhook_url)
                call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
                await until(lambda: state_of(journal, call) is LegState.RINGING)
                assert await answer_as_the_application(simulator, call) == 200
                await until(lambda: state_of(journal, call) is LegState.ANSWERED)
                assert notes(journal) == []
                assert (await engine.reconcile()).ok
                assert (await engine.reconcile()).ok

    [note] = notes(journal)
    assert note.reason is not None
    assert note.reason.startswith("Telnyx's records: command answer, ")
    assert note.reason.endswith(" ms after call.initiated")
    [initiated] = [e for e in entries(journal) if e.event_type == "call.initiated"]
    assert note.call_leg_id == initiated.call_leg_id


async def test_without_an_application_behind_us_no_command_is_noted(journal: Path) -> None:
    """Who forwards nothing sends the commands itself, and has them on record."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=4, speed=20)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)
        assert await answer_as_the_application(simulator, call) == 200
        await until(lambda: state_of(journal, call) is LegState.ANSWERED)
        assert (await engine.reconcile()).ok

    assert notes(journal) == []
