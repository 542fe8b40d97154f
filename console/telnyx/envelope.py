"""From the bytes of a webhook, or of one of Telnyx's records of it, to an `Event`: every envelope of VOICE (c).

Nothing is refused for its shape: every field is optional, oddly typed fields count as missing, unknown fields and
event types are kept. Only a body that is no JSON object raises. Must not import anything that does I/O.

| envelope | how it is recognised |
| --- | --- |
| `v2` | an object in `data`; `meta` may be missing |
| `unwrapped` | the event itself, without `data` |
| `flat` | `webhook_id` beside `event_type` (portal debugger) |
| `v1` | an event type without a dot (`call_answered`): the application is set to webhook_api_version 1 |
| `record` | an item of /call_events (`metadata.event`) or of /webhook_deliveries (`webhook`), alone or in `data` |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from console.domain.entries import Event, Micros
from console.domain.text import clean, clean_tree
from console.domain.times import parse_iso
from console.errors import PayloadError
from console.telnyx.catalogue import dotted_type

KEY_BYTES = 16
UNKNOWN_TYPE = "unknown"
"""Stands in where a body names no event type."""
COMMAND_PREFIX = "command."
"""Goes before the name of a /call_events item that records a command, so that it never passes for an event."""

_Object = dict[str, Any]
_MAX_ATTEMPT = 2**31
_MAX_DIGITS = 40
_UUID_LENGTH = 36
_NOTHING: _Object = {}

_decode_json = msgspec.json.Decoder().decode


_Found = tuple[_Object, _Object, _Object, str]
"""The event inside its envelope; what holds `attempt` and `delivered_to`; the record around it; the envelope."""


def decode(raw: bytes) -> Event:
    """The event in a webhook's body. Raises `PayloadError` when the body is not a JSON object, and never else."""
    body = _parse(raw)
    event, delivery, item, envelope = _unwrap(body)
    payload = _mapping(event.get("payload"))
    event_id = _identifier("id", event) or _identifier("webhook_id", event)
    return Event(
        event_key(event_id, raw),
        event_id,
        _event_type(event, envelope),
        _occurred_at(event, payload, item),
        _identifier("call_control_id", payload, event, item),
        _identifier("call_leg_id", payload, event, item),
        _identifier("call_session_id", payload, event, item),
        _identifier("connection_id", payload, event, item),
        payload if is_plain(raw) else _cleaned(payload),
        _attempt(delivery.get("attempt")),
        _words(delivery.get("delivered_to")),
        envelope,
    )


def event_key(event_id: str | None, raw: bytes) -> bytes:
    """The 16 bytes that tell a repetition: the UUID itself, else a digest of the identifier or of the body."""
    if event_id is None:
        return _digest(raw)
    if (
        len(event_id) == _UUID_LENGTH
        and event_id[8] == event_id[13] == event_id[18] == event_id[23] == "-"
    ):
        try:
            key = bytes.fromhex(event_id.replace("-", ""))
        except ValueError:
            pass
        else:
            if len(key) == KEY_BYTES:
                return key
    return _digest(event_id.encode("utf-8", "replace"))


def _digest(raw: bytes) -> bytes:
    from hashlib import blake2b  # rarely needed, and slow to load

    return blake2b(raw, digest_size=KEY_BYTES).digest()


def _parse(raw: bytes) -> _Object:
    try:
        body = _decode_json(raw)
    except RecursionError:
        raise PayloadError("the body is nested too deeply to be read as JSON") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        body = _parse_leniently(raw)
    if type(body) is not dict:
        raise PayloadError(f"the body is JSON, but {_kind_of(body)} instead of an object")
    return body


