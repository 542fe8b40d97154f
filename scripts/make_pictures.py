"""Makes the pictures of the documentation: the real screen over the real engine against the simulator, as SVG.

    PYTHONPATH=. python scripts/make_pictures.py           # those of the guide, into docs/pictures/
    PYTHONPATH=. python scripts/make_pictures.py FOLDER --every [--theme console-light] [--size 80x24] [--ascii] [--only NAME]

Nothing is drawn by hand; run it again when the screen changes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from svg_cells import stand_alone
from textual.geometry import Size
from textual.pilot import Pilot

from console.cli.checkup import examine
from console.cli.demo import fictional_contacts
from console.cli.exporting.desk import carry_out
from console.config.load import Loaded, load
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.exports import Order
from console.journal.sqlite import open_reader
from console.operator import HttpOperator, LifeState, LifeStatus
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.options import UiOptions, wall_clock

PATIENCE_S = 15.0
SETTLES_S = 0.4
WIDE = Size(120, 32)
IN_GUIDE = (
    "desk",
    "desk-light",
    "transfer",
    "menu",
    "form",
    "filter",
    "flow",
    "event",
    "compare",
    "sound",
    "pulse",
    "ring-back",
    "history",
    "past",
    "export",
    "redacted",
    "applications",
)
"""What docs/guide.md and README show."""


class Beside:
    """The life of an engine that runs in this very process."""

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Says that it runs, and waits to be cancelled."""
        on_status(LifeStatus(LifeState.RUNNING))
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """Nothing to end: the engine belongs to whoever made it."""


class Scene:
    """A desk with calls at work, of which pictures are taken."""

    def __init__(
        self, folder: Path, names: frozenset[str], simulator: Simulator, pilot: Pilot[None]
    ) -> None:
        """`names`: the pictures that are wanted; empty: every one."""
        self._folder = folder
        self._names = names
        self.simulator = simulator
        self._pilot = pilot
        self.missed: list[str] = []

    @property
    def app(self) -> ConsoleApp:
        """The running screen."""
        app = self._pilot.app
        assert isinstance(app, ConsoleApp)
        return app

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Lets the screen work until the condition holds.

        Raises:
            TimeoutError: it did not in time.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the screen never showed {what}")
            await self._pilot.pause(0.05)

    async def call(self, from_: str, name: str) -> str:
        """One more caller; the call's id once it is on the screen."""
        call = await self.simulator.incoming(from_=from_, name=name, patience_s=600)
        await self.until(lambda: self.app.services.store.board.get(call) is not None, name)
        return call

    async def state(self, call: str, wanted: str) -> None:
        """Waits until a call is in a state."""

        def reached() -> bool:
            leg = self.app.services.store.board.get(call)
            return leg is not None and leg.state == wanted

        await self.until(reached, f"a call as {wanted}")

    async def on(self, call: str) -> None:
        """Puts the cursor on a call, whatever it is on now."""
        await self.home()
        self.app.desk.calls.select(call)
        self.app.desk.calls.focus()
        await self._pilot.pause(0.2)

    async def home(self) -> None:
        """Back to the desk from wherever the screen is."""
        for _ in range(6):
            if self.app.screen.id == "desk" and type(self.app.screen).__name__ == "DeskScreen":
                return
            await self.press("escape")
        raise TimeoutError(f"no way back to the desk from {self.app.screen}")

    async def press(self, *keys: str) -> None:
        """Types."""
        for key in keys:
            await self._pilot.press(key)
            await self._pilot.pause(0.1)

    async def type(self, text: str) -> None:
        """Types a text."""
        names = {" ": "space", "+": "plus", ":": "colon", "-": "minus", ">": "greater_than_sign"}
        await self._pilot.press(*(names.get(char, char) for char in text))
        await self._pilot.pause(0.1)

    async def take(
        self, name: str, *keys: str, call: str | None = None, rest_s: float = 0.0
    ) -> None:
        """Goes to the call, types the keys and saves the screen as it is then."""
        try:
            if call is not None:
                await self.on(call)
            await self.press(*keys)
            await self._pilot.pause(SETTLES_S + rest_s)
        except TimeoutError as error:
            self.missed.append(f"{name}: {error}")
            return
        self.app.clear_notifications()
        await self._pilot.pause(0.2)
        if not self._names or name in self._names:
            drawing = stand_alone(self.app.export_screenshot())
            (self._folder / f"{name}.svg").write_text(drawing, encoding="utf-8")


