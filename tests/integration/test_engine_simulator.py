"""The engine against the simulator: real HTTP in both directions, signed webhooks, records after a downtime."""

from __future__ import annotations

from pathlib import Path

from console.domain.board import Board
from console.domain.entries import Intent, Kind
from console.domain.legs import Leg, LegState
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.journal.facts import fact_of
from console.operator import HttpOperator
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.engines import entries
from tests.unit.engine.fakes import now_micros, until


def practice(journal: Path, simulator: Simulator, **changes: object) -> EngineSettings:
    values: dict[str, object] = {
        "journal": journal,
        "port": 0,
        "public_key": simulator.public_key,
        "api_key": Secret(simulator.api_key),
        "base_url": simulator.api_base,
        "connection_id": simulator.connection_id,
        **changes,
    }
    return EngineSettings(**values)  # type: ignore[arg-type]


def leg_of(journal: Path, call_control_id: str) -> Leg | None:
    board = Board()
    for entry in entries(journal):
        board.apply(entry, fact_of(entry))
    return board.get(call_control_id)


def state_of(journal: Path, call_control_id: str) -> LegState | None:
    leg = leg_of(journal, call_control_id)
    return None if leg is None else leg.state


async def test_engine_answers_a_simulated_caller(journal: Path) -> None:
    """A caller rings, the command answers, the event confirms it."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=1, speed=20)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)

        done = await engine.execute(Intent(command_id="c-1", action="answer", call_control_id=call))
        await until(lambda: state_of(journal, call) is LegState.ANSWERED)

    assert done.ok
    assert {entry.kind for entry in entries(journal)} == {Kind.WEBHOOK, Kind.COMMAND, Kind.OUTCOME}


async def test_engine_learns_of_calls_it_did_not_hear_of(journal: Path) -> None:
    """What rang, was answered and ended while nobody listened is on the board after the start."""
    async with Simulator(SimulatorOptions(rate=0, seed=2, speed=1)) as simulator:
        async with Engine(practice(journal, simulator)) as engine:
            simulator.set_webhook_url(engine.webhook_url)
            known = await simulator.incoming(patience_s=100_000, talk_s=100_000)
            await until(lambda: state_of(journal, known) is LegState.RINGING)

        simulator.set_webhook_url("http://127.0.0.1:9/webhooks")
        unknown = await simulator.incoming("+15550123", patience_s=100_000, talk_s=100_000)
        await simulator.caller_hangs_up(known)

        async with Engine(practice(journal, simulator, reconcile_at_start=False)) as engine:
            assert state_of(journal, known) is LegState.RINGING
            found = await engine.reconcile()
            again = await engine.reconcile()

    assert found.ok
    assert found.found == (unknown,)
    assert found.ended == (known,)
    leg = leg_of(journal, unknown)
    assert leg is not None
    assert leg.state is LegState.RINGING
    assert leg.from_ == "+15550123"
    ended = leg_of(journal, known)
    assert ended is not None
    assert ended.state is LegState.ENDED
    assert ended.hangup_cause == "originator_cancel"
    assert again.found == again.ended == again.stale == ()


async def test_engine_gives_a_refusal_in_words(journal: Path) -> None:
    """A call that ended: hang-up counts as done, transfer is explained."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=3, speed=20)) as simulator,
        Engine(practice(journal, simulator)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await simulator.caller_hangs_up(call)

        hangup = await engine.execute(
            Intent(command_id="c-1", action="hangup", call_control_id=call)
        )
        answer = await engine.execute(
            Intent(command_id="c-2", action="answer", call_control_id=call)
        )

    assert (hangup.ok, hangup.code) == (True, "90018")
    assert (answer.ok, answer.status, answer.code) == (False, 422, "90018")
    assert "already ended" in answer.message


async def test_engine_reads_long_lists_to_the_end(journal: Path) -> None:
    """More callers than one page holds are all found."""
    async with Simulator(SimulatorOptions(rate=0, seed=4, speed=1)) as simulator:
        calls = [await simulator.incoming(patience_s=100_000, talk_s=100_000) for _ in range(30)]
        async with Engine(practice(journal, simulator, reconcile_at_start=False)) as engine:
            found = await engine.reconcile()

    assert found.active == 30
    assert sorted(found.found) == sorted(calls)


async def test_engine_says_what_may_be_missing_of_its_absence(journal: Path) -> None:
    """A call that came and went meanwhile is found among failed deliveries; the record has a gap with both times."""
    async with Simulator(SimulatorOptions(rate=0, seed=5, speed=1)) as simulator:
        async with Engine(practice(journal, simulator)) as engine:
            simulator.set_webhook_url(engine.webhook_url)
            known = await simulator.incoming(patience_s=100_000, talk_s=100_000)
            await until(lambda: state_of(journal, known) is LegState.RINGING)

        simulator.set_webhook_url("http://127.0.0.1:9/webhooks")
        missed = await simulator.incoming("+15550123", patience_s=100_000, talk_s=100_000)
        await simulator.caller_hangs_up(missed)

        later = Engine(practice(journal, simulator), clock=lambda: now_micros() + 60_000_000)
        async with later:
            await until(lambda: any(entry.kind is Kind.GAP for entry in entries(journal)))
            found = later.health().reconcile

    ended = leg_of(journal, missed)
    assert ended is not None
    assert (ended.state, ended.from_) == (LegState.ENDED, "+15550123")
    assert "undelivered event" in found
    [gap] = [entry for entry in entries(journal) if entry.kind is Kind.GAP]
    assert "no engine ran between" in (gap.reason or "")
    assert "read from Telnyx's records" in (gap.reason or "")


async def test_engine_checks_and_asks_on_demand(journal: Path) -> None:
    """Through the socket: one leg compared and repaired, lists of Telnyx, a changed application."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=6, speed=1)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)
        operator = HttpOperator(journal)
        same = await operator.check(call)
        simulator.set_webhook_url("http://127.0.0.1:9/webhooks")
        await simulator.caller_hangs_up(call)
        different = await operator.check(call)

        status = await operator.query("status", {"call_control_id": call})
        apps = await operator.query("apps.list", {"page": {"size": 1}})
        params = {"connection_id": simulator.connection_id}
        active = await operator.query("active_calls", params)
        refused = await operator.query("apps.show", {"id": "404"})
        changed = await operator.query(
            "apps.update",
            {
                "id": simulator.connection_id,
                "application_name": "renamed",
                "webhook_event_url": engine.webhook_url,
            },
        )
        await operator.aclose()

    assert "it lives" in same.message
    assert different.ended == (call,)
    assert "was shown as ringing, is ended" in different.message
    assert (status.ok, status.fields["is_alive"]) == (True, False)
    assert apps.rows[0]["id"] == simulator.connection_id
    assert active.rows == []
    assert (refused.ok, refused.status) == (False, 404)
    assert refused.message
    assert changed.ok
    assert changed.fields["application_name"] == "renamed"
