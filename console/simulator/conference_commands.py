"""Commands on conferences and their participants. Pure: changes the world only."""

from collections.abc import Callable, Mapping

from console.simulator import bodies, conferences, errors
from console.simulator.conferences import Terms
from console.simulator.rooms import Conference, Participant
from console.simulator.world import Leg, World

Body = Mapping[str, object]
Handler = Callable[[World, Conference, Body], None]

MIN_PARTICIPANTS, MAX_PARTICIPANTS = 2, 800


def create(world: World, body: Body) -> Conference:
    """Makes a conference from an answered leg. Raises `ApiError`."""
    leg = answered_leg(world, body)
    limit = body.get("max_participants", conferences.DEFAULT_MAX_PARTICIPANTS)
    if not isinstance(limit, int) or not MIN_PARTICIPANTS <= limit <= MAX_PARTICIPANTS:
        raise errors.out_of_range("max_participants", MIN_PARTICIPANTS, MAX_PARTICIPANTS)
    minutes = body.get("duration_minutes")
    if isinstance(minutes, int) and minutes < 1:
        raise errors.out_of_range("duration_minutes", 1, None)
    state = bodies.client_state(body)
    made = conferences.create(
        world,
        leg,
        bodies.text(body, "name") or "",
        started=bodies.flag(body, "start_conference_on_create", default=True),
        max_participants=limit,
        minutes=minutes if isinstance(minutes, int) else None,
        region=bodies.text(body, "region") or "US",
        client_state=state,
        terms=Terms(beep=bodies.text(body, "beep_enabled")),
    )
    leg.commanded = True
    return made


def answered_leg(world: World, body: Body) -> Leg:
    """The leg that a body names. Raises `ApiError` (90015, 90018, 90034)."""
    leg = world.legs.get(bodies.text(body, "call_control_id") or "")
    if leg is None:
        raise errors.bad_call()
    if not leg.is_live:
        raise errors.call_ended()
    if leg.supervision is not None:
        raise errors.supervising()
    if not leg.is_answered:
        raise errors.not_answered()
    return leg


def terms(body: Body) -> Terms:
    """How a leg shall join."""
    return Terms(
        muted=bodies.flag(body, "mute"),
        on_hold=bodies.flag(body, "hold"),
        end_on_exit=bodies.flag(body, "end_conference_on_exit"),
        soft_end_on_exit=bodies.flag(body, "soft_end_conference_on_exit"),
        starts=bodies.flag(body, "start_conference_on_enter"),
        role=bodies.text(body, "supervisor_role") or "none",
        whispers_to=_texts(body, "whisper_call_control_ids"),
        beep=bodies.text(body, "beep_enabled"),
    )


def _texts(body: Body, name: str) -> tuple[str, ...]:
    listed = body.get(name)
    return tuple(str(each) for each in listed) if isinstance(listed, list) else ()


def chosen(conference: Conference, body: Body) -> tuple[Participant, ...] | None:
    """The participants that a body names; None for everybody. Raises `ApiError` for one who is not in it."""
    wanted = _texts(body, "call_control_ids")
    if not wanted:
        return None
    unknown = [one for one in wanted if one not in conference.participants]
    if unknown:
        raise errors.bad_call("call_control_ids")
    return tuple(conference.participants[one] for one in wanted)


def participant(conference: Conference, body: Body) -> Participant:
    """The one participant that a body names. Raises `ApiError`."""
    found = conference.participants.get(bodies.text(body, "call_control_id") or "")
    if found is None:
        raise errors.bad_call()
    return found


def _join(world: World, conference: Conference, body: Body) -> None:
    leg = answered_leg(world, body)
    state = bodies.client_state(body)
    conferences.check_join(conference, leg)
    leg.client_state = state or leg.client_state
    conferences.join(world, conference, leg, terms(body))
    leg.commanded = True


def _leave(world: World, conference: Conference, body: Body) -> None:
    conferences.part(world, participant(conference, body).leg)


def _update(world: World, conference: Conference, body: Body) -> None:
    one = participant(conference, body)
    one.role = bodies.text(body, "supervisor_role") or one.role
    one.whispers_to = _texts(body, "whisper_call_control_ids")
    one.muted = one.role == "monitor"
    one.updated_at = world.now


def _change(world: World, conference: Conference, body: Body, name: str, *, to: bool) -> None:
    found = chosen(conference, body)
    for one in conference.participants.values() if found is None else found:
        setattr(one, name, to)
        one.updated_at = world.now


def _mute(world: World, conference: Conference, body: Body) -> None:
    _change(world, conference, body, "muted", to=True)


def _unmute(world: World, conference: Conference, body: Body) -> None:
    _change(world, conference, body, "muted", to=False)


def _hold(world: World, conference: Conference, body: Body) -> None:
    _change(world, conference, body, "on_hold", to=True)


def _unhold(world: World, conference: Conference, body: Body) -> None:
    _change(world, conference, body, "on_hold", to=False)


def _end(world: World, conference: Conference, _body: Body) -> None:
    conferences.end(world, conference, "ended_via_api", by=None)


HANDLERS: Mapping[str, Handler] = {
    "join": _join,
    "leave": _leave,
    "update": _update,
    "mute": _mute,
    "unmute": _unmute,
    "hold": _hold,
    "unhold": _unhold,
    "end": _end,
}


def change_participant(world: World, one: Participant, body: Body) -> None:
    """PATCH on a participant."""
    one.end_on_exit = bodies.flag(body, "end_conference_on_exit", default=one.end_on_exit)
    one.soft_end_on_exit = bodies.flag(
        body, "soft_end_conference_on_exit", default=one.soft_end_on_exit
    )
    one.beep = bodies.text(body, "beep_enabled") or one.beep
    one.updated_at = world.now


def find_participant(conference: Conference, wanted: str) -> Participant:
    """A participant by id or call_control_id. Raises `ApiError` (404)."""
    for one in conference.participants.values():
        if wanted in {one.id, one.leg.id}:
            return one
    raise errors.not_found()
