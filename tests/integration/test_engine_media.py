"""Calls' sound from the simulator into the engine: streamed, measured, saved, and in the record."""

from __future__ import annotations

import asyncio
import uuid
import wave
from contextlib import aclosing
from pathlib import Path

import pytest

from console.domain.entries import Intent, Kind
from console.domain.legs import LegState, Mark
from console.engine.engine import Engine
from console.errors import EngineError
from console.operator import HttpOperator, StreamHealth
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.engines import entries
from tests.integration.test_engine_simulator import leg_of, practice, state_of
from tests.unit.engine.fakes import until


def intent(action: str, call: str, **params: object) -> Intent:
    return Intent(command_id=str(uuid.uuid4()), action=action, call_control_id=call, params=params)


async def answered(engine: Engine, simulator: Simulator, journal: Path) -> str:
    """A call that talks."""
    simulator.set_webhook_url(engine.webhook_url)
    call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
    await until(lambda: state_of(journal, call) is LegState.RINGING)
    assert (await engine.execute(intent("answer", call))).ok
    await until(lambda: state_of(journal, call) is LegState.ANSWERED)
    return call


async def stream_of(engine: Engine, packets: int) -> StreamHealth:
    """The stream, once it has heard so much."""
    async with asyncio.timeout(60):
        while True:
            found = await engine.media()
            if found and sum(track.packets for track in found[0].tracks) >= packets:
                return found[0]
            await asyncio.sleep(0.01)


async def heard(operator: HttpOperator) -> StreamHealth:
    """The stream at a moment when both sides are as loud as speech is: speech has pauses."""
    async with asyncio.timeout(60):
        while True:
            [found] = await operator.media()
            if all(-60 < (track.level_db or 0) < -3 for track in found.tracks):
                return found
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("codec", "rate"), [("PCMU", 8000), ("PCMA", 8000), ("L16", 16000)])
async def test_engine_hears_a_simulated_call(
    journal: Path, tmp_path: Path, codec: str, rate: int
) -> None:
    """Both tracks, in each codec, loud as speech is, into a file with two channels."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=1, speed=20)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
        aclosing(HttpOperator(journal)) as operator,
    ):
        call = await answered(engine, simulator, journal)
        url = engine.health().media_url
        started = await engine.execute(
            intent(
                "streaming_start",
                call,
                stream_url=url,
                stream_track="both_tracks",
                stream_codec=codec,
            )
        )
        assert started.ok
        stream = await stream_of(engine, 20)
        path = tmp_path / "call.wav"
        assert await operator.save_audio(call, str(path)) == f"saving to {path}"
        with pytest.raises(EngineError, match="saved already"):
            await operator.save_audio(call, str(tmp_path / "other.wav"))
        await stream_of(engine, 90)
        seen = await heard(operator)
        assert engine.health().streams == 1
        words = await operator.save_audio(call, None)
        assert (await engine.execute(intent("streaming_stop", call))).ok
        await until(lambda: engine.health().streams == 0)

    assert (stream.call_control_id, stream.codec, stream.sample_rate) == (call, codec, rate)
    assert [track.track for track in seen.tracks] == ["inbound", "outbound"]
    assert all(track.lost == track.reordered == track.undecoded == 0 for track in seen.tracks)
    assert seen.saving == str(path)
    assert words.endswith(f"of sound saved to {path}")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, rate)
        assert file.getnframes() / rate > 0.3
    notes = [entry.reason or "" for entry in entries(journal) if entry.kind is Kind.NOTE]
    assert notes[0] == f"receiving this call's sound: {codec}, {rate} Hz"
    assert "inbound" in notes[-1]
    assert "0 lost" in notes[-1]
    leg = leg_of(journal, call)
    assert leg is not None
    assert Mark.STREAMING not in leg.marks


async def test_engine_notices_that_a_call_with_sound_hung_up(journal: Path) -> None:
    """The stream ends with the call; its figures stay."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=2, speed=20)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        call = await answered(engine, simulator, journal)
        await engine.execute(intent("streaming_start", call, stream_url=engine.health().media_url))
        await stream_of(engine, 5)
        await simulator.caller_hangs_up(call)
        await until(lambda: engine.health().streams == 0)
        [ended] = await engine.media()

    assert not ended.is_live
    assert ended.tracks[0].packets >= 5


async def test_engine_keeps_a_hangup_ahead_of_a_rate_limit(journal: Path) -> None:
    """More commands than the simulator takes in a second: all are carried out, and nobody hears a 429."""
    async with (
        Simulator(SimulatorOptions(rate=0, seed=3, speed=20, rate_limit=3)) as simulator,
        Engine(practice(journal, simulator, reconcile_at_start=False)) as engine,
    ):
        simulator.set_webhook_url(engine.webhook_url)
        calls = [await simulator.incoming(patience_s=100_000, talk_s=100_000) for _ in range(7)]
        await until(lambda: all(state_of(journal, c) is LegState.RINGING for c in calls))

        work = [asyncio.ensure_future(engine.execute(intent("answer", c))) for c in calls[:6]]
        await until(lambda: engine.health().queued > 0)
        health = engine.health()
        hangup = await engine.execute(intent("hangup", calls[6]))
        waiting = engine.health().queued
        done = await asyncio.gather(*work)

    assert health.rate_limit_remaining == 0
    assert 0 < (health.rate_limit_reset_s or 0) <= 1
    assert hangup.ok
    assert waiting > 0
    assert all(each.ok for each in done)
