"""Journals for tests: webhooks, commands and outcomes, written as an engine writes them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from console.domain.entries import CommandDone, Draft, Intent, Micros
from console.journal.records import command_draft, outcome_draft, webhook_draft
from console.journal.sqlite import open_writer
from console.telnyx.envelope import decode

START: Micros = 1_790_000_000_000_000
SECOND: Micros = 1_000_000


async def write(journal: Path, drafts: Iterable[Draft]) -> None:
    """Appends the drafts, durably."""
    writer = open_writer(journal)
    try:
        for draft in drafts:
            await writer.append(draft)
    finally:
        await writer.aclose()


def webhook(
    number: int, type_: str, at: Micros, call: str | None = "v3:a", **payload: str
) -> Draft:
    """One event as Telnyx tells it; `number` makes its identity."""
    from console.domain.times import iso

    ids = {"call_control_id": call, "call_leg_id": f"leg-{call}", "call_session_id": "s1"}
    body = {
        "data": {
            "record_type": "event",
            "id": str(UUID(int=number)),
            "event_type": type_,
            "occurred_at": iso(at),
            "payload": {**(ids if call else {}), **payload},
        },
        "meta": {"attempt": 1},
    }
    raw = json.dumps(body).encode()
    return webhook_draft(decode(raw), raw, at + 1000, "127.0.0.1", ())


def command(intent: Intent, at: Micros) -> Draft:
    """The command before it is sent."""
    return command_draft(intent, {"method": "POST", "path": "/x"}, at)


def accepted(intent: Intent, **data: str) -> CommandDone:
    """Telnyx's 200."""
    return done(intent, data=data)


def done(
    intent: Intent, *, ok: bool = True, code: str | None = None, data: Mapping[str, object]
) -> CommandDone:
    """An answer of Telnyx."""
    return CommandDone(
        command_id=intent.command_id,
        action=intent.action,
        call_control_id=intent.call_control_id,
        ok=ok,
        status=200 if ok else 422,
        code=code,
        message="already ended" if code else "",
        latency_ms=3.0,
        attempts=1,
        data=data,
    )


def outcome(answer: CommandDone, at: Micros) -> Draft:
    """The answer, journaled."""
    return outcome_draft(answer, at)
