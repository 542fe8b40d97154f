"""Makes the pictures of the documentation: the real screen over the real engine against the simulator, as SVG.

    python scripts/make_pictures.py [docs]

Nothing is drawn by hand; run it again when the screen changes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from console.cli.demo import fictional_contacts
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.journal.sqlite import open_reader
from console.operator import HttpOperator, LifeState, LifeStatus
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.options import UiOptions, wall_clock

PATIENCE_S = 15.0


class Beside:
    """The life of an engine that runs in this very process."""

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Says that it runs, and waits to be cancelled."""
        on_status(LifeStatus(LifeState.RUNNING))
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """Nothing to end: the engine belongs to whoever made it."""


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Lets the screen work until the condition holds.

    Raises:
        TimeoutError: it did not in time.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the screen never showed what the picture needs")
        await pilot.pause(0.1)


class Scene:
    """A desk with calls at work, of which pictures are taken."""

    def __init__(
        self, folder: Path, simulator: Simulator, store: Store, pilot: Pilot[None]
    ) -> None:
        self._folder = folder
        self._simulator = simulator
        self._store = store
        self._pilot = pilot

    async def call(self, from_: str, name: str) -> str:
        """One more caller; the call's id once it is on the screen."""
        call = await self._simulator.incoming(from_=from_, name=name, patience_s=600)
        await until(self._pilot, lambda: self._store.board.get(call) is not None)
        return call

    async def state(self, call: str, wanted: str) -> None:
        """Waits until a call is in a state."""

        def reached() -> bool:
            leg = self._store.board.get(call)
            return leg is not None and leg.state == wanted

        await until(self._pilot, reached)

    async def press(self, *keys: str) -> None:
        """Types."""
        await self._pilot.press(*keys)
        await self._pilot.pause(0.2)

    async def take(self, name: str) -> None:
        """Saves the screen as it is."""
        await self._pilot.pause(0.5)
        self._pilot.app.clear_notifications()
        await self._pilot.pause(0.3)
        self._pilot.app.save_screenshot(f"{name}.svg", str(self._folder))


async def play(scene: Scene) -> None:
    """The story of the pictures."""
    first = await scene.call("+13125550101", "Emma Woodhouse")
    await scene.press("home", "a")
    await scene.state(first, "answered")
    await scene.press("t", *"ann", "enter")
    await scene.state(first, "bridged")
    gone = await scene.call("+17025550133", "Peer Gynt")
    await scene._simulator.caller_hangs_up(gone)
    await scene.state(gone, "ended")
    await scene.call("+12065550147", "Nora Helmer")
    await scene.call("+14155550100", "Jean Valjean")
    await scene.call("+442079460155", "Dorian Gray")
    await scene.press("1", "home", "down", "down", "down")
    await scene.take("desk")
    await scene.press("home", "t")
    await scene.take("transfer")
    await scene.press("escape", "question_mark")
    await scene.take("help")
    await scene.press("escape", "3", "end", "enter")
    await scene.take("event")


async def make(target: Path) -> None:
    """Puts simulator, engine and screen together and plays the story."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        journal = folder / "calls.sqlite3"
        async with Simulator(SimulatorOptions(rate=0, seed=1)) as simulator:
            settings = EngineSettings(
                journal=journal,
                port=0,
                public_key=simulator.public_key,
                api_key=Secret(simulator.api_key),
                base_url=simulator.api_base,
                connection_id=simulator.connection_id,
            )
            async with Engine(settings) as engine:
                simulator.set_webhook_url(engine.webhook_url)
                reader = open_reader(journal)
                store = Store(reader, clock=wall_clock)
                options = UiOptions(operator_name="alice", profile="support", bell=False)
                contacts = fictional_contacts(simulator.from_number)
                app = ConsoleApp(store, HttpOperator(journal), Beside(), options, contacts)
                async with app.run_test(size=(144, 36), notifications=True) as pilot:
                    await until(pilot, lambda: engine.health().desks >= 0)
                    await play(Scene(target, simulator, store, pilot))
                reader.close()


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1] if len(sys.argv) > 1 else "docs").resolve()))
