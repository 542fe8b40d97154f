"""Requests against the catalogue: nested objects, variants, lists and queries, each fault with its pointer."""

from collections.abc import Mapping

import pytest

from console.simulator import validation
from console.simulator.errors import ApiError
from console.telnyx import catalogue


def fault(command: str, body: Mapping[str, object]) -> tuple[str, str | None] | None:
    """Code and pointer of the refusal; None if there is none."""
    try:
        validation.check(catalogue.load()[command], body)
    except ApiError as refusal:
        return refusal.code, refusal.pointer
    return None


SAID = {"payload": "hello", "voice": "female"}


@pytest.mark.parametrize(
    ("command", "body", "code", "pointer"),
    [
        ("speak", {**SAID, "voice_settings": {}}, "10004", "/voice_settings/type"),
        ("speak", {**SAID, "voice_settings": {"type": "parrot"}}, "10032", "/voice_settings/type"),
        (
            "speak",
            {**SAID, "voice_settings": {"type": "telnyx", "voice_speed": 9}},
            "10033",
            "/voice_settings/voice_speed",
        ),
        (
            "ai_assistant_add_messages",
            {"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]},
            "10004",
            "/messages/1/tool_call_id",
        ),
        ("conversation_relay_start", {}, "10004", "/url"),
        ("conversation_relay_start", {"url": "https://a.example.com"}, "10015", "/url"),
        ("suppression_start", {"direction": "up"}, "10032", "/direction"),
        (
            "suppression_start",
            {"noise_suppression_engine_config": {"attenuation_limit": 101}},
            "10033",
            "/noise_suppression_engine_config/attenuation_limit",
        ),
        ("conference.unhold", {}, "10004", "/call_control_ids"),
        ("conference.unhold", {"call_control_ids": [1]}, "10026", "/call_control_ids/0"),
        (
            "conference.send_dtmf",
            {"digits": "1", "duration_millis": 900},
            "10033",
            "/duration_millis",
        ),
        ("queue.create", {"queue_name": "q" * 256}, "10033", "/queue_name"),
        ("queue.update", {"max_size": 0}, "10033", "/max_size"),
        ("siprec_start", {"secure": "yes"}, "10026", "/secure"),
    ],
)
def test_first_fault_is_named(
    command: str, body: Mapping[str, object], code: str, pointer: str
) -> None:
    """By Telnyx's code and the way to the field."""
    assert fault(command, body) == (code, pointer)


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("speak", {**SAID, "voice_settings": {"type": "telnyx", "voice_speed": 1.5}, "loop": "3"}),
        ("transcription_start", {"transcription_engine_config": {"interim_results": True}}),
        (
            "conversation_relay_start",
            {"conversation_relay_settings": {"url": "wss://a.example.com"}},
        ),
        ("speak", {**SAID, "something_else": 1}),
    ],
)
def test_what_is_right_passes(command: str, body: Mapping[str, object]) -> None:
    """Variants with and without their discriminator, and fields nobody knows."""
    assert fault(command, body) is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter[status]": "dreaming"}, "10032"),
        ({"region": "Moon"}, "10032"),
        ({"filter[status]": "completed", "page[size]": "5"}, None),
    ],
)
def test_query_is_checked_too(query: Mapping[str, str], code: str | None) -> None:
    """Members of filter by their enumerations."""
    command = catalogue.load()["conference.list"]
    if code is None:
        validation.check_query(command, query)
        return

    with pytest.raises(ApiError) as caught:
        validation.check_query(command, query)

    assert caught.value.code == code


def test_boolean_filters_are_booleans() -> None:
    """10026 for another word."""
    command = catalogue.load()["conference.participants"]
    with pytest.raises(ApiError) as caught:
        validation.check_query(command, {"filter[muted]": "perhaps"})

    assert (caught.value.code, caught.value.pointer) == ("10026", "/filter[muted]")
