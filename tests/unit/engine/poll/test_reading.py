"""What the items of Telnyx's records come to."""

from __future__ import annotations

import random

from console.domain.entries import Draft, Event, Forwarded, Kind
from console.domain.forwarding import forward_detail
from console.engine.poll.reading import (
    DELIVERIES,
    EVENTS,
    answer_drafts,
    deliveries_query,
    delivery_drafts,
    event_drafts,
    events_query,
)
from console.journal.api import Appended
from console.journal.facts import fact_of
from tests.fixtures.entries import entry_from
from tests.unit.engine.test_reconcile import CONNECTION, event_item, initiated

NOW = 1_770_091_500_000_000


def delivery(*attempts: object, **webhook: object) -> dict[str, object]:
    """An item of /webhook_deliveries about the beginning of leg `a`."""
    metadata = initiated("a")["metadata"]
    assert isinstance(metadata, dict)
    return {
        "id": "f5586561-8ff0-4291-a0ac-84fe544797bd",
        "record_type": "webhook_delivery",
        "status": "delivered",
        "webhook": {**metadata["event"], **webhook},
        "attempts": list(attempts),
    }


def attempt(status: int | None, second: int, **more: object) -> dict[str, object]:
    """One attempt that took 41 ms; None: nothing answered."""
    response = None if status is None else {"status": status, "headers": [], "body": "hello"}
    return {
        "status": "delivered" if status == 200 else "failed",
        "started_at": f"2026-02-03T04:05:{second:02}.000Z",
        "finished_at": f"2026-02-03T04:05:{second:02}.041Z",
        "http": {
            "request": {"url": "https://app.example.com/hooks?key=1", "headers": []},
            "response": response,
        },
        **more,
    }


def said(draft: Draft) -> Forwarded:
    fact = fact_of(entry_from(draft, Appended(1, False)))
    assert isinstance(fact, Forwarded)
    return fact


def test_events_are_put_in_order_and_commands_left_out() -> None:
    """Whatever order the pages have: whoever is cut off keeps the earlier ones."""
    items = [event_item("a", "call.speak.started", number) for number in range(5)]
    random.Random(4).shuffle(items)
    command = {**event_item("a", "answer", 2), "type": "command"}

    drafts = event_drafts([*items, command], NOW)

    times = [draft.occurred_at or 0 for draft in drafts]
    assert times == sorted(times)
    assert {(draft.kind, draft.remote, draft.verified) for draft in drafts} == {
        (Kind.API, EVENTS, False)
    }
    assert len(drafts) == 5


def test_events_that_cannot_be_read_do_not_hide_others() -> None:
    """Oddly typed items are taken as far as they go."""
    odd: list[dict[str, object]] = [
        {},
        {"type": 4, "metadata": "no"},
        {"record_type": "call_event", "metadata": None, "name": None},
    ]

    drafts = event_drafts([*odd, initiated("a")], NOW)

    assert "call.initiated" in [draft.event_type for draft in drafts]


def test_answers_say_what_the_application_said_to_each_attempt() -> None:
    """Newest first in the record, oldest first here; a code where nothing answered; no query of the URL."""
    item = delivery(
        attempt(200, 9), attempt(None, 7, errors=[75002]), attempt(503, 5, errors=[{"code": 75500}])
    )

    event, *answers = delivery_drafts([item], CONNECTION, NOW)

    assert event.event_type == "call.initiated"
    facts = [said(draft) for draft in answers]
    assert [(fact.status, fact.attempt, fact.final) for fact in facts] == [
        (503, 1, False),
        (None, 2, False),
        (200, 3, True),
    ]
    assert facts[1].error == "nothing accepted the webhook's connection"
    assert facts[2].event_key == event.event_key
    assert facts[2].target == "https://app.example.com/hooks"
    assert forward_detail(facts[2]).startswith("app 200 41 ms")
    assert {(draft.kind, draft.remote) for draft in answers} == {(Kind.API, DELIVERIES)}
    assert len({draft.event_key for draft in answers}) == 3


def test_answers_have_the_same_identity_whenever_they_are_read() -> None:
    """A later reading with one more attempt repeats the others as they were."""
    early = delivery_drafts([delivery(attempt(503, 5))], CONNECTION, NOW)
    late = delivery_drafts([delivery(attempt(200, 9), attempt(503, 5))], CONNECTION, NOW + 1)

    assert [draft.event_key for draft in early] == [draft.event_key for draft in late[:2]]


def test_deliveries_of_others_are_left_out() -> None:
    """Another application's webhooks, and those of other products."""
    payload = {"connection_id": "1", "call_control_id": "v3:z"}
    other = delivery(attempt(200, 1), payload=payload)
    message = delivery(attempt(200, 1), event_type="message.received", payload={"text": "hi"})

    assert delivery_drafts([other, message], CONNECTION, NOW) == []
    assert len(delivery_drafts([other], None, NOW)) == 2


def test_answers_survive_any_shape() -> None:
    """Nothing of it is documented to be there."""
    [event, *_] = delivery_drafts([delivery()], CONNECTION, NOW)
    shapes: list[object] = [None, "x", 4, [], [None], [4], [{}], [{"http": 4, "errors": {"a": 1}}]]

    for shape in shapes:
        for draft in answer_drafts({"id": None, "attempts": shape}, event, NOW):
            assert said(draft).status is None


def test_read_event_is_the_event_of_the_webhook() -> None:
    """Same key, so that it is known once however it came."""
    [draft] = event_drafts([initiated("a")], NOW)
    [other, *_] = delivery_drafts([delivery()], CONNECTION, NOW)

    assert draft.event_key == other.event_key
    assert isinstance(fact_of(entry_from(draft, Appended(1, False))), Event)


def test_queries_use_documented_filters() -> None:
    """One occurred_at only; no connection, no filter for it."""
    assert events_query(CONNECTION, NOW) == {
        "page[size]": "250",
        "filter[connection_id]": CONNECTION,
        "filter[occurred_at][gte]": "2026-02-03T04:05:00.000000Z",
    }
    assert set(events_query(None, None)) == {"page[size]"}
    assert set(deliveries_query(None, NOW)) == {"page[size]", "filter[started_at][gte]"}
