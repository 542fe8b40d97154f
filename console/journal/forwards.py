"""Drafts of what came of forwarding, and the mark of webhooks that are still to be delivered.

The body of a `forward` entry: `{"target","mode","status","answered","latency_ms","error","attempt","final","duplicate",
"verified","observer","event_key","event_id","event_type","headers","body","body_bytes"}`. `headers` and `body` are the
application's answer, the body up to a limit, as text where it is UTF-8 and else as null; `body_bytes` is how long it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec

from console.domain.entries import Draft, Kind, Micros

BUFFERED = "to be delivered: "
"""Begins the reason of a webhook that was acknowledged before the application had it; its method and target follow."""
SECRET_ANSWER_HEADERS = frozenset({b"set-cookie", b"authorization", b"proxy-authenticate"})

_encode = msgspec.json.Encoder().encode


class Forward(NamedTuple):
    """One try of handing a webhook on, as it is to be recorded. `webhook` is the entry it was about."""

    webhook: Draft
    target: str
    mode: str
    status: int | None = None
    answered: int | None = None
    latency_ms: float = 0.0
    error: str = ""
    attempt: int = 1
    final: bool = True
    duplicate: bool = False
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""
    body_bytes: int = 0


def forward_draft(forward: Forward, at: Micros, *, keep_bytes: int) -> Draft:
    """What came of forwarding; of the answer's body at most `keep_bytes` are kept, credentials in its headers never."""
    webhook = forward.webhook
    kept = forward.body[:keep_bytes]
    try:
        # A cut may go through a character.
        words: str | None = kept.decode(
            "utf-8", "ignore" if len(kept) < len(forward.body) else "strict"
        )
    except UnicodeDecodeError:
        words = None
    body: dict[str, object] = {
        "target": forward.target,
        "mode": forward.mode,
        "status": forward.status,
        "answered": forward.answered,
        "latency_ms": round(forward.latency_ms, 3),
        "error": forward.error,
        "attempt": forward.attempt,
        "final": forward.final,
        "duplicate": forward.duplicate,
        "verified": webhook.verified,
        "observer": forward.mode == "observer",
        "event_key": None if webhook.event_key is None else webhook.event_key.hex(),
        "event_id": webhook.event_id,
        "event_type": webhook.event_type,
        "headers": [
            (_words(name), _words(value))
            for name, value in forward.headers
            if name.lower() not in SECRET_ANSWER_HEADERS
        ],
        "body": words,
        "body_bytes": forward.body_bytes or len(forward.body),
    }
    return Draft(
        kind=Kind.FORWARD,
        received_at=at,
        body=_encoded(body),
        event_id=webhook.event_id,
        call_control_id=webhook.call_control_id,
        call_leg_id=webhook.call_leg_id,
        call_session_id=webhook.call_session_id,
    )


def buffered(webhook: Draft, method: str, target: str) -> Draft:
    """The same webhook, marked as one that the application is still to get; a note has words of its own."""
    if webhook.kind is not Kind.WEBHOOK:
        return webhook
    return replace(webhook, reason=f"{BUFFERED}{method} {target}")


def buffered_request(reason: str | None) -> tuple[str, str] | None:
    """Method and request target of a marked webhook; None where it is not marked."""
    if reason is None or not reason.startswith(BUFFERED):
        return None
    method, _, target = reason[len(BUFFERED) :].partition(" ")
    return (method, target) if method and target else None


def _words(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _encoded(body: dict[str, object]) -> bytes:
    try:
        return _encode(body)
    except UnicodeEncodeError:
        # An event's own identifiers may hold lone surrogates; escapes carry them.
        return json.dumps(body, separators=(",", ":")).encode()
