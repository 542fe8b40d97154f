"""Digits: how long they are waited for, which are valid, how often is asked, and what the end says."""

import pytest

from console.simulator import gathering
from console.simulator.world import SECOND, Leg
from tests.unit.simulator.practice import Practice

VOICE = "Telnyx.KokoroTTS.af"
MENU = "https://media.example.com/menu.mp3"
WRONG = "https://media.example.com/wrong.mp3"


def silent(practice: Practice) -> Leg:
    """An answered leg whose far end types nothing but what the test lets it type."""
    leg = practice.talks()
    leg.keys_until = practice.world.now + 10_000 * SECOND
    return leg


def ends(practice: Practice, leg: Leg) -> list[tuple[object, object]]:
    """Digits and status of every gather that is over."""
    return [
        (event.payload["digits"], event.payload["status"])
        for event in practice.events
        if event.type == "call.gather.ended" and event.call_control_id == leg.id
    ]


def types(practice: Practice, digits: str) -> None:
    """The far end presses keys at once."""
    (leg,) = practice.world.live.values()
    for digit in digits:
        gathering.press(practice.world, leg, digit)


def files(practice: Practice) -> list[tuple[str, object]]:
    """Files begun and ended so far, with their names."""
    return [
        (event.type.rpartition(".")[2], event.payload["media_url"])
        for event in practice.run(0)
        if "playback" in event.type
    ]


def test_gather_waits_for_the_first_digit() -> None:
    """Five seconds by default, then it is over, long before timeout_millis."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg)

    practice.run(4.9)
    assert ends(practice, leg) == []
    practice.run(0.2)

    assert ends(practice, leg) == [("", "timeout")]


def test_gather_waits_as_long_as_it_is_told() -> None:
    """initial_timeout_millis ends before the first digit only."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg, initial_timeout_millis=1_000, inter_digit_timeout_millis=60_000)

    types(practice, "4")
    practice.run(30)

    assert ends(practice, leg) == []


def test_gather_as_a_whole_has_a_limit() -> None:
    """timeout_millis counts from the command; the digits so far are told."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg, timeout_millis=6_000, maximum_digits=9)
    for digit in "123":
        practice.run(1.5)
        types(practice, digit)

    practice.run(2)

    assert ends(practice, leg) == [("123", "timeout")]


@pytest.mark.parametrize(
    ("typed", "status"), [("12", "invalid"), ("123", "valid"), ("1234", "valid")]
)
def test_pause_ends_the_input(typed: str, status: str) -> None:
    """inter_digit_timeout_millis: enough digits are valid, fewer than the minimum are not."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg, minimum_digits=3, inter_digit_timeout_millis=700)

    types(practice, typed)
    practice.run(0.6)
    assert ends(practice, leg) == []
    practice.run(0.2)

    assert ends(practice, leg) == [(typed, status)]


