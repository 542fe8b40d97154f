"""Gaps in the record: what they cover, in words, and which conversations they concern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.entries import Entry, Kind, Micros, Noted
from console.domain.gaps import Gap, gap_of, gap_words, gaps_within
from console.domain.timeline import timeline
from console.domain.times import iso
from tests.unit.domain.histories import SECOND, START, History


def gap(since: Micros | None, until: Micros | None, at: Micros) -> tuple[Entry, Noted]:
    """A gap's entry as the engine writes it."""
    ends = [f'"{iso(each)}"' if each is not None else "null" for each in (since, until)]
    body = f'{{"since":{ends[0]},"until":{ends[1]}}}'.encode()
    return Entry(seq=99, kind=Kind.GAP, received_at=at, body=body), Noted("no engine ran")


def test_gap_of_reads_both_ends() -> None:
    """And takes a body that is none of ours as open at both."""
    entry, _fact = gap(START, START + SECOND, START + SECOND)

    assert gap_of(entry) == Gap(START, START + SECOND)
    for body in (b"", b"[]", b"\xff", b'{"since": 3}'):
        assert gap_of(replace(entry, body=body)) == Gap(None, None)


def test_gap_words_say_how_long() -> None:
    """Both ends, one of them, none."""
    both = gap_words(Gap(START, START + 155 * SECOND))

    assert both.startswith("2:35 not recorded, ")
    assert gap_words(Gap(START, None)).endswith(" on")
    assert gap_words(Gap(None, START)).startswith("not recorded until ")
    assert gap_words(Gap(None, None)) == ""


@pytest.mark.parametrize(
    ("since", "until", "is_live", "concerned"),
    [(1, 2, False, True), (-9, -5, False, False), (20, 30, False, False), (20, 30, True, True), (-5, 1, False, True)],
)  # fmt: skip
def test_gaps_within_overlap_the_conversation(
    since: int, until: int, is_live: bool, concerned: bool
) -> None:
    """Seconds from its start; the conversation takes three."""
    h = History(step=SECOND)
    h.incoming("A")
    h.answered("A")
    h.event("call.hangup", "A")
    begun = h.pairs[0][1].occurred_at  # type: ignore[union-attr]
    assert begun is not None
    pair = gap(begun + since * SECOND, begun + until * SECOND, begun + until * SECOND)

    assert bool(gaps_within([pair], h.pairs, is_live=is_live)) is concerned


def test_timeline_shows_a_gap_where_it_began() -> None:
    """On a line of its own, between the events around it, although it was written later."""
    h = History(step=SECOND)
    h.incoming("A")
    h.answered("A")
    begun = h.at - SECOND
    pair = gap(begun + SECOND // 2, begun + 3 * SECOND, begun + 9 * SECOND)

    titles = [line.title for line in timeline([*h.pairs, pair], ())]

    assert titles == ["call.initiated", "gap", "call.answered"]
