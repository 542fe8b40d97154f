"""The JSON contract of `listen --json` and `events --json`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.entries import Entry, Kind
from console.journal.api import Appended
from console.journal.jsonlines import line
from console.journal.records import refused_draft
from tests.fixtures.entries import entry_from
from tests.unit.journal.drafts import START, event_draft

KEYS = [
    "seq",
    "kind",
    "received_at",
    "verified",
    "duplicate",
    "attempt",
    "event_id",
    "event_type",
    "occurred_at",
    "call_control_id",
    "call_leg_id",
    "call_session_id",
    "body",
]


def entry(body: bytes = b"{}") -> Entry:
    return replace(entry_from(event_draft(), Appended(7, True)), body=body)


def test_jsonlines_has_exactly_the_keys_of_the_contract() -> None:
    """In order, with instants as ISO 8601 and the body as an object."""
    found = json.loads(line(entry(b'{"data": {"a": 1}}')))

    assert list(found) == KEYS
    assert (found["seq"], found["kind"], found["duplicate"]) == (7, "webhook", True)
    assert found["received_at"] == found["occurred_at"] == "2026-09-21T14:13:20.000000Z"
    assert found["body"] == {"data": {"a": 1}}


def test_jsonlines_refused_has_its_reason() -> None:
    """One more key, before the body; the body may be anything."""
    draft = refused_draft(b"{half", "the signature does not match", START)

    found = json.loads(line(entry_from(draft, Appended(1, False))))

    assert list(found) == [*KEYS[:-1], "reason", "body"]
    assert found["reason"] == "the signature does not match"
    assert found["body"] == "{half"


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b' {"a" :\n 1.00, "b": 1e400 , "a":[ ]} ', '{"a":1.00,"b":1e400,"a":[]}'),
        (b'{"a":12345678901234567890123}', '{"a":12345678901234567890123}'),
        (b'{"a":"\\u00e9\\n"}', '{"a":"\\u00e9\\n"}'),
        ('{"a":"é 漢"}'.encode(), '{"a":"é 漢"}'),
        (b'{"a":"\\ud800"}', '{"a":"\\ud800"}'),
        ('{"a":"\u202e\x7f\x85"}'.encode(), '{"a":"\\u202e\\u007f\\u0085"}'),
        ("\U000e0001".encode(), '"\\udb40\\udc01"'),
        (b'{"a":NaN}', '"{\\"a\\":NaN}"'),
        (b"\xff\x1b", '"\\ufffd\\u001b"'),
        (b"", "null"),
    ],
)
def test_jsonlines_body_is_verbatim(body: bytes, written: str) -> None:
    """Digits, order, repeated keys and escapes as received; white space goes, what is not JSON is a string."""
    assert line(entry(body)).endswith(f',"body":{written}}}')


@given(st.binary(max_size=30) | st.text(max_size=10).map(lambda text: json.dumps(text).encode()))
def test_jsonlines_is_one_printable_line_of_json(body: bytes) -> None:
    """Nothing from outside reaches a terminal raw."""
    written = line(entry(body))

    assert written.isprintable()
    assert json.loads(written)["seq"] == 7


def test_jsonlines_cleans_identifiers_too() -> None:
    """They are kept as received, but a terminal must not obey them."""
    hostile = replace(entry(), event_id="\x1b]0;x\x07", kind=Kind.NOTE, reason="\u202e")

    written = line(hostile)

    assert written.isprintable()
    assert json.loads(written)["event_id"] == "\x1b]0;x\x07"


@pytest.mark.parametrize("depth", [*range(980, 1010), 5_000])
def test_jsonlines_body_nested_without_end_is_a_line_all_the_same(depth: int) -> None:
    """A stranger's refused webhook may be nothing but brackets: it must not end a listing."""
    body = b"[" * depth + b"]" * depth

    written = line(entry(body))

    assert written.endswith((f',"body":{body.decode()}}}', f',"body":"{body.decode()}"}}'))
