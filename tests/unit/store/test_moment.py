"""The board as it was: equal to what a desk that was there had, wherever one goes from where."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.domain.board import Board
from console.domain.entries import Draft
from console.journal.api import JournalReader
from console.journal.facts import fact_of
from console.journal.sqlite import SqliteWriter, open_reader
from console.store.history import History
from console.store.moment import MomentStore
from console.ui.presenters.history_rows import place_in
from tests.ui.driver import webhook
from tests.ui.memory import MemoryJournal

START = 1_795_000_000_000_000
SECOND = 1_000_000


def told(kind: str, call: str, at: int, session: str | None = None, **more: object) -> Draft:
    """A webhook about a call."""
    return webhook(
        kind,
        START + at * SECOND,
        call_control_id=f"v3:{call}",
        call_leg_id=f"leg-{call}",
        call_session_id=session or f"session-{call}",
        direction="incoming",
        **{"from": "+13125550101", "to": "+18005550100", **more},
    )


def story(calls: int = 40) -> list[Draft]:
    """Calls that overlap: each rings, most are answered, most end; every third has a second leg."""
    drafts = []
    for number in range(calls):
        name, at = f"c{number}", number * 7
        drafts.append(told("call.initiated", name, at))
        if number % 4:
            drafts.append(told("call.answered", name, at + 5))
        if number % 3 == 0:
            drafts.append(told("call.initiated", f"{name}b", at + 9, f"session-{name}"))
            drafts.append(told("call.hangup", f"{name}b", at + 33, f"session-{name}"))
        if number % 5:
            drafts.append(told("call.hangup", name, at + 30, hangup_cause="normal_clearing"))
    return sorted(drafts, key=lambda draft: draft.received_at)


async def filled(writer: SqliteWriter, path: Path) -> JournalReader:
    await asyncio.gather(*(writer.append(draft) for draft in story()))
    return open_reader(path)


def board_of(reader: JournalReader, seq: int) -> Board:
    """What a desk had that heard of everything."""
    board = Board()
    for entry in reader.read(until=seq):
        board.apply(entry, fact_of(entry))
    return board


def arrive(store: MomentStore, seq: int) -> Board:
    """Goes to an entry, and reads to the end."""
    if store.go_to(seq):
        store.load()
        while store.progress < 1.0:
            store.fill()
    while store.seq < seq:
        store.poll()
    return store.board


async def test_every_moment_is_as_it_was(writer: SqliteWriter, path: Path) -> None:
    """Forwards a little, far ahead and back: the same board as one that was there."""
    reader = await filled(writer, path)
    last = reader.last_seq()
    store = MomentStore(reader, clock=lambda: START + 300 * SECOND)

    for seq in (last // 2, last // 2 + 1, last // 2 + 9, 3, last, last - 1, 1):
        assert arrive(store, seq).dump() == board_of(reader, seq).dump()
        assert store.seq == store.seq_then == seq
        assert [entry.seq for entry, _fact in store.recent][-1] == seq
    reader.close()


async def test_live_calls_come_first(writer: SqliteWriter, path: Path) -> None:
    """After the first pieces everybody who was on the line is there; progress tells of the rest."""
    reader = await filled(writer, path)
    seq = reader.last_seq() // 2
    store = MomentStore(reader, clock=lambda: START)
    store.go_to(seq)
    store.load()
    assert store.progress < 1.0
    live = set(board_of(reader, seq).live_keys)
    while not live <= set(store.board.legs):
        assert store.progress < 1.0
        store.fill()
    assert set(store.board.live_keys) == live
    reader.close()


async def test_the_past_knows_nothing_of_what_came_later(writer: SqliteWriter, path: Path) -> None:
    """By no way of asking, while the journal itself goes on."""
    reader = await filled(writer, path)
    store = MomentStore(reader, clock=lambda: START)
    then = store.reader
    arrive(store, 5)

    assert then.last_seq() == 5
    assert [entry.seq for entry in then.read()] == [1, 2, 3, 4, 5]
    assert [entry.seq for entry in then.tail(9)] == [1, 2, 3, 4, 5]
    assert then.get(6) is None
    assert then.seq_at(START + 10_000 * SECOND) == 5
    assert all(entry.seq <= 5 for entry in then.of_legs(["v3:c0", "v3:c1"]))
    assert then.first_seq_of("v3:c30") is None
    assert then.first_seqs_of(["v3:c0", "v3:c30"]) == {"v3:c0": 1}
    assert [entry.seq for entry in then.scan()] == [1, 2, 3, 4, 5]
    assert then.snapshot() is None
    assert then.live_legs() == ["v3:c0", "v3:c1", "v3:c0b", "v3:c2"]
    assert then.legs.numbers() == [4, 3, 2, 1]
    assert store.leg("v3:c30") is None
    assert store.entry(6) is None
    assert reader.last_seq() > 5
    assert reader.changed(), "what the live desk will hear was not taken from it"
    reader.close()


async def test_moments_are_found_by_time_and_by_neighbour(writer: SqliteWriter, path: Path) -> None:
    """An entry after, an entry before, none beyond the ends."""
    reader = await filled(writer, path)
    store = MomentStore(reader, clock=lambda: START)
    assert store.received_at(1) == START
    arrive(store, store.seq_at(START + 8 * SECOND))

    after, before = store.neighbour(1), store.neighbour(-1)
    assert after is not None
    assert before is not None
    assert after[0] == store.seq + 1
    assert before[0] == store.seq - 1
    arrive(store, reader.last_seq())
    assert store.neighbour(1) is None
    arrive(store, 1)
    assert store.neighbour(-1) is None
    reader.close()


async def test_sqlite_and_memory_tell_the_same_of_legs(writer: SqliteWriter, path: Path) -> None:
    """The journal of the tests is no easier than the real one."""
    reader = await filled(writer, path)
    memory = MemoryJournal()
    for draft in story():
        memory.append(draft)

    assert list(reader.legs.numbers()) == list(memory.legs.numbers())
    assert dict(reader.legs.ids([1, 5, 999])) == dict(memory.legs.ids([1, 5, 999]))
    for entry in reader.read():
        seq, at = entry.seq, entry.received_at
        assert reader.legs.heard_of_by(seq) == memory.legs.heard_of_by(seq)
        assert set(reader.legs.live_at(seq, at)) == set(memory.legs.live_at(seq, at))
        assert set(reader.legs.ended_by(at, 999)) == set(memory.legs.ended_by(at, 999))
    assert reader.legs.heard_of_by(0) == 0
    reader.close()


async def test_history_reads_what_is_looked_at(writer: SqliteWriter, path: Path) -> None:
    """Numbers at once, the newest first; legs as a board has them, with their session, and no more than are kept."""
    reader = await filled(writer, path)
    history = History(reader, kept=10)
    whole = board_of(reader, reader.last_seq())
    assert len(history.look()) == len(whole.legs)
    assert history.look() == []

    for start in range(0, len(history.numbers), 7):
        page = history.numbers[start : start + 7]
        history.read(page)
        for number, name in zip(page, history.ids(page), strict=True):
            leg = history.held(number)
            assert leg is not None
            assert leg.key == name
            assert (leg.state, leg.ended_at) == (whole.legs[name].state, whole.legs[name].ended_at)
    assert sum(history.is_held(number) for number in history.numbers) == 10
    last = history.numbers[-1]
    assert history.changed(["v3:c0", "v3:nobody"]) == [last]
    assert not history.is_held(last)
    history.read([123_456])
    assert history.held(123_456) is None
    reader.close()


@pytest.mark.parametrize(
    ("number", "place"), [(9, 0), (4, 2), (1, 3), (5, None), (99, None), (0, None)]
)
def test_places_in_falling_numbers(number: int, place: int | None) -> None:
    """By halves."""
    assert place_in([9, 7, 4, 1], number) == place
