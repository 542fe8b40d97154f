"""How legs closed: why, how it sounded, what it cost."""

from __future__ import annotations

import pytest

from console.domain.closing import closings, cost_words, quality_words, why_refused
from console.domain.sip_words import REFUSAL, refusal_code
from console.telnyx.problems import explain
from tests.unit.domain.histories import History

STATS = {"inbound": {"mos": "4.50", "packet_count": "591", "skip_packet_count": "9"}}


def test_closings_say_why_how_and_how_much() -> None:
    """One leg of two has ended; its quality and cost come from its own events."""
    h = History()
    h.incoming("A")
    h.outgoing("B")
    h.event(
        "call.hangup",
        "B",
        hangup_cause="user_busy",
        sip_hangup_cause="486",
        call_quality_stats=STATS,
    )
    h.event("call.cost", "B", total_cost="0.0120", billed_duration_secs=60)

    (closing,) = closings(h.pairs, list(h.board().legs.values()))

    assert closing.leg.call_control_id == "B"
    assert closing.ended == "busy (user_busy, SIP 486)"
    assert closing.quality == "MOS 4.50, loss 1.5 % (9 of 600 packets)"
    assert closing.cost == "0.0120 for 60 s"


def test_closings_explain_refusal_codes() -> None:
    """Telnyx's own code in words, behind what the cause says."""
    h = History()
    h.outgoing("A")
    h.event(
        "call.hangup",
        "A",
        hangup_cause="call_rejected",
        sip_hangup_cause="403",
        telnyx_error={"error_code": "D1"},
    )

    (closing,) = closings(h.pairs, list(h.board().legs.values()))

    assert closing.ended == (
        "rejected (call_rejected, SIP 403): the account's limit of concurrent calls is reached (D1)"
    )


@pytest.mark.parametrize(
    ("cause", "sip", "code", "words"),
    [
        ("unspecified", "503", None, "service unavailable"),
        (None, "480", None, "temporarily unavailable"),
        ("user_busy", "486", None, ""),
        ("originator_cancel", "487", None, ""),
        ("normal_clearing", "16", None, ""),
        ("unspecified", "999", None, ""),
        ("call_rejected", None, "d41", "calls to this prefix are forbidden (d41)"),
        ("call_rejected", None, "D99", "Telnyx refused it (D99)"),
    ],
)
def test_why_refused(cause: str | None, sip: str | None, code: str | None, words: str) -> None:
    """The code always; the status only where the cause leaves it open."""
    assert why_refused(cause, sip, code) == words


@pytest.mark.parametrize("bad", [None, 1, "x", [], {}, {"inbound": 3}, {"inbound": {"mos": []}}])
def test_quality_of_anything_else_is_unknown(bad: object) -> None:
    """Null, absent and of another shape: nothing is said, and nothing is raised."""
    assert quality_words({"call_quality_stats": bad}) == ""


def test_cost_keeps_the_money_as_text() -> None:
    """No float touches it; the currency is that of the first part."""
    parts = [{"cost": "0.1", "currency": "USD"}]

    assert cost_words({"total_cost": "0.10", "cost_parts": parts}) == "0.10 USD"
    assert cost_words({"total_cost": "0.10", "cost_parts": [3]}) == "0.10"
    assert cost_words({}) == ""


def test_refusal_code_is_read_from_both_shapes() -> None:
    """An object with error_code, or the code alone; null is none."""
    assert refusal_code({"telnyx_error": {"error_code": "D17"}}) == "D17"
    assert refusal_code({"telnyx_error": "D17"}) == "D17"
    assert refusal_code({"telnyx_error": None}) is None


def test_refusals_are_worded_as_for_commands() -> None:
    """One code, one meaning, wherever it is read."""
    for code, words in REFUSAL.items():
        assert words in explain(403, [{"code": code}]).sentence
