"""Commands that follow one another within the moment before the effect: none is lost, none is taken for another."""

import pytest

from console.simulator import calls
from console.simulator.errors import ApiError
from tests.unit.simulator.practice import Practice


@pytest.mark.parametrize("speed", [1.0, 20.0])
def test_keys_sent_one_by_one_are_all_heard_in_order(speed: float) -> None:
    """As a person types them on a keypad: each is a command of its own."""
    practice = Practice(speed=speed)
    leg, other = practice.talks(), practice.talks()
    practice.do("bridge", leg, call_control_id=other.id)
    practice.run()

    for digits in ("12", "3", "4"):
        practice.do("send_dtmf", leg, digits=digits)
        practice.run(0.01)
    practice.run(5)

    heard = [e.payload["digit"] for e in practice.events if e.type == "call.dtmf.received"]
    assert heard == ["1", "2", "3", "4"]
    begun = practice.world.now
    practice.do("send_dtmf", leg, digits="5")
    practice.run(1)
    assert practice.last(other, "call.dtmf.received").payload["digit"] == "5"
    assert practice.world.now > begun


def test_transfers_and_refers_at_once_all_happen() -> None:
    """What was accepted has its effect; a REFER that began ends."""
    practice = Practice()
    leg = practice.talks()
    for to in ("+13125550171", "+13125550172"):
        practice.do("transfer", leg, to=to)
        practice.do("refer", leg, sip_address="sip:someone@phones.example.com")
    practice.run(20)

    dialled = {each.to for each in practice.world.legs.values() if each.transferred_by == leg.id}
    assert dialled == {"+13125550171", "+13125550172"}
    assert practice.told(leg).count("call.refer.started") == 2
    assert practice.told(leg).count("call.refer.completed") == 2


def test_sip_infos_at_once_all_arrive() -> None:
    """One event each."""
    practice = Practice()
    leg, other = practice.talks(), practice.talks()
    practice.do("bridge", leg, call_control_id=other.id)
    practice.run()
    for _ in range(2):
        practice.do("send_sip_info", leg, content_type="text/plain", body="hello")
    practice.run()

    assert practice.told(other).count("call.sip_info.received") == 2


def test_recordings_at_once_have_names_of_their_own() -> None:
    """No event comes between the one and the next, and the file of each is reported."""
    practice = Practice()
    leg = practice.talks()
    for _ in range(2):
        practice.do("record_start", leg, channels="single", format="mp3")
        practice.do("record_stop", leg)
    practice.run(5)

    saved = [e.payload["recording_id"] for e in practice.events if e.type == "call.recording.saved"]
    assert len(set(saved)) == len(saved) == 2


def test_first_of_a_queue_is_bridged_once() -> None:
    """It is out of the queue as soon as the bridge was accepted, so that two agents do not get the same caller."""
    practice = Practice()
    caller, agent, second = practice.talks(), practice.talks(), practice.talks()
    practice.do("enqueue", caller, queue_name="support")
    practice.do("bridge", agent, queue="support")

    with pytest.raises(ApiError, match="queue is empty"):
        practice.do("bridge", second, queue="support")
    practice.run()

    told = practice.told(caller)
    assert told.index("call.dequeued") < told.index("call.bridged")
    assert practice.last(caller, "call.dequeued").payload["reason"] == "bridged"
    assert caller.peer == agent.id
    assert second.is_live


def test_caller_leaves_the_queue_though_the_bridge_fails() -> None:
    """The agent hung up in the moment before."""
    practice = Practice()
    caller, agent = practice.talks(), practice.talks()
    practice.do("enqueue", caller, queue_name="support")
    practice.do("bridge", agent, queue="support")
    calls.end(practice.world, agent, "normal_clearing", "caller", "200")
    practice.run()

    assert "call.bridged" not in practice.told(caller)
    assert caller.waiting is None
    assert caller.is_live
