"""What runs beside a call: transcriptions, conversations, supervision, forks, SIPREC, REFER, INFO, attachments."""

import pytest

from console.simulator.world import Leg
from tests.unit.simulator.practice import Practice


def test_transcription_gives_half_sentences_and_whole_ones() -> None:
    """Interim, then final with a confidence, on both tracks in turn; nothing after the stop."""
    practice = Practice()
    leg = practice.talks()
    practice.do("transcription_start", leg, transcription_tracks="both")
    practice.run(15)
    practice.do("transcription_stop", leg)
    heard = len(practice.told(leg))
    practice.run(10)

    data = [
        e.payload["transcription_data"] for e in practice.events if e.type == "call.transcription"
    ]
    pairs = [(each["is_final"], each["transcription_track"]) for each in data]  # type: ignore[index]
    assert pairs[:4] == [
        (False, "inbound"),
        (True, "inbound"),
        (False, "outbound"),
        (True, "outbound"),
    ]
    texts = [str(each["transcript"]) for each in data]  # type: ignore[index]
    assert texts[1].startswith(texts[0])
    assert len(practice.told(leg)) == heard


def test_transcription_refuses_a_second_one_and_a_silent_recording() -> None:
    """90054 twice, 90053 for timeout_secs meanwhile, 90055 for the other way round."""
    practice = Practice()
    leg, other = practice.talks(), practice.talks()
    practice.do("transcription_start", leg)
    practice.do("record_start", other, channels="dual", format="mp3", timeout_secs=5)

    again = practice.refused("transcription_start", leg)
    silent = practice.refused("record_start", leg, channels="dual", format="mp3", timeout_secs=5)

    assert (again.code, silent.code) == ("90054", "90053")
    assert practice.refused("transcription_stop", other).code == "90055"


def test_recording_is_transcribed_when_asked() -> None:
    """The text follows the file and names it; the file has the wanted name."""
    practice = Practice()
    leg = practice.talks()
    practice.do(
        "record_start",
        leg,
        channels="single",
        format="wav",
        transcription=True,
        custom_file_name="order",
    )
    practice.do("hangup", leg)
    practice.run(10)

    saved = practice.last(leg, "call.recording.saved").payload
    text = practice.last(leg, "call.recording.transcription.saved").payload
    assert text["recording_id"] == saved["recording_id"]
    assert "/order_" in str(saved["recording_urls"])


def test_assistant_talks_until_it_is_stopped() -> None:
    """An id at once; a second one is refused (90061); the end, then the insights."""
    practice = Practice()
    leg = practice.talks()
    data = practice.do("ai_assistant_start", leg, assistant={"id": "assistant-7", "model": "m"})
    assert practice.refused("ai_assistant_start", leg).code == "90061"
    assert (
        practice.refused("conversation_relay_start", leg, url="wss://a.example.com").code == "90061"
    )
    practice.run(9)

    practice.do("ai_assistant_stop", leg)
    practice.run(4)

    ended = practice.last(leg, "call.conversation.ended").payload
    assert ended["conversation_id"] == data["conversation_id"]
    assert (ended["assistant_id"], ended["llm_model"], ended["duration_sec"]) == (
        "assistant-7",
        "m",
        9,
    )
    assert practice.told(leg)[-1] == "call.conversation_insights.generated"
    assert practice.refused("ai_assistant_stop", leg).code == "10015"


def test_conversation_ends_with_the_call() -> None:
    """The caller's going is its reason; the hang-up comes after it."""
    practice = Practice()
    leg = practice.talks()
    practice.do("conversation_relay_start", leg, conversation_relay_url="wss://relay.example.com")

    practice.do("hangup", leg)
    practice.run(2)

    assert practice.told(leg)[-2:] == ["call.conversation.ended", "call.hangup"]
    ended = practice.last(leg, "call.conversation.ended").payload
    assert ended["reason"] == "customer_disconnect"


def test_gather_using_ai_finds_out_what_the_schema_asks() -> None:
    """Partial results and history on request, then the result, then the end of the conversation."""
    practice = Practice()
    leg = practice.talks()
    schema = {"properties": {"age": {"type": "integer"}, "size": {"enum": ["L", "XL"]}}}
    practice.do(
        "gather_using_ai",
        leg,
        parameters=schema,
        send_partial_results=True,
        send_message_history_updates=True,
    )
    practice.run(20)

    assert practice.told(leg)[2:] == [
        *["call.ai_gather.message_history_updated", "call.ai_gather.partial_results"] * 2,
        "call.ai_gather.ended",
        "call.conversation.ended",
    ]
    ended = practice.last(leg, "call.ai_gather.ended").payload
    assert (ended["status"], ended["result"]) == ("valid", {"age": 42, "size": "L"})


