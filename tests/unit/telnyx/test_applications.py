"""Applications: each setting that decides whether anything works, and what a change changes."""

import pytest

from console.telnyx.applications import (
    Difference,
    Level,
    checks,
    diff,
    editable,
    same_url,
    update_params,
    worst,
)

OURS = "https://calls.example.com/webhooks"
GOOD: dict[str, object] = {
    "id": "1",
    "application_name": "support",
    "active": True,
    "webhook_event_url": OURS,
    "webhook_event_failover_url": None,
    "webhook_api_version": "2",
    "webhook_timeout_secs": None,
    "first_command_timeout": False,
    "call_cost_in_webhooks": True,
    "outbound": {"channel_limit": 10, "outbound_voice_profile_id": "99"},
    "inbound": {"sip_subdomain": None, "channel_limit": 5},
}
NAMES = [
    "active",
    "webhook_api_version",
    "webhook_event_url",
    "webhook_event_failover_url",
    "webhook_timeout_secs",
    "first_command_timeout",
    "outbound.outbound_voice_profile_id",
    "call_cost_in_webhooks",
]


def test_checks_of_a_good_application_are_all_fine() -> None:
    """Eight settings, none to mend."""
    found = checks(GOOD, our_url=OURS)

    assert [check.name for check in found] == NAMES
    assert {check.level for check in found} == {Level.OK}
    assert {check.fix for check in found} == {""}
    assert worst(found) is Level.OK


@pytest.mark.parametrize(
    ("change", "name", "level", "said", "fix"),
    [
        ({"active": False}, "active", "bad", "switched off", "active=true"),
        ({"webhook_api_version": "1"}, "webhook_api_version", "bad", "version 1", "=2"),
        ({"webhook_api_version": None}, "webhook_api_version", "bad", "version 1", "=2"),
        ({"webhook_api_version": 2}, "webhook_api_version", "ok", "version 2", ""),
        ({"webhook_api_version": "3"}, "webhook_api_version", "bad", "does not know: 3", "=2"),
        (
            {"webhook_event_url": "https://other.example.com/x"},
            "webhook_event_url",
            "bad",
            "go to https://other.example.com/x, not to us",
            f"webhook_event_url={OURS}",
        ),
        ({"webhook_event_url": ""}, "webhook_event_url", "bad", "nowhere", OURS),
        (
            {"webhook_event_url": "HTTPS://Calls.Example.com:443/webhooks/"},
            "webhook_event_url",
            "ok",
            "come to us",
            "",
        ),
        (
            {"webhook_event_failover_url": "https://b.example.com"},
            "webhook_event_failover_url",
            "warn",
            "is missing here",
            "=null",
        ),
        (
            {"webhook_event_failover_url": OURS},
            "webhook_event_failover_url",
            "warn",
            "saves nothing",
            "=null",
        ),
        ({"webhook_timeout_secs": 0}, "webhook_timeout_secs", "warn", "waits 0 s", "=5"),
        ({"webhook_timeout_secs": 10}, "webhook_timeout_secs", "ok", "waits 10 s", ""),
        (
            {"first_command_timeout": True},
            "first_command_timeout",
            "warn",
            "within 30 s",
            "=false",
        ),
        (
            {"first_command_timeout": True, "first_command_timeout_secs": 12},
            "first_command_timeout",
            "warn",
            "within 12 s",
            "=false",
        ),
        ({"outbound": {}}, "outbound.outbound_voice_profile_id", "warn", "refused", "=ID"),
        ({"outbound": None}, "outbound.outbound_voice_profile_id", "warn", "refused", "=ID"),
        ({"call_cost_in_webhooks": False}, "call_cost_in_webhooks", "warn", "not told", "=true"),
    ],
)
def test_checks_say_what_is_wrong_and_how_to_mend_it(
    change: dict[str, object], name: str, level: str, said: str, fix: str
) -> None:
    """One setting at a time."""
    found = {check.name: check for check in checks({**GOOD, **change}, our_url=OURS)}

    assert found[name].level == level
    assert said in found[name].sentence
    assert fix in found[name].fix
    assert bool(found[name].fix) == (level != "ok")
    assert {check.level for other, check in found.items() if other != name} == {Level.OK}


@pytest.mark.parametrize(
    ("url", "level", "said"),
    [
        (OURS, "warn", "is not known"),
        ("http://localhost:8080/webhooks", "bad", "the internet cannot reach"),
        ("http://[::1]/webhooks", "bad", "the internet cannot reach"),
        ("http://[", "warn", "is not known"),
    ],
)
def test_checks_without_our_address_do_not_guess(url: str, level: str, said: str) -> None:
    """What is not known is said to be not known."""
    found = checks({**GOOD, "webhook_event_url": url}, our_url=None)

    assert (found[2].level, said in found[2].sentence) == (level, True)


def test_checks_survive_any_shape_and_show_nothing_a_terminal_obeys() -> None:
    """What Telnyx sends is not trusted."""
    odd: dict[str, object] = {key: ["x"] for key in GOOD}
    hostile = {**GOOD, "webhook_event_url": "https://x/\x1b]0;y\x07"}

    assert len(checks({}, our_url=None)) == len(checks(odd, our_url=OURS)) == len(NAMES)
    assert worst(checks({}, our_url=None)) is Level.BAD
    assert all(check.sentence.isprintable() for check in checks(hostile, our_url=OURS))


def test_diff_names_only_what_changes_members_one_by_one() -> None:
    """Types count: 2 is not "2"."""
    after = {
        "application_name": "support",
        "webhook_api_version": 2,
        "outbound": {"channel_limit": 20, "outbound_voice_profile_id": "99"},
        "tags": ["new"],
    }

    assert diff(GOOD, after) == (
        Difference("webhook_api_version", "2", 2),
        Difference("outbound.channel_limit", 10, 20),
        Difference("tags", None, ["new"]),
    )
    assert diff(GOOD, GOOD) == ()


def test_update_params_repeats_what_telnyx_wants_again() -> None:
    """Name and address from the present values, unless they change; objects are sent whole."""
    params = update_params(GOOD, {"active": False, "outbound": {"channel_limit": 3}})

    assert params == {
        "application_name": "support",
        "webhook_event_url": OURS,
        "active": False,
        "outbound": {"channel_limit": 3, "outbound_voice_profile_id": "99"},
    }
    assert update_params(GOOD, {"application_name": "new"})["application_name"] == "new"
    assert update_params(GOOD, {"inbound": {"channel_limit": 1}})["inbound"] == {"channel_limit": 1}
    assert update_params({}, {"active": True}) == {"active": True}


def test_editable_leaves_out_what_cannot_be_changed() -> None:
    """Neither the id nor times."""
    shown = editable({**GOOD, "created_at": "x"})

    assert "id" not in shown
    assert "created_at" not in shown
    assert shown["webhook_api_version"] == "2"


def test_same_url_tells_ports_and_queries_apart() -> None:
    """What differs leads elsewhere."""
    assert same_url("https://a/x", "https://A:443/x/")
    assert not same_url("https://a/x", "http://a/x")
    assert not same_url("https://a/x", "https://a:8443/x")
    assert not same_url("https://a/x", "https://a/x?y")
    assert not same_url("https://a:99999999/x", "https://a/x")
