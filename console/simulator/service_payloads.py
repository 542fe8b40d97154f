"""Payloads of what runs beside a call: streams, forks, SIPREC, transcriptions, conversations, REFER (VOICE c). Pure."""

from collections.abc import Mapping, Sequence

from console.domain.entries import Micros
from console.simulator.payloads import Payload, ends, ids, party_type
from console.simulator.services import Conversation, Stream
from console.simulator.world import SECOND, Leg

ACCOUNT = "f0000000-0000-4000-8000-000000000001"
"""The user_id in the frames of a stream."""


def streaming(leg: Leg, stream: Stream) -> Payload:
    """streaming.started and streaming.stopped."""
    return {**ids(leg), "stream_url": stream.url}


def streaming_failed(leg: Leg, stream: Stream, reason: str) -> Payload:
    return {
        **ids(leg),
        "failure_reason": reason,
        "stream_id": stream.id,
        "stream_params": {"stream_url": stream.url, "track": stream.track},
        "stream_type": "websocket",
    }


def stream_start(leg: Leg, stream: Stream) -> Payload:
    """What the WebSocket frame `start` says about the call and its media."""
    return {
        "user_id": ACCOUNT,
        "call_control_id": leg.id,
        "call_session_id": leg.session_id,
        "from": leg.from_,
        "to": leg.to,
        "tags": [],
        "client_state": leg.client_state,
        "custom_parameters": list(stream.custom_parameters),
        "media_format": {
            "encoding": stream.encoding,
            "sample_rate": stream.sample_rate,
            "channels": 1,
        },
    }


def fork(leg: Leg) -> Payload:
    return {**ids(leg), "stream_type": "decrypted"}


def siprec_stopped(leg: Leg) -> Payload:
    return {**ids(leg), "hangup_cause": "normal_clearing"}


def siprec_failed(leg: Leg) -> Payload:
    return {**ids(leg), "failure_cause": "no_answer"}


def refer(leg: Leg, sip_status: int) -> Payload:
    """The three events of a REFER; the status is that of the NOTIFY."""
    return {**ends(leg), "sip_notify_response": sip_status}


def transcription(
    leg: Leg, *, track: str, text: str, is_final: bool, confidence: float | None
) -> Payload:
    data: Payload = {"transcript": text, "is_final": is_final, "transcription_track": track}
    if confidence is not None:
        data["confidence"] = confidence
    return {**ids(leg), "transcription_data": data}


def recording_transcription(
    leg: Leg, *, recording_id: str, transcription_id: str, text: str
) -> Payload:
    return {
        **ids(leg),
        "calling_party_type": party_type(leg),
        "recording_id": recording_id,
        "recording_transcription_id": transcription_id,
        "status": "completed",
        "transcription_text": text,
    }


def deepfake(leg: Leg, *, result: str, score: float, consistency: float) -> Payload:
    return {**ids(leg), "result": result, "score": score, "consistency": consistency}


def history_updated(leg: Leg, history: Sequence[Mapping[str, str]]) -> Payload:
    return {**ends(leg), "message_history": list(history)}


def partial_results(leg: Leg, talk: Conversation) -> Payload:
    return {**history_updated(leg, talk.history), "partial_results": dict(talk.got)}


def ai_gather_ended(leg: Leg, talk: Conversation, status: str) -> Payload:
    return {**history_updated(leg, talk.history), "result": dict(talk.got), "status": status}


def conversation_ended(leg: Leg, talk: Conversation, *, now: Micros, reason: str | None) -> Payload:
    """call.conversation.ended; models and voices are those of the specification's example where nothing was said."""
    assistant = talk.assistant
    provider, _, rest = (talk.voice or "Telnyx.Natural.Marissa").partition(".")
    model, _, voice = rest.rpartition(".")
    return {
        **ends(leg),
        "assistant_id": assistant.get("id") or "",
        "calling_party_type": party_type(leg),
        "conversation_id": talk.id,
        "duration_sec": (now - talk.started_at) // SECOND,
        "llm_model": assistant.get("model") or "openai/gpt-4o",
        "reason": reason,
        "stt_model": "distil-whisper/distil-large-v2",
        "tts_model_id": model,
        "tts_provider": provider.lower(),
        "tts_voice_id": voice,
    }


def insights(leg: Leg, *, group_id: str, insight_id: str, text: str) -> Payload:
    return {
        **ids(leg),
        "calling_party_type": party_type(leg),
        "insight_group_id": group_id,
        "results": [{"insight_id": insight_id, "result": text}],
    }
