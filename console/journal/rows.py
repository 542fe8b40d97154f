"""Entries as rows and back: what is appended is read exactly as it was given.

A row names its leg by number; the leg's identifiers stand once in the table `leg`. `lacks` says which of the three the
entry itself did not carry (bits: 1 call_control_id, 2 call_leg_id, 4 call_session_id). An entry whose identifiers
differ from its leg's, or that belongs to no leg, keeps them in `extra` as `ids`. `event_id` is the number 1 where it is
the usual spelling of the UUID in `event_key`. `extra` is a JSON object of what few entries have, NULL when empty:
`ids`, `reason`, `remote`, `headers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from console.domain.entries import Draft, Entry, Kind

Row = tuple[object, ...]

LACKS_CONTROL = 1
LACKS_LEG = 2
LACKS_SESSION = 4

CANONICAL = 1
"""Stands in `event_id` for the usual spelling of `event_key`."""

COLUMNS = (
    "seq, kind, received_at, verified, duplicate, attempt, event_key, event_id, event_type, occurred_at,"
    " leg, lacks, extra, body"
)

SELECT = """
SELECT e.seq, e.kind, e.received_at, e.verified, e.duplicate, e.attempt, e.event_key, e.event_id, e.event_type,
       e.occurred_at, e.lacks, e.extra, e.body, l.call_control_id, l.call_leg_id, l.call_session_id
FROM entry e LEFT JOIN leg l ON l.n = e.leg
"""

DUPLICATE_COLUMN = 4

_KINDS = {str(kind): kind for kind in Kind}
_REFUSED = Kind.REFUSED
_INT64 = 2**63


class _Extra(msgspec.Struct, gc=False):
    """What few entries have."""

    ids: tuple[str | None, str | None, str | None] | None = None
    reason: str | None = None
    remote: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


_NOTHING = _Extra()

_encode_json = msgspec.json.Encoder().encode
_decode_extra = msgspec.json.Decoder(_Extra).decode


def canonical_id(key: bytes) -> str:
    """The usual spelling of a UUID, made of its 16 bytes."""
    digits = key.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def row_of(
    seq: int, draft: Draft, leg: int | None, lacks: int, *, keep_ids: bool, duplicate: bool = False
) -> Row:
    """The row, in the order of `COLUMNS`. A refused entry never takes the place of an event: its key is not stored."""
    key = None if draft.kind is _REFUSED else draft.event_key
    event_id: str | int | None = draft.event_id
    if event_id is not None and key is not None and canonical_id(key) == event_id:
        event_id = CANONICAL
    extra = None
    if keep_ids or draft.reason is not None or draft.remote is not None or draft.headers:
        extra = _extra(draft, keep_ids=keep_ids)
    return (
        seq,
        draft.kind._value_,
        draft.received_at,
        int(draft.verified),
        int(duplicate),
        draft.attempt,
        key,
        event_id,
        draft.event_type,
        draft.occurred_at,
        leg,
        lacks,
        extra,
        draft.body,
    )


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry in a row of `SELECT`."""
    return _entry(*row)


def _entry(
    seq: int,
    kind: str,
    received_at: int,
    verified: int,
    duplicate: int,
    attempt: int | None,
    key: bytes | None,
    event_id: str | int | None,
    event_type: str | None,
    occurred_at: int | None,
    lacks: int,
    extra: bytes | None,
    body: bytes,
    control: str | None,
    leg: str | None,
    session: str | None,
) -> Entry:
    if lacks:
        if lacks & LACKS_CONTROL:
            control = None
        if lacks & LACKS_LEG:
            leg = None
        if lacks & LACKS_SESSION:
            session = None
    more = _NOTHING if extra is None else _read_extra(extra)
    if more.ids is not None:
        control, leg, session = more.ids
    if event_id == CANONICAL and key is not None:
        event_id = canonical_id(key)
    return Entry(
        seq=seq,
        kind=_KINDS[kind],
        received_at=received_at,
        verified=bool(verified),
        duplicate=bool(duplicate),
        attempt=attempt,
        event_key=key,
        event_id=event_id if event_id is None else str(event_id),
        event_type=event_type,
        occurred_at=occurred_at,
        call_control_id=control,
        call_leg_id=leg,
        call_session_id=session,
        reason=more.reason,
        remote=more.remote,
        headers=more.headers,
        body=body,
    )


def with_ids(extra: bytes | None, ids: tuple[str | None, str | None, str | None]) -> bytes:
    """`extra` of an entry that has to keep its identifiers; those it keeps already stay."""
    more = _NOTHING if extra is None else _read_extra(extra)
    kept = ids if more.ids is None else more.ids
    return _packed(_said(kept, more.reason, more.remote, more.headers))


def storable(draft: Draft) -> Draft:
    """The nearest thing to `draft` that the file can hold: lone surrogates become U+FFFD, endless numbers go."""
    return replace(
        draft,
        event_id=_encodable(draft.event_id),
        event_type=_encodable(draft.event_type),
        call_control_id=_encodable(draft.call_control_id),
        call_leg_id=_encodable(draft.call_leg_id),
        call_session_id=_encodable(draft.call_session_id),
        attempt=_bounded(draft.attempt),
        occurred_at=_bounded(draft.occurred_at),
    )


def _encodable(text: str | None) -> str | None:
    return (
        None if text is None else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _bounded(number: int | None) -> int | None:
    return number if number is not None and -_INT64 <= number < _INT64 else None


def _extra(draft: Draft, *, keep_ids: bool) -> bytes:
    ids = (draft.call_control_id, draft.call_leg_id, draft.call_session_id) if keep_ids else None
    return _packed(_said(ids, draft.reason, draft.remote, draft.headers))


def _said(
    ids: tuple[str | None, str | None, str | None] | None,
    reason: str | None,
    remote: str | None,
    headers: tuple[tuple[str, str], ...],
) -> dict[str, object]:
    more: dict[str, object] = {}
    if ids is not None:
        more["ids"] = ids
    if reason is not None:
        more["reason"] = reason
    if remote is not None:
        more["remote"] = remote
    if headers:
        more["headers"] = headers
    return more


def _packed(more: dict[str, object]) -> bytes:
    try:
        return _encode_json(more)
    except UnicodeEncodeError:
        # Headers may hold bytes that are no UTF-8, kept as lone surrogates; escapes carry them.
        import json

        return json.dumps(more, separators=(",", ":")).encode()


def _read_extra(extra: bytes) -> _Extra:
    try:
        return _decode_extra(extra)
    except msgspec.DecodeError:
        import json

        try:
            # Lone surrogates, which the standard library reads.
            return msgspec.convert(json.loads(extra), _Extra)
        except (ValueError, msgspec.ValidationError):
            return _NOTHING
