"""What is special about single commands when every command of the catalogue is tried."""

from __future__ import annotations

from typing import NamedTuple

from console.telnyx.catalogue import load


class Case(NamedTuple):
    """What is special about a command. Words in one text, each an action, a parameter or an event."""

    before: str = ""
    """What has to be under way."""
    after: str = ""
    """What has to end it, so that everything it leads to arrives."""
    without: str = ""
    """Parameters that exclude others: each is sent in one of the `ROWS`."""
    absent: str = ""
    """Events of the catalogue that come of something else than what happens here."""


FAILURES = (
    "streaming.failed siprec.failed call.refer.failed call.recording.error"
    " call.deepfake_detection.error"
)
"""What does not come of a command that succeeds."""
ONE_DETECTION = "call.machine.detection.ended call.machine.greeting.ended"
"""Not of premium detection, which has events of its own."""
CASES = {
    "ai_assistant_add_messages": Case("ai_assistant_start"),
    "ai_assistant_start": Case(after="ai_assistant_stop"),
    "ai_assistant_stop": Case("ai_assistant_start"),
    "answer": Case(
        after="hangup",
        without="conversation_relay_config",
        absent="call.hold call.unhold",
    ),
    "bridge": Case(without="video_room_id video_room_context queue"),
    "conference.create": Case(after="conference.record_start conference.end"),
    "conference.join": Case(after="conference.leave"),
    "conference.record_pause": Case("conference.record_start"),
    "conference.record_resume": Case("conference.record_start conference.record_pause"),
    "conference.record_start": Case(after="conference.record_stop"),
    "conference.record_stop": Case("conference.record_start"),
    "conference.stop": Case("conference.play"),
    "conversation_relay_start": Case(after="conversation_relay_stop"),
    "conversation_relay_stop": Case("conversation_relay_start"),
    "dial": Case(
        after="hangup",
        without="conversation_relay_config conference_config supervise_call_control_id"
        " supervisor_role",
        absent=f"call.hold call.unhold {ONE_DETECTION}",
    ),
    "enqueue": Case(after="leave_queue"),
    "fork_start": Case(after="fork_stop"),
    "fork_stop": Case("fork_start"),
    "gather_stop": Case("gather"),
    "hangup": Case("record_start"),
    "leave_queue": Case("enqueue"),
    "playback_start": Case(without="overlay"),
    "playback_stop": Case("playback_start", without="overlay", absent="call.speak.ended"),
    "record_pause": Case("record_start"),
    "record_resume": Case("record_start record_pause"),
    "record_start": Case(after="record_stop"),
    "record_stop": Case("record_start"),
    "send_dtmf": Case("bridge"),
    "send_sip_info": Case("bridge"),
    "siprec_start": Case(after="siprec_stop"),
    "siprec_stop": Case("siprec_start"),
    "streaming_start": Case(after="streaming_stop"),
    "streaming_stop": Case("streaming_start"),
    "suppression_stop": Case("suppression_start"),
    "transcription_stop": Case("transcription_start"),
    "transfer": Case(after="hangup", absent=ONE_DETECTION),
}
NO_CASE = Case()


class Row(NamedTuple):
    """Another way to send a command, with parameters that exclude some of those of its case."""

    action: str
    parameters: str
    """What is sent besides what is required."""
    expected: str = ""
    """Events that come of it; none: it is accepted, and no source says what comes of it."""

    @property
    def name(self) -> str:
        """How a test is called."""
        return f"{self.action} with {self.parameters}"


ROWS = (
    Row("answer", "conversation_relay_config", expected="call.answered"),
    Row("bridge", "queue", expected="call.bridged call.dequeued"),
    Row("bridge", "video_room_id video_room_context"),
    Row("dial", "conversation_relay_config", expected="call.initiated call.answered"),
    Row("dial", "conference_config", expected="call.answered conference.participant.joined"),
    Row("dial", "supervise_call_control_id supervisor_role", expected="call.answered"),
    Row("playback_start", "audio_url overlay target_legs", expected="call.playback.started"),
    Row("playback_stop", "overlay", expected="call.playback.ended"),
    Row("record_pause", "recording_id"),
    Row("record_resume", "recording_id"),
    Row("record_stop", "recording_id", "call.recording.saved"),
)
"""Together with its case every parameter of a command is sent at least once; a test adds them up."""
BY_ID = ("conference.record_pause", "conference.record_resume", "conference.record_stop")
"""Sent with `recording_id` and refused: only conference.recording.saved tells the id, and then that one is over."""
ENDINGS = (
    "call.hangup call.dequeued call.fork.stopped siprec.stopped streaming.stopped"
    " call.recording.saved call.recording.transcription.saved call.conversation.ended"
    " call.conversation_insights.generated conference.participant.left conference.ended"
    " conference.recording.saved"
)
"""What only comes once something has been ended."""
LASTING: dict[str, dict[str, object]] = {
    "enqueue": {"max_wait_time_secs": 86_400},
    "gather": {
        "minimum_digits": 128,
        "maximum_digits": 128,
        "initial_timeout_millis": 1_000_000_000,
        "inter_digit_timeout_millis": 1_000_000_000,
        "timeout_millis": 1_000_000_000,
    },
    "playback_start": {"loop": "infinity"},
    "record_start": {"max_length": 0, "timeout_secs": 0},
    "conference.play": {"loop": "infinity"},
}
"""With what something goes on until it is ended."""
IDS = frozenset({"recording_id", "stream_id", "conversation_id"})
"""Left out unless a command before has answered one."""


_KNOWS_THE_ID = frozenset({"ai_assistant_join", "streaming_stop"})
"""Commands whose case is told the id of what has begun."""


def case_of(action: str) -> Case:
    """What is special about a command; nothing about most."""
    return CASES.get(action, NO_CASE)


def sent_by_case(action: str) -> frozenset[str]:
    """The parameters, wherever they stand, that the case of a command sends."""
    case = case_of(action)
    named = {each.name for each in load()[action].parameters} - {*case.without.split()}
    return frozenset(named if action in _KNOWS_THE_ID else named - IDS)


def unsent(action: str) -> frozenset[str]:
    """The parameters that neither the case nor a row of a command sends."""
    rows = {name for row in ROWS if row.action == action for name in row.parameters.split()}
    by_id = {"recording_id"} if action in BY_ID else set()
    return frozenset(
        {each.name for each in load()[action].parameters} - sent_by_case(action) - rows - by_id
    )


def expected_of(action: str, *, at_once: bool = False) -> set[str]:
    """The events that the catalogue says a command leads to; `at_once`: without those of its end."""
    expected = {*load()[action].effect} - {*FAILURES.split(), *case_of(action).absent.split()}
    return expected - {*ENDINGS.split()} if at_once else expected