@pytest.mark.parametrize(
    ("body", "typed", "end"),
    [
        ({}, "12#", ("12", "valid")),
        ({"terminating_digit": "*"}, "1#2*", ("1#2", "valid")),
        ({"minimum_digits": 3}, "12#", ("12", "invalid")),
        ({}, "#", ("", "invalid")),
        ({"maximum_digits": 2}, "1234", ("12", "valid")),
        ({"valid_digits": "12"}, "13#", ("13", "invalid")),
        ({"minimum_digits": 4, "maximum_digits": 4}, "471#", ("471", "invalid")),
    ],
)
def test_digits_are_judged_by_the_rules(
    body: dict[str, object], typed: str, end: tuple[str, str]
) -> None:
    """Minimum, maximum, valid and terminating digits; the latter is not among the digits of the end."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg, **body)

    types(practice, typed)
    practice.run()

    assert ends(practice, leg) == [end]


def test_whoever_types_at_all_types_what_is_asked_for() -> None:
    """Valid digits of the right number, with the terminating digit where there might be more."""
    for seed in range(20):
        practice = Practice(seed=seed)
        leg = practice.talks()
        body = {"minimum_digits": 2, "maximum_digits": 4, "valid_digits": "37"}
        practice.do("gather", leg, **body)
        practice.run(20)

        ((digits, status),) = ends(practice, leg)
        told = "".join(
            str(event.payload["digit"])
            for event in practice.events
            if event.type == "call.dtmf.received"
        )
        if status == "timeout":
            assert (digits, told) == ("", "")
        else:
            assert status == "valid"
            assert told == (digits if len(str(digits)) == 4 else f"{digits}#")
            assert set(str(digits)) <= {"3", "7"}


def test_slow_people_miss_a_short_wait() -> None:
    """Those who type wait longer between two keys than a tenth of a second."""
    practice = Practice(seed=2)
    leg = practice.talks()
    practice.do("gather", leg, minimum_digits=4, inter_digit_timeout_millis=100)

    practice.run(20)

    ((digits, status),) = ends(practice, leg)
    assert (len(str(digits)), status) == (1, "invalid")


def test_prompt_is_repeated_as_long_as_nobody_types() -> None:
    """maximum_tries prompts, each followed by timeout_millis."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather_using_audio", leg, audio_url=MENU, maximum_tries=2, timeout_millis=4_000)

    practice.run(6 + 4 + 6 + 3.9)
    assert ends(practice, leg) == []
    practice.run(0.2)

    assert ends(practice, leg) == [("", "timeout")]
    assert practice.told(leg).count("call.playback.started") == 2
    assert practice.told(leg)[-2:] == ["call.playback.ended", "call.gather.ended"]


def test_three_tries_are_the_default() -> None:
    """Of the spoken prompt too, which has no events of its own; a second each here."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather_using_speak", leg, payload="type", voice=VOICE, timeout_millis=2_000)

    practice.run(8.9)
    assert ends(practice, leg) == []
    practice.run(0.2)

    assert ends(practice, leg) == [("", "timeout")]
    assert not [kind for kind in practice.told(leg) if "speak" in kind or "playback" in kind]


def test_invalid_input_is_asked_for_again() -> None:
    """The file for invalid input, then the prompt; the last invalid input is told."""
    practice = Practice()
    leg = silent(practice)
    practice.do(
        "gather_using_audio",
        leg,
        audio_url=MENU,
        invalid_audio_url=WRONG,
        maximum_tries=2,
        valid_digits="12",
    )
    practice.run(1)

    types(practice, "9#")
    practice.run(1)
    assert ends(practice, leg) == []
    assert leg.sounds[0].media_url == WRONG
    practice.run(6)
    assert leg.sounds[0].media_url == MENU
    types(practice, "8#")
    practice.run(1)

    assert ends(practice, leg) == [("8", "invalid")]
    assert not leg.sounds


def test_second_try_can_be_valid() -> None:
    """What was typed before is forgotten."""
    practice = Practice()
    leg = silent(practice)
    practice.do(
        "gather_using_speak",
        leg,
        payload="type four digits",
        invalid_payload="that was not right",
        voice=VOICE,
        minimum_digits=4,
        maximum_digits=4,
    )

    types(practice, "47#")
    practice.run(0.5)
    types(practice, "4711")
    practice.run(0.5)

    assert ends(practice, leg) == [("4711", "valid")]


def test_key_interrupts_the_prompt() -> None:
    """Only that: what played before it goes on."""
    practice = Practice()
    leg = silent(practice)
    practice.do("playback_start", leg, media_name="music", loop="infinity")
    practice.do("gather_using_audio", leg, audio_url=MENU, maximum_digits=1)
    practice.run()

    types(practice, "1")
    practice.run()

    assert ends(practice, leg) == [("1", "valid")]
    assert [sound.media_name for sound in leg.sounds] == ["music"]


def test_stopped_prompt_is_a_prompt_that_is_over() -> None:
    """playback_stop: from now on digits are waited for, also where the prompt still waited its turn."""
    practice = Practice()
    leg = silent(practice)
    practice.do("playback_start", leg, media_name="music", loop="infinity")
    practice.do("gather_using_audio", leg, audio_url=MENU, maximum_tries=1, timeout_millis=2_000)
    practice.run(10)

    practice.do("playback_stop", leg)
    practice.run(2.1)

    assert ends(practice, leg) == [("", "timeout")]


def test_gather_stop_ends_the_prompt_too() -> None:
    """First the file, then the gather."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather_using_audio", leg, audio_url=MENU)
    practice.run(1)

    practice.do("gather_stop", leg)
    practice.run(60)

    assert practice.told(leg)[-2:] == ["call.playback.ended", "call.gather.ended"]
    assert ends(practice, leg) == [("", "cancelled")]


