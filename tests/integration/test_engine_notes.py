"""Notes and tags through an engine: into the journal, on the board of everybody, and gone with their conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.entries import Kind
from console.engine.engine import Engine
from console.errors import EngineError
from console.journal.jsonlines import line
from console.operator import HttpOperator
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.engines import entries
from tests.integration.test_engine_simulator import leg_of, practice, state_of
from tests.unit.engine.fakes import until


async def test_engine_keeps_what_operators_write(journal: Path) -> None:
    """On a call that lives; who wrote it is in the record, and `events --json` has it."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=1, speed=20)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is not None)
        operator = HttpOperator(journal)
        await operator.annotate(call, note=" angry ", tags=("vip", "VIP", "a,b"), operator="ada")
        await operator.annotate(call, ring_back=True, operator="bob")
        with pytest.raises(EngineError, match="nothing to write"):
            await operator.annotate(call, note="  ")
        with pytest.raises(EngineError, match="not in the journal"):
            await operator.annotate("v3:nobody", note="x")
        await operator.aclose()

    leg = leg_of(journal, call)
    assert leg is not None
    assert (leg.tags, leg.note, leg.notes, leg.rung_back) == (("vip", "a b"), "angry", 1, True)
    first, second = (entry for entry in entries(journal) if entry.kind is Kind.NOTE)
    assert json.loads(line(first))["body"]["operator"] == "ada"
    assert json.loads(line(first))["call_control_id"] == call
    assert json.loads(second.body)["note"] is None


async def test_engine_that_is_read_only_writes_nothing(journal: Path) -> None:
    """Watching means watching; where no engine runs, the sentence says what to do."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=1, speed=20)) as simulator,
        Engine(practice(journal, simulator, read_only=True)) as engine,
    ):
        with pytest.raises(EngineError, match="read-only"):
            await engine.annotate("v3:a", note="x")
    operator = HttpOperator(journal)
    with pytest.raises(EngineError, match="no engine serves"):
        await operator.annotate("v3:a", note="x")
    await operator.aclose()

    assert not [entry for entry in entries(journal) if entry.kind is Kind.NOTE]
