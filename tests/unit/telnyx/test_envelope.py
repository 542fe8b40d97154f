"""Every envelope of VOICE (c), and every way to be none of them."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.entries import Event
from console.errors import PayloadError
from console.telnyx.envelope import decode, event_key

EVENT_ID = "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
AT = "2026-11-22T12:04:31.120000Z"
AT_MICROS = 1795349071120000
PAYLOAD = {
    "call_control_id": "v3:abc",
    "call_leg_id": "leg-1",
    "call_session_id": "session-1",
    "connection_id": "conn-1",
    "from": "+15550100",
}
EVENT = {
    "record_type": "event",
    "event_type": "call.initiated",
    "id": EVENT_ID,
    "occurred_at": AT,
    "payload": PAYLOAD,
}


def decoded(body: object) -> Event:
    return decode(json.dumps(body).encode())


def test_decode_reads_version_2() -> None:
    """The usual envelope gives every field."""
    event = decoded({"data": EVENT, "meta": {"attempt": 2, "delivered_to": "https://a.example/w"}})

    assert event == Event(
        key=UUID(EVENT_ID).bytes,
        id=EVENT_ID,
        type="call.initiated",
        occurred_at=AT_MICROS,
        call_control_id="v3:abc",
        call_leg_id="leg-1",
        call_session_id="session-1",
        connection_id="conn-1",
        payload=PAYLOAD,
        attempt=2,
        delivered_to="https://a.example/w",
        envelope="v2",
    )


def test_decode_reads_version_2_without_meta() -> None:
    """Without meta there is no attempt, and nothing else changes."""
    event = decoded({"data": EVENT})

    assert (event.envelope, event.attempt, event.delivered_to) == ("v2", None, None)
    assert event.call_control_id == "v3:abc"


def test_decode_reads_an_event_without_data() -> None:
    """conference.floor.changed comes unwrapped, with the time in its payload."""
    payload = {"call_control_id": "v3:abc", "conference_id": "c1", "occurred_at": AT}
    event = decoded(
        {
            "record_type": "event",
            "event_type": "conference.floor.changed",
            "id": EVENT_ID,
            "payload": payload,
        }
    )

    assert (event.envelope, event.type) == ("unwrapped", "conference.floor.changed")
    assert event.occurred_at == AT_MICROS
    assert event.key == UUID(EVENT_ID).bytes


def test_decode_reads_the_flat_shape_of_the_portal() -> None:
    """The portal's debugger names the id webhook_id and keeps the time in the payload."""
    event = decoded(
        {
            "created_at": "2026-11-22T12:04:32Z",
            "event_type": "call.hangup",
            "payload": {**PAYLOAD, "occurred_at": AT},
            "record_type": "event",
            "webhook_id": EVENT_ID,
        }
    )

    assert (event.envelope, event.type, event.id) == ("flat", "call.hangup", EVENT_ID)
    assert event.occurred_at == AT_MICROS


@pytest.mark.parametrize(
    ("underscored", "dotted"),
    [
        ("call_answered", "call.answered"),
        ("call_machine_detection_ended", "call.machine.detection.ended"),
        ("call_ai_gather_partial_results", "call.ai_gather.partial_results"),
        ("call_of_tomorrow", "call_of_tomorrow"),
    ],
)
def test_decode_names_version_1_events_as_version_2_does(underscored: str, dotted: str) -> None:
    """Known version 1 types get their dotted name; unknown ones are kept."""
    event = decoded(
        {
            "record_type": "event",
            "id": EVENT_ID,
            "event_type": underscored,
            "created_at": AT,
            "payload": PAYLOAD,
        }
    )

    assert (event.envelope, event.type, event.occurred_at) == ("v1", dotted, AT_MICROS)
    assert event.call_control_id == "v3:abc"


@pytest.mark.parametrize("wrapped", [False, True])
def test_decode_reads_an_item_of_call_events(wrapped: bool) -> None:
    """A record carries the same event, so it gets the same key; the item's ids fill what the payload lacks."""
    item = {
        "record_type": "call_event",
        "call_leg_id": "leg-9",
        "call_session_id": "session-9",
        "event_timestamp": "2026-11-22T12:04:32Z",
        "name": "call.initiated",
        "type": "webhook",
        "metadata": {
            "attempt": 1,
            "delivered_to": "https://a.example/w",
            "event": {**EVENT, "payload": {"call_control_id": "v3:abc"}},
            "status": "delivered",
        },
    }
    event = decoded({"data": item} if wrapped else item)

    assert event.envelope == "record"
    assert event.key == decoded({"data": EVENT}).key
    assert (event.call_leg_id, event.call_session_id) == ("leg-9", "session-9")
    assert (event.attempt, event.delivered_to) == (1, "https://a.example/w")