def test_gather_id_comes_back() -> None:
    """As the command's description promises; one is made where none was given."""
    practice = Practice()
    leg = silent(practice)
    practice.do("gather", leg, gather_id="menu-1")
    practice.do("gather", leg)
    practice.do("gather_stop", leg)
    practice.run(0)

    first, second = (e.payload["gather_id"] for e in practice.events if "gather" in e.type)
    assert first == "menu-1"
    assert second
    assert second != first


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minimum_digits", 0),
        ("maximum_digits", 129),
        ("initial_timeout_millis", -1),
        ("inter_digit_timeout_millis", -1),
        ("timeout_millis", -1),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: int) -> None:
    """And nothing is gathered."""
    practice = Practice()
    leg = practice.talks()

    refusal = practice.refused("gather", leg, **{name: value})

    assert refusal.pointer == f"/{name}"
    assert leg.gather is None


def test_keys_that_are_pressed_are_the_only_ones() -> None:
    """Who is made to press keys does not also type what was asked for."""
    practice = Practice(seed=2)
    leg = practice.talks()
    practice.do("gather", leg)

    gathering.press_all(practice.world, leg, "99#")
    practice.run(20)

    assert ends(practice, leg) == [("99", "valid")]


def conferring(practice: Practice, **body: object) -> Leg:
    """The one participant of a conference, asked there for digits."""
    leg = silent(practice)
    practice.confer("create", "team", name="team", call_control_id=leg.id)
    practice.run()
    practice.events.clear()
    practice.confer("gather_using_audio", "team", call_control_id=leg.id, **body)
    return leg


def test_participant_is_asked_again() -> None:
    """initial_timeout_millis after each prompt, as often as maximum_tries says."""
    practice = Practice()
    leg = conferring(practice, audio_url=MENU, initial_timeout_millis=1_000, maximum_tries=2)

    practice.run(13.9)
    assert ends(practice, leg) == []
    practice.run(0.2)

    assert ends(practice, leg) == [("", "timeout")]
    assert practice.told(leg).count("conference.participant.playback.started") == 2


def test_participant_hears_that_the_input_was_invalid() -> None:
    """Then the prompt; digits that are not valid are ignored, but for the prompt that they interrupt."""
    practice = Practice()
    leg = conferring(
        practice,
        audio_url=MENU,
        invalid_audio_url=WRONG,
        valid_digits="12",
        minimum_digits=2,
    )

    types(practice, "9")
    assert files(practice) == [("started", MENU), ("ended", MENU)]
    types(practice, "91#")
    practice.world.advance(practice.world.now + 8 * SECOND)
    assert files(practice) == [("started", WRONG), ("ended", WRONG), ("started", MENU)]
    types(practice, "9291#")
    practice.run()

    assert ends(practice, leg) == [("21", "valid")]


def test_prompt_goes_on_for_a_participant_if_wanted() -> None:
    """stop_playback_on_dtmf false."""
    practice = Practice()
    conferring(practice, audio_url=MENU, stop_playback_on_dtmf=False)

    types(practice, "1")

    assert files(practice) == [("started", MENU)]


def test_conference_that_ends_ends_the_prompt() -> None:
    """Once, and no other begins."""
    practice = Practice()
    conferring(practice, audio_url=MENU, invalid_audio_url=WRONG, minimum_digits=2)
    types(practice, "1#")
    practice.run(1)

    practice.confer("end", "team")
    practice.run(30)

    told = [event.type for event in practice.events]
    begun = told.count("conference.participant.playback.started")
    assert begun == told.count("conference.participant.playback.ended") == 2
