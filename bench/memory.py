"""Memory while events keep coming: the engine's and a follower's resident size, sampled along the way.

    python -m bench.memory [--events 200000]

Calls begin and end all the time, so after the warm-up both must stay flat however many events were journaled.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from bench.ingest import Server
from bench.load import drive, requests
from console.telnyx.signature import Signer


def resident_mb(pid: int) -> float:
    """VmRSS of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"process {pid} has no resident size")


def measure(*, events: int, step: int = 20_000) -> list[tuple[int, float, float]]:
    """(events journaled, engine MB, follower MB), one row per step."""
    signer = Signer()
    samples: list[tuple[int, float, float]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        journal = Path(folder) / "j.sqlite3"
        with (
            Server("console", signer.public_key, journal) as server,
            Server("follower", signer.public_key, journal) as follower,
        ):
            for sent in range(step, events + 1, step):
                asyncio.run(drive(server.port, requests(signer, step), connections=64))
                samples.append((sent, resident_mb(server.pid), resident_mb(follower.pid)))
    return samples


def rows(samples: list[tuple[int, float, float]]) -> list[str]:
    """The table, and the growth per million events over the second half."""
    lines = ["| events journaled | engine MB | follower MB |", "| ---: | ---: | ---: |"]
    lines += [f"| {sent:,} | {engine:.1f} | {desk:.1f} |" for sent, engine, desk in samples]
    half = samples[len(samples) // 2 :]
    if len(half) > 1:
        span = (half[-1][0] - half[0][0]) / 1_000_000
        lines.append(
            f"| growth per million, second half | {(half[-1][1] - half[0][1]) / span:+.1f} "
            f"| {(half[-1][2] - half[0][2]) / span:+.1f} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    print("\n".join(rows(measure(events=parser.parse_args().events))))


if __name__ == "__main__":
    main()
