"""Which command was sent for a leg after which event, from Telnyx's records (`GET /call_events`, VOICE (g)). Pure.

What stands in `metadata` of an item of type `command` is not documented, so only the item's name, leg and time are read.
Whether the application or this console sent it the records do not say, so neither do we.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b

from console.domain.entries import Draft, Micros
from console.domain.text import clean
from console.domain.times import parse_iso
from console.domain.values import text
from console.journal.records import note_draft

Item = Mapping[str, object]


def command_notes(items: Iterable[Item], at: Micros) -> list[Draft]:
    """A note for each command, tied to the latest event of its leg before it. Keyed, so that it is kept once."""
    ordered = sorted(items, key=_when)
    notes: list[Draft] = []
    latest: dict[str, Item] = {}
    for item in ordered:
        leg, name = text(item, "call_leg_id"), text(item, "name")
        if leg is None or name is None:
            continue
        if text(item, "type") == "command":
            notes.append(_note(item, leg, name, latest.get(leg), at))
        else:
            latest[leg] = item
    return notes


def _note(item: Item, leg: str, name: str, before: Item | None, at: Micros) -> Draft:
    words = f"Telnyx's records: command {clean(name)}"
    when, event_at = _when(item), 0 if before is None else _when(before)
    if before is not None and when and event_at:
        event = clean(text(before, "name") or "an event")
        words += f", {(when - event_at) / 1000:.0f} ms after {event}"
    identity = "\0".join(("command", leg, name, str(item.get("event_timestamp"))))
    note = note_draft(words, at, body=json.dumps(dict(item)).encode())
    return replace(
        note,
        event_key=blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
        occurred_at=when or None,
        call_leg_id=leg,
        call_session_id=text(item, "call_session_id"),
    )


def _when(item: Item) -> Micros:
    """0 where the record does not say."""
    return parse_iso(item.get("event_timestamp")) or 0
