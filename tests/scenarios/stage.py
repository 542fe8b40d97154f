"""Sets the stage for one scenario, and drives it as an operator would.

Everything is real: the screen (headless), the store over a SQLite file, the engine, the operator over the private
socket, the simulator behind HTTP. Only the cables between engine and simulator, the pauses between retries and the
address book are the test's. Waiting means looking at the screen again until something is so, or a deadline passes.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button

from console.config.contacts import Contact, Contacts
from console.domain.entries import Entry, Intent
from console.domain.legs import Leg, LegState
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.journal.sqlite import open_reader, open_writer
from console.operator import EngineLife, HttpOperator
from console.secret import Secret
from console.simulator.faults import Recorded
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.store.store import Store
from console.telnyx.client import TelnyxClient
from console.telnyx.problems import ALREADY_ENDED
from console.telnyx.requests import build
from console.ui.app import ConsoleApp
from console.ui.dialogs.base import CommandDialog
from console.ui.options import UiOptions, wall_clock
from tests.scenarios.cable import Cable
from tests.ui.driver import FakeLife, text_of

WIDE = (120, 36)
NARROW = (80, 24)
DEADLINE_S = 60.0
LOOK_EVERY_S = 0.01
PATIENT_S = 100_000.0
"""Seconds of the simulated world that a caller waits, and talks, who is not supposed to leave."""

CONTACTS = (Contact("Ann", "sip:ann@example.com"), Contact("Support", "+14155550111"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is special about a scenario. `speed` shortens the waits of the simulated world."""

    size: tuple[int, int] = WIDE
    seed: int = 1
    speed: float = 20.0
    rate: float = 0.0
    chaos: bool = False
    read_only: bool = False
    api_key: str | None = None
    """Another key than the simulator's."""
    reconcile_at_start: bool = False
    alerts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Tables `[alerts.NAME]`."""
    patience: bool = False
    """Whether retries pause as they do in life."""


@dataclass(kw_only=True)
class Stage:
    """One running console and one running simulator."""

    scene: Scene
    journal: Path
    simulator: Simulator
    engine: Engine | None
    """None where it is a process of its own."""
    app: ConsoleApp
    api: Cable
    """Between the engine and the simulator's API."""
    hooks: Cable
    """Between the simulator and the engine's listener."""
    pilot: Pilot[None] = field(init=False)

    # -- what happens outside

    async def rings(self, number: str = "+13125550101", name: str | None = None) -> str:
        """Somebody calls; returns when the list shows it as ringing. Gives the call_control_id."""
        call = await self.simulator.incoming(number, name, patience_s=PATIENT_S, talk_s=PATIENT_S)
        await self.shows_state(call, LegState.RINGING)
        return call

    async def talks(self, number: str = "+13125550101") -> str:
        """Somebody calls and has been answered, by somebody else."""
        call = await self.rings(number)
        await self.somebody_else("answer", call)
        await self.shows_state(call, LegState.ANSWERED)
        return call

    async def somebody_else(self, action: str, call: str, **params: object) -> None:
        """The application behind, or another console, sends a command past this one."""
        request = build(action, call_control_id=call, params=params)
        async with client(Scene(), self.simulator.api_base, self.simulator.api_key) as other:
            answer = await other.send(request)
        assert answer.ok, answer

    async def ends(self, call: str) -> None:
        """The far end hangs up."""
        await self.simulator.caller_hangs_up(call)

    # -- what the operator does

    async def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Text into the field that has the focus, all at once as a terminal pastes it."""
        self.app.post_message(events.Paste(text))
        await self.until(lambda: text in self.picture, f"{text!r} is in the field")

    async def selects(self, call: str) -> None:
        """Puts the cursor on a call."""
        self.app.desk.calls.select(call)
        await self.until(lambda: self.app.desk.calls.selected == call, "the call is selected")

    async def command(self, action: str, call: str, **params: object) -> None:
        """Sends a command the way the screen does, without the screen; the call may have ended meanwhile."""
        intent = Intent(
            command_id=str(uuid.uuid4()),
            action=action,
            call_control_id=call,
            params=params,
            operator="me",
        )
        done = await self.app.services.operator.execute(intent)
        # The engine does not send what it knows to be in vain.
        is_in_vain = done.attempts == 0 and "has ended" in done.message
        assert done.ok or done.code == ALREADY_ENDED or is_in_vain, done

    # -- what the operator sees

    async def until(
        self, condition: Callable[[], object], what: str, within_s: float = DEADLINE_S
    ) -> None:
        """Looks at the screen until something is so."""
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not so after {within_s:g} s: {what}\n{self.picture}")
            await self.pilot.pause(LOOK_EVERY_S)

    async def shows(self, *words: str) -> None:
        """Waits until all these words are somewhere on the screen."""
        for word in words:
            await self.until(partial(self._is_shown, word), f"{word!r} is shown")

    async def shows_state(self, call: str, state: LegState) -> None:
        """Waits until the list says so."""
        await self.until(
            lambda: (
                call in self.app.desk.view
                and self.leg(call).state is state
                and state.value in self.row(call)
            ),
            f"{call} is {state}",
        )

    async def says(self, *words: str) -> None:
        """Waits until a notice says all of this."""
        for word in words:
            await self.until(partial(self._was_said, word), f"a notice says {word!r}")

    async def look_at(self, pane: str) -> None:
        """Goes to a pane, as its number does."""
        await self.press({"calls": "1", "timeline": "2", "events": "3"}[pane])

    def _is_shown(self, word: str) -> bool:
        return word in self.picture

    def _was_said(self, word: str) -> bool:
        return word in self.notices

    @property
    def picture(self) -> str:
        """The whole screen as text, what lies on top included."""
        screen = self.app.screen
        return "\n".join(strip.text for strip in screen._compositor.render_strips())

    @property
    def timeline(self) -> str:
        """The timeline of the selected call, also while its pane is out of sight."""
        conversation = self.app.desk.conversation
        return "\n".join(f"{line.title} {line.detail}" for line in conversation.lines)

    def pane(self, name: str) -> str:
        return text_of(self.app.desk.query_one(f"#pane-{name}"))

    def row(self, call: str) -> str:
        """The lines of the list that show a call; empty while it is not in sight."""
        table = self.app.desk.calls
        index = table.view.index_of(call)
        lines = text_of(table).split("\n")
        if index is None or not any(lines):
            return ""
        rows = table.rows
        top = rows.header_lines - table.scroll_offset.y
        first, last = top + rows.line_of(index), top + rows.line_of(index + 1)
        return "\n".join(lines[max(0, first) : last])

    @property
    def dialog(self) -> CommandDialog:
        """The dialog on top."""
        screen = self.app.screen
        assert isinstance(screen, CommandDialog), f"no dialog is open, but {screen}"
        return screen

    @property
    def dialog_text(self) -> str:
        """All that is written in the dialog on top."""
        return text_of(self.dialog.query_one("#dialog"))

    @property
    def can_confirm(self) -> bool:
        """Whether the dialog's button is on."""
        return not self.dialog.query_one("#confirm", Button).disabled

    def asks(self) -> bool:
        """Whether a dialog is open."""
        return isinstance(self.app.screen, CommandDialog)

    @property
    def notices(self) -> str:
        """Everything said so far, newest first."""
        return "\n".join(f"{n.title}: {n.text}" for n in self.app.services.notices.all())

    def leg(self, call: str) -> Leg:
        """A call as the desk has it."""
        found = self.app.services.store.leg(call)
        assert found is not None, f"{call} is not on the board"
        return found

    # -- what really happened

    def commands(self, action: str | None = None) -> list[Recorded]:
        """The commands that reached the simulator."""
        found = [each for each in self.simulator.requests if each.method == "POST"]
        if action is None:
            return found
        end = "/calls" if action == "dial" else f"/actions/{action}"
        return [each for each in found if each.path.endswith(end)]

    def taken(self, action: str, call: str) -> list[Recorded]:
        """The commands of one kind from this console that reached the simulator for this call."""
        return [
            each
            for each in self.commands(action)
            if f"/calls/{call}/" in each.path
            and isinstance(each.body, dict)
            and "command_id" in each.body
        ]

    def sent_ids(self, action: str) -> list[str]:
        """The command_ids that left the engine for this action, in order, retries included."""
        end = "/calls" if action == "dial" else f"/actions/{action}"
        bodies = [each.body for each in self.api.heard if each.path.endswith(end)]
        return [str(body["command_id"]) for body in bodies if isinstance(body, dict)]

    @property
    def entries(self) -> list[Entry]:
        """Everything in the journal."""
        return read_journal(self.journal)