def test_decode_never_takes_a_recorded_command_for_an_event() -> None:
    """A command in /call_events may be named like an event; its type says what it is."""
    event = decoded(
        {
            "record_type": "call_event",
            "call_leg_id": "leg-9",
            "event_timestamp": AT,
            "name": "call.hangup",
            "type": "command",
            "metadata": {},
        }
    )

    assert (event.type, event.call_leg_id, event.occurred_at) == (
        "command.call.hangup",
        "leg-9",
        AT_MICROS,
    )


def test_decode_reads_an_item_of_webhook_deliveries() -> None:
    """A delivery record holds the event in `webhook`."""
    event = decoded({"id": "d1", "status": "failed", "webhook": EVENT, "attempts": []})

    assert (event.envelope, event.id, event.type) == ("record", EVENT_ID, "call.initiated")


@pytest.mark.parametrize(
    ("event_id", "text"),
    [(17, "17"), ("evt_1", "evt_1"), ("zzzzzzzz-4df3-4bca-a65a-3da1ecc777f0",) * 2],
)
def test_decode_digests_ids_that_are_no_uuid(event_id: object, text: str) -> None:
    """A number or any other text still identifies the event."""
    event = decoded({"data": {**EVENT, "id": event_id}})

    assert event.id == text
    assert event.key == blake2b(text.encode(), digest_size=16).digest()


@pytest.mark.parametrize("event_id", [None, "", [], {}, True])
def test_decode_digests_the_body_without_an_id(event_id: object) -> None:
    """Without a usable id the same bytes are the same event."""
    raw = json.dumps({"data": {**EVENT, "id": event_id}}).encode()

    assert decode(raw).id is None
    assert decode(raw).key == blake2b(raw, digest_size=16).digest()


def test_event_key_ignores_the_case_of_a_uuid_but_not_other_forms() -> None:
    """One UUID has one key; text that only resembles one is digested."""
    assert event_key(EVENT_ID.upper(), b"") == event_key(EVENT_ID, b"")
    assert event_key(EVENT_ID.replace("-", " "), b"") != event_key(EVENT_ID, b"")
    assert len(event_key("0ccc7b5 -4df3-4bca-a65a-3da1ecc777f0", b"")) == 16


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": "x", "meta": 3},
        {"data": {"event_type": None, "payload": [1]}},
        {"data": {"event_type": ["call.answered"], "id": [], "occurred_at": 5, "payload": None}},
        {"data": {"event_type": "", "payload": {"call_control_id": {}}}, "meta": {"attempt": "x"}},
        {"metadata": {"event": []}, "record_type": "call_event", "name": 7},
        {"webhook": "x"},
        {"event_type": 7, "webhook_id": {}},
        {"data": {**EVENT, "payload": {"call_control_id": None, "occurred_at": []}}},
    ],
)
def test_decode_keeps_what_has_no_known_shape(body: object) -> None:
    """Oddly shaped bodies count as events with missing fields, never as errors."""
    event = decoded(body)

    assert len(event.key) == 16
    assert isinstance(event.type, str)
    assert event.type
    assert event.call_control_id is None


@pytest.mark.parametrize(
    ("attempt", "read"),
    [
        (3, 3),
        ("3", 3),
        (3.0, 3),
        (True, None),
        (-1, None),
        (10**30, None),
        ("9" * 99, None),
        (None, None),
    ],
)
def test_decode_reads_attempts_of_any_type(attempt: object, read: int | None) -> None:
    """An attempt is a small whole number or unknown."""
    assert decoded({"data": EVENT, "meta": {"attempt": attempt}}).attempt == read


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not JSON"),
        (b'{"a":', "not JSON"),
        (b"[]", "an array"),
        (b"null", "null"),
        (b'"x"', "a string"),
        (b"17", "a number"),
        (b"true", "true or false"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":' * 100_000, "too deeply"),
        (b"[" * 100_000, "too deeply"),
    ],
)
def test_decode_refuses_what_is_no_json_object(raw: bytes, words: str) -> None:
    """The only refusal, with the reason in one sentence."""
    with pytest.raises(PayloadError, match=words):
        decode(raw)


