"""Entries as lines of the tail, and the ring that holds them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from console.domain.entries import (
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
    Noted,
)
from console.domain.filter import EntryText
from console.ui.presenters.cells import Role
from console.ui.presenters.entries import entry_role, lag_words, present_entry
from console.ui.presenters.legs import Look
from console.ui.presenters.tail_rows import TailRows
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, entry, event, refused


def words(pair: tuple[Entry, Fact], width: int = 120, look: Look | None = None) -> str:
    """The line as text."""
    line = present_entry(*pair, width, look) if look is not None else present_entry(*pair, width)
    return "".join(span.text for span in line)


def test_event_line_names_parties_and_lag() -> None:
    """Who, what and how late, readably."""
    line = words((entry(1), event(1)), look=Look(name_of={"+18005550100": "Support"}.get))

    assert "call.initiated" in line
    assert "+1 312 555 0101 → Support" in line
    assert "lag 112 ms" in line


def test_refusal_says_why_and_from_where() -> None:
    """In words, marked as bad."""
    pair = refused(3)

    assert "refused" in words(pair)
    assert "signature does not match" in words(pair)
    assert "from 203.0.113.9" in words(pair)
    assert entry_role(*pair) is Role.BAD


def test_command_and_outcome_lines() -> None:
    """What was asked, by whom, and what came of it."""
    sent = CommandSent("c", "transfer", "v3:abc", {"to": "+13125550101"}, "alice")
    done = CommandDone(
        "c", "transfer", "v3:abc", False, 422, "90015", "the call has ended", 91.2, 1, {}
    )

    assert "transfer" in words((entry(1, Kind.COMMAND), sent))
    assert "by alice" in words((entry(1, Kind.COMMAND), sent))
    assert "the call has ended" in words((entry(2, Kind.OUTCOME), done))
    assert entry_role(entry(2, Kind.OUTCOME), done) is Role.BAD


def test_repetition_steps_back() -> None:
    """A second delivery is dim, and says which attempt it was."""
    pair = (entry(1, duplicate=True, attempt=2), event(1))

    assert "again, attempt 2" in words(pair)
    assert entry_role(*pair) is Role.DIM


@pytest.mark.parametrize(
    ("lag", "text"),
    [
        (112_000, "112 ms"),
        (2_400_000, "2.4 s"),
        (-40_000, "-40 ms"),
        (200_000_000, "3 min"),
        (0, "0 ms"),
    ],
)
def test_lag_words(lag: int, text: str) -> None:
    """Short, with a minus where the clocks disagree."""
    assert lag_words(lag) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("width", [30, 80, 160])
def test_hostile_entries_stay_one_row(text: str, width: int) -> None:
    """Every field of an entry and its fact holds the string."""
    payload = {
        "from": text,
        "to": text,
        "direction": text,
        "state": text,
        "hangup_cause": text,
        text: text,
    }
    raw = entry(1, event_type=text, event_id=text, call_control_id=text, reason=text, remote=text)
    facts: list[Fact] = [
        event(1, payload, type=text),
        event(1, payload, type="call.hangup"),
        event(1, payload, type="call.initiated"),
        CommandSent(text, text, text, {"to": text}, text),
        CommandDone(text, text, text, False, 422, text, text, 1.0, 2, {}),
        Noted(reason=text),
    ]
    for kind in Kind:
        for fact in facts:
            line = words(
                (raw if kind is Kind.WEBHOOK else entry(1, kind, reason=text, remote=text), fact),
                width,
            )
            assert is_safe(line)
            assert cell_len(line) == width


class OnlyOdd:
    """Lets every second entry through."""

    follows_legs = False

    def passes_entry(self, each: EntryText, now: Micros) -> bool:
        """As the filter of the domain."""
        return (each.at - NOW + 112_000) // 100_000 % 2 == 1


def pairs(*seqs: int) -> list[tuple[Entry, Event]]:
    """Entries with these numbers."""
    return [(entry(seq), event(seq)) for seq in seqs]


def test_ring_keeps_the_newest() -> None:
    """At the limit the oldest go, counted."""
    rows = TailRows(limit=5)
    rows.extend(pairs(*range(1, 4)))
    rows.extend(pairs(*range(4, 9)))

    assert [rows.key_at(index) for index in range(len(rows))] == [4, 5, 6, 7, 8]
    assert rows.dropped == 3
    assert rows.index_of(3) is None
    assert rows.index_of(4) == 0


def test_ring_takes_no_entry_twice() -> None:
    """What it holds already is passed over."""
    rows = TailRows()
    rows.extend(pairs(1, 2))

    assert rows.extend(pairs(2, 3)) == 1
    assert len(rows) == 3


def test_burst_beyond_the_limit() -> None:
    """More at once than fit: the newest stay."""
    rows = TailRows(limit=3)
    rows.extend(pairs(*range(1, 11)))

    assert [rows.key_at(index) for index in range(len(rows))] == [8, 9, 10]
    assert rows.dropped == 7


def test_filter_hides_and_brings_back() -> None:
    """A filter hides only; the ring keeps all."""
    rows = TailRows(limit=6)
    rows.extend(pairs(*range(1, 7)))
    rows.set_filter(OnlyOdd())
    assert len(rows) == 3
    assert rows.extend(pairs(7, 8)) == 1
    assert [rows.key_at(index) for index in range(len(rows))] == [3, 5, 7]

    rows.set_filter(None)

    assert len(rows) == rows.kept == 6
