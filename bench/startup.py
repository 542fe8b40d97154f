"""From exec to the first useful screen, against a bare Textual application in the same run.

    python -m bench.startup [--rounds 7]

Useful means: a live call out of the journal is on the screen. The journal holds 200 live calls and 10 000 events. The
console starts its engine in the same run, as soon as it has drawn its first frame.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.terminal import Terminal

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("+1 312 555 0101 bare")
Bare().run()
"""

FILL = """
import asyncio, sys, time
from pathlib import Path
from bench.load import event
from console.journal.records import webhook_draft
from console.journal.sqlite import open_writer
from console.telnyx.envelope import decode
async def fill(path):
    writer = open_writer(path)
    now = time.time()
    waiting = []
    for number in range(10_000):
        leg = f"old-{number // 4}" if number < 9_800 else f"live-{number}"
        kind = ("call.initiated", "call.answered", "call.bridged", "call.hangup")[number % 4]
        if number >= 9_800:
            kind = "call.initiated"
        raw = event(number, leg=leg, event_type=kind, at=now)
        waiting.append(writer.append(webhook_draft(decode(raw), raw, time.time_ns() // 1000, None, ())))
    await asyncio.gather(*waiting)
    await writer.aclose()
asyncio.run(fill(Path(sys.argv[1])))
"""


def environment(folder: Path) -> dict[str, str]:
    """A clean home and a colour terminal; nothing of the person's own configuration."""
    # As installed: with compiled files beside the sources.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(folder),
        "TELNYX_PUBLIC_KEY": "",
        "TELNYX_API_KEY": "",
    }


def snapshot(journal: Path, env: dict[str, str]) -> None:
    """Lets an engine run and end, so that the journal has the snapshot that every engine leaves behind."""
    argv = [sys.executable, "-m", "console", "--journal", str(journal), "engine", "--port", "0"]
    engine = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE)
    assert engine.stdout is not None
    if not engine.stdout.readline():
        raise SystemExit(
            "the engine did not start: without its snapshot there is nothing to measure"
        )
    engine.terminate()
    engine.wait(timeout=30)
    engine.stdout.close()


def once(argv: list[str], wanted: bytes, env: dict[str, str]) -> float:
    """Seconds to `wanted` in one fresh run."""
    terminal = Terminal(argv, env=env)
    try:
        return terminal.read_until(wanted, within_s=30)
    finally:
        terminal.close()


def measure(*, rounds: int) -> tuple[list[float], list[float]]:
    """Interleaved rounds: (bare, console), seconds each."""
    bare: list[float] = []
    console: list[float] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        env = environment(folder)
        journal = folder / "j.sqlite3"
        subprocess.run([sys.executable, "-c", FILL, str(journal)], check=True)
        snapshot(journal, env)
        run = [sys.executable, "-m", "console", "--journal", str(journal), "run", "--port", "0"]
        for number in range(rounds + 1):
            a = once([sys.executable, "-c", BARE], b"0101 bare", env)
            b = once(run, b"ringing", env)
            if number:
                bare.append(a)
                console.append(b)
    return bare, console


def rows(result: tuple[list[float], list[float]]) -> list[str]:
    """The table, as Markdown rows."""
    bare, console = result
    ratio = statistics.median(b / a for a, b in zip(bare, console, strict=True))
    return [
        "| program | first useful screen, s | ratio |",
        "| --- | ---: | ---: |",
        f"| bare Textual application | {statistics.median(bare):.2f} | 1.00 |",
        f"| call-console run | {statistics.median(console):.2f} | {ratio:.2f} |",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    print("\n".join(rows(measure(rounds=parser.parse_args().rounds))))


if __name__ == "__main__":
    main()
