"""Prompts, files, digits, recordings and queues."""

from console.simulator.world import Leg
from tests.unit.simulator.practice import Practice

VOICE = "Telnyx.KokoroTTS.af"


def since_answer(practice: Practice, leg: Leg) -> list[str]:
    """The leg's events after call.answered."""
    told = practice.told(leg)
    return told[told.index("call.answered") + 1 :]


def test_prompts_queue_up() -> None:
    """The second prompt begins when the first has ended."""
    practice = Practice()
    leg = practice.talks()

    practice.do("speak", leg, payload="one moment please", voice=VOICE)
    practice.do("playback_start", leg, audio_url="https://media.example.com/wait.mp3")
    practice.run(15)

    assert since_answer(practice, leg) == [
        "call.speak.started",
        "call.speak.ended",
        "call.playback.started",
        "call.playback.ended",
    ]
    ended = practice.last(leg, "call.playback.ended").payload
    assert ended["media_url"] == "https://media.example.com/wait.mp3"
    assert ended["status"] == "completed"
    assert "from" not in ended


def test_endless_playback_stops_on_command() -> None:
    """`infinity` goes on until playback_stop; what waited is dropped with `all`."""
    practice = Practice()
    leg = practice.talks()
    practice.do("playback_start", leg, media_name="wait", loop="infinity")
    practice.do("playback_start", leg, media_name="never")
    practice.run(20)

    practice.do("playback_stop", leg)
    practice.run(5)

    assert since_answer(practice, leg) == ["call.playback.started", "call.playback.ended"]
    assert practice.last(leg, "call.playback.ended").payload["status"] == "cancelled"


def test_hang_up_ends_what_plays_first() -> None:
    """A prompt that is cut off says call_hangup, before call.hangup."""
    practice = Practice()
    leg = practice.talks()
    practice.do("playback_start", leg, media_name="wait", loop="infinity")
    practice.do("gather", leg, minimum_digits=4, maximum_digits=4)

    practice.do("hangup", leg)
    practice.run()

    told = since_answer(practice, leg)
    assert told[-1] == "call.hangup"
    assert practice.last(leg, "call.playback.ended").payload["status"] == "call_hangup"
    assert practice.last(leg, "call.gather.ended").payload["status"] == "call_hangup"


def test_gather_reports_every_digit_and_then_all() -> None:
    """One call.dtmf.received a digit; the digits of call.gather.ended are those."""
    practice = Practice(seed=2)
    leg = practice.talks()
    practice.do("gather", leg, minimum_digits=3, maximum_digits=3, valid_digits="12")

    practice.run(30)

    digits = [
        str(event.payload["digit"])
        for event in practice.events
        if event.type == "call.dtmf.received"
    ]
    ended = practice.last(leg, "call.gather.ended").payload
    assert len(digits) == 3
    assert set(digits) <= {"1", "2"}
    assert (ended["digits"], ended["status"]) == ("".join(digits), "valid")


def test_some_callers_type_nothing() -> None:
    """A gather can time out."""
    statuses = set()
    for seed in range(30):
        practice = Practice(seed=seed)
        leg = practice.talks()
        practice.do("gather_using_speak", leg, payload="type", voice=VOICE, timeout_millis=8_000)
        practice.run(40)
        statuses.add(practice.last(leg, "call.gather.ended").payload["status"])

    assert statuses == {"valid", "timeout"}


def test_gather_stop_cancels() -> None:
    """And a second stop has nothing to stop."""
    practice = Practice()
    leg = practice.talks()
    practice.do("gather_using_audio", leg, audio_url="https://media.example.com/menu.mp3")

    practice.do("gather_stop", leg)
    practice.do("gather_stop", leg)
    practice.run(10)

    ended = [event for event in practice.events if event.type == "call.gather.ended"]
    assert [event.payload["status"] for event in ended] == ["cancelled"]


def test_recording_is_saved_after_stop() -> None:
    """The file comes a little later, with the fields of live payloads."""
    practice = Practice()
    leg = practice.talks()
    practice.do("record_start", leg, channels="dual", format="wav")
    practice.run(5)
    practice.do("record_pause", leg)
    practice.do("record_resume", leg)
    assert since_answer(practice, leg) == []

    practice.do("record_stop", leg)
    practice.run(5)

    saved = practice.last(leg, "call.recording.saved").payload
    assert saved["channels"] == "dual"
    assert str(saved["recording_urls"]).count(".wav") == 1
    assert practice.refused("record_stop", leg).code == "10005"


def test_recording_from_the_answer_is_saved_after_the_hangup() -> None:
    """record-from-answer tells its identifier at once; the event follows call.hangup."""
    practice = Practice()
    leg = practice.rings()
    data = practice.do("answer", leg, record="record-from-answer")
    practice.run()
    practice.do("hangup", leg)
    practice.run(5)

    assert practice.told(leg)[-2:] == ["call.hangup", "call.recording.saved"]
    saved = practice.last(leg, "call.recording.saved").payload
    assert saved["recording_id"] == data["recording_id"]


def test_queue_keeps_the_order_and_says_why_somebody_left() -> None:
    """enqueue, leave, time-out, hang-up and bridging with a queue."""
    practice = Practice()
    first, second, third = practice.talks(), practice.talks(), practice.talks()
    for leg in (first, second):
        practice.do("enqueue", leg, queue_name="support")
    practice.do("enqueue", third, queue_name="support", max_wait_time_secs=5)
    practice.run()
    assert practice.last(third, "call.enqueued").payload["current_position"] == 3

    practice.do("bridge", practice.talks(), queue="support")
    practice.do("leave_queue", second)
    practice.run(10)

    def reason(leg: Leg) -> object:
        return practice.last(leg, "call.dequeued").payload["reason"]

    assert (reason(first), reason(second), reason(third)) == ("bridged", "leave", "timeout")
    assert practice.world.queues["support"].members == []
    practice.run(3_600)
    assert practice.world.queues == {}


def test_queue_refuses_what_telnyx_refuses() -> None:
    """Full, already in, not in, size changed."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    practice.do("enqueue", one, queue_name="support", max_size=1)

    assert practice.refused("enqueue", other, queue_name="support").code == "90036"
    assert practice.refused("enqueue", one, queue_name="sales").code == "90038"
    assert practice.refused("enqueue", other, queue_name="support", max_size=9).code == "90037"
    assert practice.refused("leave_queue", other).code == "90035"
    assert practice.refused("bridge", other, queue="empty").code == "10015"


def test_hang_up_in_a_queue_leaves_it() -> None:
    """call.dequeued with reason hangup comes before call.hangup."""
    practice = Practice()
    leg = practice.talks()
    practice.do("enqueue", leg, queue_name="support")

    practice.do("hangup", leg)
    practice.run()

    assert practice.told(leg)[-2:] == ["call.dequeued", "call.hangup"]
    assert practice.last(leg, "call.dequeued").payload["reason"] == "hangup"
