"""Playing scenarios: times, waiting, what is missing, an application's own commands, faults."""

from console.simulator.faults import Recorded
from console.simulator.performing import Heard, heard
from console.simulator.scenarios.tampering import AT_ONCE, REORDERED_S
from tests.unit.simulator.rehearsal import BEGAN_AT, play_for, rehearse, scenario_of

CALL = '[[steps]]\ndo = "call"\ncall = "a"\n'
ANSWER = '[[steps]]\ndo = "command"\naction = "answer"\ncall = "a"\n'
HANGUP = '[[steps]]\ndo = "hangup"\ncall = "a"\nafter_s = 2\n'


def expect(event: str, more: str = "") -> str:
    return f'[[steps]]\ndo = "expect"\nevent = "{event}"\n{more}\n'


def fault(kind: str, event: str, more: str = "") -> str:
    return f'[[steps]]\ndo = "fault"\nkind = "{kind}"\nevent = "{event}"\n{more}\n'


def test_play_keeps_the_times_of_the_steps() -> None:
    """`after_s` counts from the step before, `at_s` from the beginning."""
    played = rehearse(scenario_of(CALL + HANGUP + '[[steps]]\ndo = "wait"\nat_s = 7\n'))

    at_s = [(p.event.occurred_at - BEGAN_AT) / 1_000_000 for p in played.postings]
    assert at_s == [0.0, 2.0]
    assert played.took_s == 7.0


def test_play_says_what_did_not_come_and_what_came_instead() -> None:
    """An event of that name with another content is told."""
    played = rehearse(
        scenario_of(CALL + HANGUP + expect("call.hangup", 'payload = {hangup_cause = "busy"}'))
    )

    assert played.report.failure == (
        "step 3 (expect call.hangup): no call.hangup came;"
        " one came with hangup_cause 'originator_cancel'"
    )
    assert played.report.done == 2


def test_play_gives_up_after_the_time_of_the_step() -> None:
    """`within_s` of a step goes before that of the scenario."""
    played = rehearse(
        scenario_of("within_s = 60\n" + CALL + expect("call.bridged", "within_s = 3"))
    )

    assert "no call.bridged came" in played.report.failure
    assert 3.0 <= played.took_s <= 3.1


def test_play_reports_a_refused_command() -> None:
    """What the simulator refuses ends the play with code and words."""
    speak = '[[steps]]\ndo = "command"\naction = "speak"\ncall = "a"\nparams = {payload="x", voice="y"}\n'

    played = rehearse(scenario_of(CALL + speak))

    assert "step 2 (speak a): refused with 90034" in played.report.failure


def test_play_uses_up_an_event_once() -> None:
    """Two expectations want two events."""
    played = rehearse(scenario_of(CALL + expect("call.initiated") + expect("call.initiated")))

    assert played.report.failure.startswith("step 3")


def test_play_waits_for_the_commands_of_an_application() -> None:
    """The application's own command takes the place of the step; then the scenario goes on."""
    scenario = scenario_of(CALL + ANSWER + HANGUP)
    play, world, _ = play_for(scenario, by_application=True)
    play.begin()
    world.advance(world.now + 1_000_000)
    leg_id = play.cast()["a"]

    play.hear(Heard("answer", leg_id, {}, True, 200))
    world.advance(world.now + 4_000_000)

    assert play.report is not None
    assert play.report.ok


def test_play_tells_what_the_application_sent_in_place() -> None:
    """A command that was refused, and others, are named."""
    play, world, _ = play_for(scenario_of(CALL + ANSWER), by_application=True)
    play.begin()
    world.advance(world.now + 1_000_000)
    leg_id = play.cast()["a"]

    play.hear(Heard("answer", leg_id, {}, False, 422))
    play.hear(Heard("reject", leg_id, {}, True, 200))
    world.advance(world.now + 60_000_000)

    assert play.report is not None
    assert play.report.failure == (
        "step 2 (answer a): the application has not sent answer; one was refused (HTTP 422);"
        " it sent answer, reject"
    )


def test_fault_drop_loses_so_many() -> None:
    """Only the named events are lost, and only so many."""
    played = rehearse(scenario_of(fault("drop", "call.initiated") + CALL + HANGUP))

    assert [p.delays_s for p in played.postings] == [(), AT_ONCE]


def test_fault_reorder_holds_until_the_next_of_the_conversation() -> None:
    """The held event goes out after its successor; at the end nothing is kept back."""
    played = rehearse(scenario_of(fault("reorder", "call.initiated") + CALL + HANGUP))
    alone = rehearse(scenario_of(fault("reorder", "call.initiated") + CALL))

    assert played.types() == ["call.hangup", "call.initiated"]
    assert played.postings[1].delays_s == (REORDERED_S,)
    assert alone.types() == ["call.initiated"]


def test_fault_of_one_call_leaves_others_alone() -> None:
    """A fault that names a call is met by its events only."""
    other = '[[steps]]\ndo = "call"\ncall = "b"\n'
    more = 'call = "a"\ndelay_s = 4\ntimes = 5'
    played = rehearse(scenario_of(CALL + other + fault("delay", "call.hangup", more) + HANGUP))

    assert {p.delays_s for p in played.postings if p.event.type == "call.hangup"} == {(4.0,)}


def test_fault_api_lets_the_next_commands_fail() -> None:
    """The API's fault names the path of the command, the status, and how often."""
    text = '[[steps]]\ndo = "fault"\nkind = "api"\naction = "answer"\nstatus = 500\ntimes = 2\n'

    (found,) = rehearse(scenario_of(text)).faults

    assert (found[0].status, found[0].path, found[1]) == (500, "*/answer", 2)


def test_heard_recognises_commands_in_requests() -> None:
    """Questions are none; the leg is the one in the path."""
    assert heard(Recorded("GET", "/calls/x", {}, None, 200)) is None
    assert heard(Recorded("POST", "/nothing", {}, None, 404)) is None
    command = heard(Recorded("POST", "/calls/v3:x/actions/answer", {}, {"a": 1}, 200))
    assert command == Heard("answer", "v3:x", {"a": 1}, True, 200)
    dial = heard(Recorded("POST", "/calls", {}, {}, 422))
    assert dial == Heard("dial", None, {}, False, 422)


def test_play_does_not_repeat_what_somebody_else_did() -> None:
    """An operator who answers before the scenario does takes the place of its step."""
    play, world, _ = play_for(
        scenario_of(CALL + ANSWER.replace("\n", "\nafter_s = 5\n", 1) + HANGUP)
    )
    play.begin()
    world.advance(world.now + 1_000_000)
    leg_id = play.cast()["a"]
    play._set.performer.perform("answer", leg_id, {})
    play.hear(Heard("answer", leg_id, {}, True, 200))

    world.advance(world.now + 20_000_000)

    assert play.report is not None
    assert play.report.failure == ""
