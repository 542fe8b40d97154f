"""The life of a conference (VOICE b, e): made from a leg, joined, left, ended. Pure: changes the world only.

Order of events as recorded from the live service: floor.changed, created, participant.joined; at the end call.hangup,
participant.left, ended. Joining takes a leg out of its bridge and parks the other leg of it; leaving parks; whoever is
hung up because the conference ends has the hangup_cause time_limit.
"""

from dataclasses import dataclass

from console.simulator import announcements, calls, conference_payloads, errors, queues
from console.simulator.rooms import Conference, Participant
from console.simulator.world import KEEP_ENDED_S, SECOND, Leg, World

MAX_HOURS = 4
DEFAULT_MAX_PARTICIPANTS = 250
_FLOOR_S = (8.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a leg joins. Defaults are the specification's."""

    muted: bool = False
    on_hold: bool = False
    end_on_exit: bool = False
    soft_end_on_exit: bool = False
    starts: bool = False
    role: str = "none"
    whispers_to: tuple[str, ...] = ()
    beep: str | None = None


DEFAULT_TERMS = Terms()


def find(world: World, wanted: str, *, by_name: bool = False) -> Conference:
    """A conference by its id, or the live one of a name. Raises `ApiError` (90058)."""
    found = world.conferences.get(wanted)
    if found is None and by_name:
        found = named(world, wanted)
    if found is None:
        raise errors.conference_unknown()
    return found


def named(world: World, name: str) -> Conference | None:
    """The live conference of a name; ended ones do not count."""
    for conference in world.conferences.values():
        if conference.name == name and conference.is_live:
            return conference
    return None


def create(
    world: World,
    leg: Leg,
    name: str,
    *,
    terms: Terms = DEFAULT_TERMS,
    started: bool = True,
    max_participants: int = DEFAULT_MAX_PARTICIPANTS,
    minutes: int | None = None,
    region: str = "US",
    client_state: str | None = None,
) -> Conference:
    """Makes a conference; the leg is its first participant. Raises `ApiError` (90033, 90044)."""
    if named(world, name) is not None:
        raise errors.conference_exists()
    if leg.conference is not None:
        raise errors.conference_joined()
    leg.client_state = client_state or leg.client_state
    lasts_s = 60.0 * minutes if minutes else 3600.0 * MAX_HOURS
    conference = Conference(
        id=world.fate.uuid("conference", leg.lot, leg.events),
        name=name,
        creator=leg,
        created_at=world.now,
        updated_at=world.now,
        expires_at=world.now + round(lasts_s * SECOND / world.speed),
        region=region,
        max_participants=max_participants,
        status="in_progress" if started else "init",
    )
    world.conferences[conference.id] = conference
    world.after(lasts_s, None, f"expires {conference.id}", lambda: expire(world, conference))
    floor(world, conference, leg)
    payload = conference_payloads.about_room(leg, conference, world.now)
    world.emit(leg, "conference.created", payload)
    join(world, conference, leg, terms)
    return conference


def check_join(conference: Conference, leg: Leg) -> None:
    """Raises `ApiError` (90019, 90032, 90044) where a leg may not join."""
    if not conference.is_live:
        raise errors.conference_over()
    if leg.conference is not None:
        raise errors.conference_joined()
    if len(conference.participants) >= conference.max_participants:
        raise errors.conference_full(conference.max_participants)


def join(world: World, conference: Conference, leg: Leg, terms: Terms) -> Participant:
    """Puts a leg in. Raises `ApiError` as `check_join`."""
    check_join(conference, leg)
    calls.detach(world, leg)
    queues.leave(world, leg, "leave")
    if terms.starts and conference.status == "init":
        _start(conference)
    conference.made += 1
    participant = Participant(
        id=world.fate.uuid("participant", conference.id, conference.made),
        leg=leg,
        joined_at=world.now,
        updated_at=world.now,
        muted=terms.muted or terms.role == "monitor",
        on_hold=terms.on_hold or conference.status == "init",
        end_on_exit=terms.end_on_exit,
        soft_end_on_exit=terms.soft_end_on_exit,
        role=terms.role,
        whispers_to=terms.whispers_to,
        beep=terms.beep,
    )
    conference.participants[leg.id] = participant
    conference.updated_at = world.now
    leg.conference = conference.id
    leg.farewell = part
    payload = conference_payloads.about_leg(leg, conference)
    world.emit(leg, "conference.participant.joined", payload)
    if len(conference.participants) == 2:
        _speak_next(world, conference)
    return participant


def _start(conference: Conference) -> None:
    conference.status = "in_progress"
    for participant in conference.participants.values():
        participant.on_hold = False


def floor(world: World, conference: Conference, leg: Leg) -> None:
    """Somebody else is heard."""
    conference.floors += 1
    payload = conference_payloads.about_room(leg, conference, world.now)
    world.emit(leg, "conference.floor.changed", payload)


def _speak_next(world: World, conference: Conference) -> None:
    delay_s = world.fate.between(*_FLOOR_S, conference.id, "floor", conference.floors)
    world.after(delay_s, None, f"floor {conference.id}", lambda: _change_floor(world, conference))


def _change_floor(world: World, conference: Conference) -> None:
    audible = [
        each.leg for each in conference.participants.values() if not each.muted and not each.on_hold
    ]
    if len(conference.participants) < 2:
        return
    if len(audible) >= 2:
        floor(world, conference, audible[conference.floors % len(audible)])
    else:
        conference.floors += 1
    _speak_next(world, conference)


def part(world: World, leg: Leg) -> None:
    """A leg is out, hung up or not; what that ends is ended."""
    conference = world.conferences.get(leg.conference or "")
    leg.conference = leg.farewell = None
    if conference is None:
        return
    participant = conference.participants.pop(leg.id)
    conference.updated_at = world.now
    announcements.forget(world, conference, leg)
    payload = conference_payloads.about_leg(leg, conference)
    world.emit(leg, "conference.participant.left", payload)
    if not conference.is_live:
        return
    if participant.end_on_exit:
        end(world, conference, "host_left", by=leg)
    elif participant.soft_end_on_exit:
        end(world, conference, "host_left", by=leg, hangs_up=False)
    elif not conference.participants:
        end(world, conference, "all_left", by=leg)


def expire(world: World, conference: Conference) -> None:
    """The time of a conference is over."""
    if conference.is_live:
        end(world, conference, "time_exceeded", by=None)


def end(
    world: World, conference: Conference, reason: str, *, by: Leg | None, hangs_up: bool = True
) -> None:
    """Ends a conference: everybody in it is hung up, or parked where the host only left softly."""
    conference.status = "completed"
    conference.end_reason = reason
    conference.updated_at = world.now
    if by is not None:
        conference.ended_by = {
            "call_control_id": by.id,
            "call_session_id": by.session_id,
        }
    for name in ("expires", "floor"):
        world.agenda.cancel("", f"{name} {conference.id}")
    announcements.forget(world, conference, None)
    for participant in list(conference.participants.values()):
        if hangs_up:
            calls.end(world, participant.leg, "time_limit", "unknown", "200")
        else:
            part(world, participant.leg)
    save_recording(world, conference)
    world.emit(
        conference.creator, "conference.ended", conference_payloads.ended(conference, world.now)
    )
    name = f"forget {conference.id}"
    world.after(KEEP_ENDED_S, None, name, lambda: _forget(world, conference))


def _forget(world: World, conference: Conference) -> None:
    world.conferences.pop(conference.id, None)


def save_recording(world: World, conference: Conference) -> None:
    """Ends the recording that runs; the file is ready a little later."""
    recording = conference.recording
    if recording is None:
        return
    conference.recording = None
    payload = conference_payloads.recording_saved(conference, recording, world.now)
    delay_s = world.fate.between(0.8, 2.5, recording.id, "saved")

    def report() -> None:
        world.emit(conference.creator, "conference.recording.saved", payload)

    world.after(delay_s, None, f"recording {recording.id}", report)
