"""What came of forwarding, in words and in the timeline."""

from __future__ import annotations

import pytest

from console.domain.entries import Entry, Fact, Forwarded, Kind
from console.domain.forwarding import apart, forward_detail
from console.domain.timeline import timeline
from console.journal.facts import fact_of
from console.journal.records import webhook_draft
from console.telnyx.envelope import decode
from tests.integration.programs import webhook

AT = 1_795_341_602_000_000
TAKEN = Forwarded(
    target="http://127.0.0.1:3000",
    mode="front",
    status=200,
    answered=200,
    latency_ms=41.0,
    error="",
    attempt=1,
    final=True,
    duplicate=False,
    verified=True,
    event_key=None,
    call_control_id="v3:a",
)


def event() -> tuple[Entry, Fact]:
    raw = webhook(1)
    draft = webhook_draft(decode(raw), raw, AT)
    names = [name for name in Entry.__dataclass_fields__ if name not in ("seq", "duplicate")]
    entry = Entry(seq=1, **{name: getattr(draft, name) for name in names})
    return entry, fact_of(entry)


def result(seq: int, fact: Forwarded) -> tuple[Entry, Fact]:
    return Entry(kind=Kind.FORWARD, received_at=AT + seq, body=b"", seq=seq), fact


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "app 200 41 ms"),
        (
            {"status": None, "answered": 502, "error": "connection refused"},
            "app 502 connection refused",
        ),
        ({"mode": "observer"}, "observer :3000 200 41 ms"),
        (
            {
                "mode": "observer",
                "target": "https://eu.example.com/in",
                "answered": None,
                "status": None,
                "error": "x",
            },
            "observer eu.example.com x",
        ),
        ({"mode": "replay, edited", "target": ""}, "replay, edited 200 41 ms"),
        (
            {"status": 503, "final": False, "attempt": 2, "answered": None},
            "app 503 41 ms attempt 2, tried again later",
        ),
        ({"duplicate": True, "verified": False}, "app 200 41 ms again, unverified"),
    ],
)
def test_forward_is_told_in_a_line(changes: dict[str, object], words: str) -> None:
    """Who, what, how soon, and what is unusual about it."""
    assert forward_detail(TAKEN._replace(**changes)) == words  # type: ignore[arg-type]


def test_timeline_tells_an_answer_with_its_event_and_a_failure_apart() -> None:
    """The event's line has both; the failed try has a line of its own that stands out."""
    heard = event()
    key = heard[0].event_key
    taken = result(2, TAKEN._replace(event_key=key))
    failed = result(
        3, TAKEN._replace(event_key=key, status=None, answered=504, error="no answer within 1.8 s")
    )

    [line] = timeline([heard, taken], [])
    assert line.detail.endswith("app 200 41 ms")
    lines = timeline([heard, failed], [])
    assert [line.title for line in lines] == ["call.initiated", "forward"]
    assert lines[0].detail.endswith("app 504")
    assert (lines[1].problem, lines[1].detail) == (True, "app 504 no answer within 1.8 s")


def test_answer_without_its_event_is_not_lost() -> None:
    """What cannot be told with the event is told alone."""
    alone = result(2, TAKEN._replace(event_key=b"x" * 16))

    assert apart([alone]) == ([alone], {})
