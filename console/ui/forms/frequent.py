"""Which parameters a form shows first, and what the console fills in by itself. Our own judgement, checked against the
catalogue by a test."""

from __future__ import annotations

from collections.abc import Mapping

FREQUENT: Mapping[str, tuple[str, ...]] = {
    action: tuple(names.split())
    for action, names in {
        "dial": "timeout_secs time_limit_secs answering_machine_detection from_display_name record custom_headers"
        " client_state stream_url link_to bridge_on_answer supervise_call_control_id supervisor_role",
        "answer": "record transcription stream_url client_state webhook_url custom_headers",
        "transfer": "from timeout_secs time_limit_secs answering_machine_detection early_media park_after_unbridge"
        " record custom_headers target_leg_client_state client_state",
        "bridge": "call_control_id park_after_unbridge prevent_double_bridge record mute_dtmf play_ringtone client_state",
        "hangup": "client_state custom_headers",
        "reject": "client_state",
        "speak": "language payload_type loop stop service_level target_legs voice_settings",
        "playback_start": "audio_url media_name loop overlay stop target_legs audio_type",
        "playback_stop": "stop overlay",
        "gather": "maximum_digits minimum_digits terminating_digit timeout_millis inter_digit_timeout_millis valid_digits",
        "gather_using_audio": "audio_url media_name maximum_digits terminating_digit timeout_millis maximum_tries"
        " invalid_audio_url valid_digits",
        "gather_using_speak": "language maximum_digits terminating_digit timeout_millis maximum_tries invalid_payload"
        " valid_digits",
        "gather_using_ai": "parameters greeting voice language",
        "send_dtmf": "duration_millis",
        "record_start": "play_beep max_length timeout_secs recording_track trim custom_file_name transcription",
        "record_stop": "recording_id",
        "record_pause": "recording_id",
        "record_resume": "recording_id",
        "streaming_start": "stream_url stream_track stream_codec stream_bidirectional_mode"
        " stream_bidirectional_codec stream_auth_token custom_parameters",
        "streaming_stop": "stream_id",
        "fork_start": "rx tx stream_type",
        "transcription_start": "transcription_engine transcription_tracks transcription_engine_config",
        "enqueue": "max_wait_time_secs max_size keep_after_hangup client_state",
        "refer": "custom_headers sip_headers sip_auth_username sip_auth_password",
        "siprec_start": "connector_name siprec_track",
        "suppression_start": "direction noise_suppression_engine",
        "ai_assistant_start": "assistant greeting voice transcription",
        "switch_supervisor_role": "role",
        "conference.create": "start_conference_on_create beep_enabled hold_audio_url max_participants",
        "conference.join": "mute hold beep_enabled end_conference_on_exit supervisor_role whisper_call_control_ids",
        "conference.hold": "call_control_ids audio_url media_name",
        "conference.mute": "call_control_ids",
        "conference.unmute": "call_control_ids",
        "conference.play": "audio_url media_name loop call_control_ids",
        "conference.speak": "language call_control_ids",
        "conference.stop": "call_control_ids",
        "conference.record_start": "channels play_beep trim custom_file_name",
        "conference.send_dtmf": "call_control_ids duration_millis",
        "conference.update": "whisper_call_control_ids",
        "queue.create": "max_size",
        "call_events": "filter page",
        "webhook_deliveries.list": "filter page",
    }.items()
}
"""Command → its parameters that are wanted often, in this order, after those that are required."""

_VOICE = "Telnyx.KokoroTTS.af"

SUGGESTED: Mapping[str, Mapping[str, object]] = {
    "speak": {"voice": _VOICE},
    "gather_using_speak": {"voice": _VOICE},
    "conference.speak": {"voice": _VOICE},
    "record_start": {"format": "mp3", "channels": "single"},
    "conference.record_start": {"format": "mp3"},
    "reject": {"cause": "USER_BUSY"},
    "send_sip_info": {"content_type": "text/plain"},
}
"""What stands in the form of a required parameter the first time; the operator may change it."""

NOT_REMEMBERED = frozenset(
    {
        "command_id", "call_control_id", "call_control_ids", "whisper_call_control_ids", "supervise_call_control_id",
        "link_to", "conference_id", "participant_id", "id", "recording_id", "stream_id", "gather_id",
        "client_state", "target_leg_client_state",
    }
)  # fmt: skip
"""Belong to one call, conference or sending, and would be wrong the next time. A client state is the application's: none
goes out that was not typed for this call."""
