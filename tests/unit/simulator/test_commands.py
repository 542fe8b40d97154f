"""What is refused, with which code and pointer, and what is a repetition."""

import pytest

from console.simulator import calls
from console.simulator.commands import SIMULATED
from console.simulator.errors import ApiError
from console.simulator.world import SECOND, Leg
from console.telnyx import catalogue
from tests.unit.simulator.practice import CONNECTION, OURS, Practice


def dial_refused(practice: Practice, **changed: object) -> ApiError:
    """The refusal of a dial that must be refused; None leaves a field out."""
    body = {"connection_id": CONNECTION, "from": OURS, "to": "+12125550100", **changed}
    with pytest.raises(ApiError) as caught:
        practice.switchboard.dial(
            {name: value for name, value in body.items() if value is not None}
        )
    return caught.value


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"to": None}, "10004", "/to"),
        ({"from": None}, "10004", "/from"),
        ({"connection_id": None}, "10004", "/connection_id"),
        ({"to": ""}, "10004", "/to"),
        ({"to": "2125550100"}, "10016", "/to"),
        ({"to": 12125550100}, "10026", "/to"),
        ({"from": "Jane"}, "10016", "/from"),
        ({"connection_id": "42"}, "10015", "/connection_id"),
        ({"answering_machine_detection": "perhaps"}, "10032", "/answering_machine_detection"),
        ({"time_limit_secs": 5}, "10033", "/time_limit_secs"),
        ({"timeout_secs": 4}, "10033", "/timeout_secs"),
        ({"timeout_secs": "30"}, "10026", "/timeout_secs"),
        ({"custom_headers": [{"name": "X-A"}]}, "10004", "/custom_headers/0/value"),
        ({"client_state": "not base64!"}, "90017", "/client_state"),
        ({"link_to": "v3:nobody"}, "90015", "/link_to"),
        ({"bridge_on_answer": True}, "10004", "/link_to"),
        ({"webhook_urls": {"call.exploded": "http://127.0.0.1/"}}, "90057", "/webhook_urls"),
        ({"stream_url": "https://media.example.com"}, "10015", "/stream_url"),
        ({"stream_url": "wss://a.example.com", "stream_codec": "OPUS"}, "10015", "/stream_codec"),
        ({"to": ["+12125550100", "+12125550101"]}, "10015", "/to"),
        ({"media_encryption": "SRTP"}, "10011", "/media_encryption"),
        ({"supervise_call_control_id": "v3:nobody"}, "90015", "/supervise_call_control_id"),
        ({"enable_dialogflow": "yes"}, "10026", "/enable_dialogflow"),
        ({"webhook_url_method": "GET"}, "10015", "/webhook_url_method"),
    ],
)
def test_dial_refuses_with_code_and_pointer(
    changed: dict[str, object], code: str, pointer: str
) -> None:
    """Every refusal says which field is wrong, and nothing was dialled."""
    practice = Practice()

    error = dial_refused(practice, **changed)

    assert (error.status, error.code, error.pointer) == (422, code, pointer)
    assert practice.world.legs == {}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"to": ["+12125550100", "+12125550101"]}, "does not document who rings when"),
        ({"webhook_urls_method": "GET"}, "does not document their form and signature"),
        ({"stream_url": "wss://a.example.com", "stream_codec": "G722"}, "sound in PCMU, PCMA, L16"),
    ],
)
def test_what_is_not_simulated_is_refused_with_the_reason(
    changed: dict[str, object], why: str
) -> None:
    """An invented behaviour would teach applications what Telnyx never does."""
    detail = dial_refused(Practice(), **changed).detail

    assert detail.startswith("Not simulated: ")
    assert why in detail


def test_dial_needs_an_application_that_somebody_listens_to() -> None:
    """Only Call Control Apps with valid webhook URL are accepted."""
    silent = Practice(webhook_event_url="")
    closed = Practice(active=False)

    assert dial_refused(silent).code == "10015"
    assert dial_refused(closed).code == "10015"
    assert silent.dial("+12125550100", webhook_url="http://127.0.0.1:9/own").is_live


