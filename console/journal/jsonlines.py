"""An entry as one line of JSON: the contract of `listen --json` and `events --json`."""

from __future__ import annotations

import json
import re

import msgspec

from console.domain.entries import Entry, Kind
from console.domain.times import iso

REASONED = frozenset((Kind.REFUSED, Kind.NOTE, Kind.GAP))
_BEYOND_ASCII = re.compile(r"[^ -~]")
_encode = msgspec.json.Encoder().encode


def line(entry: Entry) -> str:
    """The JSON object, without a line break; the body verbatim but for white space.

    A body that is not JSON becomes a JSON string, an empty one null. Whatever a terminal would not print is written as
    a `\\u` escape.
    """
    fields: dict[str, object] = {
        "seq": entry.seq,
        "kind": entry.kind,
        "received_at": iso(entry.received_at),
        "verified": entry.verified,
        "duplicate": entry.duplicate,
        "attempt": entry.attempt,
        "event_id": entry.event_id,
        "event_type": entry.event_type,
        "occurred_at": None if entry.occurred_at is None else iso(entry.occurred_at),
        "call_control_id": entry.call_control_id,
        "call_leg_id": entry.call_leg_id,
        "call_session_id": entry.call_session_id,
    }
    if entry.kind in REASONED:
        fields["reason"] = entry.reason
    return _printable(f'{_object(fields)[:-1]},"body":{_body(entry.body)}}}')


def _object(fields: dict[str, object]) -> str:
    try:
        return _encode(fields).decode()
    except UnicodeEncodeError:
        return json.dumps(fields, separators=(",", ":"))


def _body(raw: bytes) -> str:
    if not raw:
        return "null"
    try:
        return msgspec.json.format(raw, indent=-1).decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _odd_body(raw)


def _odd_body(raw: bytes) -> str:
    """JSON that only the standard library reads (lone surrogates), and what is no JSON at all, or nested without end."""
    try:
        return json.dumps(json.loads(raw, parse_constant=_refuse), separators=(",", ":"))
    except (ValueError, RecursionError):
        return json.dumps(raw.decode("utf-8", "replace"))


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _printable(text: str) -> str:
    return text if text.isprintable() else _BEYOND_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]
