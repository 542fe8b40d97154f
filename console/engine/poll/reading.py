"""What to ask Telnyx's records for, and what their items come to as entries (VOICE (g)). Pure.

| source | filters used | brings |
| --- | --- | --- |
| `GET /call_events` | `filter[connection_id]`, `filter[occurred_at][gte]` | events, and which commands were sent |
| `GET /webhook_deliveries` | `filter[webhook][contains]`, `filter[started_at][gte]` | the application's answers; the same events |

In which order items come is not documented beyond "ordered by occurred_at", and records may be late: a stretch is always
read to its last page and put in order here, and every stretch begins some time before the end of the one before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from console.domain.entries import Draft, Kind, Micros
from console.domain.text import clean
from console.domain.times import iso, parse_iso
from console.domain.values import mapping, number, text
from console.errors import PayloadError
from console.journal.forwards import Forward, forward_draft
from console.journal.records import record_draft
from console.telnyx.problems import explain

SECOND: Micros = 1_000_000
EVENTS = "call_events"
DELIVERIES = "webhook_deliveries"
"""Stand in `remote` of the entries read from there, a stretch of time at a time."""
PAGE = "250"
MEMORY: Micros = 24 * 3600 * SECOND
"""How far back call_events go without a leg or session."""
OVERLAP: Micros = 15 * SECOND
"""Read again each time, since records may be late and clocks differ."""
WIDE_OVERLAP: Micros = 180 * SECOND
"""Read again once in a while: Telnyx tries to deliver for a minute, and how late records can be is not known."""
KEPT_ANSWER_BYTES = 16 * 1024
MODE = "records"
"""The mode of an answer that the application gave to Telnyx, not to us."""

Item = Mapping[str, object]


def events_query(connection_id: str | None, since: Micros | None) -> dict[str, str]:
    """What happened on a connection (None: on any) since then (None: in the last 24 hours)."""
    query = {"page[size]": PAGE}
    if connection_id:
        query["filter[connection_id]"] = connection_id
    if since is not None:
        query["filter[occurred_at][gte]"] = iso(since)
    return query


def deliveries_query(connection_id: str | None, since: Micros) -> dict[str, str]:
    """What was delivered, and how it was answered, where delivering began since then."""
    query = {"filter[started_at][gte]": iso(since), "page[size]": PAGE}
    if connection_id:
        query["filter[webhook][contains]"] = connection_id
    return query


def event_drafts(items: Iterable[Item], at: Micros) -> list[Draft]:
    """The events among items of call_events, as they happened."""
    found = [
        draft
        for item in items
        if text(item, "type") != "command" and (draft := event_draft(item, at, EVENTS)) is not None
    ]
    return in_order(found)


def delivery_drafts(items: Iterable[Item], connection_id: str | None, at: Micros) -> list[Draft]:
    """The events that were delivered, each followed by what the application answered; calls' alone."""
    found: list[tuple[Draft, list[Draft]]] = []
    for item in items:
        payload = mapping(mapping(item, "webhook"), "payload")
        named = text(payload, "connection_id")
        if connection_id is not None and named not in (None, connection_id):
            continue
        event = event_draft(item, at, DELIVERIES)
        # Webhooks of other products have no leg.
        if event is not None and (event.call_control_id or event.call_leg_id):
            found.append((event, answer_drafts(item, event, at)))
    found.sort(key=lambda pair: _when(pair[0]))
    return [draft for event, answers in found for draft in (event, *answers)]


def event_draft(item: Item, at: Micros, source: str | None = None) -> Draft | None:
    """An item as the event it records; None where it cannot be read."""
    try:
        return record_draft(json.dumps(item).encode(), at, source)
    except PayloadError:
        return None


def answer_drafts(item: Item, event: Draft, at: Micros) -> list[Draft]:
    """What the application answered to each attempt, oldest first. Keyed, so that each is kept once."""
    attempts = item.get("attempts")
    tried = (
        [each for each in attempts if isinstance(each, dict)] if isinstance(attempts, list) else []
    )
    tried.reverse()
    return [
        _answer(each, str(text(item, "id")), event, place, place == len(tried), at)
        for place, each in enumerate(tried, 1)
    ]


def in_order(drafts: Iterable[Draft]) -> list[Draft]:
    """As they happened: whoever is cut off in the middle of keeping them has kept the earlier ones."""
    return sorted(drafts, key=_when)


def latest(drafts: Sequence[Draft]) -> Micros | None:
    """When the last of them happened."""
    return max(
        (draft.occurred_at for draft in drafts if draft.occurred_at is not None), default=None
    )


def _when(draft: Draft) -> Micros:
    return draft.occurred_at or 0


def _answer(
    attempt: Item, delivery: str, event: Draft, place: int, is_last: bool, at: Micros
) -> Draft:
    http = mapping(attempt, "http")
    response = mapping(http, "response")
    status = number(response, "status")
    began, ended = parse_iso(attempt.get("started_at")), parse_iso(attempt.get("finished_at"))
    took_ms = 0.0 if began is None or ended is None else max(0, ended - began) / 1000
    delivered = text(attempt, "status") == "delivered"
    told = Forward(
        webhook=event,
        target=(text(mapping(http, "request"), "url") or "the application").partition("?")[0],
        mode=MODE,
        status=None if status is None else int(status),
        latency_ms=took_ms,
        error="" if delivered or status is not None else _reason(attempt),
        attempt=place,
        final=is_last,
        headers=_headers(response.get("headers")),
        body=(text(response, "body") or "").encode("utf-8", "replace"),
    )
    draft = forward_draft(told, at, keep_bytes=KEPT_ANSWER_BYTES)
    identity = "\0".join(("answer", delivery, str(attempt.get("started_at")), str(place)))
    return Draft(
        kind=Kind.API,
        received_at=at,
        body=draft.body,
        event_key=blake2b(identity.encode("utf-8", "replace"), digest_size=16).digest(),
        occurred_at=ended if ended is not None else began,
        call_control_id=event.call_control_id,
        call_leg_id=event.call_leg_id,
        call_session_id=event.call_session_id,
        remote=DELIVERIES,
    )


def _headers(given: object) -> list[tuple[bytes, bytes]]:
    pairs = given if isinstance(given, list) else []
    return [
        (str(pair[0]).encode("utf-8", "replace"), str(pair[1]).encode("utf-8", "replace"))
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2
    ]


def _reason(attempt: Item) -> str:
    """Why there was no answer, from Telnyx's code (VOICE (a): as a number, or in an object)."""
    errors = attempt.get("errors")
    for error in errors if isinstance(errors, list) else []:
        code = error.get("code") if isinstance(error, dict) else error
        if isinstance(code, int | str):
            return clean(str(explain(0, ({"code": str(code)},)).sentence))
    return "no answer"
