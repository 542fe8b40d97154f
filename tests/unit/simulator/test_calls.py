"""The life of a leg, as VOICE (e) describes it."""

from collections.abc import Mapping

import pytest

from console.simulator import calls
from console.simulator.world import SECOND
from tests.unit.simulator.practice import OURS, Practice

AMD = "answering_machine_detection"


def test_incoming_call_rings_and_gives_up() -> None:
    """Nobody answers: the caller cancels, without quality figures, and nothing comes after that."""
    practice = Practice()
    leg = practice.rings(patience_s=20)

    practice.run(19)
    assert practice.told(leg) == ["call.initiated"]

    practice.run(2)
    assert practice.told(leg) == ["call.initiated", "call.hangup"]
    payload = practice.last(leg, "call.hangup").payload
    assert payload["hangup_cause"] == "originator_cancel"
    assert payload["hangup_source"] == "caller"
    assert payload["sip_hangup_cause"] == "487"
    assert payload["call_quality_stats"] is None


def test_callers_wait_between_15_and_40_seconds() -> None:
    """The patience of a caller nobody gave one is within the design's limits."""
    practice = Practice()
    legs = [practice.rings(patience_s=None) for _ in range(200)]

    assert all(15 <= leg.plan.after_s <= 40 for leg in legs)
    assert len({leg.plan.after_s for leg in legs}) == 200


def test_answered_caller_talks_and_then_hangs_up() -> None:
    """The answer has its effect a moment later; in the end the caller leaves by themselves."""
    practice = Practice()
    leg = practice.rings()

    practice.do("answer", leg)
    assert not leg.is_answered
    practice.run(0.5)
    assert practice.told(leg) == ["call.initiated", "call.answered"]

    practice.run(400)
    payload = practice.last(leg, "call.hangup").payload
    assert (payload["hangup_cause"], payload["hangup_source"]) == ("normal_clearing", "caller")
    assert payload["sip_hangup_cause"] == "200"
    stats = payload["call_quality_stats"]
    assert isinstance(stats, Mapping)
    assert isinstance(stats["inbound"], Mapping)
    assert 3 < float(stats["inbound"]["mos"]) <= 4.5


def test_direction_from_and_to_are_only_where_telnyx_has_them() -> None:
    """`direction` is in call.initiated alone; cost has no numbers."""
    practice = Practice(call_cost_in_webhooks=True)
    leg = practice.talks()
    practice.do("hangup", leg)
    practice.run(5)

    payloads = {event.type: event.payload for event in practice.events}
    assert payloads["call.initiated"]["direction"] == "incoming"
    assert payloads["call.initiated"]["state"] == "parked"
    assert payloads["call.initiated"]["caller_id_name"] == "Jane Eyre"
    assert "direction" not in payloads["call.answered"]
    assert "direction" not in payloads["call.hangup"]
    assert payloads["call.hangup"]["from"] == "+12125550123"
    assert "from" not in payloads["call.cost"]
    assert payloads["call.cost"]["total_cost"] == "0.0068"
    assert list(payloads)[-1] == "call.cost"


@pytest.mark.parametrize(
    ("cause", "words", "sip"),
    [("CALL_REJECTED", "call_rejected", "603"), ("USER_BUSY", "user_busy", "486")],
)
def test_rejected_call_ends_with_its_cause(cause: str, words: str, sip: str) -> None:
    """The caller hears why, by name."""
    practice = Practice()
    leg = practice.rings()

    practice.do("reject", leg, cause=cause)
    practice.run()

    payload = practice.last(leg, "call.hangup").payload
    assert (payload["hangup_cause"], payload["sip_hangup_cause"]) == (words, sip)
    assert "call.answered" not in practice.told(leg)


def test_nobody_commanding_a_call_ends_it_where_the_application_says_so() -> None:
    """first_command_timeout hangs up what nobody takes care of."""
    practice = Practice(first_command_timeout=True, first_command_timeout_secs=10)
    left, taken = practice.rings(), practice.rings()

    practice.do("client_state_update", taken, client_state="aGk=")
    practice.run(11)

    assert practice.told(left) == ["call.initiated", "call.hangup"]
    assert practice.told(taken) == ["call.initiated"]


