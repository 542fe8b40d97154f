"""What opening a long call costs, in a real terminal: its timeline, and its flow, with 10, 100 and 1 000 events.

    python -m bench.reading [--events 10 100 1000]

The call's events lie among twenty times as many of other calls in a journal on disk. Cost is the time on the clock from
the key to the end of the frame it causes: reading, decoding, putting in order, drawing.
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
from pathlib import Path

from bench.journals import Said, record
from bench.terminal import Terminal

ROUNDS = 15
OTHERS = 20
"""Entries of other calls between two of the long one."""
LEGS = 4
_TYPES = (
    "call.initiated", "call.answered", "call.bridged", "call.speak.started", "call.speak.ended",
    "call.dtmf.received", "call.playback.started", "call.playback.ended",
)  # fmt: skip


def one_long_call(events: int) -> Iterator[Said]:
    """One call of that many events on four legs, and many small ones around it."""
    for number in range(events * (1 + OTHERS)):
        turn, other = divmod(number, 1 + OTHERS)
        leg, session = (f"talk-{turn % LEGS}", "talk") if not other else (f"o{number // 8}",) * 2
        yield Said(
            _TYPES[(turn // LEGS if not other else number) % len(_TYPES)],
            1_795_000_000_000_000 + number * 1_000,
            {
                "call_control_id": f"v3:{leg}",
                "call_leg_id": leg,
                "call_session_id": session,
                "connection_id": "1",
                "direction": "incoming",
                "from": f"+1312555{number % 10000:04d}",
                "to": "+18005550100",
                "digit": "5",
            },
        )


def child(events: int, result: Path) -> None:
    """The screen's process: opens the call again and again, and times it."""
    import time

    from textual.app import App, ComposeResult

    from console.domain.ladder import ladder
    from console.domain.timeline import timeline
    from console.journal.sqlite import open_reader
    from console.store.store import Store
    from console.ui.screens.conversation import Talk
    from console.ui.widgets.flow import FlowView
    from console.ui.widgets.timeline import TimelinePane

    folder = result.parent
    journal = folder / "reading.db"
    asyncio.run(record(journal, one_long_call(events)))
    store = Store(open_reader(journal), clock=lambda: time.time_ns() // 1000)
    store.load()

    class Given:
        """Of the services only what reading needs."""

        def __init__(self) -> None:
            self.store = store

        def now(self) -> int:
            return time.time_ns() // 1000

    class Measured(App[None]):
        CSS = "TimelinePane, FlowView { height: 1fr; }"

        def compose(self) -> ComposeResult:
            self.timeline = TimelinePane()
            self.flow = FlowView()
            yield self.timeline
            yield self.flow

        def on_mount(self) -> None:
            self.run_worker(self.measure(), exit_on_error=True)

        async def settled(self) -> None:
            done = asyncio.Event()
            self.call_after_refresh(done.set)
            await done.wait()

        def open_timeline(self) -> None:
            talk = Talk(Given(), ["v3:talk-0"])  # type: ignore[arg-type]
            talk.read()
            self.timeline.show("talk", timeline(talk.pairs, talk.legs), talk.legs)

        def open_flow(self) -> None:
            talk = Talk(Given(), ["v3:talk-1"])  # type: ignore[arg-type]
            talk.read()
            self.flow.show(ladder(talk.pairs, talk.legs))

        async def measure(self) -> None:
            for _ in range(10):
                await self.settled()
            spent: dict[str, list[float]] = {"timeline": [], "flow": []}
            for _ in range(ROUNDS):
                for name, opens in (("timeline", self.open_timeline), ("flow", self.open_flow)):
                    self.timeline.show("", (), ())
                    self.flow.show(ladder((), ()))
                    await self.settled()
                    began = time.perf_counter()
                    opens()
                    await self.settled()
                    spent[name].append((time.perf_counter() - began) * 1000)
            self.open_timeline()
            assert len(self.timeline.rows) == events
            result.write_text(json.dumps(spent))  # noqa: ASYNC240  the measuring is over
            self.exit()

    Measured().run()


def measure(sizes: list[int], *, rounds: int = 3) -> dict[int, tuple[float, float]]:
    """Median ms to open timeline and flow for each number of events, interleaved over the rounds."""
    spent: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                result = Path(folder) / "reading.json"
                env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
                argv = [sys.executable, "-m", "bench.reading", "--child", str(size), str(result)]
                terminal = Terminal(argv, env=env)
                terminal.drain()
                terminal.close()
                found = json.loads(result.read_text())
                spent[size].append(
                    (statistics.median(found["timeline"]), statistics.median(found["flow"]))
                )
    return {
        size: (statistics.median(t for t, _ in each), statistics.median(f for _, f in each))
        for size, each in spent.items()
    }


def rows(result: dict[int, tuple[float, float]]) -> list[str]:
    """The table, as Markdown rows."""
    lines = ["| events of the call | timeline, ms | flow, ms |", "| ---: | ---: | ---: |"]
    return lines + [
        f"| {size:,} | {line:.1f} | {flow:.1f} |" for size, (line, flow) in result.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[10, 100, 1_000])
    parser.add_argument("--child", nargs=2)
    options = parser.parse_args()
    if options.child:
        child(int(options.child[0]), Path(options.child[1]))
    else:
        print("\n".join(rows(measure(options.events))))


if __name__ == "__main__":
    main()
