"""Scenarios are read strictly: every mistake is told with file, step, key and the nearest known word."""

import pytest

from console.errors import UsageError
from console.simulator.scenarios.script import Call, Command, Fault
from tests.unit.simulator.rehearsal import scenario_of

CALL = '[[steps]]\ndo = "call"\ncall = "a"\n'


def test_parse_reads_steps_in_order() -> None:
    """Times, names and parameters arrive as written."""
    scenario = scenario_of(
        'about = "x"\nwithin_s = 3\n'
        + CALL
        + '[[steps]]\ndo = "command"\naction = "speak"\ncall = "a"\nafter_s = 1\n'
        'params = { payload = "hi", voice = "female" }\n'
        '[[steps]]\ndo = "fault"\nkind = "drop"\nevent = "call.*"\ncall = "a"\ntimes = 2\n'
    )

    assert scenario.steps == (
        Call(call="a"),
        Command(action="speak", call="a", after_s=1.0, params={"payload": "hi", "voice": "female"}),
        Fault(kind="drop", event="call.*", call="a", times=2),
    )
    assert scenario.within_s == 3.0


def test_parse_takes_a_byte_order_mark() -> None:
    """Some editors of Windows write one; it is no part of the first key."""
    assert scenario_of(f"\ufeff{CALL}").steps == (Call(call="a"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps = 3", "test.toml: steps: a scenario needs steps"),
        ("= 1", "test.toml: not valid TOML"),
        ('abuot = "x"\n' + CALL, "test.toml: abuot: no such key; the nearest is about"),
        ("within_s = 0\n" + CALL, "test.toml: within_s: expected seconds"),
        ('[[steps]]\ncall = "a"\n', "step 1: do: says what happens"),
        (
            '[[steps]]\ndo = "cal"\ncall = "a"\n',
            "step 1: do: there is no step 'cal'; the nearest is call",
        ),
        (CALL + "patiense_s = 1\n", "step 1: patiense_s: no such key; the nearest is patience_s"),
        (CALL + 'after_s = "1"\n', "step 1: after_s: Expected `float`, got `str`"),
        (CALL + "after_s = -1\n", "step 1: after_s: expected seconds from 0 on"),
        (CALL + "after_s = 1\nat_s = 2\n", "step 1: at_s: a step has at_s or after_s"),
        (CALL + 'from = "12"\n', "step 1: from: '12' is no number"),
        (CALL + CALL, "step 2: the name 'a' is taken"),
        ('[[steps]]\ndo = "call"\ncall = "us"\n', "step 1: the name 'us' is taken"),
        ('[[steps]]\ndo = "call"\ncall = "a b"\n', "step 1: 'a b' is no name"),
        (
            '[[steps]]\ndo = "hangup"\ncall = "b"\n',
            "step 1: call: nothing before this step is called 'b'",
        ),
        (
            CALL + '[[steps]]\ndo = "command"\naction = "anser"\ncall = "a"\n',
            "the nearest is answer",
        ),
        (
            '[[steps]]\ndo = "command"\naction = "answer"\n',
            "step 1: call: answer needs the name of a call",
        ),
        (
            CALL
            + '[[steps]]\ndo = "command"\naction = "transfer"\ncall = "a"\nparams = { too = "x" }\n',
            "step 2: params: too: no such key; the nearest is to",
        ),
        (
            CALL
            + '[[steps]]\ndo = "command"\naction = "bridge"\ncall = "a"\nparams = { call_control_id = "@b" }\n',
            "step 2: params.call_control_id: nothing before this step is called 'b'",
        ),
        (
            CALL + '[[steps]]\ndo = "command"\naction = "conference.join"\ncall = "a"\n',
            "step 2: conference: conference.join needs the name of a conference",
        ),
        (
            CALL + '[[steps]]\ndo = "expect"\nevent = "call.answred"\n',
            "step 2: event: Telnyx has no event 'call.answred'; the nearest is call.answered",
        ),
        (
            CALL + '[[steps]]\ndo = "expect"\n',
            "step 2: event: an expectation names an event or a command",
        ),
        (
            CALL + '[[steps]]\ndo = "expect"\ncommand = "anser"\n',
            "step 2: command: there is no command",
        ),
        (
            CALL + '[[steps]]\ndo = "fault"\nkind = "lose"\n',
            "step 2: kind: Invalid enum value 'lose'",
        ),
        (
            CALL + '[[steps]]\ndo = "fault"\nkind = "api"\nstatus = 200\n',
            "step 2: status: an HTTP status",
        ),
        (CALL + '[[steps]]\ndo = "fault"\nkind = "drop"\ntimes = 0\n', "step 2: times: from 1"),
        (CALL + '[[steps]]\ndo = "press"\ncall = "a"\ndigits = "x"\n', "step 2: digits: only"),
    ],
)
def test_parse_refuses_with_place_and_nearest(text: str, words: str) -> None:
    """The sentence says where to look and what was probably meant."""
    with pytest.raises(UsageError) as refused:
        scenario_of(text)

    assert words in refused.value.user_message
