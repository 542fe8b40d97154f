"""What the journal needs to know of a webhook, read without its payload: three times as fast as decoding all of it.

The usual envelope (v2, plain text, every identifier a text) is read by a typed decoder; whatever is different in any
way goes through `envelope.decode`, so both always say the same.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from console.domain.entries import Micros
from console.domain.times import parse_iso
from console.telnyx.envelope import decode, event_key, is_plain


class Glance(NamedTuple):
    """The fields of an `Event` that tell which event it is and which leg it is about."""

    key: bytes
    id: str | None
    type: str
    occurred_at: Micros | None
    call_control_id: str | None
    call_leg_id: str | None
    call_session_id: str | None
    attempt: int | None
    envelope: str


class _Payload(msgspec.Struct, gc=False):
    call_control_id: str
    call_leg_id: str
    call_session_id: str


class _Data(msgspec.Struct, gc=False):
    id: str
    event_type: str
    occurred_at: str
    payload: _Payload


class _Meta(msgspec.Struct, gc=False):
    attempt: int


class _Body(msgspec.Struct, gc=False):
    data: _Data
    meta: _Meta


_MAX_ATTEMPT = 2**31
_decode_usual = msgspec.json.Decoder(_Body).decode


def glance(raw: bytes) -> Glance:
    """Which event a webhook's body holds. Raises `PayloadError` when the body is not a JSON object."""
    if raw.isascii() and is_plain(raw):
        try:
            body = _decode_usual(raw)
        except (msgspec.MsgspecError, RecursionError):
            return _carefully(raw)
        data, payload, attempt = body.data, body.data.payload, body.meta.attempt
        at = parse_iso(data.occurred_at)
        if (
            at is not None
            and data.id
            and data.event_type
            and payload.call_control_id
            and payload.call_leg_id
            and payload.call_session_id
            and 0 <= attempt < _MAX_ATTEMPT
        ):
            return Glance(
                event_key(data.id, raw),
                data.id,
                data.event_type,
                at,
                payload.call_control_id,
                payload.call_leg_id,
                payload.call_session_id,
                attempt,
                "v2",
            )
    return _carefully(raw)


def _carefully(raw: bytes) -> Glance:
    event = decode(raw)
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
