"""The admin port's parts: what makes an engine degraded, the page of figures, what is missing said in a sentence."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.domain.entries import CommandDone
from console.domain.legs import Leg
from console.engine.admin import NO_METRICS, Admin, exposition, reasons, warnings
from console.engine.tally import Tally
from console.errors import EngineError
from console.journal.commit_times import CommitTimes, Histogram
from console.reports import ForwardHealth, Health, PollHealth, TargetHealth
from tests.fixtures.samples import NOW, health
from tests.unit.engine.fakes import Wire

UP = TargetHealth(
    url="http://127.0.0.1:3000/w?token=abc",
    mode="front",
    is_up=True,
    answered=7,
    failed=2,
    p50_ms=41.0,
    p95_ms=90.0,
)
Sample = tuple[str, tuple[tuple[str, str], ...]]


def done(action: str, **changes: object) -> CommandDone:
    """How a command ended."""
    values: dict[str, object] = {
        "command_id": "c",
        "action": action,
        "call_control_id": "v3:+15550100",
        "ok": True,
        "status": 200,
        "code": None,
        "message": "",
        "latency_ms": 1.0,
        "attempts": 1,
        "data": {},
        **changes,
    }
    return CommandDone(**values)  # type: ignore[arg-type]


def samples(state: Health, tally: Tally | None = None, times: CommitTimes | None = None,
            journal: Path = Path("nowhere.db"), legs: tuple[Leg, ...] = ()) -> dict[Sample, float]:  # fmt: skip
    """One scrape, read by Prometheus' own parser."""
    page = exposition(
        lambda: state, lambda: legs, journal, times or CommitTimes(), tally or Tally()
    )
    assert page is not None
    families = text_string_to_metric_families(page.text().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: dict[Sample, float], name: str, **labels: str) -> float:
    """One sample."""
    return found[f"call_console_{name}", tuple(sorted(labels.items()))]


def test_histogram_counts_up_to_each_bound() -> None:
    """Inclusive, the last without end."""
    histogram = Histogram((1.0, 5.0))
    for number in (0.5, 1.0, 3.0, 99.0):
        histogram.add(number)

    assert histogram.cumulative() == [(1.0, 2), (5.0, 3), (float("inf"), 4)]
    assert histogram.total == 103.5


def test_tally_has_few_labels() -> None:
    """Every outcome, and one word for what is no command."""
    tally = Tally()
    for ended in (
        done("answer"),
        done("hangup", ok=False, status=422),
        done("hangup", ok=False, status=None, data={"may_have_arrived": True}),
        done("hangup", ok=False, status=None),
        *(done(f"strange {number}", ok=False, status=None) for number in range(50)),
    ):
        tally.note(ended)

    assert dict(tally.counts) == {
        ("answer", "done"): 1,
        ("hangup", "refused"): 1,
        ("hangup", "unknown"): 1,
        ("hangup", "not_sent"): 1,
        ("other", "not_sent"): 50,
    }


def test_figures_are_what_the_engine_says(tmp_path: Path) -> None:
    """Counters, gauges, histograms, by Prometheus' own parser."""
    journal = tmp_path / "j.db"
    journal.write_bytes(b"x" * 1000)
    (tmp_path / "j.db-wal").write_bytes(b"x" * 24)
    times, tally = CommitTimes(), Tally()
    times.note(3, 0.004, is_whole=True)
    times.note(1, 0.3, is_whole=False)
    tally.note(done("answer"))
    observer = TargetHealth(url="http://x/", mode="observer", is_up=False, dropped=4)
    state = health(
        verified=10,
        duplicates=4,
        refused=3,
        queued=2,
        streams=1,
        rate_limit_remaining=17,
        forward=ForwardHealth(mode="front", target=UP, observers=(observer,)),
    )
    found = samples(state, tally, times, journal)

    assert value(found, "webhooks_total", result="verified") == 6
    assert value(found, "webhooks_total", result="duplicate") == 4
    assert value(found, "webhooks_total", result="refused") == 3
    assert value(found, "entries_total") == 4
    assert value(found, "commit_entries_count") == 2
    assert value(found, "commit_duration_seconds_bucket", le="0.005") == 1
    assert value(found, "commit_duration_seconds_sum") == pytest.approx(0.304)
    assert value(found, "commit_failures_total") == 1
    assert value(found, "journal_bytes") == 1024
    assert value(found, "commands_total", action="answer", outcome="done") == 1
    assert value(found, "api_rate_limit_remaining") == 17
    assert value(found, "api_queued") == 2
    assert value(found, "media_streams") == 1
    assert value(found, "recording") == 1
    assert value(found, "forward_up", target="application") == 1
    assert value(found, "forward_up", target="observer_1") == 0
    assert value(found, "forward_dropped_total", target="observer_1") == 4
    assert value(found, "forward_failed_total", target="application") == 2
    assert value(found, "forward_latency_seconds", target="application", quantile="0.95") == 0.09