def test_envelope_is_telnyxs() -> None:
    """errors[].code, title, detail and source.pointer."""
    errors = dial_refused(Practice(), to=None).envelope()["errors"]

    assert isinstance(errors, list)
    assert errors[0]["code"] == "10004"
    assert errors[0]["title"] == "Missing required parameter"
    assert errors[0]["detail"] == "The 'to' parameter is required and cannot be blank."
    assert errors[0]["source"] == {"pointer": "/to"}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("transfer", {"to": "+12125550100"}),
        ("bridge", {"call_control_id": "v3:other"}),
        ("speak", {"payload": "hello", "voice": "female"}),
        ("gather", {}),
        ("record_start", {"channels": "dual", "format": "mp3"}),
        ("send_dtmf", {"digits": "1"}),
        ("enqueue", {"queue_name": "support"}),
    ],
)
def test_ringing_leg_takes_no_command_that_needs_sound(
    action: str, body: dict[str, object]
) -> None:
    """90034 until it is answered."""
    practice = Practice()

    assert practice.refused(action, practice.rings(), **body).code == "90034"


def test_ended_leg_takes_no_command() -> None:
    """90018 as long as the call is remembered, 90015 for what never was."""
    practice = Practice()
    leg = practice.rings()
    calls.end(practice.world, leg, "originator_cancel", "caller", "487")

    for action, body in {"answer": {}, "hangup": {}, "reject": {"cause": "USER_BUSY"}}.items():
        assert practice.refused(action, leg, **body).code == "90018"
    with pytest.raises(ApiError) as caught:
        practice.switchboard.perform("hangup", "v3:nobody", {})
    assert (caught.value.status, caught.value.code) == (422, "90015")


def test_answer_and_reject_are_for_incoming_legs_that_ring() -> None:
    """90102 for an answer on an outgoing leg; twice is refused too."""
    practice = Practice()
    outgoing, incoming = practice.dial("+12125550190"), practice.rings()
    practice.do("answer", incoming)

    assert practice.refused("answer", outgoing).code == "90102"
    assert practice.refused("reject", outgoing, cause="USER_BUSY").code == "10015"
    assert practice.refused("answer", incoming).code == "10015"
    practice.run()
    assert practice.refused("answer", incoming).code == "10015"
    assert practice.refused("reject", incoming, cause="USER_BUSY").code == "10015"


def test_reject_wants_one_of_two_causes() -> None:
    """10032 names both."""
    practice = Practice()
    error = practice.refused("reject", practice.rings(), cause="BORED")

    assert (error.code, error.pointer) == ("10032", "/cause")
    assert error.detail == "The value must be one of: CALL_REJECTED, USER_BUSY."


def test_bridge_refuses_what_cannot_be_bridged() -> None:
    """Unknown, itself, ended, unanswered incoming, already bridged."""
    practice = Practice()
    leg, other, ended = practice.talks(), practice.talks(), practice.rings()
    calls.end(practice.world, ended, "originator_cancel", "caller", "487")

    def code(target: Leg | str, **more: object) -> str:
        name = target if isinstance(target, str) else target.id
        return practice.refused("bridge", leg, call_control_id=name, **more).code

    assert code("v3:nobody") == "90015"
    assert code(leg) == "90015"
    assert code(ended) == "90018"
    assert code(practice.rings()) == "90034"
    practice.do("bridge", other, call_control_id=practice.talks().id)
    practice.run()
    assert code(other, prevent_double_bridge=True) == "10015"
    assert practice.refused("bridge", leg).code == "10004"


def test_refused_command_leaves_the_client_state_alone() -> None:
    """Nothing of a refused command remains."""
    practice = Practice()
    leg = practice.talks()

    practice.refused("transfer", leg, to="nowhere", client_state="bmV3")

    assert leg.client_state is None


