"""Two legs that hear each other: transfer, bridge, linked dials, and how they end."""

from console.simulator import calls
from console.simulator.world import SECOND, Leg
from tests.unit.simulator.practice import OURS, Practice


def target_of(practice: Practice, leg: Leg) -> Leg:
    """The new leg of the latest transfer."""
    return practice.world.legs[leg.targets[-1]]


def test_transfer_makes_a_second_leg_of_the_session() -> None:
    """initiated, bridged, answered: all for the new leg, nothing for the old one."""
    practice = Practice()
    caller = practice.talks()

    practice.do("transfer", caller, to="+12125550100", target_leg_client_state="bmV3")
    practice.run(5)

    target = target_of(practice, caller)
    assert target.session_id == caller.session_id
    assert practice.told(target) == ["call.initiated", "call.bridged", "call.answered"]
    assert practice.told(caller) == ["call.initiated", "call.answered"]
    initiated = practice.last(target, "call.initiated").payload
    assert initiated["from"] == OURS
    assert initiated["client_state"] == "bmV3"


def test_transfer_to_0189_is_bridged_seconds_before_it_is_answered() -> None:
    """Early media: bridged is not talking."""
    practice = Practice()
    caller = practice.talks()
    practice.do("transfer", caller, to="+12125550189")

    practice.run(3)
    target = target_of(practice, caller)
    assert practice.told(target) == ["call.initiated", "call.bridged"]
    assert practice.refused("record_start", target, channels="dual", format="mp3").code == "90034"
    practice.run(12)

    bridged, answered = (
        practice.last(target, "call.bridged"),
        practice.last(target, "call.answered"),
    )
    assert practice.told(target) == ["call.initiated", "call.bridged", "call.answered"]
    assert answered.occurred_at - bridged.occurred_at > 4 * SECOND


def test_failed_transfer_ends_the_new_leg_only() -> None:
    """The original remains active and takes further commands."""
    practice = Practice()
    caller = practice.talks()
    practice.do("transfer", caller, to="+12125550191")
    practice.run(5)

    target = target_of(practice, caller)
    assert practice.told(target) == ["call.initiated", "call.hangup"]
    assert practice.last(target, "call.hangup").payload["hangup_cause"] == "user_busy"
    assert caller.is_answered

    practice.do("transfer", caller, to="+12125550100")
    practice.run(5)
    assert caller.peer == target_of(practice, caller).id


def test_caller_who_leaves_takes_the_transfer_along() -> None:
    """A target that still rings is cancelled."""
    practice = Practice()
    caller = practice.talks()
    practice.do("transfer", caller, to="+12125550190")
    practice.run(2)
    target = target_of(practice, caller)

    calls.end(practice.world, caller, "normal_clearing", "caller", "200")
    practice.run(1)

    assert practice.last(target, "call.hangup").payload["hangup_cause"] == "originator_cancel"


def test_transfer_of_a_call_that_ended_meanwhile_dials_nobody() -> None:
    """The command was accepted, its effect never comes."""
    practice = Practice()
    caller = practice.talks()
    practice.do("transfer", caller, to="+12125550100")
    calls.end(practice.world, caller, "normal_clearing", "caller", "200")

    practice.run(5)

    assert caller.targets == []
    assert len(practice.world.legs) == 1


def test_bridge_reports_both_legs_and_ends_together() -> None:
    """The leg that hangs up is first; the other follows."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    assert one.session_id != other.session_id

    practice.do("bridge", one, call_control_id=other.id)
    practice.run()
    assert practice.told(one)[-1] == practice.told(other)[-1] == "call.bridged"
    assert "direction" not in practice.last(one, "call.bridged").payload

    calls.end(practice.world, other, "normal_clearing", "caller", "200")
    practice.run()
    first, second = practice.last(other, "call.hangup"), practice.last(one, "call.hangup")
    assert first.occurred_at < second.occurred_at
    assert second.payload["hangup_source"] == "callee"


def test_parked_leg_survives_the_end_of_its_bridge() -> None:
    """park_after_unbridge=self holds for the leg of the command only, and says nothing when it parks."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    practice.do("bridge", one, call_control_id=other.id, park_after_unbridge="self")
    practice.run()

    practice.do("hangup", other)
    happened = practice.run(2)

    assert [event.type for event in happened] == ["call.hangup"]
    assert one.is_answered
    assert one.peer is None


def test_leg_of_the_command_does_not_park_the_other() -> None:
    """The other leg follows when the one that was told to park hangs up itself."""
    practice = Practice()
    one, other = practice.talks(), practice.talks()
    practice.do("bridge", one, call_control_id=other.id, park_after_unbridge="self")
    practice.run()

    practice.do("hangup", one)
    practice.run(2)

    assert not other.is_live


def test_transfer_parks_the_caller_when_the_target_leaves() -> None:
    """A transfer takes park_after_unbridge too."""
    practice = Practice()
    caller = practice.talks()
    practice.do("transfer", caller, to="+12125550196", park_after_unbridge="self")

    practice.run(10)

    assert not target_of(practice, caller).is_live
    assert caller.is_answered


def test_bridging_again_leaves_the_first_partner_behind() -> None:
    """A leg hears one other leg; the one that is left is hung up."""
    practice = Practice()
    one, other, third = practice.talks(), practice.talks(), practice.talks()
    practice.do("bridge", one, call_control_id=other.id)
    practice.run()

    practice.do("bridge", one, call_control_id=third.id)
    practice.run(2)

    assert one.peer == third.id
    assert not other.is_live
    assert third.is_live


def test_bridge_waits_for_a_leg_that_still_rings() -> None:
    """The target of a bridge may be a dialled leg nobody has answered yet."""
    practice = Practice()
    caller = practice.talks()
    target = practice.dial("+12125550100")
    practice.do("bridge", caller, call_control_id=target.id, play_ringtone=True)

    practice.run(5)

    assert practice.told(target) == ["call.initiated", "call.answered", "call.bridged"]
    assert practice.told(caller)[-1] == "call.bridged"


def test_linked_dial_shares_the_session_and_bridges_on_answer() -> None:
    """link_to, bridge_intent and bridge_on_answer work together."""
    practice = Practice()
    caller = practice.talks()

    target = practice.dial(
        "+12125550100", link_to=caller.id, bridge_intent=True, bridge_on_answer=True
    )
    practice.run(5)

    assert target.session_id == caller.session_id
    assert target.from_ == caller.from_
    assert practice.told(target) == ["call.initiated", "call.answered", "call.bridged"]
    assert caller.peer == target.id


def test_linked_dial_gives_way_to_a_bridge_that_exists() -> None:
    """prevent_double_bridge hangs the new leg up."""
    practice = Practice()
    caller, other = practice.talks(), practice.talks()
    target = practice.dial(
        "+12125550100", link_to=caller.id, bridge_on_answer=True, prevent_double_bridge=True
    )
    practice.do("bridge", caller, call_control_id=other.id)

    practice.run(5)

    assert not target.is_live
    assert caller.peer == other.id


def test_transferred_caller_talks_on() -> None:
    """Being connected to somebody gives the caller something to say again."""
    practice = Practice()
    caller = practice.talks()
    talk_s = caller.plan.talk_s or 0.0
    practice.run(talk_s - 5)
    practice.do("transfer", caller, to="+12125550100")

    practice.run(talk_s - 5)

    assert caller.is_live
