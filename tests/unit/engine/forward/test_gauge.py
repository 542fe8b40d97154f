"""How a target does, in numbers."""

from __future__ import annotations

from console.engine.forward.gauge import Gauge


def test_gauge_takes_percentiles_of_recent_answers_only() -> None:
    """What is older than five minutes tells nothing about now."""
    gauge = Gauge()
    gauge.took(200, 9_000.0, 0.0)
    for ms in range(1, 101):
        gauge.took(200, float(ms), 400.0)

    assert gauge.percentiles(400.0) == (50.0, 95.0)
    assert gauge.percentiles(2_000.0) == (None, None)


def test_gauge_counts_failures_of_the_last_minute() -> None:
    """A missing answer and an answer of 5xx are failures, one of 4xx is an answer."""
    gauge = Gauge()
    gauge.missed("connection refused", 0.0)
    gauge.took(500, 1.0, 30.0)
    gauge.took(404, 1.0, 31.0)
    gauge.missed("no answer", 61.0)

    assert gauge.failures_of_last_minute(61.0) == 2
    assert (gauge.failed, gauge.answered) == (3, 2)
    assert (gauge.last_status, gauge.last_error) == (None, "no answer")
