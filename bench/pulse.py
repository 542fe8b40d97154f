"""What the figures of the line cost: one more event, and one look at all of them, after 1 000 and after 100 000 calls.

    python -m bench.pulse [--calls 1000 100000]

Calls wait, are answered, transferred to a second leg and end; a twentieth stays live. Cost is CPU time. The cost of an event
must not grow with the calls that were counted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

from console.domain.entries import Entry, Event, Fact, Kind
from console.domain.metrics.figures import Window, moment
from console.domain.metrics.measures import figures
from console.domain.metrics.metrics import Metrics
from console.domain.metrics.parameters import Parameters

SECOND = 1_000_000
START = 1_795_000_000 * SECOND
MEASURED = 400
"""Calls that are timed after those that only stand there."""
ROUNDS = 5


class Cost(NamedTuple):
    """µs per event, ms per look at all figures of both windows, legs and stretches of time in memory."""

    calls: int
    event_us: float
    look_ms: float
    legs: int
    stretches: int


def pairs(first: int, calls: int, spacing_us: int) -> Iterator[tuple[Entry, Fact]]:
    """The events of so many calls."""
    seq = first * 8
    for call in range(first, first + calls):
        caller, agent, begun = f"v3:{call}", f"v3:{call}-agent", START + call * spacing_us
        story = [
            (
                0,
                caller,
                "call.initiated",
                {"direction": "incoming", "from": f"+1312555{call % 10_000:04}", "to": "+1800"},
            ),
            (1, caller, "call.answered", {}),
            (3, agent, "call.initiated", {"direction": "outgoing", "from": "+1800", "to": "+1415"}),
            (9, agent, "call.answered", {}),
            (9, agent, "call.bridged", {}),
        ]
        if call % 20:
            hangup = {
                "hangup_cause": "normal_clearing",
                "hangup_source": "caller",
                "sip_hangup_cause": "200",
            }
            story += [(60, caller, "call.hangup", hangup), (60, agent, "call.hangup", hangup)]
        for after_s, leg, kind, payload in story:
            seq += 1
            at = begun + after_s * SECOND
            key = seq.to_bytes(16, "big")
            event = Event(
                key, None, kind, at, leg, None, f"session-{call}", None, payload, 1, None, "v2"
            )
            yield Entry(seq=seq, kind=Kind.WEBHOOK, received_at=at + 90_000, body=b"", event_key=key, event_type=kind,
                        occurred_at=at, verified=True), event  # fmt: skip


def measure(calls: int) -> Cost:
    """One line with so many calls within a working day."""
    spacing = 8 * 3600 * SECOND // calls
    metrics = Metrics(Parameters(zone="UTC"))
    metrics.advance(START)
    for place, (entry, fact) in enumerate(pairs(0, calls, spacing)):
        metrics.apply(entry, fact)
        if place % 1000 == 0:
            metrics.advance(entry.received_at)
    events, looks = [], []
    for number in range(ROUNDS):
        more = list(pairs(calls + number * MEASURED, MEASURED, spacing))
        begun = time.process_time()
        for entry, fact in more:
            metrics.apply(entry, fact)
        events.append((time.process_time() - begun) / len(more) * 1e6)
        now = more[-1][0].received_at
        metrics.advance(now)
        begun = time.process_time()
        for window in Window:
            figures(moment(metrics, now, window))
        looks.append((time.process_time() - begun) * 1e3)
    return Cost(
        calls, statistics.median(events), statistics.median(looks), metrics.size, metrics.tally.size
    )


def rows(results: list[Cost]) -> list[str]:
    """The table, as Markdown rows."""
    lines = [
        "| calls counted | per event | both windows, all figures | legs in memory | stretches of time |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {each.calls:,} | {each.event_us:.1f} µs | {each.look_ms:.1f} ms | {each.legs:,} | {each.stretches:,} |"
        for each in results
    ]
    first, last = results[0], results[-1]
    if last is not first:
        lines.append(f"| ratio | {last.event_us / first.event_us:.2f} | | | |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1_000, 100_000])
    print("\n".join(rows([measure(calls) for calls in parser.parse_args().calls])))


if __name__ == "__main__":
    main()