def test_gather_using_ai_that_is_cut_short_is_invalid() -> None:
    """What was found out so far is in the result."""
    practice = Practice()
    leg = practice.talks()
    practice.do("gather_using_ai", leg, parameters={"properties": {"a": {}, "b": {}, "c": {}}})
    practice.do("hangup", leg)
    practice.run()

    assert practice.last(leg, "call.ai_gather.ended").payload["status"] == "invalid"


def test_second_leg_joins_a_conversation() -> None:
    """By its id; unknown ids are refused; a guest may end it for all."""
    practice = Practice()
    host, guest = practice.talks(), practice.talks()
    talk = practice.do("ai_assistant_start", host)["conversation_id"]
    person = {"id": "1", "role": "user", "on_hangup": "end_conversation"}
    bad = practice.refused("ai_assistant_join", guest, conversation_id="x", participant=person)
    joined = practice.do("ai_assistant_join", guest, conversation_id=talk, participant=person)
    practice.do("hangup", guest)
    practice.run()

    assert bad.pointer == "/conversation_id"
    assert joined["conversation_id"] == talk
    assert practice.last(host, "call.conversation.ended").payload["conversation_id"] == talk
    assert "call.conversation.ended" not in practice.told(guest)


def supervisor(practice: Practice) -> tuple[Leg, Leg, Leg]:
    """Two bridged legs and one that listens to the first."""
    one, other = practice.talks(), practice.talks()
    practice.do("bridge", one, call_control_id=other.id)
    listens = practice.dial(
        "+12125550100", supervise_call_control_id=one.id, supervisor_role="whisper"
    )
    practice.run(5)
    return one, other, listens


def test_supervising_leg_takes_no_commands_but_its_own() -> None:
    """Telnyx's words; the role can be changed, and the leg hung up."""
    practice = Practice()
    one, other, listens = supervisor(practice)

    error = practice.refused("speak", listens, payload="hello", voice="female")
    practice.do("switch_supervisor_role", listens, role="barge")

    assert error.detail == "Supervisor calls do not support commands"
    assert listens.supervision is not None
    assert listens.supervision.role == "barge"
    assert practice.refused("switch_supervisor_role", one, role="barge").code == "10015"
    assert practice.refused("bridge", other, call_control_id=listens.id).code == "90015"
    practice.do("hangup", listens)
    practice.run()
    assert one.is_live
    assert not listens.is_live


def test_supervisor_goes_with_the_supervised_leg() -> None:
    """A leg that listens to nobody is hung up; without a bridge there is no role to change."""
    practice = Practice()
    one, other, listens = supervisor(practice)
    one.parks = True
    practice.do("hangup", other)
    practice.run()
    assert practice.refused("switch_supervisor_role", listens, role="barge").code == "10015"

    practice.do("hangup", one)
    practice.run(2)

    assert not listens.is_live


@pytest.mark.parametrize(
    ("address", "result", "status"),
    [
        ("sip:desk@example.com", "completed", 200),
        ("sip:+12125550191@example.com", "failed", 486),
        ("sip:+12125550193@example.com", "failed", 603),
        ("sip:+12125550194@example.com", "failed", 404),
    ],
)
def test_refer_goes_as_the_destination_decides(address: str, result: str, status: int) -> None:
    """started with 100, then completed or failed with the status of the NOTIFY."""
    practice = Practice()
    leg = practice.talks()
    practice.do("refer", leg, sip_address=address)
    practice.run(12)

    assert practice.last(leg, "call.refer.started").payload["sip_notify_response"] == 100
    assert practice.last(leg, f"call.refer.{result}").payload["sip_notify_response"] == status
    assert practice.refused("refer", leg, sip_address="+12125550100").pointer == "/sip_address"


