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
    """Parameters that exclude others, or that the simulator says it does not have."""
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
        " supervisor_role enable_dialogflow dialogflow_config",
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
    "streaming_start": Case(after="streaming_stop", without="enable_dialogflow dialogflow_config"),
    "streaming_stop": Case("streaming_start"),
    "suppression_stop": Case("suppression_start"),
    "transcription_stop": Case("transcription_start"),
    "transfer": Case(after="hangup", absent=ONE_DETECTION),
}
NO_CASE = Case()
ENDINGS = (
    "call.hangup call.dequeued call.fork.stopped siprec.stopped streaming.stopped"
    " call.recording.saved call.recording.transcription.saved call.conversation.ended"
    " call.conversation_insights.generated conference.participant.left conference.ended"
    " conference.recording.saved"
)
"""What only comes once something has been ended."""
LASTING: dict[str, dict[str, object]] = {
    "enqueue": {"max_wait_time_secs": 86_400},
    "gather": {"minimum_digits": 128, "maximum_digits": 128},
    "playback_start": {"loop": "infinity"},
    "record_start": {"max_length": 0, "timeout_secs": 0},
    "conference.play": {"loop": "infinity"},
}
"""With what something goes on until it is ended."""
IDS = frozenset({"recording_id", "stream_id", "conversation_id"})
"""Left out unless a command before has answered one."""


def case_of(action: str) -> Case:
    """What is special about a command; nothing about most."""
    return CASES.get(action, NO_CASE)


def expected_of(action: str, *, at_once: bool = False) -> set[str]:
    """The events that the catalogue says a command leads to; `at_once`: without those of its end."""
    expected = {*load()[action].effect} - {*FAILURES.split(), *case_of(action).absent.split()}
    return expected - {*ENDINGS.split()} if at_once else expected
