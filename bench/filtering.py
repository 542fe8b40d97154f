"""What a keystroke in a filter costs with 100 000 events and 20 000 calls, in a real terminal.

    python -m bench.filtering [--events 100000] [--legs 20000]

Each keystroke is one more or one less character of a filter, or another filter altogether, against lists in which
everything is held in memory (the desk itself holds 5 000 events). Measured are the wall time from the keystroke to the
end of the frame that shows it, and until the filter has been asked about every row; the screen works on between the
slices. Cold means that no text of any row has been looked at before.
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

STEPS: tuple[tuple[str, str], ...] = (
    ("cold: first letter", "5"),
    ("narrower: a letter more", "55"),
    ("narrower: a letter more", "555"),
    ("narrower: a letter more", "5550"),
    ("wider: a letter less", "555"),
    ("a field", "from:0123"),
    ("all terms together", "(state:ringing | state:answered) from:+1312* !name:zoe"),
    ("a pattern", r"~555\d1[0-4]"),
    ("one that depends on the time", "wait>20s"),
    ("nothing matches", "nobody"),
    ("no filter", ""),
)


def child(events: int, legs: int, result: Path) -> None:
    """The screen's process: both lists, filtered and timed."""
    import asyncio
    import time

    from textual.app import App, ComposeResult

    from console.domain.board import Board
    from console.domain.entries import Entry, Event, Kind
    from console.domain.filter import parse
    from console.ui.presenters.calls import CallsView
    from console.ui.widgets.calls import CallTable
    from console.ui.widgets.tail import EventTail

    start = time.time_ns() // 1000

    def pair(seq: int) -> tuple[Entry, Event]:
        leg, step = seq % legs, seq // legs
        at = start - (events - seq) * 1000
        event_type = (
            "call.initiated",
            "call.answered",
            "call.dtmf.received",
            "call.speak.started",
            "call.speak.ended",
        )[step % 5]
        event = Event(
            key=seq.to_bytes(16, "big"), id=None, type=event_type, occurred_at=at,
            call_control_id=f"v3:{leg:048x}", call_leg_id=f"leg-{leg:032x}", call_session_id=f"session-{leg:032x}",
            connection_id="1494404757140276705", attempt=1, delivered_to=None, envelope="v2",
            payload={"from": f"+1312555{leg % 10_000:04d}", "to": "+18005550100", "direction": "incoming", "state": "parked"},
        )  # fmt: skip
        return Entry(
            seq=seq,
            kind=Kind.WEBHOOK,
            received_at=at + 90_000,
            occurred_at=at,
            body=b"",
            event_key=event.key,
            call_control_id=event.call_control_id,
        ), event

    pairs = [pair(seq) for seq in range(events)]
    board = Board()
    for entry, event in pairs:
        board.apply(entry, event)

    class Measured(App[None]):
        def compose(self) -> ComposeResult:
            self.view = CallsView(board)
            self.table = CallTable(self.view)
            self.tail = EventTail(limit=events)
            yield self.table
            yield self.tail

        def on_mount(self) -> None:
            self.tail.extend(pairs, start)
            self.run_worker(self.measure(), exit_on_error=True)

        async def settled(self) -> None:
            done = asyncio.Event()
            self.call_after_refresh(done.set)
            await done.wait()

        async def measure(self) -> None:
            for _ in range(10):
                await self.settled()
            found: list[list[float]] = []
            for _name, text in STEPS:
                wanted = parse(text) if text else None
                row = []
                for whom in (self.table, self.tail):
                    began = time.perf_counter()
                    whom.set_filter(wanted, start)
                    await self.settled()
                    row.append((time.perf_counter() - began) * 1000)
                    while self.view.is_sifting or self.tail.counts[2]:  # noqa: ASYNC110
                        await asyncio.sleep(0.001)
                    row.append((time.perf_counter() - began) * 1000)
                found.append(row)
            result.write_text(json.dumps(found))  # noqa: ASYNC240  the measuring is over
            self.exit()

    Measured().run()


def measure(events: int, legs: int, *, rounds: int = 3) -> list[list[float]]:
    """For each step the medians in ms: calls first frame, calls all, events first frame, events all."""
    seen: list[list[list[float]]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result = Path(folder) / "filtering.json"
        for _ in range(rounds):
            env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            argv = [sys.executable, "-m", "bench.filtering", "--child", str(result)]
            argv += ["--events", str(events), "--legs", str(legs)]
            terminal = Terminal(argv, env=env)
            terminal.drain()
            terminal.close()
            seen.append(json.loads(result.read_text()))
            result.unlink()
    return [
        [statistics.median(values) for values in zip(*steps, strict=True)]
        for steps in zip(*seen, strict=True)
    ]


def rows(result: list[list[float]], events: int, legs: int) -> list[str]:
    """The table, as Markdown rows."""
    lines = [
        f"| keystroke | {legs:,} calls: first frame, ms | all asked, ms | {events:,} events: first frame, ms | all asked, ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for (name, text), values in zip(STEPS, result, strict=True):
        shown = f"{name}, `{text}`".replace("|", "\\|") if text else name
        lines.append(f"| {shown} | " + " | ".join(f"{ms:.0f}" for ms in values) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--legs", type=int, default=20_000)
    parser.add_argument("--child")
    options = parser.parse_args()
    if options.child:
        child(options.events, options.legs, Path(options.child))
    else:
        result = measure(options.events, options.legs)
        print("\n".join(rows(result, options.events, options.legs)))


if __name__ == "__main__":
    main()
