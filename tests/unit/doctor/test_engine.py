"""What a running engine says of itself, as findings."""

from __future__ import annotations

from console import __version__
from console.doctor.engine import (
    engine_finding,
    forward_findings,
    heard_findings,
    reached,
    recording_finding,
)
from console.doctor.findings import Finding, Status
from console.doctor.reach import reach_finding
from console.reports import ForwardHealth, PollHealth, TargetHealth
from console.standing import Reach
from tests.fixtures.samples import NOW, SECOND, health

UP = TargetHealth(url="http://127.0.0.1:3000/w", mode="front", is_up=True, p50_ms=41, p95_ms=90)
FRONT = ForwardHealth(mode="front", target=UP)


def heard(**changes: object) -> dict[str, Finding]:
    """What is said about webhooks, by check."""
    return {each.check: each for each in heard_findings(health(**changes), NOW)}


def target(**changes: object) -> Finding:
    """What is said about the application."""
    fields = {name: getattr(UP, name) for name in TargetHealth.__struct_fields__}
    forward = ForwardHealth(mode="front", target=TargetHealth(**{**fields, **changes}))
    return next(iter(forward_findings(health(forward=forward))))


def test_engine_finding_compares_versions() -> None:
    """Two versions at work are worth knowing."""
    assert engine_finding(health(version=__version__)).status is Status.OK
    other = engine_finding(health(version="0.0.1"))
    assert other.status is Status.WARN
    assert f"0.0.1, but this is {__version__}" in other.detail
    assert engine_finding(None).status is Status.OK
    assert engine_finding(None, "it does not answer").status is Status.FAIL


def test_heard_findings_give_the_age_of_the_last_webhook() -> None:
    """Verified ones only; nothing but refusals points at the journal."""
    assert "verified 2 s ago" in heard(last_verified_at=NOW - 2 * SECOND)["last_event"].detail
    silent = heard(last_verified_at=None, refused=0)["last_event"]
    refused = heard(last_verified_at=None, refused=7)["last_event"]
    assert silent.status is refused.status is Status.WARN
    assert "call a number" in silent.fix
    assert "call-console events" in refused.fix


def test_heard_findings_judge_the_signed_clock() -> None:
    """A deviation of seconds is told before signatures are refused."""
    assert heard(clock_offset_ms=40.0)["signed_clock"].status is Status.OK
    assert heard(clock_offset_ms=-9_000.0)["signed_clock"].status is Status.WARN
    assert heard(clock_offset_ms=None)["signed_clock"].status is Status.SKIPPED
    assert {each.status for each in heard_findings(None, NOW)} == {Status.SKIPPED}


def test_heard_findings_know_polling() -> None:
    """No webhook is expected; records that cannot be read are a failure."""
    good = heard(poll=PollHealth(interval_s=2, delay_s=4))
    bad = heard(poll=PollHealth(interval_s=2, delay_s=4, error="401"))

    assert good["last_event"].status is Status.OK
    assert bad["last_event"].status is Status.FAIL


def test_recording_finding_is_there_only_in_trouble() -> None:
    """What the engine cannot write nobody else can."""
    assert recording_finding(health()) is None
    trouble = recording_finding(health(journal_error="the disk is full"))
    assert trouble is not None
    assert trouble.status is Status.FAIL
    assert "the disk is full" in trouble.detail


def test_forward_findings_judge_the_application() -> None:
    """Up with its latency, failing, down."""
    assert target().detail == "http://127.0.0.1:3000/w, p50 41 ms, p95 90 ms"
    assert target(failures_last_minute=3, last_error="no answer").status is Status.WARN
    down = target(is_up=False, why="connection refused")
    assert down.status is Status.FAIL
    assert "connection refused" in down.detail
    assert "forward.target" in down.fix


def test_forward_findings_judge_observers_and_dangers() -> None:
    """An observer that is down is worth a look, no more; forwarding what is unverified is always told."""
    lost = TargetHealth(url="http://127.0.0.1:9/", mode="observer", is_up=False, why="refused")
    slow = TargetHealth(url="http://127.0.0.1:8/", mode="observer", is_up=True, dropped=4)
    forward = ForwardHealth(mode="front", target=UP, observers=(lost, slow), unverified=True)
    found = {each.check: each for each in forward_findings(health(forward=forward))}

    assert {name: each.status for name, each in found.items()} == {
        "forward_unverified": Status.WARN,
        "forward": Status.OK,
        "observer_1": Status.WARN,
        "observer_2": Status.WARN,
    }
    assert not list(forward_findings(health()))


def test_reached_warns_of_a_slow_target() -> None:
    """Calls wait for it."""
    assert reached("forward", "x", 12).status is Status.OK
    assert reached("forward", "x", 1200).status is Status.WARN


def test_reach_finding_has_a_fix_for_every_fault() -> None:
    """And none where the address leads here."""
    url = "https://calls.example.com/webhooks"
    assert reach_finding(Reach(url=url, ok=True, sentence="leads here")).status is Status.OK
    faults = (
        "address busy dns tls refused timeout broken redirect path console gateway server other"
    )
    for fault in faults.split():
        finding = reach_finding(Reach(url=url, ok=False, fault=fault, sentence="does not"))
        assert finding.status is Status.FAIL
        assert finding.fix
