"""The desk's picture and the simulator's world: what was missed, what was lost, what is hostile, what is chaos."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.domain.board import Board
from console.domain.entries import Kind
from console.domain.legs import LegState
from console.journal.facts import fact_of
from console.journal.sqlite import open_writer
from tests.fixtures.hostile import HOSTILE
from tests.scenarios.comparing import differences
from tests.scenarios.keys import ON_A_CALL
from tests.scenarios.stage import (
    NARROW,
    PATIENT_S,
    Scene,
    Stage,
    desk_on,
    engine_for,
    new_simulator,
    staged,
)

CALLS = 20
UNSENDABLE = frozenset({"lone surrogate"})
"""What the simulator's JSON encoder refuses to write."""
WORST = frozenset({"csi", "bidi override", "action link", "long", "zalgo"})


async def test_start_finds_calls_that_began_before(journal: Path) -> None:
    """Rang and answered while nobody listened: listed with their past, and the keys work."""
    scene = Scene(reconcile_at_start=True)
    await open_writer(journal).aclose()
    async with new_simulator(scene) as (simulator, api, hooks):
        ringing = await simulator.incoming("+13125550101", patience_s=PATIENT_S)
        async with (
            engine_for(journal, scene, simulator, api, hooks) as engine,
            desk_on(journal, scene, simulator, engine, api, hooks) as stage,
        ):
            await stage.shows_state(ringing, LegState.RINGING)
            await stage.selects(ringing)
            await stage.press("a")
            await stage.shows_state(ringing, LegState.ANSWERED)
            await stage.shows("confirms answer")


async def test_ghosts_are_ended_only_when_telnyx_says_so(journal: Path) -> None:
    """Two calls that are no more: one ended in Telnyx's records, of the other they know nothing.

    A second simulator with the same seed gives the same identifiers, and has no past.
    """
    scene = Scene()
    await open_writer(journal).aclose()
    async with (
        new_simulator(scene) as (simulator, api, hooks),
        engine_for(journal, scene, simulator, api, hooks) as engine,
        desk_on(journal, scene, simulator, engine, api, hooks) as stage,
    ):
        stays, gone, unknown = [await stage.rings(f"+1312555010{n}") for n in (1, 2, 3)]
    async with new_simulator(scene) as (simulator, api, hooks):
        again = [await simulator.incoming(f"+1312555010{n}", patience_s=PATIENT_S) for n in (1, 2)]
        assert again == [stays, gone]
        await simulator.caller_hangs_up(gone)
        async with (
            engine_for(journal, scene, simulator, api, hooks) as engine,
            desk_on(journal, scene, simulator, engine, api, hooks) as stage,
        ):
            for call in (stays, gone, unknown):
                await stage.shows_state(call, LegState.RINGING)
            await stage.press("R")
            await stage.shows_state(gone, LegState.ENDED)
            await stage.until(lambda: stage.leg(unknown).stale, "the unknown one is stale")
            await stage.until(lambda: "stale?" in stage.row(unknown), "and says so")
            assert stage.leg(unknown).state is LegState.RINGING
            await stage.until(lambda: "originator_cancel" in stage.row(gone), "originator_cancel")
            assert stage.leg(stays).state is LegState.RINGING
            assert not stage.leg(stays).stale


async def test_hostile_callers_reach_nobody(journal: Path) -> None:
    """Names and addresses travel through every part; nothing of them acts, and the keys still work."""
    async with staged(journal, Scene(size=NARROW)) as stage:
        calls = {
            what: await stage.simulator.incoming(text, text, patience_s=PATIENT_S)
            for what, text in HOSTILE.items()
            if what not in UNSENDABLE
        }
        keys = stage.app.desk.view.keys
        await stage.until(lambda: len(keys) == len(calls), "all of them are in the list")
        for key in ("home", "pagedown", "end"):
            await stage.press(key)
            assert_clean(stage)
        for what in WORST:
            await stage.selects(calls[what])
            await look_everywhere(stage, calls[what])
        assert stage.app.is_running


async def look_everywhere(stage: Stage, call: str) -> None:
    """Timeline, events, the whole webhook, the dialog; then the call is hung up."""
    await stage.press("2")
    assert_clean(stage)
    await stage.press("3", "end", "enter")
    await stage.until(lambda: stage.app.screen.id != "desk", "the whole webhook is open")
    assert_clean(stage)
    await stage.press("escape", "1", "h")
    await stage.until(stage.asks, "the dialog is open")
    assert_clean(stage)
    await stage.press("tab", "enter")
    await stage.shows_state(call, LegState.ENDED)
    assert_clean(stage)


def assert_clean(stage: Stage) -> None:
    """No control character, and no line wider than the screen."""
    for line in stage.picture.split("\n"):
        assert line.isprintable(), repr(line)
    width = stage.scene.size[0]
    strips = stage.app.screen._compositor.render_strips()
    assert {strip.cell_length for strip in strips} == {width}


async def test_read_only_desk_sends_nothing(journal: Path) -> None:
    """The keys are gone; the engine would not send either."""
    async with staged(journal, Scene(read_only=True)) as stage:
        call = await stage.rings()
        for key in [*ON_A_CALL]:
            await stage.press(key.key)
            assert not stage.asks()
        await stage.press("d")
        assert not stage.asks()
        assert "answer" not in stage.picture.split("\n")[-1]
        assert stage.leg(call).state is LegState.RINGING

    assert stage.commands() == []
    assert {entry.kind for entry in stage.entries} == {Kind.WEBHOOK}


async def test_board_equals_the_world_after_chaos(journal: Path) -> None:
    """Duplicates, wrong order, delays, 429 and 5xx over twenty calls: in the end the desk shows what is."""
    async with staged(journal, Scene(chaos=True, seed=7, speed=40.0, patience=True)) as stage:
        simulator = stage.simulator
        calls = [await simulator.incoming(patience_s=PATIENT_S) for _ in range(CALLS)]
        await stage.until(
            lambda: all(call in stage.app.desk.view for call in calls), "all callers are listed"
        )
        await asyncio.gather(*(work(stage, index, call) for index, call in enumerate(calls)))
        await stage.until(lambda: not simulator.courier.pending, "everything is delivered", 30.0)
        await stage.until(lambda: not differences(stage), "desk and world agree")

        states = {leg.state for leg in stage.app.services.store.board.legs.values()}
        assert {LegState.RINGING, LegState.ENDED} <= states
        store = stage.app.services.store
    # The engine may have written more while it ended; the desk's board is that of what the desk has read.
    entries = [entry for entry in stage.entries if entry.seq <= store.seq]
    assert any(entry.duplicate for entry in entries), "this seed has no duplicates"
    again = Board()
    for entry in entries:
        again.apply(entry, fact_of(entry))
    assert again.dump() == store.board.dump()


async def work(stage: Stage, index: int, call: str) -> None:
    """What an operator does with the how-manieth call; each of them something else."""
    if index % 5 == 0:
        return
    if index % 5 == 1:
        await stage.command("reject", call, cause="USER_BUSY")
        return
    await stage.command("answer", call)
    await stage.until(lambda: stage.simulator.world.legs[call].is_answered, "it is answered", 30.0)
    if index % 5 == 2:
        await stage.command("transfer", call, to="+14155550111")
    elif index % 5 == 3:
        await stage.command("hangup", call)
