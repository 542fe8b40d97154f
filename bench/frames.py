"""What a frame of the live list costs with 100, 1 000, 10 000 and 100 000 legs, in a real terminal.

    python -m bench.frames [--legs 100 1000 10000 100000]

Each frame: one visible call changes as its next event arrives, the view puts it in its place, the table redraws what is
visible. Cost is CPU time of the screen's process, from the change to the end of the frame it causes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench.terminal import Terminal

FRAMES = 60


def child(legs: int, result: Path) -> None:
    """The screen's process: a list of that many legs, changed and timed."""
    import asyncio
    import time

    from textual.app import App, ComposeResult

    from console.domain.board import Board
    from console.domain.entries import Entry, Event, Kind
    from console.ui.presenters.calls import CallsView
    from console.ui.widgets.calls import CallTable

    start = time.time_ns() // 1000

    def entry(seq: int, leg: int, event_type: str, **payload: object) -> tuple[Entry, Event]:
        at = start + seq
        event = Event(
            key=seq.to_bytes(16, "big"),
            id=None,
            type=event_type,
            occurred_at=at,
            call_control_id=f"v3:{leg}",
            call_leg_id=f"leg-{leg}",
            call_session_id=f"session-{leg}",
            connection_id="1",
            payload=payload,
            attempt=1,
            delivered_to=None,
            envelope="v2",
        )
        return Entry(
            seq=seq, kind=Kind.WEBHOOK, received_at=at, body=b"", event_key=event.key
        ), event

    board = Board()
    for number in range(legs):
        board.apply(
            *entry(
                number,
                number,
                "call.initiated",
                direction="incoming",
                state="parked",
                **{"from": f"+1312555{number % 10000:04d}", "to": "+18005550100"},
            )
        )

    class Measured(App[None]):
        def compose(self) -> ComposeResult:
            self.view = CallsView(board)
            self.view.apply(board.legs, start)
            self.table = CallTable(self.view)
            yield self.table

        def on_mount(self) -> None:
            self.table.refresh_rows(frozenset(board.legs), start)
            self.run_worker(self.measure(), exit_on_error=True)

        async def settled(self) -> None:
            done = asyncio.Event()
            self.call_after_refresh(done.set)
            await done.wait()

        async def measure(self) -> None:
            for _ in range(10):
                await self.settled()
            spent: list[float] = []
            for frame in range(FRAMES):
                began = time.process_time()
                key = self.view.keys[frame % 20]
                changed = board.apply(
                    *entry(
                        legs + frame + 1,
                        int(key.split(":")[1]),
                        "call.dtmf.received",
                        digit=str(frame % 10),
                    )
                )
                self.view.apply(changed, start + frame * 100_000)
                self.table.refresh_rows(changed, start + frame * 100_000)
                await self.settled()
                spent.append((time.process_time() - began) * 1000)
            result.write_text(json.dumps(spent))  # noqa: ASYNC240  the measuring is over
            self.exit()

    Measured().run()


def measure(sizes: list[int], *, rounds: int = 3) -> dict[int, float]:
    """Median CPU ms per frame for each number of legs, interleaved over the rounds."""
    spent: dict[int, list[float]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result = Path(folder) / "frames.json"
        for _ in range(rounds):
            for size in sizes:
                env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
                argv = [sys.executable, "-m", "bench.frames", "--child", str(size), str(result)]
                terminal = Terminal(argv, env=env)
                terminal.drain()
                terminal.close()
                spent[size].append(statistics.median(json.loads(result.read_text())))
                result.unlink()
    return {size: statistics.median(values) for size, values in spent.items()}


def rows(result: dict[int, float]) -> list[str]:
    """The table, as Markdown rows."""
    base = next(iter(result.values()))
    lines = ["| legs | CPU ms per frame | ratio to the smallest |", "| ---: | ---: | ---: |"]
    return lines + [f"| {size:,} | {ms:.1f} | {ms / base:.2f} |" for size, ms in result.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--legs", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000])
    parser.add_argument("--child", nargs=2)
    options = parser.parse_args()
    if options.child:
        child(int(options.child[0]), Path(options.child[1]))
    else:
        print("\n".join(rows(measure(options.legs))))


if __name__ == "__main__":
    main()
