"""Panes of the real screen over a real engine and the simulator: keys in, Telnyx's answers and events out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from console.engine.engine import Engine
from console.journal.sqlite import open_reader
from console.operator import HttpOperator
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.options import UiOptions
from tests.integration.test_engine_simulator import practice
from tests.ui.driver import FakeContacts, FakeLife, text_of

PATIENCE_S = 60.0


class Bench(NamedTuple):
    """A screen, and the world behind it."""

    app: ConsoleApp
    pilot: Pilot[None]
    simulator: Simulator

    @property
    def text(self) -> str:
        return text_of(self.app.screen)

    async def until(self, what: Callable[[], object]) -> None:
        """Waits for something that is bound to happen."""
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                await self.pilot.pause(0.05)

    async def sees(self, words: str) -> None:
        try:
            await self.until(lambda: words in self.text)
        except TimeoutError:
            raise AssertionError(f"{words!r} did not appear in\n{self.text}") from None


@asynccontextmanager
async def bench(journal: Path, *, speed: float = 5.0) -> AsyncIterator[Bench]:
    options = SimulatorOptions(rate=0, seed=7, speed=speed)
    async with Simulator(options) as simulator:
        settings = practice(journal, simulator, reconcile_at_start=False)
        async with Engine(settings) as engine:
            simulator.set_webhook_url(engine.webhook_url)
            reader = open_reader(journal)
            try:
                shown = UiOptions(refresh_hz=20, health_every_s=0.2, bell=False)
                operator = HttpOperator(journal)
                store = Store(reader, clock=shown.clock)
                app = ConsoleApp(store, operator, FakeLife(), shown, FakeContacts())
                async with app.run_test(size=(100, 30)) as pilot:
                    screen = Bench(app, pilot, simulator)
                    await screen.until(lambda: app.services.health is not None)
                    yield screen
                    assert app.reported == []
            finally:
                reader.close()


async def answered(screen: Bench) -> str:
    """A caller who was answered with the key."""
    call = await screen.simulator.incoming(patience_s=100_000, talk_s=100_000)
    await screen.sees("ringing")
    await screen.pilot.press("a")
    await screen.sees("○ answered")
    return call


async def test_keypad_sends_and_hears_digits(journal: Path) -> None:
    """Typed fast: every digit once and in order; the caller's keys are shown as they come."""
    async with bench(journal) as screen:
        call = await answered(screen)
        await screen.pilot.press("K", *"4711", "number_sign")
        await screen.sees("sent,")
        await screen.simulator.caller_presses(call, "9")
        await screen.sees("received")

        def sent() -> str:
            bodies = [each.body for each in screen.simulator.requests if "send_dtmf" in each.path]
            return "".join(str(body["digits"]) for body in bodies if isinstance(body, dict))

        await screen.until(lambda: sent() == "4711#")


async def test_gather_shows_digits_and_result(journal: Path) -> None:
    """The simulated caller types what is asked for."""
    async with bench(journal, speed=20) as screen:
        await answered(screen)
        await screen.pilot.press("C", "enter")
        await screen.sees("complete")
        await screen.sees("result")


async def test_transcript_is_written_while_it_is_said(journal: Path) -> None:
    """Both sides of the simulated talk, until it is stopped."""
    async with bench(journal, speed=20) as screen:
        await answered(screen)
        await screen.pilot.press("T", "s")
        await screen.sees("Good morning")
        await screen.sees("us ")
        await screen.pilot.press("x")
        await screen.sees("s starts")


async def test_applications_are_read_changed_and_deleted(journal: Path) -> None:
    """Over HTTP through the engine, and as the simulator has it afterwards."""
    async with bench(journal) as screen:
        await screen.pilot.press("A")
        await screen.sees("ours")
        await screen.pilot.press("n")
        await screen.sees("New application")
        await screen.pilot.press(*"Sales")
        await screen.pilot.press("enter")
        await screen.sees("Create this application?")
        await screen.pilot.press("enter")
        await screen.sees("2 in all")
        await screen.sees("Sales")

        await screen.pilot.press("end", "e")
        await screen.sees("Edit Sales")
        await screen.pilot.press("down", "down", "down", "down", *"9")
        await screen.pilot.press("enter")
        await screen.sees("webhook_timeout_secs")
        await screen.sees("Save this change?")
        await screen.pilot.press("enter")
        await screen.sees("Telnyx waits 9 s")

        await screen.pilot.press("D")
        await screen.sees("cannot be brought back")
        await screen.pilot.press(*"Sales")
        await screen.pilot.press("enter")
        await screen.sees("1 in all")


async def test_wrong_setting_is_refused_at_its_field(journal: Path) -> None:
    """What Telnyx says about an address leads back to it."""
    async with bench(journal) as screen:
        await screen.pilot.press("A")
        await screen.sees("ours")
        await screen.pilot.press("e")
        await screen.sees("Edit")
        await screen.pilot.press("down", "home", "x")
        await screen.pilot.press("enter")
        await screen.sees("Save this change?")
        await screen.pilot.press("enter")
        await screen.sees("webhook_event_url must be an http or https URL")


async def test_call_is_compared_with_the_records(journal: Path) -> None:
    """Nothing differs, and that is said; then an end that no webhook told of is found."""
    async with bench(journal) as screen:
        call = await answered(screen)
        await screen.pilot.press("v")
        await screen.until(lambda: "it lives" in notices(screen))
        screen.simulator.set_webhook_url("http://127.0.0.1:9/webhooks")
        await screen.simulator.caller_hangs_up(call)

        await screen.pilot.press("v")

        await screen.sees("missing, now read")
        await screen.sees("is ended")


async def test_sound_is_streamed_here_and_saved(journal: Path, tmp_path: Path) -> None:
    """The simulator reaches this machine: a meter, then a WAV file."""
    async with bench(journal, speed=1) as screen:
        await answered(screen)
        await screen.until(lambda: screen.app.services.health.media_url)  # type: ignore[union-attr]
        await screen.pilot.press("S", "s")
        await screen.sees("live 0:0")
        await screen.sees(" dB")
        await screen.sees("lost 0")
        await screen.pilot.press("w")
        await screen.sees("Save as WAV")
        file = tmp_path / "call.wav"
        screen.app.screen.query_one("#typed").value = str(file)  # type: ignore[attr-defined]
        await screen.pilot.press("enter")
        await screen.sees("s so far")
        await screen.pilot.press("w")
        await screen.until(lambda: "of sound saved" in notices(screen))
        await screen.pilot.press("x")
        await screen.until(lambda: "live 0:" not in screen.text)

        assert file.read_bytes()[:4] == b"RIFF"


def notices(screen: Bench) -> str:
    return "\n".join(each.text for each in screen.app.services.notices.all())