class People:
    """Whom the story is about, by their calls."""

    emma = nora = jean = dorian = ""


async def begin(scene: Scene) -> People:
    """One call is transferred, one caller gives up, three wait or talk."""
    who = People()
    gone = await scene.call("+17025550133", "Peer Gynt")
    who.emma = await scene.call("+13125550101", "Emma Woodhouse")
    await scene.on(who.emma)
    await scene.press("a")
    await scene.state(who.emma, "answered")
    await scene.press("t", *"ann", "enter")
    await scene.state(who.emma, "bridged")
    who.jean = await scene.call("+14155550100", "Jean Valjean")
    await scene.on(who.jean)
    await scene.press("a")
    await scene.state(who.jean, "answered")
    await asyncio.sleep(6.0)
    await scene.simulator.caller_hangs_up(gone)
    await scene.state(gone, "ended")
    who.nora = await scene.call("+12065550147", "Nora Helmer")
    who.dorian = await scene.call("+442079460155", "Dorian Gray")
    return who


async def handling(scene: Scene, who: People) -> None:
    """The desk, and what is done with calls."""
    await scene.take("desk", call=who.emma, rest_s=1.5)
    app = scene.app
    before, app.theme = app.theme, "console-light"
    await scene.take("desk-light")
    app.theme = before
    await scene.take("transfer", "t", call=who.jean)
    await scene.take("reject", "r", call=who.nora)
    await scene.take("hang-up", "h", call=who.jean)
    await scene.take("dial", "d", call=who.nora)
    await scene.take("bridge", "b", call=who.jean)
    await scene.take("menu", "c", call=who.jean)
    await scene.take("form", "t", *"ann", "f2", call=who.jean)
    await scene.take("request", "f3")
    await scene.on(who.jean)
    await scene.take("keypad", "K", "1", "2", "number_sign")
    await scene.take("gather", "C", call=who.jean)
    await scene.take(
        "note", "n", *"wants", "space", *"a", "space", *"refund", "tab", *"vip", call=who.jean
    )
    await scene.press("enter")
    await scene.take(
        "summary", "home", "space", "down", "space", "down", "space", "h", call=who.jean
    )
    await scene.home()
    await scene.press("home", "space", "down", "space", "down", "space")
    await scene.take("palette", "ctrl+p", *"rec", call=who.jean)
    await scene.take("help", "question_mark", call=who.emma)
    await scene.take("jump", "J", call=who.emma)
    await scene.take("theme", "ctrl+t", call=who.emma)


async def finding(scene: Scene, who: People) -> None:
    """Filters, columns, sorting."""
    await scene.on(who.emma)
    await scene.press("slash")
    await scene.type("state:ringing wait>1s")
    await scene.take("filter")
    await scene.press("escape")
    await scene.press("slash")
    await scene.type("state:(ringing | ")
    await scene.take("filter-wrong")
    await scene.press("escape", "escape")
    await scene.take("filters", "F", call=who.emma)
    await scene.take("columns", "o", call=who.emma)
    await scene.take("sorted", "O", "O", call=who.emma)
    await scene.press(*["O"] * 9)


async def understanding(scene: Scene, who: People) -> None:
    """One call and its events."""
    await scene.take("timeline", "2", "z", call=who.emma)
    await scene.take("timeline-clock", "w")
    await scene.take("timeline-gaps", "w", "l")
    await scene.press("w", "l", "z")
    await scene.take("flow", "f", call=who.emma)
    await scene.on(who.emma)
    await scene.press("3", "slash")
    await scene.type("312 type:call.*")
    await scene.press("enter", "end", "up")
    await scene.take("event", "enter")
    await scene.take("event-raw", "x")
    await scene.press("x", "m", "escape", "up", "up", "enter")
    await scene.take("compare", "c")
    await scene.home()
    await scene.press("escape")
    await speaking(scene)
    await scene.take("requests", "L", call=who.emma)
    await scene.take("notices", "N", call=who.emma)


