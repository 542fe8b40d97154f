"""Forwarding: the console in front of an application against a bare aiohttp reverse proxy, in the same run.

Every round sends fresh signed events to the application itself, through the bare proxy, and through the console, which
also verifies, decodes and commits. What a proxy adds is its p50 minus the application's own in the same round, one
webhook at a time; once for an application that works for 5 ms (a look into a database), once for one that answers at once:
the console commits while the application works, so what little work there is for the disk shows in the second only. The
rate is that of many senders at once and an application that costs nothing.

python -m bench.forwarding [--events 3000] [--rounds 5] [--connections 64]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.ingest import Server
from bench.load import Load, drive, requests
from console.telnyx.signature import Signer

KINDS = ("direct", "proxy", "front")
WORKS_S = "0.005"
MOST_LATENCY, LEAST_RATE = 2.5, 0.5

Rounds = dict[str, list[Load]]


class Measured(NamedTuple):
    """Rounds by kind: one webhook at a time at both applications, and many at once."""

    working: Rounds
    idle: Rounds
    many: Rounds


def measure(*, events: int, rounds: int, connections: int) -> Measured:
    """Interleaved rounds; every round sends fresh events to each server in turn."""
    signer = Signer()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:

        def row(name: str, *works_s: str) -> dict[str, int]:
            """Ports of an application and of what stands in front of it."""
            journal = Path(folder) / f"{name}.sqlite3"
            made = Server("body", signer.public_key, journal, more=works_s)
            ports = {"direct": stack.enter_context(made).port}
            target = f"http://127.0.0.1:{ports['direct']}/webhooks"
            for kind in ("proxy", "front"):
                made = Server(kind, signer.public_key, journal, more=(target,))
                ports[kind] = stack.enter_context(made).port
            return ports

        def sent(port: int, count: int, at_once: int) -> Load:
            return asyncio.run(drive(port, requests(signer, count), connections=at_once))

        working, idle = row("working", WORKS_S), row("idle")
        results = Measured(_no_rounds(), _no_rounds(), _no_rounds())
        for number in range(rounds + 1):
            for kind in KINDS:
                loads = (
                    sent(working[kind], events // 10, 1),
                    sent(idle[kind], events // 5, 1),
                    sent(idle[kind], events, connections),
                )
                if number:  # the first round only warms up
                    for result, load in zip(results, loads, strict=True):
                        result[kind].append(load)
    return results


def _no_rounds() -> Rounds:
    return {kind: [] for kind in KINDS}


def added(rounds: Rounds, kind: str) -> list[float]:
    """What a proxy adds to p50, in ms, round by round."""
    pairs = zip(rounds[kind], rounds["direct"], strict=True)
    return [through.p50_ms - alone.p50_ms for through, alone in pairs]


def ratio_added(rounds: Rounds) -> float:
    """The console's to the bare proxy's; paired within a round, then the median."""
    pairs = zip(added(rounds, "front"), added(rounds, "proxy"), strict=True)
    return statistics.median(ours / bare for ours, bare in pairs)


def ratio_of_rates(rounds: Rounds) -> float:
    """As `ratio_added`, for webhooks per second."""
    pairs = zip(rounds["front"], rounds["proxy"], strict=True)
    return statistics.median(ours.rate / bare.rate for ours, bare in pairs)


def rows(measured: Measured) -> list[str]:
    """The table, as Markdown rows."""
    lines = [
        "| in front of the application | added, it works 5 ms | added, it answers at once | webhooks/s | p50 ms | p99 ms | refused |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, name in zip(KINDS, ("nothing", "bare aiohttp proxy", "console"), strict=True):
        more = [f"{statistics.median(added(part, kind)):.2f} ms" for part in measured[:2]]
        loads = measured.many[kind]
        lines.append(
            f"| {name} | {' | '.join(more if kind != 'direct' else ('', ''))} "
            f"| {statistics.median(x.rate for x in loads):,.0f} "
            f"| {statistics.median(x.p50_ms for x in loads):.1f} "
            f"| {statistics.median(x.p99_ms for x in loads):.1f} "
            f"| {sum(x.refused for part in measured for x in part[kind])} |"
        )
    return [*lines, "", *verdicts(measured)]


def verdicts(measured: Measured) -> list[str]:
    """One line for each limit, judged by itself: who answers at once hides nothing, so that line is the strict one."""
    at_once, working = ratio_added(measured.idle), ratio_added(measured.working)
    rate = ratio_of_rates(measured.many)
    lines = [
        f"- added latency where the application answers at once (the strict line): {at_once:.2f} times"
        f" the bare proxy's, at most {MOST_LATENCY}: {_yes(at_once <= MOST_LATENCY)}",
        f"- added latency where it works for 5 ms: {working:.2f} times the bare proxy's,"
        f" at most {MOST_LATENCY}: {_yes(working <= MOST_LATENCY)}",
        f"- rate of many at once: {rate:.2f} of the bare proxy's, at least {LEAST_RATE}:"
        f" {_yes(rate >= LEAST_RATE)}",
    ]
    is_met = max(at_once, working) <= MOST_LATENCY and rate >= LEAST_RATE
    return [*lines, f"- all of them: {_yes(is_met)}"]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "NO"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    print("\n".join(rows(measure(**vars(options)))))


if __name__ == "__main__":
    main()