@pytest.mark.parametrize(
    "value",
    [
        b"NaN",
        b"-Infinity",
        b'"\\ud800"',
        b"9" * 30,
        b"9" * 5000,
        b"1e999",
        b"[" * 300 + b"]" * 300,
        b'"' + b"x" * 1_000_000 + b'"',
        b'"\xed\xa0\x80"',
    ],
)
def test_decode_reads_what_only_the_standard_library_reads(value: bytes) -> None:
    """Numbers and strings beyond the standard do not keep an event out, and can be stored."""
    raw = (
        b'{"data":{"event_type":"call.answered","id":"a","payload":{"call_control_id":"c","x":%s}}}'
    )

    event = decode(raw % value)

    assert (event.type, event.call_control_id) == ("call.answered", "c")
    json.dumps(event.payload, allow_nan=False, ensure_ascii=False).encode()


def test_decode_takes_the_last_of_duplicate_keys_and_a_byte_order_mark() -> None:
    """Both parsers agree on duplicates; a byte order mark is no obstacle."""
    raw = b'\xef\xbb\xbf{"data":{"event_type":"a.b","event_type":"c.d","payload":{}}}'

    assert decode(raw).type == "c.d"
    assert decode(raw[3:]).type == "c.d"


def test_decode_cleans_strings_but_not_identifiers() -> None:
    """What is shown is safe for a terminal; what is quoted back to Telnyx is exact."""
    event = decoded(
        {
            "data": {
                "event_type": "call.\x1b[31mred",
                "payload": {
                    "call_control_id": "v3:\u202eabc",
                    "from": "\x1b]0;x\x07",
                    "a\x1b": ["\x9b"],
                },
            },
            "meta": {"delivered_to": "http://x/\x1b"},
        }
    )

    assert event.call_control_id == "v3:\u202eabc"
    shown = json.dumps([event.type, event.delivered_to, *event.payload.items()], ensure_ascii=False)
    assert shown.isprintable()
    assert "\\u00" not in shown


@pytest.mark.parametrize("raw_text", ['"\x7f"', '"\u202e"', '"\u0085"', '"\\u001b"'])
def test_decode_cleans_unescaped_and_escaped_characters_alike(raw_text: str) -> None:
    """The short cut for plain bodies never lets an unsafe character through."""
    raw = b'{"data":{"event_type":"a.b","payload":{"x":%s}}}' % raw_text.encode()

    assert str(decode(raw).payload["x"]).isprintable()


def test_decode_makes_identifiers_storable() -> None:
    """A lone surrogate in an identifier is replaced: it can be neither stored nor sent."""
    event = decode(
        b'{"data":{"event_type":"a.b","id":"\\ud800","payload":{"call_leg_id":"x\\udfff"}}}'
    )

    assert (event.id, event.call_leg_id) == ("\ufffd", "x\ufffd")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    [
        "data",
        "meta",
        "payload",
        "id",
        "event_type",
        "occurred_at",
        "created_at",
        "webhook_id",
        "metadata",
        "event",
        "webhook",
        "record_type",
        "name",
        "type",
        "attempt",
        "call_control_id",
        "call_leg_id",
        "call_session_id",
        "connection_id",
        "delivered_to",
    ]
)
OBJECTS = st.dictionaries(
    FIELDS,
    JSON | st.dictionaries(FIELDS, JSON | st.dictionaries(FIELDS, JSON), max_size=6),
    max_size=6,
)


@settings(deadline=None)
@given(OBJECTS)
def test_decode_takes_any_object(body: dict[str, Any]) -> None:
    """No object is refused, whatever its members are."""
    event = decode(json.dumps(body).encode())

    assert len(event.key) == 16
    for text in (event.type, event.delivered_to):
        assert text is None or text.isprintable()
    for identifier in event[4:8]:
        assert identifier is None or str(identifier).encode()


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_decode_raises_nothing_but_payload_errors(raw: bytes) -> None:
    """Any bytes are an event or a `PayloadError`."""
    try:
        event = decode(raw)
    except PayloadError:
        return
    assert len(event.key) == 16
