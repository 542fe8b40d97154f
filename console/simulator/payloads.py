"""What the webhooks say: the payload of every event, and the envelopes. Pure.

Fields are those of the specification plus the ones seen in recordings of real calls (VOICE c): `from` and `to` only
where Telnyx has them, `direction` only in call.initiated.
"""

from collections.abc import Mapping
from urllib.parse import quote

from console.domain.entries import Micros
from console.domain.times import iso
from console.simulator.fate import Fate
from console.simulator.world import SECOND, Event, Leg, Recording, Sound

Payload = dict[str, object]

_BARE = frozenset({"conference.floor.changed"})
"""Events that the specification shows without the `data` around them (VOICE h 6)."""
_CREATED = frozenset({"call.conversation.ended"})
"""Events with a created_at beside occurred_at."""
_CODECS = "PCMU,PCMA,G722,OPUS"


def ids(leg: Leg) -> Payload:
    """The identifiers of a leg, in most payloads."""
    return {
        "call_control_id": leg.id,
        "call_leg_id": leg.leg_id,
        "call_session_id": leg.session_id,
        "connection_id": leg.connection_id,
        "client_state": leg.client_state,
    }


def ends(leg: Leg) -> Payload:
    """The identifiers and both numbers."""
    return {**ids(leg), "from": leg.from_, "to": leg.to}


def party_type(leg: Leg) -> str:
    """calling_party_type: who the far end is."""
    far_end = leg.from_ if leg.direction == "incoming" else leg.to
    return "sip" if far_end.startswith("sip") else "pstn"


def _headers(leg: Leg) -> Payload:
    """sip_headers only where there are some: most calls have none."""
    custom: Payload = {"custom_headers": list(leg.custom_headers)}
    return {**custom, "sip_headers": list(leg.sip_headers)} if leg.sip_headers else custom


def initiated(leg: Leg) -> Payload:
    """call.initiated: `parked` awaits commands, `bridging` is on its way (live, outgoing)."""
    payload: Payload = {
        **ends(leg),
        "direction": leg.direction,
        "state": "parked" if leg.direction == "incoming" else "bridging",
        "start_time": iso(leg.start_at),
        "calling_party_type": party_type(leg),
        "connection_codecs": _CODECS,
        "offered_codecs": _CODECS,
        **_headers(leg),
        "tags": [],
    }
    if leg.caller_name is not None:
        payload["caller_id_name"] = leg.caller_name
    if leg.direction == "incoming":
        payload["shaken_stir_attestation"] = "A" if leg.from_.startswith("+1") else ""
        payload["shaken_stir_validated"] = leg.from_.startswith("+1")
    return payload


def answered(leg: Leg) -> Payload:
    """call.answered: start_time is the start of the leg, not of the answer (live)."""
    return {
        **ends(leg),
        "start_time": iso(leg.start_at),
        "state": "answered",
        "calling_party_type": party_type(leg),
        "codec": "PCMU",
        "sampling_rate": 8000,
        **_headers(leg),
        "tags": [],
    }


def bridged(leg: Leg) -> Payload:
    """call.bridged, one per leg."""
    return {**ends(leg), "start_time": iso(leg.start_at)}


def hangup(leg: Leg, fate: Fate, *, cause: str, source: str, sip: str | None) -> Payload:
    """call.hangup; quality figures only where there was sound."""
    return {
        **ends(leg),
        "start_time": iso(leg.start_at),
        "end_time": None if leg.ended_at is None else iso(leg.ended_at),
        "state": "hangup",
        "hangup_cause": cause,
        "hangup_source": source,
        "sip_hangup_cause": sip,
        "call_quality_stats": _quality(leg, fate),
        "calling_party_type": party_type(leg),
        **_headers(leg),
        "telnyx_error": None,
        "tags": [],
    }


def _quality(leg: Leg, fate: Fate) -> Payload | None:
    if leg.answered_at is None or leg.ended_at is None:
        return None
    packets = 50 * (leg.ended_at - leg.answered_at) // SECOND
    lost = int(packets * fate.between(0.0, 0.02, leg.lot, "lost"))
    return {
        "inbound": {
            "jitter_max_variance": f"{fate.between(0.5, 9.0, leg.lot, 'jitter'):.2f}",
            "jitter_packet_count": str(int(lost * 1.5)),
            "mos": f"{fate.between(3.6, 4.5, leg.lot, 'mos'):.2f}",
            "packet_count": str(packets - lost),
            "skip_packet_count": str(lost),
        },
        "outbound": {"packet_count": str(packets), "skip_packet_count": "0"},
    }