@pytest.mark.parametrize(
    ("digits", "cause", "sip", "within_s"),
    [
        ("0190", "timeout", "487", 31),
        ("0191", "user_busy", "486", 2),
        ("0192", "no_answer", "480", 21),
        ("0193", "call_rejected", "603", 4),
        ("0194", "not_found", "404", 1),
    ],
)
def test_number_chooses_how_a_call_fails(
    digits: str, cause: str, sip: str, within_s: float
) -> None:
    """DESIGN 5.4: the last four digits say what happens."""
    practice = Practice()
    leg = practice.dial(f"+1212555{digits}")

    practice.run(within_s)

    assert practice.told(leg) == ["call.initiated", "call.hangup"]
    payload = practice.last(leg, "call.hangup").payload
    assert (payload["hangup_cause"], payload["sip_hangup_cause"]) == (cause, sip)


def test_time_out_is_the_callers_and_called_no_answer_without_retries() -> None:
    """timeout_secs counts, and retry_on_timeout false changes the word."""
    practice = Practice()
    leg = practice.dial("+12125550190", timeout_secs=10, retry_on_timeout=False)

    practice.run(9)
    assert leg.is_live
    practice.run(2)

    assert practice.last(leg, "call.hangup").payload["hangup_cause"] == "no_answer"


@pytest.mark.parametrize("to", ["+12125550100", "+442079460018", "sip:desk@phones.example.com"])
def test_any_other_number_answers_within_3_seconds_and_stays(to: str) -> None:
    """An ordinary destination picks up and waits for somebody to hang up, up to the time limit."""
    practice = Practice()
    leg = practice.dial(to)

    practice.run(3)
    assert practice.told(leg) == ["call.initiated", "call.answered"]
    initiated = practice.last(leg, "call.initiated").payload
    assert (initiated["direction"], initiated["state"]) == ("outgoing", "bridging")

    practice.run(14_000)
    assert leg.is_live
    practice.run(500)
    assert practice.last(leg, "call.hangup").payload["hangup_cause"] == "time_limit"


def test_0196_answers_and_hangs_up_after_2_seconds() -> None:
    """The far end of an outgoing leg is the callee."""
    practice = Practice()
    leg = practice.dial("+12125550196")

    practice.run(10)

    answered, hangup = practice.last(leg, "call.answered"), practice.last(leg, "call.hangup")
    assert hangup.occurred_at - answered.occurred_at == 2 * SECOND
    assert hangup.payload["hangup_source"] == "callee"


@pytest.mark.parametrize(
    ("digits", "asked", "told"),
    [
        ("0195", "detect", {"detection.ended": "machine"}),
        (
            "0195",
            "detect_beep",
            {"detection.ended": "machine", "greeting.ended": "beep_detected"},
        ),
        ("0195", "greeting_end", {"detection.ended": "machine", "greeting.ended": "ended"}),
        (
            "0195",
            "premium",
            {"premium.detection.ended": "machine", "premium.greeting.ended": "beep_detected"},
        ),
        ("0100", "detect_beep", {"detection.ended": "human"}),
        ("0100", "premium", {"premium.detection.ended": "human_residence"}),
        ("0195", "disabled", {}),
    ],
)
def test_machine_detection_reports_what_was_asked(
    digits: str, asked: str, told: dict[str, str]
) -> None:
    """Verdict and greeting, in the words of the kind of detection; nothing when nobody asked."""
    practice = Practice()
    leg = practice.dial(f"+1212555{digits}", **{AMD: asked})

    practice.run(15)

    prefix = "call.machine."
    found = {
        event.type.removeprefix(prefix): event.payload["result"]
        for event in practice.events
        if event.type.startswith(prefix)
    }
    assert found == told
    assert leg.is_live