def read_journal(journal: Path) -> list[Entry]:
    """Every entry of a journal."""
    reader = open_reader(journal)
    try:
        return list(reader.read())
    finally:
        reader.close()


async def _no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


def port_of(url: str) -> int:
    """The port in an address."""
    return int(url.removeprefix("http://").partition("/")[0].rpartition(":")[2])


def client(scene: Scene, base_url: str, key: str) -> TelnyxClient:
    """The engine's way to the simulator."""
    return TelnyxClient(
        base_url,
        Secret(scene.api_key or key),
        transport=httpx.AsyncHTTPTransport(verify=False),
        timeout_s=5.0,
        sleep=asyncio.sleep if scene.patience else _no_pause,
    )


def new_app(
    stack: AsyncExitStack, journal: Path, scene: Scene, caller_id: str, life: EngineLife
) -> ConsoleApp:
    """The screen over a journal, as `run` puts it together."""
    reader = open_reader(journal)
    stack.callback(reader.close)
    options = UiOptions(
        refresh_hz=60.0,
        health_every_s=0.5,
        caller_id=caller_id,
        operator_name="me",
        read_only=scene.read_only,
        alerts=scene.alerts,
    )
    store = Store(reader, clock=wall_clock)
    return ConsoleApp(store, HttpOperator(journal), life, options, Contacts(CONTACTS))


