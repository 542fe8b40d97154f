"""Durability seen from outside: synchronising system calls per event, counted under strace.

    python -m bench.syncs

An event that comes alone must have been synchronised before its 200 (at least one call per event); in a burst, group
commit must share them (at most 0.10 per event).
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from bench.ingest import Server
from bench.load import drive, requests
from console.telnyx.signature import Signer

CALLS = "fsync,fdatasync,msync,sync_file_range"


def counted(trace: Path) -> int:
    """Synchronising calls in the trace so far; a call split in two lines counts once."""
    return sum(
        1
        for line in trace.read_text(errors="replace").splitlines()
        if "sync" in line and "resumed" not in line
    )


def measure(*, singly: int = 200, burst: int = 5000, connections: int = 64) -> tuple[float, float]:
    """Calls per event when they come one by one, and in a burst."""
    signer = Signer()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        trace = Path(folder) / "trace"
        wrap = ("strace", "-f", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(trace))
        with Server("console", signer.public_key, Path(folder) / "j.sqlite3", wrap=wrap) as server:
            asyncio.run(drive(server.port, requests(signer, 50), connections=1))
            before = counted(trace)
            asyncio.run(drive(server.port, requests(signer, singly), connections=1))
            between = counted(trace)
            asyncio.run(drive(server.port, requests(signer, burst), connections=connections))
            after = counted(trace)
    return (between - before) / singly, (after - between) / burst


def rows(result: tuple[float, float]) -> list[str]:
    """The table, as Markdown rows."""
    return [
        "| events come | sync calls per event | wanted |",
        "| --- | ---: | --- |",
        f"| one by one | {result[0]:.2f} | at least 1 |",
        f"| in a burst | {result[1]:.3f} | at most 0.10 |",
    ]


def main() -> None:
    if shutil.which("strace") is None:
        raise SystemExit("strace is not installed: the sync calls cannot be counted")
    print("\n".join(rows(measure())))


if __name__ == "__main__":
    main()
