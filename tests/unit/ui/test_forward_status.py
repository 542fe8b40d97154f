"""The application on the status line."""

from __future__ import annotations

import pytest

from console.reports import ForwardHealth, TargetHealth
from console.ui.presenters.cells import Role
from console.ui.presenters.forward_status import present_forward
from console.ui.presenters.glyphs import ASCII, UNICODE


def target(**changes: object) -> TargetHealth:
    values: dict[str, object] = {"url": "http://127.0.0.1:3000/hook", "mode": "front", "limit": 256}
    return TargetHealth(**values | changes)  # type: ignore[arg-type]


def words(health: ForwardHealth) -> list[str]:
    return ["".join(span.text for span in line) for line, _ in present_forward(health, UNICODE)]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"is_up": True, "p50_ms": 41.2}, ["● app :3000 41 ms"]),
        ({"is_up": None}, ["○ app :3000"]),
        ({"is_up": False, "why": "connection refused"}, ["✗ app :3000 connection refused"]),
        ({"is_up": True, "failures_last_minute": 3}, ["✗ app :3000 3 failed/min"]),
        (
            {"is_up": True, "failures_last_minute": 1, "p50_ms": 7.0},
            ["✗ app :3000 7 ms, 1 failed/min"],
        ),
        (
            {"is_up": True, "p50_ms": 1.0, "in_flight": 200},
            ["● app :3000 1 ms", "200 of 256 under way"],
        ),
    ],
)
def test_application_is_told_in_symbol_and_word(
    changes: dict[str, object], wanted: list[str]
) -> None:
    """Up with its latency, never asked, down with the reason, failing, busy."""
    assert words(ForwardHealth(mode="front", target=target(**changes))) == wanted


def test_buffer_tells_what_waits_and_what_expired() -> None:
    """Nothing that was acknowledged is lost from sight."""
    held = target(is_up=True, p50_ms=5.0, queued=4, dropped=2)

    assert words(ForwardHealth(mode="buffer", target=held))[1:] == ["4 to deliver", "2 expired"]


def test_unverified_forwarding_stays_in_sight() -> None:
    """It is the last thing a narrow line leaves out."""
    health = ForwardHealth(mode="front", target=target(is_up=True), unverified=True)
    [(line, order), *_] = present_forward(health, ASCII)

    assert (line[0].role, order) == (Role.BAD, 0)
    assert "UNVERIFIED" in line[0].text


def test_observers_are_silent_while_they_are_well() -> None:
    """Only one that drops or fails takes room."""
    well = target(mode="observer", is_up=True)
    slow = target(mode="observer", dropped=7, failures_last_minute=1)
    health = ForwardHealth(mode="front", target=target(is_up=True), observers=(well, slow))

    assert words(health)[1:] == ["observer :3000: 1 failed/min, 7 dropped"]
