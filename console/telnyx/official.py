"""How Telnyx's own Python library says each command: which method, and which of its names differ from the API's.

Known from the library's 4.x releases; a test calls every method of it with every parameter of the catalogue. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Method(NamedTuple):
    """One method of the library's client."""

    name: str
    """Below the client: `calls.actions.answer`."""
    first: str | None = None
    """The path's name that is given by position, the last one of the path."""
    renamed: Mapping[str, str] = {}
    """Parameters that have another name there."""
    lacking: frozenset[str] = frozenset()
    """Parameters of the body that it has no name for yet; they go through `extra_body`."""
    is_list: bool = False
    """Whether it answers with pages."""


FROM: Mapping[str, str] = {"from": "from_"}
"""`from` is a word of the language."""

PAGING: Mapping[str, str] = {"number": "page_number", "size": "page_size"}
"""Members of the query's `page` that have a name there; others go through `extra_query`."""

METHODS: Mapping[str, Method] = {
    "call_events": Method("call_events.list", is_list=True),
    "dial": Method("calls.dial", renamed=FROM),
    "webhook_deliveries.list": Method("webhook_deliveries.list", is_list=True),
    "webhook_deliveries.show": Method("webhook_deliveries.retrieve", "id"),
    "status": Method("calls.retrieve_status", "call_control_id"),
    "bridge": Method(
        "calls.actions.bridge",
        "call_control_id",
        {"call_control_id": "call_control_id_to_bridge_with"},
    ),
    "transfer": Method("calls.actions.transfer", "call_control_id", FROM),
    "ai_assistant_start": Method(
        "calls.actions.start_ai_assistant",
        "call_control_id",
        lacking=frozenset({"voice", "voice_settings"}),
    ),
    **{
        action: Method(f"calls.actions.{name}", "call_control_id")
        for action, name in {
            "ai_assistant_add_messages": "add_ai_assistant_messages",
            "ai_assistant_join": "join_ai_assistant",
            "ai_assistant_stop": "stop_ai_assistant",
            "answer": "answer",
            "client_state_update": "update_client_state",
            "conversation_relay_start": "start_conversation_relay",
            "conversation_relay_stop": "stop_conversation_relay",
            "enqueue": "enqueue",
            "fork_start": "start_forking",
            "fork_stop": "stop_forking",
            "gather": "gather",
            "gather_stop": "stop_gather",
            "gather_using_ai": "gather_using_ai",
            "gather_using_audio": "gather_using_audio",
            "gather_using_speak": "gather_using_speak",
            "hangup": "hangup",
            "leave_queue": "leave_queue",
            "playback_start": "start_playback",
            "playback_stop": "stop_playback",
            "record_pause": "pause_recording",
            "record_resume": "resume_recording",
            "record_start": "start_recording",
            "record_stop": "stop_recording",
            "refer": "refer",
            "reject": "reject",
            "send_dtmf": "send_dtmf",
            "send_sip_info": "send_sip_info",
            "siprec_start": "start_siprec",
            "siprec_stop": "stop_siprec",
            "speak": "speak",
            "streaming_start": "start_streaming",
            "streaming_stop": "stop_streaming",
            "suppression_start": "start_noise_suppression",
            "suppression_stop": "stop_noise_suppression",
            "switch_supervisor_role": "switch_supervisor_role",
            "transcription_start": "start_transcription",
            "transcription_stop": "stop_transcription",
        }.items()
    },
    "conference.create": Method("conferences.create"),
    "conference.list": Method("conferences.list", is_list=True),
    "conference.show": Method("conferences.retrieve", "id"),
    "conference.participants": Method(
        "conferences.list_participants", "conference_id", is_list=True
    ),
    "conference.participant.show": Method("conferences.retrieve_participant", "participant_id"),
    "conference.participant.update": Method("conferences.update_participant", "participant_id"),
    "conference.end": Method("conferences.actions.end_conference", "id"),
    "conference.gather_using_audio": Method("conferences.actions.gather_dtmf_audio", "id"),
    **{
        f"conference.{name}": Method(f"conferences.actions.{name}", "id")
        for name in (
            *("hold", "join", "leave", "mute", "play", "record_pause", "record_resume"),
            *("record_start", "record_stop", "send_dtmf", "speak", "stop", "unhold", "unmute"),
            "update",
        )
    },
    "queue.create": Method("queues.create"),
    "queue.list": Method("queues.list", is_list=True),
    "queue.show": Method("queues.retrieve", "queue_name"),
    "queue.update": Method("queues.update", "queue_name"),
    "queue.delete": Method("queues.delete", "queue_name"),
    "queue.calls": Method("queues.calls.list", "queue_name", is_list=True),
    "queue.call.show": Method("queues.calls.retrieve", "call_control_id"),
    "queue.call.update": Method("queues.calls.update", "call_control_id"),
    "queue.call.remove": Method("queues.calls.remove", "call_control_id"),
    "active_calls": Method("connections.list_active_calls", "connection_id", is_list=True),
    "apps.list": Method("call_control_applications.list", is_list=True),
    "apps.show": Method("call_control_applications.retrieve", "id"),
    "apps.create": Method("call_control_applications.create"),
    "apps.update": Method("call_control_applications.update", "id"),
    "apps.delete": Method("call_control_applications.delete", "id"),
}