def test_live_legs_are_counted_by_state() -> None:
    """All states, also those that nobody is in, so that no series comes and goes."""
    states = {
        labels[0][1] for (name, labels) in samples(health()) if name == "call_console_live_legs"
    }

    assert states == {
        "ringing", "dialing", "answered", "bridged", "queued", "conference", "unknown",
    }  # fmt: skip


def test_no_label_names_a_call() -> None:
    """No number, id, address or token in any label, whatever was asked for."""
    tally = Tally()
    tally.note(done("+15550100", ok=False, status=None))
    forward = ForwardHealth(mode="front", target=UP)
    found = samples(health(forward=forward, connection_id="177", journal="/home/ann/j.db"), tally)
    values = {text for _, labels in found for _, text in labels}

    assert not any(word in text for text in values for word in ("555", "177", "ann", "token", "/"))


def test_reasons_are_about_webhooks_only() -> None:
    """An API that does not answer is a warning: restarting the engine would make it worse."""
    assert not list(reasons(health()))
    assert not list(reasons(health(api_error="401", api_key=False)))
    assert len(list(warnings(health(api_error="401", api_key=False)))) == 2
    down = TargetHealth(url="x", mode="front", is_up=False, why="refused")
    broken = health(
        journal_error="full", public_key=False, forward=ForwardHealth(mode="front", target=down)
    )
    assert len(list(reasons(broken))) == 3
    assert not list(reasons(health(public_key=False, poll=PollHealth(interval_s=1, delay_s=1))))
    failing = PollHealth(interval_s=1, delay_s=1, error="no answer")
    assert len(list(reasons(health(poll=failing)))) == 1


async def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """One request to the admin port."""
    wire = await Wire.open(f"http://127.0.0.1:{port}/")
    await wire.send(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await wire.full_answer()
    await wire.close()
    return answer


@pytest.mark.parametrize(("error", "status"), [(None, 200), ("the disk is full", 503)])
async def test_healthz_is_200_or_503_with_reasons(error: str | None, status: int) -> None:
    """As load balancers and supervisors want it."""
    admin = Admin(lambda: health(journal_error=error), None, lambda: NOW)
    port = await admin.start("127.0.0.1", 0)
    try:
        code, headers, body = await ask(port, "/healthz")
    finally:
        await admin.stop()

    said = json.loads(body)
    assert code == status
    assert headers["content-type"] == "application/json"
    assert said["status"] == ("degraded" if error else "ready")
    assert said["reasons"] == (["not recording: the disk is full"] if error else [])
    assert said["last_event_age_s"] == 2.0


async def test_everything_else_is_refused() -> None:
    """Nothing can be changed or found there."""
    admin = Admin(health, None, lambda: NOW)
    port = await admin.start("127.0.0.1", 0)
    try:
        assert (await ask(port, "/"))[0] == 404
        assert (await ask(port, "/webhooks", "POST"))[0] == 404
        assert (await ask(port, "/healthz", "POST"))[0] == 405
        assert (await ask(port, "/metrics"))[::2] == (501, NO_METRICS.encode() + b"\n")
    finally:
        await admin.stop()
        await admin.stop()


async def test_a_fault_of_ours_is_a_sentence() -> None:
    """Never a traceback."""

    def broken() -> Health:
        raise ZeroDivisionError

    admin = Admin(broken, None, lambda: NOW)
    port = await admin.start("127.0.0.1", 0)
    try:
        assert (await ask(port, "/healthz"))[::2] == (500, b"failed (ZeroDivisionError)\n")
    finally:
        await admin.stop()


async def test_a_port_that_is_held_is_told() -> None:
    """With the setting that changes it."""
    first, second = (Admin(health, None, lambda: NOW) for _ in range(2))
    port = await first.start("127.0.0.1", 0)
    try:
        with pytest.raises(EngineError, match=rf"the admin port {port} .* set admin.port"):
            await second.start("127.0.0.1", port)
    finally:
        await first.stop()


def test_without_the_package_there_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else breaks."""
    for name in [name for name in sys.modules if name.startswith("prometheus_client")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "console.engine.exposition", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    assert exposition(health, lambda: (), Path("j.db"), CommitTimes(), Tally()) is None