def cost(leg: Leg, at: Micros) -> Payload:
    """call.cost; money travels as text, minutes are billed when they have begun."""
    talked_s = 0
    if leg.answered_at is not None and leg.ended_at is not None:
        talked_s = -(-(leg.ended_at - leg.answered_at) // SECOND)
    minutes = -(-talked_s // 60)
    parts = [
        _cost_part("sip-trunking", minutes, 50),
        _cost_part("call-control", minutes, 18),
    ]
    return {
        **ids(leg),
        "billed_duration_secs": minutes * 60,
        "billing_group_id": None,
        "cost_parts": parts,
        "occurred_at": iso(at),
        "status": "success",
        "total_cost": _money(minutes * 68),
    }


def _cost_part(name: str, minutes: int, rate: int) -> Payload:
    return {
        "billed_duration_secs": minutes * 60,
        "call_part": name,
        "cost": _money(minutes * rate),
        "currency": "USD",
        "rate": _money(rate),
    }


def _money(ten_thousandths: int) -> str:
    return f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"


def machine(leg: Leg, result: str) -> Payload:
    """The four events of answering-machine detection."""
    return {**ends(leg), "result": result}


def dtmf(leg: Leg, digit: str) -> Payload:
    return {**ends(leg), "digit": digit}


def gather_ended(leg: Leg, digits: str, status: str, gather_id: str | None) -> Payload:
    """With the gather_id that the command's description promises and this event's schema lacks (VOICE h 5)."""
    payload = {**ends(leg), "digits": digits, "status": status}
    return payload if gather_id is None else {**payload, "gather_id": gather_id}


def speak_started(leg: Leg, sound: Sound) -> Payload:
    return {**ids(leg), "speak_id": sound.id}


def speak_ended(leg: Leg, sound: Sound, status: str) -> Payload:
    return {**ids(leg), "speak_id": sound.id, "status": status}


def playback_started(leg: Leg, sound: Sound) -> Payload:
    return {
        **ids(leg),
        "media_url": sound.media_url,
        "media_name": sound.media_name,
        "overlay": sound.overlay,
    }


def playback_ended(leg: Leg, sound: Sound, status: str) -> Payload:
    return {**playback_started(leg, sound), "status": status, "status_detail": None}


def recording_saved(leg: Leg, recording: Recording, ended_at: Micros) -> Payload:
    """call.recording.saved with the fields that live payloads carry beyond the specification."""
    started, ended = iso(recording.started_at), iso(ended_at)
    name = recording.id
    if recording.file_name is not None:
        name = f"{recording.file_name}_{ended_at // SECOND}"
    url = f"https://recordings.example.com/{quote(name)}.{recording.format}"
    return {
        **ids(leg),
        "recording_id": recording.id,
        "channels": recording.channels,
        "format": recording.format,
        "recording_started_at": started,
        "recording_ended_at": ended,
        "start_time": started,
        "end_time": ended,
        "recording_urls": {recording.format: url},
        "public_recording_urls": {},
    }


def enqueued(leg: Leg, queue: str, position: int, average_wait_s: int) -> Payload:
    return {
        **ids(leg),
        "queue": queue,
        "current_position": position,
        "queue_avg_wait_time_secs": average_wait_s,
    }


def dequeued(leg: Leg, queue: str, position: int, reason: str, waited_s: int) -> Payload:
    return {
        **ids(leg),
        "queue": queue,
        "queue_position": position,
        "reason": reason,
        "wait_time_secs": waited_s,
    }


def record(event: Event) -> Payload:
    """The event itself, as webhooks, /call_events and /webhook_deliveries carry it."""
    shown: Payload = {
        "record_type": "event",
        "event_type": event.type,
        "id": event.id,
        "occurred_at": iso(event.occurred_at),
        "payload": event.payload,
    }
    if event.type in _CREATED:
        shown["created_at"] = shown["occurred_at"]
    return shown


def envelope(event: Event, *, api_version: str, attempt: int, url: str) -> Mapping[str, object]:
    """The body of a webhook, in the application's API version."""
    if api_version == "1":
        return {
            "record_type": "event",
            "id": event.id,
            "event_type": event.type.replace(".", "_"),
            "created_at": iso(event.occurred_at),
            "payload": event.payload,
        }
    if event.type in _BARE:
        return record(event)
    return {"data": record(event), "meta": {"attempt": attempt, "delivered_to": url}}


def call(leg: Leg, now: Micros) -> Payload:
    """A call as GET /calls/{id} and an answered dial show it."""
    payload: Payload = {
        "record_type": "call",
        "call_control_id": leg.id,
        "call_leg_id": leg.leg_id,
        "call_session_id": leg.session_id,
        "is_alive": leg.is_live,
        "client_state": leg.client_state,
        "start_time": iso(leg.start_at),
        "call_duration": duration_s(leg, now),
    }
    if leg.ended_at is not None:
        payload["end_time"] = iso(leg.ended_at)
    return payload


def active_call(leg: Leg, now: Micros) -> Payload:
    """An item of GET /connections/{id}/active_calls: no from, to, direction or state (VOICE g)."""
    return {
        "record_type": "call",
        "call_control_id": leg.id,
        "call_leg_id": leg.leg_id,
        "call_session_id": leg.session_id,
        "client_state": leg.client_state or "",
        "call_duration": duration_s(leg, now),
    }


def duration_s(leg: Leg, now: Micros) -> int:
    """Whole seconds since the start of the leg, until its end."""
    return ((leg.ended_at or now) - leg.start_at) // SECOND
