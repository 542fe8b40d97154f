"""Journals to be measured: webhooks as Telnyx sends them, recorded as the engine records them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

_AT_ONCE = 512
_LAG = 90_000


class Said(NamedTuple):
    """One event: its type, when it happened (µs since 1970), and what it says of the call."""

    type: str
    at: int
    payload: Mapping[str, object]


async def record(path: Path, events: Iterable[Said]) -> None:
    """A journal of these events, in this order, each heard 90 ms after it happened."""
    from console.domain.times import iso
    from console.journal.records import webhook_draft
    from console.journal.sqlite import open_writer
    from console.telnyx.envelope import decode

    writer = open_writer(path)
    waiting = []
    for number, said in enumerate(events):
        body = {
            "data": {
                "record_type": "event",
                "event_type": said.type,
                "id": f"{number:08x}-0000-4000-8000-000000000000",
                "occurred_at": iso(said.at),
                "payload": said.payload,
            },
            "meta": {"attempt": 1, "delivered_to": "http://127.0.0.1:8080/webhooks"},
        }
        raw = json.dumps(body).encode()
        waiting.append(writer.append(webhook_draft(decode(raw), raw, said.at + _LAG)))
        if len(waiting) >= _AT_ONCE:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)
    await writer.aclose()
