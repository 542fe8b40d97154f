"""What looking back costs in a journal with 100 000 events, in a real terminal.

    python -m bench.history [--events 1000 10000 100000]

Opening the history, a keystroke in its filter, opening one call of it, and showing the desk as it was: the time on the
clock from the key to the end of the frame it causes. The moment is in the middle of the record, where no snapshot helps;
"whole" is until the last of the calls that had ended by then is read, in slices beside the screen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.journals import Said, record
from bench.terminal import Terminal

ROUNDS = 9
PER_CALL = 5
"""Events of one call; a new one begins with every second."""
_TYPES = (
    "call.initiated",
    "call.answered",
    "call.speak.started",
    "call.speak.ended",
    "call.hangup",
)
START = 1_795_000_000_000_000
NAMES = (
    "opening history",
    "keystroke in its filter",
    "opening a call of it",
    "time travel",
    "time travel, whole",
)


def small_calls(events: int) -> Iterator[Said]:
    """Small calls that overlap: twenty are on the line at any moment."""
    for number in range(events):
        # Of each second: the first event of one call, the second of the one before, and so on.
        call, step = divmod(number, PER_CALL)
        call = max(0, call - step * 5)
        yield Said(
            _TYPES[step],
            START + (call + step * 5) * 1_000_000 + step,
            {
                "call_control_id": f"v3:{call}",
                "call_leg_id": f"leg-{call}",
                "call_session_id": f"session-{call}",
                "connection_id": "1",
                "direction": "incoming",
                "from": f"+1312555{call % 10000:04d}",
                "to": "+18005550100",
                "hangup_cause": "normal_clearing",
            },
        )


def child(events: int, result: Path) -> None:
    """The screen's process: looks back again and again, and times it."""
    import time

    from console.config.contacts import Contacts
    from console.domain.filter import parse
    from console.journal.sqlite import open_reader
    from console.life import LifeStatus
    from console.store.store import Store
    from console.ui.app import ConsoleApp
    from console.ui.options import UiOptions
    from console.ui.past_deeds import NoEngine
    from console.ui.screens.history import HistoryScreen
    from console.ui.screens.past_desk import PastDesk
    from console.ui.travel import open_past, travel_to
    from console.ui.widgets.history import HistoryList

    journal = result.parent / "history.db"
    asyncio.run(record(journal, small_calls(events)))
    store = Store(open_reader(journal), clock=lambda: time.time_ns() // 1000)

    class NoLife:
        """No engine is found, none is started."""

        async def run(self, _heard: object) -> LifeStatus:
            await asyncio.Event().wait()
            raise AssertionError

        async def leave(self) -> None: ...

    class Measured(ConsoleApp):
        """Goes there and back."""

        def begun(self) -> None:
            super().begun()
            self.set_timer(1.5, self.start)

        def start(self) -> None:
            self.run_worker(self.measure(), exit_on_error=True)

        async def settled(self) -> None:
            done = asyncio.Event()
            self.call_after_refresh(done.set)
            await done.wait()

        async def timed(self, name: str, does: object) -> None:
            await asyncio.sleep(0.2)
            began = time.perf_counter()
            does()  # type: ignore[operator]
            await self.settled()
            spent[name].append((time.perf_counter() - began) * 1000)

        async def measure(self) -> None:
            services = self.services
            middle = services.store.reader.get(max(1, events // 2))
            assert middle is not None
            for _ in range(ROUNDS):
                await self.timed(NAMES[0], lambda: open_past("history", self, services))
                screen = self.screen
                assert isinstance(screen, HistoryScreen)
                rows = screen.query_one(HistoryList)
                assert len(rows.rows) == len(services.store.reader.legs.numbers())
                await self.timed(NAMES[1], partial(rows.use_filter, parse("number:*0042")))
                rows.use_filter(None)
                await self.timed(NAMES[2], partial(screen.action_act, "history.open"))
                self.pop_screen()
                self.pop_screen()
                await self.settled()
                began = time.perf_counter()
                await self.timed(NAMES[3], lambda: travel_to(self, services, middle.received_at))
                desk = self.screen
                assert isinstance(desk, PastDesk)
                while not desk.has_begun or desk.services.store.progress < 1.0:  # type: ignore[attr-defined]  # noqa: ASYNC110  seen from outside
                    await asyncio.sleep(0.002)
                spent[NAMES[4]].append((time.perf_counter() - began - 0.2) * 1000)
                desk.action_act("travel.back")
            result.write_text(json.dumps(spent))  # noqa: ASYNC240  the measuring is over
            self.exit()

    spent: dict[str, list[float]] = {name: [] for name in NAMES}
    operator = NoEngine(lambda: "there is no engine")
    app = Measured(store, operator, NoLife(), UiOptions(), Contacts(()))  # type: ignore[arg-type]
    app.run()


def measure(sizes: list[int], *, rounds: int = 3) -> dict[int, list[float]]:
    """Median ms of each thing for each number of events, interleaved over the rounds."""
    spent: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                result = Path(folder) / "history.json"
                env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
                argv = [sys.executable, "-m", "bench.history", "--child", str(size), str(result)]
                terminal = Terminal(argv, env=env)
                terminal.drain()
                terminal.close()
                found = json.loads(result.read_text())
                spent[size].append([statistics.median(found[name]) for name in NAMES])
    return {
        size: [statistics.median(column) for column in zip(*each, strict=True)]
        for size, each in spent.items()
    }


def rows(result: dict[int, list[float]]) -> list[str]:
    """The table, as Markdown rows."""
    lines = ["| events | " + " | ".join(f"{name}, ms" for name in NAMES) + " |"]
    lines.append("| ---: |" + " ---: |" * len(NAMES))
    return lines + [
        f"| {size:,} | " + " | ".join(f"{each:.1f}" for each in found) + " |"
        for size, found in result.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", nargs=2)
    options = parser.parse_args()
    if options.child:
        child(int(options.child[0]), Path(options.child[1]))
    else:
        print("\n".join(rows(measure(options.events, rounds=options.rounds))))


if __name__ == "__main__":
    main()