def test_hang_up_by_us_names_our_side() -> None:
    """hangup_source is the party of the leg's own from and to: for an incoming leg we are the callee."""
    practice = Practice()
    incoming = practice.talks()
    outgoing = practice.dial("+12125550100")
    practice.run(3)
    ringing = practice.dial("+12125550190")
    practice.run(3)

    for leg in (incoming, outgoing, ringing):
        practice.do("hangup", leg)
    practice.run()

    def ending(leg: object) -> tuple[object, object]:
        payload = practice.last(leg, "call.hangup").payload  # type: ignore[arg-type]
        return payload["hangup_cause"], payload["hangup_source"]

    assert ending(incoming) == ("normal_clearing", "callee")
    assert ending(outgoing) == ("normal_clearing", "caller")
    assert ending(ringing) == ("originator_cancel", "caller")


def test_client_state_travels_in_later_events_until_replaced() -> None:
    """A command's state replaces the leg's; a command without one leaves it alone."""
    practice = Practice()
    leg = practice.rings()
    practice.do("answer", leg, client_state="Zmlyc3Q=")
    practice.run()
    practice.do("speak", leg, payload="hello", voice="female")
    practice.run(2)
    practice.do("client_state_update", leg, client_state="c2Vjb25k")
    practice.do("hangup", leg)
    practice.run()

    states = {event.type: event.payload["client_state"] for event in practice.events}
    assert states["call.initiated"] is None
    assert states["call.answered"] == "Zmlyc3Q="
    assert states["call.speak.started"] == "Zmlyc3Q="
    assert states["call.hangup"] == "c2Vjb25k"


def test_speed_shortens_every_wait() -> None:
    """At ten times the speed a call that fails after its time-out does so in a tenth of it."""
    practice = Practice(speed=10)
    leg = practice.dial("+12125550190")

    practice.run(2.9)
    assert leg.is_live
    practice.run(0.2)

    assert not leg.is_live


def test_ended_calls_are_forgotten_after_ten_minutes() -> None:
    """Memory is bounded: nothing of a call remains in the world."""
    practice = Practice()
    for _ in range(20):
        practice.rings(patience_s=5)
    practice.run(6)
    assert len(practice.world.live) == 0
    assert len(practice.world.legs) == 20

    practice.run(600)

    assert len(practice.world.legs) == 0
    assert len(practice.world.agenda) == 0


def test_same_seed_gives_the_same_calls_whatever_happens_in_between() -> None:
    """Identifiers and fates of callers do not depend on what the operator dials meanwhile."""
    first, second = Practice(seed=4), Practice(seed=4)
    second.dial("+12125550100")

    one, other = first.rings(patience_s=None), second.rings(patience_s=None)

    assert (one.id, one.leg_id, one.session_id) == (other.id, other.leg_id, other.session_id)
    assert one.plan == other.plan
    assert Practice(seed=5).rings().id != one.id


def test_far_end_of_an_ended_leg_does_nothing_more() -> None:
    """Ending twice reports once."""
    practice = Practice()
    leg = practice.talks()

    calls.end(practice.world, leg, "normal_clearing", "caller", "200")
    calls.end(practice.world, leg, "normal_clearing", "caller", "200")
    practice.run()

    assert practice.told(leg).count("call.hangup") == 1
    assert leg.to == OURS


def test_headers_of_the_invite_and_of_the_answer_come_back() -> None:
    """User-to-User of a dial in all three events of the call; what answer sets from call.answered on."""
    practice = Practice()
    ours = [{"name": "User-to-User", "value": "1234"}]
    theirs = [{"name": "X-Desk", "value": "7"}]
    called = practice.dial("+12125550100", sip_headers=ours)
    caller = practice.rings()
    practice.run()
    practice.do("answer", caller, custom_headers=theirs)
    practice.run(10)
    for leg in (called, caller):
        practice.do("hangup", leg)
    practice.run()

    for kind in ("call.initiated", "call.answered", "call.hangup"):
        assert practice.last(called, kind).payload["sip_headers"] == ours
        assert "sip_headers" not in practice.last(caller, kind).payload
    assert practice.last(caller, "call.initiated").payload["custom_headers"] == []
    assert practice.last(caller, "call.answered").payload["custom_headers"] == theirs
