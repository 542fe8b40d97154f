"""Runs every measurement, prints the tables and keeps them in docs/benchmarks.md.

python -m bench.report [--quick]
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    filtering,
    forwarding,
    frames,
    history,
    ingest,
    memory,
    pulse,
    reading,
    startup,
    syncs,
)
from console import __version__

TARGET = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def sections(*, quick: bool) -> list[tuple[str, list[str]]]:
    """(heading, table) in order; `quick` takes fewer rounds and events."""
    tables = [
        (
            "Ingest: verify, decode, durable commit, reduce",
            ingest.rows(
                ingest.measure(
                    events=2000 if quick else 6000, rounds=3 if quick else 7, connections=64
                )
            ),
        ),
    ]
    tables.append(
        (
            "Forwarding: in front of an application, against a bare reverse proxy",
            forwarding.rows(
                forwarding.measure(
                    events=1200 if quick else 3000, rounds=3 if quick else 7, connections=64
                )
            ),
        )
    )
    if shutil.which("strace"):
        tables.append(("Synchronising calls, counted under strace", syncs.rows(syncs.measure())))
    tables += [
        ("A frame of the live list", frames.rows(frames.measure([100, 1_000, 10_000, 100_000]))),
        (
            "Opening a long call, from the key to the end of the frame",
            reading.rows(reading.measure([10, 100, 1_000], rounds=1 if quick else 3)),
        ),
        (
            "Opening history, and the desk as it was",
            history.rows(history.measure([1_000, 100_000], rounds=1 if quick else 3)),
        ),
        (
            "A keystroke in a filter",
            filtering.rows(
                filtering.measure(100_000, 20_000, rounds=1 if quick else 3), 100_000, 20_000
            ),
        ),
        (
            "The figures of the line, one event more and one look",
            pulse.rows([pulse.measure(1_000), pulse.measure(100_000)]),
        ),
        (
            "From exec to the first useful screen",
            startup.rows(startup.measure(rounds=3 if quick else 9)),
        ),
        (
            "Memory while events keep coming",
            memory.rows(memory.measure(events=80_000 if quick else 400_000)),
        ),
    ]
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    text = [
        "# Benchmarks",
        "",
        "Made by `python -m bench.report"
        + (" --quick" if quick else "")
        + "`. Ratios are paired within a round "
        "of one run; the machine is shared and noisy, so absolute numbers are only a hint.",
        "",
        f"Version {__version__}, {datetime.now(UTC):%Y-%m-%d}, CPython {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()}.",
        "",
    ]
    for heading, table in sections(quick=quick):
        text += [f"## {heading}", "", *table, ""]
        print("\n".join(text[-len(table) - 3 :]), flush=True)
    TARGET.write_text("\n".join(text))


if __name__ == "__main__":
    main()