def test_sip_info_and_digits_arrive_on_the_other_leg() -> None:
    """Of a bridge; a leg alone sends into the void."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    practice.do("send_sip_info", one, body="a", content_type="text/plain")
    practice.do("bridge", one, call_control_id=other.id)
    practice.run()

    practice.do("send_sip_info", one, body="hello", content_type="text/plain")
    practice.do("send_dtmf", one, digits="1w2", duration_millis=100)
    practice.run(3)

    assert practice.told(other).count("call.sip_info.received") == 1
    digits = [e.payload["digit"] for e in practice.events if e.type == "call.dtmf.received"]
    assert digits == ["1", "2"]
    assert practice.refused("send_dtmf", one, digits="1", duration_millis=9).code == "10033"


def test_fork_ends_a_stream_and_siprec_fails_on_wish() -> None:
    """One of both at a time; the connector's name decides."""
    practice = Practice()
    leg = practice.talks()
    practice.do("streaming_start", leg, stream_url="wss://media.example.com")
    practice.run(0)
    targets = {"rx": "udp:127.0.0.1:9000", "tx": "udp:127.0.0.1:9002"}
    assert practice.refused("fork_start", leg).pointer == "/rx"
    assert practice.refused("fork_stop", leg).code == "90031"

    practice.do("fork_start", leg, **targets)
    practice.do("siprec_start", leg, connector_name="fails")
    practice.run()
    practice.do("siprec_start", leg, connector_name="archive")
    practice.run()
    practice.do("hangup", leg)
    practice.run()

    assert practice.told(leg)[2:] == [
        "streaming.started",
        "streaming.stopped",
        "call.fork.started",
        "siprec.failed",
        "siprec.started",
        "call.fork.stopped",
        "siprec.stopped",
        "call.hangup",
    ]


def test_dial_brings_what_it_was_given() -> None:
    """Stream, transcription, assistant, detection, prompt and conference begin with the answer."""
    practice = Practice()
    leg = practice.dial(
        "+12125550100",
        stream_url="wss://media.example.com",
        transcription=True,
        transcription_config={"transcription_tracks": "outbound"},
        assistant={"id": "assistant-1"},
        deepfake_detection={"enabled": True},
        audio_url="https://media.example.com/hello.mp3",
        conference_config={"conference_name": "team", "mute": True},
    )
    practice.run(12)

    assert {
        "streaming.started",
        "call.transcription",
        "call.deepfake_detection.result",
        "call.playback.ended",
        "conference.created",
        "conference.participant.joined",
    } <= set(practice.told(leg))
    assert leg.conversation is not None
    conference = next(iter(practice.world.conferences.values()))
    assert conference.participants[leg.id].muted


def test_stream_may_be_there_before_the_call() -> None:
    """stream_establish_before_call_originate: it fails or starts while it rings, and ends with the call."""
    practice = Practice()
    leg = practice.dial(
        "+12125550191",
        stream_url="wss://media.example.com",
        stream_establish_before_call_originate=True,
    )
    practice.run(0.2)
    practice.run(5)

    assert practice.told(leg) == [
        "call.initiated",
        "streaming.started",
        "streaming.stopped",
        "call.hangup",
    ]


def test_overlay_needs_something_below_it() -> None:
    """It plays on top of a file and ends with it."""
    practice = Practice()
    leg = practice.talks()
    assert (
        practice.refused("playback_start", leg, media_name="bell", overlay=True).pointer
        == "/overlay"
    )

    practice.do("playback_start", leg, media_name="wait")
    practice.do("playback_start", leg, media_name="bell", overlay=True, loop="infinity")
    practice.run(7)

    ended = [e.payload for e in practice.events if e.type == "call.playback.ended"]
    assert [(each["media_name"], each["overlay"]) for each in ended] == [
        ("wait", False),
        ("bell", True),
    ]


def test_place_in_a_queue_can_outlive_the_call() -> None:
    """keep_after_hangup: the place is kept until it is given up; nobody is bridged with the dead."""
    practice = Practice()
    leg = practice.talks()
    practice.do("enqueue", leg, queue_name="support", keep_after_hangup=True)
    practice.do("hangup", leg)
    practice.run()
    assert practice.world.queues["support"].members == [leg.id]
    assert practice.refused("bridge", practice.talks(), queue="support").pointer == "/queue"

    practice.run(700)

    assert practice.world.queues["support"].members == []
    assert practice.last(leg, "call.dequeued").payload["reason"] == "hangup"


def test_stream_knows_how_sound_comes_back() -> None:
    """Codec and samples a second; a codec of unknown packing is refused, unless MP3 files come back."""
    practice = Practice()
    leg = practice.talks()
    url = "ws://127.0.0.1:9/media"
    wide = {"stream_bidirectional_mode": "rtp", "stream_bidirectional_codec": "AMR-WB"}

    refusal = practice.refused("streaming_start", leg, stream_url=url, **wide)
    assert refusal.pointer == "/stream_bidirectional_codec"
    wide["stream_bidirectional_codec"] = "L16"
    practice.do(
        "streaming_start", leg, stream_url=url, stream_bidirectional_sampling_rate=24_000, **wide
    )

    assert leg.stream is not None
    assert (leg.stream.returned, leg.stream.returned_rate) == ("L16", 24_000)
