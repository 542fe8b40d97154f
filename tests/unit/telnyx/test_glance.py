"""A glance at a webhook says what decoding all of it would say."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import PayloadError
from console.telnyx.envelope import decode
from console.telnyx.glance import Glance, glance

USUAL: dict[str, Any] = {
    "data": {
        "record_type": "event",
        "event_type": "call.initiated",
        "id": "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0",
        "occurred_at": "2026-11-22T12:04:31.120000Z",
        "payload": {
            "call_control_id": "v3:abc",
            "call_leg_id": "leg-1",
            "call_session_id": "session-1",
            "from": "+13125550101",
            "tags": [1, 2.5, None, {"deep": [True]}],
        },
    },
    "meta": {"attempt": 1, "delivered_to": "https://a.example/w"},
}
PLACES = [
    ("data",),
    ("meta",),
    ("data", "payload"),
    *(("data", name) for name in ("id", "event_type", "occurred_at", "created_at", "record_type")),
    *(
        ("data", "payload", name)
        for name in ("call_control_id", "call_leg_id", "call_session_id", "occurred_at", "from")
    ),
    ("meta", "attempt"),
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["", "call_answered", "1", "2026-11-22", "\x1b", "é", "\\u0041", "\x7f"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def judged(raw: bytes) -> Glance | str:
    """What decoding all of it says."""
    try:
        event = decode(raw)
    except PayloadError as error:
        return error.user_message
    return Glance(
        event.key,
        event.id,
        event.type,
        event.occurred_at,
        event.call_control_id,
        event.call_leg_id,
        event.call_session_id,
        event.attempt,
        event.envelope,
    )


def glanced(raw: bytes) -> Glance | str:
    """What a glance says."""
    try:
        return glance(raw)
    except PayloadError as error:
        return error.user_message


def test_glance_reads_the_usual_envelope() -> None:
    """Every field that tells an event and its leg."""
    found = glance(json.dumps(USUAL).encode())

    assert found == judged(json.dumps(USUAL).encode())
    assert found.call_control_id == "v3:abc"
    assert found.attempt == 1


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), max_size=3), st.booleans())
def test_glance_agrees_with_decoding_whatever_a_field_holds(
    changes: list[tuple[tuple[str, ...], object]], ascii_only: bool
) -> None:
    """Odd types, empty texts, escapes and missing objects make no difference."""
    body = copy.deepcopy(USUAL)
    for path, value in changes:
        where: Any = body
        for name in path[:-1]:
            where = where.get(name)
            if not isinstance(where, dict):
                break
        else:
            where[path[-1]] = value
    raw = json.dumps(body, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    assert glanced(raw) == judged(raw)


@settings(deadline=None, max_examples=300)
@given(st.integers(min_value=0, max_value=400), st.binary(min_size=1, max_size=2))
def test_glance_agrees_with_decoding_of_damaged_bytes(place: int, damage: bytes) -> None:
    """What is no JSON any more is refused by both or by neither."""
    raw = json.dumps(USUAL).encode()
    raw = raw[:place] + damage + raw[place + len(damage) :]

    assert glanced(raw) == judged(raw)


def test_glance_refuses_what_is_nested_without_end_as_decoding_does() -> None:
    """A signed webhook is taken whatever its shape: the listener knows only `PayloadError`."""
    deep = json.dumps(USUAL)[:-1] + ',"more":' + "[" * 100_000 + "]" * 100_000 + "}"

    assert glanced(deep.encode()) == judged(deep.encode())
    assert "nested too deeply" in str(glanced(deep.encode()))