@asynccontextmanager
async def engine_for(
    journal: Path, scene: Scene, simulator: Simulator, api: Cable, hooks: Cable
) -> AsyncIterator[Engine]:
    """An engine between the two cables; the simulator knows its address."""
    base_url = f"http://127.0.0.1:{api.port}/v2"
    settings = EngineSettings(
        journal=journal,
        port=0,
        public_key=simulator.public_key,
        api_key=Secret(simulator.api_key),
        base_url=base_url,
        connection_id=simulator.connection_id,
        read_only=scene.read_only,
        reconcile_at_start=scene.reconcile_at_start,
    )
    async with Engine(settings, client=client(scene, base_url, simulator.api_key)) as engine:
        hooks.to_port = port_of(engine.webhook_url)
        simulator.set_webhook_url(f"http://127.0.0.1:{hooks.port}/webhooks")
        yield engine


@asynccontextmanager
async def new_simulator(scene: Scene) -> AsyncIterator[tuple[Simulator, Cable, Cable]]:
    """A simulator with both cables; nobody listens yet."""
    options = SimulatorOptions(
        rate=scene.rate, seed=scene.seed, speed=scene.speed, chaos=scene.chaos
    )
    async with Cable() as hooks, Simulator(options) as simulator, Cable() as api:
        api.to_port = port_of(simulator.api_base)
        yield simulator, api, hooks


@asynccontextmanager
async def desk_on(
    journal: Path,
    scene: Scene,
    simulator: Simulator,
    engine: Engine | None,
    api: Cable,
    hooks: Cable,
    life: EngineLife | None = None,
) -> AsyncIterator[Stage]:
    """A screen over an engine that runs, or that `life` starts; an error that it survived fails the test."""
    async with AsyncExitStack() as stack:
        app = new_app(stack, journal, scene, simulator.from_number, life or FakeLife())
        stage = Stage(
            scene=scene,
            journal=journal,
            simulator=simulator,
            engine=engine,
            app=app,
            api=api,
            hooks=hooks,
        )
        async with app.run_test(size=scene.size, notifications=True) as pilot:
            stage.pilot = pilot
            await stage.until(
                lambda: app.has_begun and app.services.health is not None,
                "the desk is drawn and knows its engine",
            )
            yield stage
        assert app.reported == []


@asynccontextmanager
async def staged(journal: Path, scene: Scene | None = None) -> AsyncIterator[Stage]:
    """The whole stack."""
    scene = scene or Scene()
    await open_writer(journal).aclose()
    async with (
        new_simulator(scene) as (simulator, api, hooks),
        engine_for(journal, scene, simulator, api, hooks) as engine,
        desk_on(journal, scene, simulator, engine, api, hooks) as stage,
    ):
        yield stage