async def speaking(scene: Scene) -> None:
    """What is said, and how it sounds, on a call of its own: people do not talk for ever."""
    talker = await scene.call("+16175550155", "Ada Clare")
    await scene.on(talker)
    await scene.press("a")
    await scene.state(talker, "answered")
    await scene.press("c", "t", "ctrl+s")
    await scene.take("sound", "S", "s", call=talker, rest_s=3.0)
    await scene.take("transcript", "T", call=talker, rest_s=4.0)


async def the_line(scene: Scene, who: People) -> None:
    """Figures, alerts, callers to ring back."""
    await scene.take("pulse", "u", "down", call=who.emma, rest_s=2.0)
    await scene.take("alerts", "exclamation_mark", call=who.emma)
    await scene.take("ring-back", "B", call=who.emma)


async def past_and_files(scene: Scene, who: People) -> None:
    """The journal, the desk as it was, files, masks, replay, applications."""
    await scene.take("history", "H", call=who.emma)
    await scene.take("past-call", "enter", rest_s=0.5)
    await scene.on(who.emma)
    await scene.press("at", "minus", *"20s", "enter")
    await scene.take("past", rest_s=1.0)
    await scene.press("escape")
    await scene.take("export", "E", call=who.emma)
    await scene.take("applications", "A", call=who.emma)
    await scene.take("application-form", "e")
    await scene.press("escape")
    await scene.take("replay", "ctrl+r", call=who.emma)
    await scene.take("doctor", "D", call=who.emma, rest_s=6.0)
    await scene.on(who.emma)
    await scene.take("redacted", "X", rest_s=2.0)


async def play(scene: Scene) -> None:
    """The story of the pictures; what cannot be reached is told at the end and does not keep the rest back."""
    who = await begin(scene)
    acts: tuple[Callable[[Scene, People], Awaitable[None]], ...] = (
        handling,
        finding,
        understanding,
        the_line,
        past_and_files,
    )
    for act in acts:
        try:
            await act(scene, who)
        except TimeoutError as error:
            scene.missed.append(f"{act.__name__}: {error}")


def options_of(loaded: Loaded, journal: Path, theme: str, *, ascii_only: bool) -> UiOptions:
    """A desk as its operator has set it up."""

    def export(order: Order, folder: Path | None, name: str, replaces: bool) -> Path:
        return carry_out(loaded, journal, order, folder, name, replaces)

    return UiOptions(
        operator_name="alice",
        profile="support",
        bell=False,
        theme=theme,
        ascii=ascii_only,
        restore=False,
        export=export,
        examine=partial(examine, loaded, journal),
        metrics={"answered_is_service": True},
        alerts={"long-wait": {"watch": "longest_wait", "limit": 5, "clear": 1}},
        filters=(("waiting", "state:ringing"), ("vip", "mark:vip | name:Nora")),
    )


async def make(
    target: Path, names: frozenset[str], size: Size, theme: str, ascii_only: bool
) -> int:
    """Puts simulator, engine and screen together and plays the story; how many pictures failed."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        journal = folder / "calls.sqlite3"
        (folder / "config.toml").touch(mode=0o600)
        loaded = load({}, config=str(folder / "config.toml"))
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
                options = replace(
                    options_of(loaded, journal, theme, ascii_only=ascii_only),
                    caller_id=simulator.from_number,
                )
                app = ConsoleApp(
                    Store(reader, clock=wall_clock),
                    HttpOperator(journal),
                    Beside(),
                    options,
                    fictional_contacts(simulator.from_number),
                )
                async with app.run_test(size=size, notifications=True) as pilot:
                    scene = Scene(target, names, simulator, pilot)
                    await play(scene)
                reader.close()
    for line in scene.missed:
        sys.stderr.write(f"{line}\n")
    return len(scene.missed)


def main() -> int:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "docs" / "pictures"
    )
    parser.add_argument("--every", action="store_true", help="every screen, not the guide's only")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--theme", default="console-dark")
    parser.add_argument("--size", default=f"{WIDE.width}x{WIDE.height}")
    parser.add_argument("--ascii", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in chosen.size.split("x"))
    names = frozenset(chosen.only or (() if chosen.every else IN_GUIDE))
    size = Size(width, height)
    missed = asyncio.run(make(chosen.folder.resolve(), names, size, chosen.theme, chosen.ascii))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
