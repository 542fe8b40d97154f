"""Entries in a file that is handed on: the JSON lines of `events --json`, and what else it takes to open them again.

A line is exactly that of `console.journal.jsonlines`, with more members after `body` where an entry has them:

| member | holds |
| --- | --- |
| `reason` | why, in words, also of kinds that do not print it otherwise |
| `remote` | who sent it |
| `headers` | `[[name, value], …]` |
| `event_key` | 32 hexadecimal digits, where the identifier of the event does not say it |
| `raw` | the body in base64, where `body` does not give its bytes back |

The first line of an export is a note with number 0 that says how it was made (`Made`); it is no entry of the journal.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from console import __version__
from console.domain.entries import Draft, Entry, Kind, Micros
from console.domain.times import parse_iso
from console.errors import PayloadError
from console.journal import jsonlines
from console.telnyx.envelope import event_key

FORMAT = 1
_INT64 = 2**63
_DIGITS = 4_000
"""More than these no number of an entry has, and Python's limit for turning digits into a number is little above."""


class Made(NamedTuple):
    """How an export was made; `settings` are those that decide the figures of the line."""

    redacted: bool
    settings: Mapping[str, object]


class Numbered(NamedTuple):
    """An entry read from a line: its own number, and whether it was a repeated delivery."""

    seq: int
    duplicate: bool
    draft: Draft


def head(made: Made, at: Micros) -> str:
    """The first line."""
    body = {
        "export": {
            "format": FORMAT,
            "program": f"Call Console {__version__}",
            "redacted": made.redacted,
            "settings": dict(made.settings),
        }
    }
    entry = Entry(
        seq=0,
        kind=Kind.NOTE,
        received_at=at,
        body=json.dumps(body).encode(),
        reason="exported" + (", redacted" if made.redacted else ""),
    )
    return jsonlines.line(entry)


def line(entry: Entry) -> str:
    """One entry, without a line break."""
    plain = jsonlines.line(entry)
    more: dict[str, object] = {}
    if entry.reason is not None and entry.kind not in jsonlines.REASONED:
        more["reason"] = entry.reason
    if entry.remote is not None:
        more["remote"] = entry.remote
    if entry.headers:
        more["headers"] = entry.headers
    if entry.event_key is not None and entry.event_key != _key_by_id(entry.event_id):
        more["event_key"] = entry.event_key.hex()
    if not _says(plain, entry.body):
        more["raw"] = b64encode(entry.body).decode()
    return f"{plain[:-1]},{json.dumps(more)[1:-1]}}}" if more else plain


def made_of(text: str) -> Made | None:
    """What a first line says; None for any other line."""
    try:
        said = json.loads(text)["body"]["export"]
        return Made(said["redacted"] is True, dict(said["settings"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def read(text: str) -> Numbered:
    """The entry in a line. Raises `PayloadError` with a sentence about what is wrong with it."""
    try:
        said = _loads(text)
    except (ValueError, RecursionError):
        raise PayloadError("it is not JSON") from None
    if not isinstance(said, dict) or not {"seq", "kind", "received_at", "body"} <= said.keys():
        raise PayloadError("it is no entry of a journal (seq, kind, received_at and body)")
    try:
        return _read(said)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PayloadError(f"a member of it has a wrong value ({type(error).__name__})") from None


def _read(said: Mapping[str, Any]) -> Numbered:
    received_at = parse_iso(said["received_at"])
    seq = said["seq"]
    if received_at is None:
        raise PayloadError("its received_at is no time")
    if type(seq) is not int or not 0 < seq < _INT64:
        raise PayloadError("its seq is no number of an entry")
    raw = said.get("raw")
    event_id = _text(said, "event_id")
    occurred_at = said.get("occurred_at")
    key = said.get("event_key")
    attempt = said.get("attempt")
    draft = Draft(
        kind=Kind(said["kind"]),
        received_at=received_at,
        body=_bytes_of(said["body"]) if raw is None else b64decode(raw, validate=True),
        verified=said.get("verified") is True,
        event_key=_key_by_id(event_id) if key is None else bytes.fromhex(key),
        event_id=event_id,
        event_type=_text(said, "event_type"),
        occurred_at=None if occurred_at is None else _instant(occurred_at),
        call_control_id=_text(said, "call_control_id"),
        call_leg_id=_text(said, "call_leg_id"),
        call_session_id=_text(said, "call_session_id"),
        attempt=attempt if type(attempt) is int else None,
        reason=_text(said, "reason"),
        remote=_text(said, "remote"),
        headers=tuple((str(name), str(value)) for name, value in said.get("headers") or ()),
    )
    return Numbered(seq, said.get("duplicate") is True, draft)


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise PayloadError(f"its {name} is no text")
    return value


def _instant(value: object) -> Micros:
    """What `iso` wrote, also beyond the calendar."""
    found = parse_iso(value)
    return int(str(value).removesuffix(" µs")) if found is None else found


def _key_by_id(event_id: str | None) -> bytes | None:
    return None if event_id is None else event_key(event_id, b"")


def _says(plain: str, body: bytes) -> bool:
    """Whether a line gives these bytes back; what is nested too deeply, or is a number too long, does not."""
    try:
        return _bytes_of(json.loads(plain)["body"]) == body
    except (ValueError, RecursionError):
        return False


def _loads(text: str) -> Any:
    """Raises `ValueError` or `RecursionError`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # A number with more digits than Python converts; what it stands in is given as bytes, too.
        return json.loads(text, parse_int=_bounded_int)


def _bounded_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _bytes_of(body: object) -> bytes:
    """The bytes that `body` was read from, as far as can be told."""
    if body is None:
        return b""
    try:
        return msgspec.json.encode(body)
    except (UnicodeEncodeError, TypeError, OverflowError, RecursionError):
        return json.dumps(body, separators=(",", ":")).encode()
