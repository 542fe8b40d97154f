"""What Telnyx answered: key, application, clock; each broken and mended."""

from __future__ import annotations

import pytest

from console.doctor.account import (
    Wanted,
    application_findings,
    clock_finding,
    key_finding,
    unasked,
)
from console.doctor.findings import Finding, Status
from console.reports import QueryAnswer

URL = "https://calls.example.com/webhooks"
GOOD: dict[str, object] = {
    "id": "17",
    "application_name": "Support",
    "active": True,
    "webhook_api_version": "2",
    "webhook_event_url": URL,
    "webhook_event_failover_url": None,
    "webhook_timeout_secs": None,
    "outbound": {"outbound_voice_profile_id": "9"},
    "call_cost_in_webhooks": True,
    "first_command_timeout": False,
}
LISTENING = Wanted(connection_id="17", our_url=URL)
IN_FRONT = LISTENING._replace(
    in_front=True, forward_timeout_s=1.8, forward_target="http://127.0.0.1:3000/webhooks"
)


def found(wanted: Wanted = LISTENING, **changes: object) -> dict[str, Finding]:
    """The findings of a good application with these changes, by check."""
    answer = QueryAnswer(ok=True, status=200, data={**GOOD, **changes})
    return {each.check: each for each in application_findings(answer, wanted)}


def statuses(found: dict[str, Finding]) -> set[str]:
    """How all of them stand."""
    return {str(each.status) for each in found.values()}


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (QueryAnswer(ok=True, status=200, latency_ms=84.2), Status.OK, "accepted (here, 84 ms)"),
        (QueryAnswer(ok=False, status=404), Status.OK, "accepted"),
        (QueryAnswer(ok=False, status=401), Status.FAIL, "not accepted by Telnyx (here)"),
        (QueryAnswer(ok=False, status=403, message="no"), Status.FAIL, "not allowed to ask"),
        (QueryAnswer(ok=False, status=429), Status.WARN, "rate limit"),
        (QueryAnswer(ok=False, status=503, message="down"), Status.FAIL, "Telnyx fails: down"),
        (QueryAnswer(ok=False, message="no answer from x"), Status.FAIL, "no answer from x"),
    ],
)
def test_key_finding_goes_by_the_answer(answer: QueryAnswer, status: Status, words: str) -> None:
    """An unknown application is no fault of the key."""
    finding = key_finding(answer, "here")

    assert (finding.check, finding.status) == ("api_key", status)
    assert words in finding.detail
    assert bool(finding.fix) == (status is not Status.OK)


def test_good_application_is_well() -> None:
    """Nothing to do."""
    assert statuses(found()) == {"ok"}
    assert {"application", "webhook_version", "webhook_url", "failover", "webhook_timeout"} == set(
        found()
    )


@pytest.mark.parametrize(
    ("check", "changes", "status", "fix"),
    [
        ("application", {"active": False}, Status.FAIL, "call-console apps update active=true"),
        ("webhook_version", {"webhook_api_version": "1"}, Status.FAIL, "webhook_api_version=2"),
        ("webhook_url", {"webhook_event_url": "https://x.example/"}, Status.FAIL, URL),
        ("webhook_url", {"webhook_event_url": None}, Status.FAIL, URL),
        ("failover", {"webhook_event_failover_url": URL}, Status.WARN, "failover_url=null"),
        ("webhook_timeout", {"webhook_timeout_secs": 0.5}, Status.WARN, "webhook_timeout_secs=5"),
        ("outbound", {"outbound": {}}, Status.WARN, "outbound_voice_profile_id"),
        ("first_command", {"first_command_timeout": True}, Status.WARN, "=false"),
    ],
)
def test_application_findings_name_what_is_wrong(
    check: str, changes: dict[str, object], status: Status, fix: str
) -> None:
    """Each with a command that mends it."""
    finding = found(LISTENING, **changes)[check]

    assert finding.status is status
    assert fix in finding.fix


def test_application_in_front_needs_a_failover() -> None:
    """Without one, calls die with the console; one that is the console itself saves nothing."""
    none = found(IN_FRONT)["failover"]
    same = found(IN_FRONT, webhook_event_failover_url=URL)["failover"]
    good = found(IN_FRONT, webhook_event_failover_url="https://app.example.com/w")["failover"]

    assert none.status is same.status is Status.WARN
    assert "webhook_event_failover_url=http://127.0.0.1:3000/webhooks" in none.fix
    assert good.status is Status.OK


def test_application_in_front_compares_the_timeouts() -> None:
    """Telnyx must not give up before the console does."""
    usual = found(IN_FRONT)["webhook_timeout"]
    short = found(IN_FRONT, webhook_timeout_secs=1)["webhook_timeout"]
    slow = found(IN_FRONT._replace(forward_timeout_s=2.5))["webhook_timeout"]

    assert usual.status is Status.OK
    assert (short.status, short.fix) == (Status.WARN, "set forward.timeout_s below 1")
    assert slow.status is Status.WARN


def test_polling_needs_no_webhook_url() -> None:
    """The application's own URL is as it should be."""
    polled = found(
        Wanted(connection_id="17", our_url=None, polls=True), webhook_event_url="https://x.example"
    )

    assert polled["webhook_url"].status is Status.OK


def test_unknown_application_is_told_once() -> None:
    """The rest is not looked at."""
    answer = QueryAnswer(ok=False, status=404)
    first, *rest = application_findings(answer, LISTENING)

    assert (first.check, first.status) == ("application", Status.FAIL)
    assert {each.status for each in rest} == {Status.SKIPPED}
    assert [each.check for each in unasked("x")] == [first.check, *(each.check for each in rest)]


def test_no_connection_id_is_a_warning() -> None:
    """Watching works without."""
    answer = QueryAnswer(ok=True, status=200, data=[GOOD, GOOD])
    (finding,) = application_findings(answer, Wanted(connection_id="", our_url=None))

    assert finding.status is Status.WARN
    assert "this account has 2" in finding.detail
    assert "call-console init" in finding.fix


@pytest.mark.parametrize(
    ("offset_s", "status", "words"),
    [
        (0.3, Status.OK, "within 1 s"),
        (-4.0, Status.OK, "within 4 s"),
        (12.0, Status.WARN, "12 s ahead of"),
        (-90.0, Status.FAIL, "90 s behind"),
    ],
)
def test_clock_finding_says_which_way(offset_s: float, status: Status, words: str) -> None:
    """Seconds, against Telnyx's own."""
    finding = clock_finding(offset_s, 0.6)

    assert finding.status is status
    assert words in finding.detail


def test_clock_finding_allows_for_a_slow_answer() -> None:
    """What an answer of eight seconds tells is no better than four."""
    assert clock_finding(8.0, 9.0).status is Status.OK
