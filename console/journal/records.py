"""Drafts of everything the console records, and the shapes of the bodies that are its own.

| entry | body |
| --- | --- |
| webhook, api (an event) | the bytes as received, or the item of /call_events as read |
| command | `{"command_id","action","call_control_id","params","operator","method","path"}` |
| outcome | `{"command_id","action","call_control_id","ok","status","code","message","latency_ms","attempts","data"}` |
| api (what the application answered to Telnyx) | as of `forward` (see `forwards.py`); keyed, without event type |
| api (a leg checked) | `{"data": item}`, and `"listed"` where active_calls was asked |
| note (a leg not listed) | `{"data": {"call_control_id": …}, "listed": false}` |
| note (written by an operator) | `{"note_id","call_control_id","call_leg_id","note","tags","ring_back","operator"}`, null where nothing was said |
| gap | `{"since","until"}`, ISO 8601 or null |
| note, refused | what was received, or nothing |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

import msgspec

from console.domain.entries import Annotated, CommandDone, Draft, Intent, Kind, Micros
from console.domain.times import iso
from console.domain.values import text
from console.telnyx.envelope import decode
from console.telnyx.masking import masked

Headers = Iterable[tuple[str, str]]

KEPT_REFUSED_BYTES = 16 * 1024
"""Of what nobody vouches for only so much is kept: a stranger must not fill the disk."""
NOT_LISTED = "Telnyx does not list this call any more"

_encode_json = msgspec.json.Encoder().encode


def _encode(body: Mapping[str, object]) -> bytes:
    try:
        return _encode_json(body)
    except (UnicodeEncodeError, TypeError):
        # A parameter typed in a terminal may hold bytes that are no UTF-8; escapes carry them.
        return json.dumps(body, separators=(",", ":"), default=str).encode()


class Identified(Protocol):
    """Which event it is and which leg it is about: an `Event`, or a glance at one."""

    @property
    def key(self) -> bytes: ...
    @property
    def id(self) -> str | None: ...
    @property
    def type(self) -> str: ...
    @property
    def occurred_at(self) -> Micros | None: ...
    @property
    def call_control_id(self) -> str | None: ...
    @property
    def call_leg_id(self) -> str | None: ...
    @property
    def call_session_id(self) -> str | None: ...
    @property
    def attempt(self) -> int | None: ...


def webhook_draft(
    event: Identified,
    raw: bytes,
    received_at: Micros,
    remote: str | None = None,
    headers: Headers = (),
) -> Draft:
    """A verified delivery."""
    return Draft(
        kind=Kind.WEBHOOK,
        received_at=received_at,
        body=raw,
        verified=True,
        event_key=event.key,
        event_id=event.id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        call_control_id=event.call_control_id,
        call_leg_id=event.call_leg_id,
        call_session_id=event.call_session_id,
        attempt=event.attempt,
        remote=remote,
        headers=tuple(headers),
    )


def refused_draft(
    raw: bytes, reason: str, at: Micros, *, remote: str | None = None, headers: Headers = ()
) -> Draft:
    """A delivery that was not verified. It carries no identifiers: nothing in it may be acted on."""
    return Draft(
        kind=Kind.REFUSED,
        received_at=at,
        body=raw[:KEPT_REFUSED_BYTES],
        reason=reason,
        remote=remote,
        headers=tuple(headers),
    )


def note_draft(
    reason: str,
    at: Micros,
    *,
    call_control_id: str | None = None,
    body: bytes = b"",
    verified: bool = False,
    remote: str | None = None,
    headers: Headers = (),
) -> Draft:
    """Something worth keeping, in words: a signed body that is not JSON, an engine that was restarted."""
    return Draft(
        kind=Kind.NOTE,
        received_at=at,
        body=body,
        verified=verified,
        call_control_id=call_control_id,
        reason=reason,
        remote=remote,
        headers=tuple(headers),
    )


def annotation_draft(written: Annotated) -> Draft:
    """What an operator wrote on a call."""
    body = {
        "note_id": written.note_id,
        "call_control_id": written.call_control_id,
        "call_leg_id": written.call_leg_id,
        "note": written.note,
        "tags": None if written.tags is None else list(written.tags),
        "ring_back": written.ring_back,
        "operator": written.operator,
    }
    return Draft(
        kind=Kind.NOTE,
        received_at=written.at,
        body=_encode(body),
        call_control_id=written.call_control_id,
        call_leg_id=written.call_leg_id,
    )


def gap_draft(
    reason: str, at: Micros, *, since: Micros | None = None, until: Micros | None = None
) -> Draft:
    """A stretch of time in which nothing could be recorded."""
    span = {
        "since": None if since is None else iso(since),
        "until": None if until is None else iso(until),
    }
    return Draft(kind=Kind.GAP, received_at=at, body=_encode(span), reason=reason)


def command_draft(intent: Intent, request_json: Mapping[str, object], at: Micros) -> Draft:
    """An intent about to be sent; of the request `method` and `path` are kept, what it carries is in `params`, passwords as stars."""
    body = {
        "command_id": intent.command_id,
        "action": intent.action,
        "call_control_id": intent.call_control_id,
        "params": masked(intent.params),
        "operator": intent.operator,
        "method": request_json.get("method"),
        "path": request_json.get("path"),
    }
    return Draft(
        kind=Kind.COMMAND,
        received_at=at,
        body=_encode(body),
        call_control_id=intent.call_control_id,
    )


def outcome_draft(done: CommandDone, at: Micros) -> Draft:
    """What came of a command. The answer to a dial names the new leg, so the entry belongs to that one."""
    leg_id = session = None
    control = done.call_control_id
    if control is None:
        control = text(done.data, "call_control_id")
        leg_id = text(done.data, "call_leg_id")
        session = text(done.data, "call_session_id")
    return Draft(
        kind=Kind.OUTCOME,
        received_at=at,
        body=_encode(done._asdict()),
        call_control_id=control,
        call_leg_id=leg_id,
        call_session_id=session,
    )


def record_draft(raw_item: bytes, at: Micros, source: str | None = None) -> Draft:
    """An event read from Telnyx's records: unsigned, the same event as the webhook with its id.

    `source` names the list, where a stretch of it was read and not the events of one leg.
    Raises `PayloadError` when the item is not a JSON object.
    """
    read = webhook_draft(decode(raw_item), raw_item, at, source)
    return replace(read, kind=Kind.API, verified=False)


def checked_draft(item: Mapping[str, object], at: Micros, listed: bool | None = None) -> Draft:
    """What GET /calls/{id} or active_calls said of one leg, and whether active_calls listed it, if that was asked."""
    body: dict[str, object] = {"data": item}
    if listed is not None:
        body["listed"] = listed
    return Draft(
        kind=Kind.API,
        received_at=at,
        body=_encode(body),
        call_control_id=text(item, "call_control_id"),
        call_leg_id=text(item, "call_leg_id"),
        call_session_id=text(item, "call_session_id"),
    )


def not_listed_draft(call_control_id: str, at: Micros) -> Draft:
    """active_calls was read to its end and does not hold this leg; that alone does not mean that it ended."""
    body = {"data": {"call_control_id": call_control_id}, "listed": False}
    return note_draft(NOT_LISTED, at, call_control_id=call_control_id, body=_encode(body))
