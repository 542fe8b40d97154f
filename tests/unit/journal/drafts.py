"""Drafts for tests of the journal and the store: small, valid webhooks without a network."""

from __future__ import annotations

import json
import uuid
from typing import Any

from console.domain.entries import Draft, Micros
from console.domain.times import iso
from console.journal.records import webhook_draft
from console.telnyx.envelope import decode

START: Micros = 1_790_000_000_000_000
SECOND = 1_000_000


def event_draft(
    event_type: str = "call.answered",
    *,
    leg: str | None = "A",
    leg_id: str | None = "leg-A",
    session: str | None = "session-A",
    at: Micros = START,
    event_id: str | None = None,
    attempt: int = 1,
    **payload: object,
) -> Draft:
    """A verified delivery of one event of one leg, received when it occurred."""
    ids = {"call_control_id": leg, "call_leg_id": leg_id, "call_session_id": session}
    data: dict[str, Any] = {
        "record_type": "event",
        "event_type": event_type,
        "id": event_id or str(uuid.uuid4()),
        "occurred_at": iso(at),
        "payload": {name: value for name, value in ids.items() if value is not None} | payload,
    }
    raw = json.dumps({"data": data, "meta": {"attempt": attempt}}).encode()
    return webhook_draft(decode(raw), raw, at)


def call_drafts(number: int, *, at: Micros = START, ends: bool = True) -> list[Draft]:
    """One incoming call: initiated, answered and, if it `ends`, hung up."""
    name = f"{number:05d}"
    same: dict[str, Any] = {"leg": f"v3:{name}", "leg_id": f"leg-{name}", "session": f"ses-{name}"}
    drafts = [
        event_draft("call.initiated", at=at, direction="incoming", state="parked", **same),
        event_draft("call.answered", at=at + SECOND, **same),
    ]
    if ends:
        drafts.append(
            event_draft("call.hangup", at=at + 2 * SECOND, hangup_cause="normal_clearing", **same)
        )
    return drafts