def test_repeated_command_is_answered_and_has_no_second_effect() -> None:
    """The same command_id within 60 s gets the same answer, even after the call has ended."""
    practice = Practice()
    leg = practice.rings()

    first = practice.do("answer", leg, command_id="a", record="record-from-answer")
    again = practice.do("answer", leg, command_id="a", record="record-from-answer")
    practice.run()
    practice.do("hangup", leg, command_id="b")
    practice.run()

    assert first == again
    assert practice.do("hangup", leg, command_id="b") == {"result": "ok"}
    assert practice.told(leg).count("call.answered") == 1
    assert practice.refused("hangup", leg, command_id="c").code == "90018"


def test_repetition_is_per_call_and_forgotten_after_a_minute() -> None:
    """Another leg's command with the same id is a command of its own."""
    practice = Practice()
    one, other = practice.rings(), practice.rings()
    practice.do("answer", one, command_id="same")
    practice.do("answer", other, command_id="same")
    practice.run()
    assert one.is_answered
    assert other.is_answered

    practice.world.advance(practice.world.now + 60 * SECOND)
    assert practice.refused("answer", one, command_id="same").code in {"10015", "90018"}


def test_repeated_dial_creates_one_leg() -> None:
    """For dial the command_id counts for the account."""
    practice = Practice()

    first = practice.dial("+12125550100", command_id="d")
    again = practice.dial("+12125550100", command_id="d")

    assert first is again
    assert len(practice.world.legs) == 1


def test_refused_command_id_can_be_used_again() -> None:
    """Only what was accepted is remembered."""
    practice = Practice()
    leg = practice.rings()
    practice.refused("answer", leg, command_id="a", client_state="!")

    practice.do("answer", leg, command_id="a")
    practice.run()

    assert leg.is_answered


def test_every_command_on_a_call_is_simulated() -> None:
    """All that Telnyx has, and none that it does not have."""
    on_calls = {command.name for command in catalogue.load().values() if command.scope == "call"}

    assert on_calls - {"status"} == SIMULATED


def test_webhook_addresses_of_a_call_override_the_applications() -> None:
    """Per event before per call before the application's."""
    practice = Practice()
    leg = practice.dial(
        "+12125550196",
        webhook_url="http://127.0.0.1:9/call",
        webhook_urls={"call.hangup": "http://127.0.0.1:9/hangup"},
        webhook_retries_policies={"call.hangup": {"retries_ms": [100, 200]}},
    )
    other = practice.dial("+12125550196")
    practice.run(10)

    def url(leg: Leg, event_type: str) -> str | None:
        target = practice.last(leg, event_type).target
        return None if target is None else target.url

    assert url(leg, "call.answered") == "http://127.0.0.1:9/call"
    assert url(leg, "call.hangup") == "http://127.0.0.1:9/hangup"
    assert url(other, "call.hangup") == "http://127.0.0.1:9/webhooks"
    target = practice.last(leg, "call.hangup").target
    assert target is not None
    assert target.retries_s == (0.1, 0.2)


def test_dial_takes_what_no_source_describes() -> None:
    """Dialogflow is accepted as documented, and changes nothing."""
    practice = Practice()

    plain = practice.dial("+12125550100")
    other = practice.dial(
        "+12125550100", enable_dialogflow=True, dialogflow_config={"analyze_sentiment": True}
    )
    practice.run(10)

    assert practice.told(other) == practice.told(plain)


def test_bridge_with_a_video_room_changes_nothing() -> None:
    """No source says what comes of it; together with a leg or a queue it is refused."""
    practice = Practice()
    leg, other = practice.talks(), practice.talks()
    room = {"video_room_id": "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0", "video_room_context": "x"}
    before = practice.told(leg)

    assert practice.do("bridge", leg, **room) == {"result": "ok"}
    practice.run(10)

    assert practice.told(leg) == before
    error = practice.refused("bridge", leg, **room, call_control_id=other.id)
    assert (error.status, error.pointer) == (422, "/video_room_id")
