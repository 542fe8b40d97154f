"""What an application answered, beside the event it was about."""

from __future__ import annotations

from dataclasses import replace

from console.domain.entries import Draft, Entry, Fact, Kind
from console.journal.facts import fact_of
from console.journal.forwards import Forward, forward_draft
from console.journal.records import webhook_draft
from console.telnyx.envelope import decode
from console.ui.presenters.cells import Role
from console.ui.presenters.tail_rows import TailRows
from tests.integration.programs import webhook

AT = 1_763_805_600_000_000


def entry(seq: int, draft: Draft, *, duplicate: bool = False) -> tuple[Entry, Fact]:
    fields = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    made = Entry(seq=seq, duplicate=duplicate, **fields)
    return made, fact_of(made)


def event(seq: int, number: int) -> tuple[Entry, Fact]:
    raw = webhook(number)
    return entry(seq, webhook_draft(decode(raw), raw, AT + seq))


def answer(seq: int, to: tuple[Entry, Fact], **changes: object) -> tuple[Entry, Fact]:
    made = Forward(to[0], "http://127.0.0.1:3000/hook", "front", **changes)  # type: ignore[arg-type]
    return entry(seq, forward_draft(made, AT + seq, keep_bytes=100))


def drawn(rows: TailRows, key: int, width: int = 120) -> str:
    return "".join(span.text for span in rows.draw(key, 0, width))


def keys(rows: TailRows) -> list[int]:
    return [rows.key_at(index) for index in range(len(rows))]


def test_tail_shows_an_answer_on_the_line_of_its_event() -> None:
    """One line for both; the row looks different from before, so it is painted again."""
    rows = TailRows()
    first = event(1, 1)
    rows.extend([first])
    before = rows.stamp(1)
    assert rows.extend([answer(2, first, status=200, answered=200, latency_ms=41.4)]) == 0

    assert keys(rows) == [1]
    assert rows.stamp(1) != before
    assert drawn(rows, 1).rstrip().endswith("app 200    41 ms")


def test_tail_gives_a_failure_a_line_of_its_own_too() -> None:
    """It stands out, with the reason."""
    rows = TailRows()
    first = event(1, 1)
    rows.extend([first, answer(2, first, answered=502, error="connection refused")])

    assert keys(rows) == [1, 2]
    assert "app 502" in drawn(rows, 1)
    assert "connection refused" in drawn(rows, 2)
    assert any(span.role is Role.BAD for span in rows.draw(1, 0, 120))


def test_tail_keeps_observers_apart() -> None:
    """What an observer says is not what the sender heard."""
    rows = TailRows()
    first = event(1, 1)
    seen = answer(2, first, status=200, latency_ms=1.0)
    fields = replace(seen[0], body=seen[0].body.replace(b'"front"', b'"observer"'))
    rows.extend([first, (fields, fact_of(fields))])

    assert keys(rows) == [1, 2]
    assert "app" not in drawn(rows, 1)


def test_tail_lets_go_of_answers_with_their_events() -> None:
    """Nothing is remembered of what left the ring; an answer that comes late has a line of its own."""
    rows = TailRows(limit=3)
    events = [event(seq, seq) for seq in range(1, 5)]
    rows.extend(events)
    rows.extend([answer(5, events[0], status=200)])

    assert keys(rows) == [3, 4, 5]


def test_tail_begins_anew_with_other_entries() -> None:
    """Going back in time and forth again keeps events and answers together."""
    rows = TailRows()
    first = event(1, 1)
    pairs = [first, answer(2, first, status=200, latency_ms=3.0)]
    rows.extend([event(9, 9)])
    rows.replace(pairs)

    assert keys(rows) == [1]
    assert "app 200" in drawn(rows, 1)


def test_narrow_line_leaves_out_the_lag_first() -> None:
    """What the application said matters more than how late the event came."""
    rows = TailRows()
    first = event(1, 1)
    rows.extend([first, answer(2, first, status=200, latency_ms=3.0)])

    narrow = drawn(rows, 1, 80)
    assert "app 200" in narrow
    assert "lag" not in narrow


def test_forward_fact_survives_the_journal() -> None:
    """Every part of it, cleaned."""
    first = event(1, 1)
    _, fact = answer(2, first, status=503, answered=503, latency_ms=1.25, duplicate=True)

    assert fact == fact_of(
        entry(
            2,
            forward_draft(
                Forward(
                    first[0],
                    "http://127.0.0.1:3000/hook",
                    "front",
                    status=503,
                    answered=503,
                    latency_ms=1.25,
                    duplicate=True,
                ),
                AT + 2,
                keep_bytes=1,
            ),
        )[0]
    )
    assert first[0].kind is Kind.WEBHOOK
    assert getattr(fact, "event_key", None) == first[0].event_key
