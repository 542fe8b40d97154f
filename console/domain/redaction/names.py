"""What the members of bodies hold, by name: of Telnyx's events and records, of commands' parameters, of our own entries.

Names are those of Telnyx's specification of voice (webhooks and commands) and of `console.journal.records`; of parties
and people also some that programs give them. What is not listed here counts as text that somebody wrote, and is masked whole.
"""

from __future__ import annotations

from typing import Final

PARTIES: Final = frozenset(
    """
    from to from_number to_number caller_id caller_id_number called_number destination destination_number callee
    caller from_display_name caller_id_name display_name calling_party called_party sip_address sip_uri phone_number
    phone numbers number transfer_to refer_to referred_by sip_auth_username attendee_name
    """.split()  # noqa: SIM905  a table of words is read more easily
)
"""Numbers, SIP addresses and names of people."""

PEOPLE: Final = frozenset(
    "operator name conference_name queue_name queue label user_name agent title custom_file_name".split()  # noqa: SIM905
)
"""Names given by people, to people or things."""

DIGITS: Final = frozenset(
    "digit digits dtmf dtmf_digits send_digits_on_answer gathered_digits pin".split()  # noqa: SIM905
)
"""What was typed on a telephone."""

STATES: Final = frozenset("client_state target_leg_client_state".split())  # noqa: SIM905
"""Base64 of whatever an application wants to remember."""

SENTENCES: Final = frozenset("message error reason detail title why".split())  # noqa: SIM905
"""In entries of our own said by Telnyx or by the console: kept, but for what is recognised inside of it."""

PATHS: Final = frozenset(("path",))
"""Of a request: identifiers stand between words."""

WORDS: Final = frozenset(
    """
    event_type record_type type direction state status hangup hangup_cause hangup_source sip_hangup_cause action method
    mode code occurred_at start_time end_time started_at ended_at created_at updated_at event_timestamp enqueued_at
    finished_at recording_started_at recording_ended_at since until time timestamp expires_at
    call_screening_result shaken_stir_attestation calling_party_type cause end_reason failure_cause currency
    product region sip_region format channels audio_type reason record_format record_channels record_track recording_track
    stream_track stream_codec stream_bidirectional_codec stream_bidirectional_mode transcription_track track trim role
    supervisor_role language transcription_language transcription_engine voice gender service_level
    on_hangup answering_machine_detection beep_enabled mute_dtmf park_after_unbridge terminating_digit valid_digits
    webhook_api_version payload_type dtmf_type pointer parameter version provider level media_encryption sip_transport
    sip_transport_protocol privacy size precision family model rate rx tx mos total_cost billed_duration_secs
    jitter_max_variance jitter_packet_count packet_count skip_packet_count duration_millis attempt
    wait_time_secs queue_position current_position effect
    """.split()  # noqa: SIM905
)
"""Words of a fixed list, instants and measures; even so only what has the shape of one is kept."""

CONTAINERS: Final = frozenset(
    """
    data payload meta metadata event webhook params listed verified final duplicate answered ok inbound outbound
    call_quality_stats cost_parts transcription_data body result_data errors is_alive is_final attempts latency_ms
    target transcript tags note note_id ring_back headers custom_headers sip_headers url urls media_url
    recording_urls public_recording_urls wav mp3 stream_url stream_params webhook_url transcription_text text content
    value key event_key source
    """.split()  # noqa: SIM905
)
"""Further names that are our own or Telnyx's, so that they may stay as names."""

RESULTS: Final = frozenset(
    """
    ok human machine not_sure silence fax_detected beep_detected ended human_residence human_business
    no_beep_detected
    """.split()  # noqa: SIM905
)
"""Of a command and of an answering-machine detection; any other `result` may be what somebody said."""

OPEN: Final = frozenset(
    """
    custom_headers sip_headers headers dynamic_variables variables metadata_custom_headers stream_params
    custom_parameters assistant_variables context result results
    """.split()  # noqa: SIM905
)
"""Objects whose members are named by people: their names are masked, too."""

KNOWN: Final = PARTIES | PEOPLE | DIGITS | STATES | SENTENCES | PATHS | WORDS | CONTAINERS


def is_identifier(name: str) -> bool:
    """Whether a member holds an identifier that Telnyx or the console made."""
    return name == "id" or name.endswith(("_id", "_ids"))
