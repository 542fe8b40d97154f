"""Payloads of conference events, and conferences, participants as the API shows them (VOICE b, c). Pure.

In most conference events occurred_at stands inside the payload too. Events of the whole conference name only the
connection; those of the conference's life carry the ids of the leg that made it.
"""

from console.domain.entries import Micros
from console.domain.times import iso
from console.simulator.payloads import Payload, ids
from console.simulator.rooms import Announcement, Conference, Participant
from console.simulator.world import Leg, Recording


def about_leg(leg: Leg, conference: Conference) -> Payload:
    """conference.participant.joined and left."""
    return {**ids(leg), "conference_id": conference.id}


def about_room(leg: Leg, conference: Conference, at: Micros) -> Payload:
    """conference.created and floor.changed."""
    return {**about_leg(leg, conference), "occurred_at": iso(at)}


def ended(conference: Conference, at: Micros) -> Payload:
    """conference.ended; the event has no word for an end by command (VOICE h 7), so it gives none then."""
    payload = about_room(conference.creator, conference, at)
    if conference.end_reason != "ended_via_api":
        payload["reason"] = conference.end_reason
    return payload


def announced(conference: Conference, what: Announcement, at: Micros) -> Payload:
    """The eight events of speech and files."""
    payload: Payload = {"connection_id": conference.creator.connection_id}
    if what.leg is not None:
        payload = ids(what.leg)
    payload |= {
        "conference_id": conference.id,
        "creator_call_session_id": conference.creator.session_id,
        "occurred_at": iso(at),
    }
    if what.kind == "playback":
        payload |= {"media_url": what.media_url, "media_name": what.media_name}
    return payload


def recording_saved(conference: Conference, recording: Recording, ended_at: Micros) -> Payload:
    url = f"https://recordings.example.com/{recording.id}.{recording.format}"
    payload = ids(conference.creator)
    del payload["call_leg_id"]
    return {
        **payload,
        "conference_id": conference.id,
        "recording_id": recording.id,
        "channels": recording.channels,
        "format": recording.format,
        "recording_started_at": iso(recording.started_at),
        "recording_ended_at": iso(ended_at),
        "recording_urls": {recording.format: url},
        "public_recording_urls": {},
    }


def conference(found: Conference) -> Payload:
    """The conference as the API shows it."""
    shown: Payload = {
        "record_type": "conference",
        "id": found.id,
        "name": found.name,
        "connection_id": found.creator.connection_id,
        "region": found.region,
        "status": found.status,
        "created_at": iso(found.created_at),
        "updated_at": iso(found.updated_at),
        "expires_at": iso(found.expires_at),
    }
    if found.end_reason is not None:
        shown["end_reason"] = found.end_reason
    if found.ended_by is not None:
        shown["ended_by"] = dict(found.ended_by)
    return shown


def _participant(one: Participant) -> Payload:
    return {
        "id": one.id,
        "call_control_id": one.leg.id,
        "call_leg_id": one.leg.leg_id,
        "status": "joined",
        "muted": one.muted,
        "on_hold": one.on_hold,
        "end_conference_on_exit": one.end_on_exit,
        "soft_end_conference_on_exit": one.soft_end_on_exit,
        "whisper_call_control_ids": list(one.whispers_to),
        "created_at": iso(one.joined_at),
        "updated_at": iso(one.updated_at),
    }


def listed_participant(one: Participant, conference: Conference) -> Payload:
    """An item of the list of participants."""
    return {
        "record_type": "participant",
        **_participant(one),
        "conference": {"id": conference.id, "name": conference.name},
    }


def shown_participant(one: Participant, conference: Conference) -> Payload:
    """One participant, in the slightly different form of its own endpoint."""
    return {**_participant(one), "conference_id": conference.id}