def _parse_leniently(raw: bytes) -> object:
    """What the standard library reads beyond the standard: NaN, lone surrogates, endless numbers, byte order marks."""
    import json  # rarely needed

    try:
        return json.loads(
            raw, parse_constant=str, parse_int=_bounded_int, parse_float=_finite_float
        )
    except RecursionError:
        raise PayloadError("the body is nested too deeply to be read as JSON") from None
    except UnicodeDecodeError as error:
        raise PayloadError(f"the body is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        if not raw.strip():
            raise PayloadError("the body is empty") from None
        raise PayloadError(
            f"the body is not JSON (line {error.lineno}, column {error.colno})"
        ) from None


def _bounded_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _finite_float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    words = {list: "an array", str: "a string", bool: "true or false"}
    return words.get(type(value), "a number")


def _unwrap(body: _Object) -> _Found:
    data = body.get("data")
    if type(data) is dict:
        if "event_type" in data:
            return (data, _mapping(body.get("meta")), _NOTHING, "v2")
        return _record(data) or (data, _mapping(body.get("meta")), _NOTHING, "v2")
    event_type = body.get("event_type")
    if event_type is None and (found := _record(body)) is not None:
        return found
    if "webhook_id" in body:
        envelope = "flat"
    elif isinstance(event_type, str) and event_type and "." not in event_type:
        envelope = "v1"
    else:
        envelope = "unwrapped"
    return (body, _mapping(body.get("meta")), _NOTHING, envelope)


def _record(item: _Object) -> _Found | None:
    """An item of /call_events or /webhook_deliveries, None if it is neither."""
    metadata = _mapping(item.get("metadata"))
    event = metadata.get("event")
    if type(event) is dict:
        return (event, metadata, item, "record")
    webhook = item.get("webhook")
    if type(webhook) is dict:
        return (webhook, _NOTHING, item, "record")
    if item.get("record_type") == "call_event":
        return (_NOTHING | {"event_type": _name_of(item)}, metadata, item, "record")
    return None


def _name_of(item: _Object) -> str | None:
    name = item.get("name")
    if not isinstance(name, str) or not name:
        return None
    return COMMAND_PREFIX + name if item.get("type") == "command" else name


def _event_type(event: _Object, envelope: str) -> str:
    name = _words(event.get("event_type"))
    if name is None:
        return UNKNOWN_TYPE
    return dotted_type(name) if envelope == "v1" else name


def _occurred_at(event: _Object, payload: _Object, item: _Object) -> Micros | None:
    """`occurred_at` of the event, else of its payload (conferences), else the nearest thing to it."""
    at = parse_iso(event.get("occurred_at"))
    if at is None:
        at = parse_iso(payload.get("occurred_at"))
    if at is None:
        at = parse_iso(event.get("created_at"))
    if at is None:
        at = parse_iso(item.get("event_timestamp"))
    return at


def _identifier(
    name: str, first: _Object, second: _Object = _NOTHING, third: _Object = _NOTHING
) -> str | None:
    """The first usable value, exactly as received: commands have to quote it."""
    value = first.get(name)
    if type(value) is str and value:
        return value if value.isascii() else _encodable(value)
    for source in (first, second, third):
        value = source.get(name)
        if isinstance(value, str) and value:
            return _encodable(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return None


def _encodable(value: str) -> str:
    """Lone surrogates cannot be stored or sent; the replacement character can."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _words(value: object) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


def _attempt(value: object) -> int | None:
    number: object = value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        number = int(value)
    if isinstance(value, float) and value.is_integer():
        number = int(value)
    return number if type(number) is int and 0 <= number < _MAX_ATTEMPT else None


def _mapping(value: object) -> _Object:
    return value if type(value) is dict else _NOTHING


def is_plain(raw: bytes) -> bool:
    """Whether no string of the body can need cleaning, so that the walk can be skipped: the usual case."""
    if b"\\" in raw:
        return False
    if raw.isascii():
        return b"\x7f" not in raw
    # What is no UTF-8 becomes surrogates, which are not printable.
    return raw.decode("utf-8", "surrogateescape").isprintable()


def _cleaned(payload: _Object) -> Mapping[str, object]:
    cleaned = clean_tree(payload)
    return cleaned if isinstance(cleaned, dict) else _NOTHING
