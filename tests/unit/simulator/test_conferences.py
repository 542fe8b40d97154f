"""Conferences: the order of events, who is parked, who is hung up, what is refused."""

import pytest

from console.simulator.errors import ApiError
from console.simulator.world import Leg
from tests.unit.simulator.practice import Practice


def room(practice: Practice, *others: Leg, **body: object) -> Leg:
    """A conference "team" with a new leg and others."""
    host = practice.talks()
    practice.confer("create", "", name="team", call_control_id=host.id, **body)
    for leg in others:
        practice.confer("join", "team", call_control_id=leg.id)
    practice.run(0)
    return host


def refused(practice: Practice, action: str, where: str = "team", /, **body: object) -> str:
    """The code of a refusal."""
    with pytest.raises(ApiError) as caught:
        practice.confer(action, where, **body)
    return caught.value.code


def test_conference_tells_its_life_in_the_recorded_order() -> None:
    """floor.changed, created, joined; at the end hangup, left, ended because all have left."""
    practice = Practice()
    host = room(practice)

    practice.do("hangup", host)
    practice.run()

    assert practice.told(host)[2:] == [
        "conference.floor.changed",
        "conference.created",
        "conference.participant.joined",
        "call.hangup",
        "conference.participant.left",
        "conference.ended",
    ]
    assert practice.last(host, "conference.ended").payload["reason"] == "all_left"


