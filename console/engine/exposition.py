"""The engine's figures in Prometheus' format: read from its health when somebody asks, so that counting costs nothing.

Labels come from short fixed lists (states, actions of the catalogue, outcomes) and the places of targets in the configuration,
never from calls: no number, name or id of anybody. Needs prometheus-client, so it is imported late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from console.domain.legs import Leg, LegState
from console.engine.tally import Tally
from console.journal.commit_times import CommitTimes, Histogram
from console.reports import Health, TargetHealth

PREFIX = "call_console"
LIVE = tuple(state for state in LegState if state is not LegState.ENDED)


class Sources(NamedTuple):
    """Where the figures come from; all of it is cheap to ask."""

    health: Callable[[], Health]
    live_legs: Callable[[], Sequence[Leg]]
    journal: Path
    times: CommitTimes
    tally: Tally


class Exposition:
    """`text` is one scrape."""

    def __init__(self, sources: Sources) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Figures(sources))

    def text(self) -> bytes:
        """The whole page, as of now."""
        return generate_latest(self._registry)


class _Figures(Collector):
    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def describe(self) -> list[Metric]:
        """Nothing is asked before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        sources = self._sources
        health = sources.health()
        yield from _about(health)
        yield from _webhooks(health)
        yield from _journal(sources, health)
        yield _live(sources.live_legs())
        yield from _commands(sources.tally, health)
        yield from _api(health)
        yield _gauge("media_streams", "Media streams that are connected.", health.streams)
        yield from _forwarding(health)


def _about(health: Health) -> Iterator[Metric]:
    info = GaugeMetricFamily(f"{PREFIX}_info", "The engine's version.", labels=["version"])
    info.add_metric([health.version], 1)
    yield info
    yield _gauge(
        "start_time_seconds", "When the engine started, since 1970.", health.started_at / 1e6
    )
    yield _gauge("desks", "Screens that are attached.", health.desks)


def _webhooks(health: Health) -> Iterator[Metric]:
    results = CounterMetricFamily(
        f"{PREFIX}_webhooks",
        "Webhooks received: verified for the first time, delivered again, or refused.",
        labels=["result"],
    )
    results.add_metric(["verified"], max(0, health.verified - health.duplicates))
    results.add_metric(["duplicate"], health.duplicates)
    results.add_metric(["refused"], health.refused)
    yield results
    for name, words, at in (
        ("last_event", "When anything last arrived, since 1970.", health.last_event_at),
        ("last_verified", "When a webhook was last verified.", health.last_verified_at),
    ):
        if at is not None:
            yield _gauge(f"{name}_timestamp_seconds", words, at / 1e6)
    if health.clock_offset_ms is not None:
        words = "This clock minus Telnyx's, from signed timestamps."
        yield _gauge("clock_offset_seconds", words, health.clock_offset_ms / 1000)


def _journal(sources: Sources, health: Health) -> Iterator[Metric]:
    times = sources.times
    yield CounterMetricFamily(
        f"{PREFIX}_entries", "Entries that were written.", value=times.entries.total
    )
    yield _histogram("commit_duration_seconds", "How long commits take.", times.seconds)
    yield _histogram("commit_entries", "How many entries one commit holds.", times.entries)
    yield CounterMetricFamily(
        f"{PREFIX}_commit_failures",
        "Commits of which not every entry could be kept.",
        value=times.failed,
    )
    words = "Whether what arrives is recorded (1) or lost (0)."
    yield _gauge("recording", words, health.journal_error is None)
    yield _gauge("journal_bytes", "Size of the journal and its log.", _size(sources.journal))


def _live(legs: Sequence[Leg]) -> Metric:
    live = GaugeMetricFamily(f"{PREFIX}_live_legs", "Calls in progress.", labels=["state"])
    counts = Counter(leg.state for leg in legs)
    for state in LIVE:
        live.add_metric([str(state)], counts[state])
    return live


def _commands(tally: Tally, health: Health) -> Iterator[Metric]:
    commands = CounterMetricFamily(
        f"{PREFIX}_commands", "Commands, by how they ended.", labels=["action", "outcome"]
    )
    for (action, outcome), count in sorted(tally.counts.items()):
        commands.add_metric([action, outcome], count)
    yield commands
    yield _gauge("commands_in_flight", "Commands without an outcome yet.", health.in_flight)


def _api(health: Health) -> Iterator[Metric]:
    yield _gauge("api_queued", "Requests that wait for Telnyx's rate limit.", health.queued)
    yield _gauge(
        "api_up", "Whether the last request was answered as it should.", not health.api_error
    )
    if health.rate_limit_remaining is not None:
        words = "Requests that Telnyx still takes in this period."
        yield _gauge("api_rate_limit_remaining", words, health.rate_limit_remaining)
    if health.api_latency_ms is not None:
        words = "How long Telnyx took for the last answer."
        yield _gauge("api_latency_seconds", words, health.api_latency_ms / 1000)


def _forwarding(health: Health) -> Iterator[Metric]:
    forward = health.forward
    if forward is None:
        return
    targets: list[tuple[str, TargetHealth]] = []
    if forward.target is not None:
        targets.append(("application", forward.target))
    targets += [(f"observer_{number}", each) for number, each in enumerate(forward.observers, 1)]
    up = _by_target("forward_up", "Whether the target could be reached when last looked.")
    in_flight = _by_target("forward_in_flight", "Webhooks under way to the target.")
    queued = _by_target("forward_queued", "Webhooks that wait to be delivered.")
    latency = GaugeMetricFamily(
        f"{PREFIX}_forward_latency_seconds",
        "How long the target took, over the last five minutes.",
        labels=["target", "quantile"],
    )
    counters = {
        name: CounterMetricFamily(f"{PREFIX}_forward_{name}", words, labels=["target"])
        for name, words in (
            ("answered", "Webhooks that the target answered."),
            ("failed", "Webhooks without a whole answer in time, or answered with 5xx."),
            ("dropped", "Webhooks that the target never got: its queue was full, or they expired."),
        )
    }
    for name, target in targets:
        if target.is_up is not None:
            up.add_metric([name], target.is_up)
        in_flight.add_metric([name], target.in_flight)
        queued.add_metric([name], target.queued)
        for quantile, value in (("0.5", target.p50_ms), ("0.95", target.p95_ms)):
            if value is not None:
                latency.add_metric([name, quantile], value / 1000)
        for what, counter in counters.items():
            counter.add_metric([name], getattr(target, what))
    yield from (up, in_flight, queued, latency, *counters.values())


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, value=float(value))


def _by_target(name: str, words: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=["target"])


def _histogram(name: str, words: str, histogram: Histogram) -> Metric:
    buckets = [
        ("+Inf" if bound == float("inf") else f"{bound:g}", float(count))
        for bound, count in histogram.cumulative()
    ]
    return HistogramMetricFamily(
        f"{PREFIX}_{name}", words, buckets=buckets, sum_value=histogram.total
    )


def _size(journal: Path) -> float:
    """Bytes of the file and its log; 0 for what is not there."""
    total = 0
    for path in (journal, journal.with_name(journal.name + "-wal")):
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return float(total)
