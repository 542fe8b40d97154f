"""Ingest: the whole durable pipeline against a handler that only reads the body, in the same run.

The console is measured as it runs: the engine verifies, decodes and commits, a desk's store follows the journal in a
process of its own and reduces. A round is over when every event was answered and is on the board.

python -m bench.ingest [--events 6000] [--rounds 5] [--connections 64]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench.load import Load, drive, requests
from console.telnyx.signature import Signer

KINDS = ("body", "console", "official")


class Server:
    """One server process for the length of a `with` block."""

    def __init__(
        self,
        kind: str,
        public_key: str,
        journal: Path,
        *,
        wrap: tuple[str, ...] = (),
        more: tuple[str, ...] = (),
    ) -> None:
        words = (kind, public_key, str(journal), *more)
        self._argv = [*wrap, sys.executable, "-m", "bench.servers", *words]
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Server:
        self._process = subprocess.Popen(
            self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if not said:
            raise SystemExit(f"the server did not start: {' '.join(self._argv)}")
        self.port = int(said) if said.isdigit() else 0
        return self

    def ask(self) -> int:
        """A follower's last entry."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


def reduced(load: Load, events: int, follower: Server, last: int) -> Load:
    """The same load, its rate counted until the follower has everything on its board."""
    answered = time.perf_counter()
    while follower.ask() < last:
        pass
    late_s = time.perf_counter() - answered
    return replace(load, rate=events / (events / load.rate + late_s))


def measure(*, events: int, rounds: int, connections: int) -> dict[str, list[Load]]:
    """Interleaved rounds; every round sends fresh events to each server in turn."""
    signer = Signer()
    results: dict[str, list[Load]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        journal = Path(folder) / "journal.sqlite3"
        servers = {
            kind: stack.enter_context(Server(kind, signer.public_key, journal)) for kind in KINDS
        }
        follower = stack.enter_context(Server("follower", signer.public_key, journal))
        for number in range(rounds + 1):
            for kind, server in servers.items():
                work = requests(signer, events if kind != "official" else max(events // 4, 200))
                last = follower.ask() + len(work)
                load = asyncio.run(drive(server.port, work, connections=connections))
                if kind == "console":
                    load = reduced(load, events, follower, last)
                if number:  # the first round only warms up
                    results[kind].append(load)
    return results


def rows(results: dict[str, list[Load]]) -> list[str]:
    """The table, as Markdown rows; ratios are paired within a round and then the median is taken."""
    lines = [
        "| server | events/s | ratio to body-only | ratio to official unwrap | p50 ms | p99 ms | refused |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in KINDS:
        loads = results[kind]
        to_body = statistics.median(
            a.rate / b.rate for a, b in zip(loads, results["body"], strict=True)
        )
        to_official = statistics.median(
            a.rate / b.rate for a, b in zip(loads, results["official"], strict=True)
        )
        lines.append(
            f"| {kind} | {statistics.median(x.rate for x in loads):,.0f} | {to_body:.2f} | {to_official:.1f} "
            f"| {statistics.median(x.p50_ms for x in loads):.1f} "
            f"| {statistics.median(x.p99_ms for x in loads):.1f} | {sum(x.refused for x in loads)} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    print("\n".join(rows(measure(**vars(options)))))


if __name__ == "__main__":
    main()