def test_conference_from_a_bridged_leg_parks_the_other_one() -> None:
    """It is taken out of the bridge, and not hung up."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    practice.do("bridge", one, call_control_id=other.id)
    practice.run()

    practice.confer("create", "", name="team", call_control_id=one.id)
    practice.run(2)

    assert one.peer is other.peer is None
    assert other.is_answered


def test_leaving_parks_and_a_command_ends_everybody() -> None:
    """leave: still answered; end: hang-up with time_limit, and no reason that the event has no word for."""
    practice = Practice()
    guest, leaver = practice.talks(), practice.talks()
    host = room(practice, guest, leaver)

    practice.confer("leave", "team", call_control_id=leaver.id)
    practice.confer("end", "team")
    practice.run(0)

    assert leaver.is_answered
    assert practice.last(leaver, "conference.participant.left")
    for leg in (host, guest):
        assert practice.last(leg, "call.hangup").payload["hangup_cause"] == "time_limit"
    ended = practice.last(host, "conference.ended").payload
    assert "reason" not in ended
    conference = next(iter(practice.world.conferences.values()))
    assert (conference.status, conference.end_reason) == ("completed", "ended_via_api")


@pytest.mark.parametrize(
    ("terms", "stays"),
    [({"end_conference_on_exit": True}, False), ({"soft_end_conference_on_exit": True}, True)],
)
def test_host_who_leaves_ends_the_conference(terms: dict[str, object], stays: bool) -> None:
    """The others are hung up, or only parked when the end is a soft one."""
    practice = Practice()
    host = practice.talks()
    guest = room(practice)
    practice.confer("join", "team", call_control_id=host.id, **terms)

    practice.do("hangup", host)
    practice.run()

    assert practice.last(guest, "conference.ended").payload["reason"] == "host_left"
    assert guest.is_answered is stays


def test_conference_ends_when_its_time_is_over() -> None:
    """After duration_minutes, with the reason for it."""
    practice = Practice()
    host = practice.dial("+12125550100")
    practice.run(5)
    practice.confer("create", "", name="team", call_control_id=host.id, duration_minutes=2)

    practice.run(121)

    assert practice.last(host, "conference.ended").payload["reason"] == "time_exceeded"
    assert not host.is_live


def test_conference_that_has_not_started_holds_those_who_join() -> None:
    """Until somebody comes who starts it."""
    practice = Practice()
    early, starter = practice.talks(), practice.talks()
    room(practice, early, start_conference_on_create=False)
    conference = next(iter(practice.world.conferences.values()))
    assert conference.status == "init"
    assert conference.participants[early.id].on_hold

    practice.confer("join", "team", call_control_id=starter.id, start_conference_on_enter=True)

    assert conference.status == "in_progress"
    assert not any(one.on_hold for one in conference.participants.values())


def test_conference_refuses_what_telnyx_refuses() -> None:
    """90015, 90018, 90019, 90032, 90033, 90034, 90044, 90058."""
    practice = Practice()
    ringing, ended, free = practice.rings(), practice.talks(), practice.talks()
    practice.do("hangup", ended)
    practice.run()
    guest = practice.talks()
    host = room(practice, guest, max_participants=2)

    def join(leg_id: str, name: str = "team") -> str:
        return refused(practice, "join", name, call_control_id=leg_id)

    assert join("v3:nobody") == "90015"
    assert join(ended.id) == "90018"
    assert join(ringing.id) == "90034"
    assert join(host.id) == "90044"
    assert join(free.id) == "90032"
    assert join(free.id, "other") == "90058"
    assert refused(practice, "create", "", name="team", call_control_id=free.id) == "90033"
    assert refused(practice, "leave", call_control_id=free.id) == "90015"
    assert refused(practice, "mute", call_control_ids=[free.id]) == "90015"
    conference = next(iter(practice.world.conferences.values()))
    practice.confer("end", "team")
    assert refused(practice, "join", conference.id, call_control_id=free.id) == "90019"


def test_mute_and_hold_without_ids_mean_everybody() -> None:
    """Empty lists too; unhold names its legs."""
    practice = Practice()
    guest = practice.talks()
    host = room(practice, guest)
    conference = next(iter(practice.world.conferences.values()))

    practice.confer("mute", "team")
    practice.confer("hold", "team", call_control_ids=[])
    practice.confer("unmute", "team", call_control_ids=[host.id])
    practice.confer("unhold", "team", call_control_ids=[guest.id])

    state = {one.leg.id: (one.muted, one.on_hold) for one in conference.participants.values()}
    assert state == {host.id: (False, True), guest.id: (True, False)}


def test_floor_goes_round_while_several_talk() -> None:
    """conference.floor.changed names the leg that is heard."""
    practice = Practice()
    legs = [practice.dial("+12125550100") for _ in range(2)]
    practice.run(5)
    practice.confer("create", "", name="team", call_control_id=legs[0].id)
    practice.confer("join", "team", call_control_id=legs[1].id)

    practice.run(300)

    floors = [e.call_control_id for e in practice.events if e.type == "conference.floor.changed"]
    assert len(floors) > 8
    assert set(floors) == {leg.id for leg in legs}


def test_announcements_name_the_room_or_the_leg() -> None:
    """For everybody the payload has no leg; stop ends what goes on for ever."""
    practice = Practice()
    host = room(practice)
    practice.confer("play", "team", media_name="wait", loop="infinity")
    practice.confer("speak", "team", payload="hello", voice="female", call_control_ids=[host.id])
    practice.run(5)
    assert "call_control_id" not in practice.last(host, "conference.playback.started").payload
    spoken = practice.last(host, "conference.participant.speak.ended").payload
    assert spoken["call_control_id"] == host.id
    assert "conference.playback.ended" not in practice.told(host)

    practice.confer("stop", "team")
    practice.run(0)

    ended = practice.last(host, "conference.playback.ended").payload
    assert ended["media_name"] == "wait"
    assert ended["creator_call_session_id"] == host.session_id


def test_recording_of_a_conference_is_saved_at_its_end_too() -> None:
    """With the ids of the leg that made it, but call_leg_id."""
    practice = Practice()
    host = room(practice)
    practice.confer("record_start", "team", format="wav", channels="dual")
    assert refused(practice, "record_stop", recording_id="other") == "10005"

    practice.confer("end", "team")
    practice.run(5)

    saved = practice.last(host, "conference.recording.saved").payload
    assert (saved["format"], saved["channels"]) == ("wav", "dual")
    assert "call_leg_id" not in saved


def test_other_commands_take_a_leg_out_of_its_conference() -> None:
    """A bridge or a queue, as they take it out of a bridge."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    room(practice, one, other)

    practice.do("enqueue", one, queue_name="support")
    practice.do("bridge", other, call_control_id=practice.talks().id)
    practice.run(2)

    for leg in (one, other):
        assert leg.conference is None
        assert practice.last(leg, "conference.participant.left")
