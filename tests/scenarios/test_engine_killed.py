"""The engine as the process it is: killed in the middle of everything, it loses nothing that it acknowledged."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

from console.cli.desk import engine_host, make_journal
from console.config.load import PROFILE_VARIABLE
from console.domain.legs import LegState
from console.journal.sqlite import open_reader
from console.operator import LifeState
from console.secret import Secret
from console.simulator.server import Simulator
from console.store.store import Store
from console.telnyx.client import TelnyxClient
from console.ui.options import wall_clock
from tests.scenarios.comparing import differences
from tests.scenarios.stage import PATIENT_S, Scene, desk_on, new_simulator

CALLERS = 12


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def acknowledged(simulator: Simulator) -> set[str]:
    """The ids of the events that were answered 200, as Telnyx records them."""
    async with TelnyxClient(simulator.api_base, Secret(simulator.api_key)) as client:
        return {
            str(item["webhook"]["id"])  # type: ignore[index]
            async for item in client.items("/webhook_deliveries")
            if item["status"] == "delivered"
        }


async def test_engine_that_is_killed_loses_nothing(journal: Path) -> None:
    """kill -9 while callers come and go: started again by the desk, the journal has every event that was answered 200,
    and the desk, a new desk and Telnyx have the same picture.
    """
    scene = Scene(seed=5)
    port = free_port()
    config = journal.with_name("config.toml")
    config.touch(mode=0o600)
    await make_journal(journal)
    async with new_simulator(scene) as (simulator, api, hooks):
        hooks.to_port = port
        simulator.set_webhook_url(f"http://127.0.0.1:{hooks.port}/webhooks")
        life = engine_host(
            journal,
            ["--port", str(port), "--host", "127.0.0.1", "--config", str(config), "--grace", "5"],
            {
                "TELNYX_API_KEY": simulator.api_key,
                "TELNYX_PUBLIC_KEY": simulator.public_key,
                "TELNYX_BASE_URL": f"http://127.0.0.1:{api.port}/v2",
                "CALL_CONSOLE_CONNECTION_ID": simulator.connection_id,
                PROFILE_VARIABLE: None,
            },
        )
        async with desk_on(journal, scene, simulator, None, api, hooks, life) as stage:
            services = stage.app.services
            call = await stage.rings()
            await stage.press("a")
            await stage.shows_state(call, LegState.ANSWERED)
            calls = [await simulator.incoming(patience_s=PATIENT_S) for _ in range(CALLERS)]
            await stage.until(lambda: len(services.store.board.legs) > 3, "some have arrived")
            pid = life.pid
            assert pid is not None

            os.kill(pid, signal.SIGKILL)
            before = await acknowledged(simulator)
            for gone in calls[::3]:
                await simulator.caller_hangs_up(gone)
            await stage.until(
                lambda: services.life is not None and services.life.state is LifeState.RESTARTING,
                "the desk says that the engine died",
            )
            await stage.says("SIGKILL")
            await stage.until(lambda: life.pid not in (None, pid), "another engine runs", 30.0)
            await stage.until(lambda: not differences(stage), "desk and world agree", 30.0)
            kept = {entry.event_id for entry in stage.entries}
            assert before
            assert before <= kept
            assert await acknowledged(simulator) <= {entry.event_id for entry in stage.entries}

            await stage.selects(call)
            await stage.press("h", "tab", "enter")
            await stage.shows_state(call, LegState.ENDED)
            store, last = services.store, stage.entries[-1].seq
            await stage.until(lambda: store.seq == last, "the desk has read everything")
            shown = json.dumps(store.board.dump(), sort_keys=True)

        reader = open_reader(journal)
        fresh = Store(reader, clock=wall_clock)
        fresh.load()
        fresh.poll()
        reader.close()
    assert json.dumps(fresh.board.dump(), sort_keys=True) == shown
