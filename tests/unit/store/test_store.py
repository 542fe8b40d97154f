"""The store: follows, forgets, remembers, and tells who wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.board import Board
from console.domain.entries import Draft, Intent, Kind
from console.domain.legs import LegKey, LegState
from console.errors import JournalError
from console.journal.api import Snapshot
from console.journal.facts import fact_of
from console.journal.reader import SqliteReader
from console.journal.records import command_draft, note_draft
from console.journal.sqlite import SqliteWriter, open_reader, open_writer
from console.store import reduction
from console.store.store import Changes, Store, entries_with, ids_of
from tests.unit.journal.drafts import SECOND, START, call_drafts, event_draft

HOUR = 3600 * SECOND
Fill = Callable[[Sequence[Draft]], Awaitable[None]]


@pytest.fixture
def reader(writer: SqliteWriter, path: Path) -> Iterator[SqliteReader]:
    with closing(open_reader(path)) as reader:
        yield reader


@pytest.fixture
def fill(writer: SqliteWriter) -> Fill:
    async def fill(drafts: Sequence[Draft]) -> None:
        await asyncio.gather(*(writer.append(draft) for draft in drafts))

    return fill


def store_of(reader: SqliteReader, **options: Any) -> Store:
    return Store(reader, clock=lambda: START + HOUR, **options)


def drain(store: Store) -> Changes:
    """Polls until nothing is left; the changes of all polls."""
    keys: set[LegKey] = set()
    entries: list[Any] = []
    while True:
        changes = store.poll()
        keys |= changes.keys
        entries += changes.entries
        if not changes.behind:
            return Changes(frozenset(keys), entries)


async def test_store_follows_what_is_committed(reader: SqliteReader, fill: Fill) -> None:
    """Each poll brings the new entries with their facts and the keys that changed; then nothing."""
    store = store_of(reader)
    store.load()

    await fill(call_drafts(1, ends=False))
    changes = store.poll()

    assert changes.keys == {"v3:00001"}
    assert [entry.seq for entry, _ in changes.entries] == [1, 2]
    assert store.board.legs["v3:00001"].state is LegState.ANSWERED
    assert store.poll() == Changes(frozenset(), ())


async def test_store_idle_poll_reads_no_rows(
    reader: SqliteReader, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nothing is committed nothing is queried but the file's version."""
    await fill(call_drafts(1))
    store = store_of(reader)
    store.load()
    store.poll()
    queries: list[str] = []
    rows = SqliteReader._rows

    def counting(self: SqliteReader, query: str, *parameters: object) -> list[Any]:
        queries.append(query)
        return rows(self, query, *parameters)

    monkeypatch.setattr(SqliteReader, "_rows", counting)
    for _ in range(3):
        store.poll()

    assert queries == ["PRAGMA data_version"] * 3


async def test_store_takes_a_burst_in_bounded_portions(reader: SqliteReader, fill: Fill) -> None:
    """A poll takes so many entries and says how many are left."""
    store = store_of(reader, per_poll=10)
    store.load()
    await fill([event_draft() for _ in range(25)])

    polls = [store.poll() for _ in range(4)]

    assert [len(changes.entries) for changes in polls] == [10, 10, 5, 0]
    assert [changes.behind for changes in polls] == [15, 5, 0, 0]


async def test_store_loads_the_same_board_with_and_without_a_snapshot(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """A snapshot and its tail give what all entries give."""
    await fill(
        [draft for number in range(20) for draft in call_drafts(number, ends=number % 2 == 0)]
    )
    first = store_of(reader)
    first.load()
    await writer.save_snapshot(first.snapshot())
    await fill(call_drafts(50, ends=False))
    await fill([event_draft("call.hangup", leg="v3:00001", leg_id="leg-00001", at=START + HOUR)])

    with closing(open_reader(writer.path)) as other:
        second = store_of(other)
        second.load()
    drain(first)

    assert second.board.dump() == first.board.dump()
    assert second.seq == first.seq == reader.last_seq()
    assert second.board.counts.live == 10


async def test_store_begins_with_the_live_calls_and_adds_the_rest(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """Before the ended calls are read the live ones are there, as of now; afterwards all are."""
    await fill(
        [draft for number in range(20) for draft in call_drafts(number, ends=number % 2 == 0)]
    )
    first = store_of(reader)
    first.load()
    await writer.save_snapshot(first.snapshot())
    await fill([event_draft("call.hangup", leg="v3:00001", leg_id="leg-00001", at=START + HOUR)])
    await fill([event_draft("call.recording.saved", leg="v3:00002", leg_id="leg-00002")])
    drain(first)

    with closing(open_reader(writer.path)) as other:
        second = store_of(other)
        assert second.begin()
        assert set(second.board.live_keys) == set(first.board.live_keys)
        assert second.board.legs["v3:00001"].state is LegState.ENDED
        assert len(second.board.legs) < len(first.board.legs)
        second.load()

    assert second.board.dump() == first.board.dump()
    assert list(second.board.legs) == list(first.board.legs)
    assert second.seq == first.seq


async def test_store_does_not_begin_with_what_takes_a_replay(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """Without a snapshot, or with a long tail after it, nothing half-known is shown."""
    await fill(call_drafts(1, ends=False))
    store = store_of(reader)
    assert not store.begin()
    store.load()
    await writer.save_snapshot(store.snapshot())
    await fill([event_draft() for _ in range(reduction.QUICK + 1)])

    with closing(open_reader(writer.path)) as other:
        later = store_of(other)
        assert not later.begin()
        assert not later.board.legs
        later.load()
        assert later.board.counts.live >= 1


async def test_store_snapshot_spares_the_entries_before_it(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """What the snapshot holds is not read again: it is on the board even where its entries are gone."""
    intent = Intent(command_id="c", action="bridge", call_control_id="v3:00002")
    await fill([*call_drafts(1), *call_drafts(2, ends=False), command_draft(intent, {}, START)])
    first = store_of(reader)
    first.load()
    await writer.save_snapshot(first.snapshot())
    await writer.prune(keep_days=0, keep_mb=1000, now=START + HOUR)
    assert reader.first_seq_of("v3:00001") is None

    store = store_of(reader)
    store.load()

    assert store.board.legs["v3:00001"].state is LegState.ENDED
    assert store.board.dump() == first.board.dump()


async def test_store_snapshot_is_used_where_retention_took_the_latest_entries(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """It is ahead of what is left, and what comes next is read all the same."""
    await fill([*call_drafts(2, ends=False), *call_drafts(1)])
    first = store_of(reader)
    first.load()
    await writer.save_snapshot(first.snapshot())
    await writer.prune(keep_days=0, keep_mb=1000, now=START + HOUR)
    assert reader.last_seq() < first.seq

    early, late = store_of(reader), store_of(reader)
    assert early.begin()
    late.load()
    await fill(call_drafts(3, ends=False))
    late.poll()

    assert set(early.board.legs) == {"v3:00002"}
    assert set(late.board.legs) == {"v3:00001", "v3:00002", "v3:00003"}


async def test_store_lets_go_of_lost_legs_that_retention_took(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """Nothing would ever end them, on a board that runs on or is saved; what the journal has, or is new, stays."""
    await fill([*call_drafts(1, ends=False), event_draft("call.initiated", leg="A", leg_id="LA")])
    now = [START]
    store = Store(reader, clock=lambda: now[0])
    store.load()
    await writer.save_snapshot(store.snapshot())
    now[0] = START + 8 * 24 * HOUR
    again = event_draft("call.hold", leg="A", leg_id="LA", at=now[0])
    await fill([again, *call_drafts(2, at=now[0], ends=False)])
    assert (await writer.prune(keep_days=0, keep_mb=1000, now=now[0])).legs == 1

    changes = store.poll()
    begun, loaded = (Store(reader, clock=lambda: now[0]) for _ in range(2))
    assert begun.begin()
    loaded.load()

    assert "v3:00001" in changes.keys
    for each in (store, begun, loaded):
        assert set(each.board.legs) == {"A", "v3:00002"}


async def test_store_keeps_a_pinned_leg_that_retention_took(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill
) -> None:
    """Whoever looks at it goes on looking at it."""
    await fill(call_drafts(1, ends=False))
    now = [START]
    store = Store(reader, clock=lambda: now[0])
    store.load()
    store.pin("v3:00001")
    now[0] = START + 8 * 24 * HOUR
    await writer.prune(keep_days=0, keep_mb=1000, now=now[0])

    await fill(call_drafts(2, at=now[0], ends=False))
    store.poll()

    assert set(store.board.legs) == {"v3:00001", "v3:00002"}


async def test_store_failed_poll_is_made_up_for(
    reader: SqliteReader, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that cannot be read for a moment costs no entry and no news."""
    store = store_of(reader)
    store.load()
    heard: list[frozenset[LegKey]] = []
    store.subscribe(heard.append)
    await fill([*call_drafts(1), *call_drafts(2)])

    for name, times in (("read", 0), ("first_seqs_of", 0)):
        with monkeypatch.context() as patch:
            patch.setattr(SqliteReader, name, failing_after(times, name))
            with pytest.raises(JournalError, match="the disk failed"):
                store.poll()
    changes = store.poll()

    assert changes.keys == {"v3:00001", "v3:00002"}
    assert [entry.seq for entry, _ in changes.entries] == [1, 2, 3, 4, 5, 6]
    assert heard == [changes.keys]


def failing_after(times: int, name: str) -> Callable[..., Any]:
    """The reader's method, failing once it has worked so many times."""
    works = getattr(SqliteReader, name)
    left = [times]

    def method(self: SqliteReader, *args: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise JournalError("the disk failed")
        return works(self, *args, **options)

    return method


@pytest.mark.parametrize(
    "snapshot", [Snapshot(2, b"not json"), Snapshot(2, b"{}"), Snapshot(999, b"{}")]
)
async def test_store_unusable_snapshot_is_replaced_by_the_entries(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill, snapshot: Snapshot
) -> None:
    """A snapshot only saves time."""
    await fill(call_drafts(1))
    await writer.save_snapshot(snapshot)

    store = store_of(reader)
    store.load()

    assert store.board.legs["v3:00001"].state is LegState.ENDED


async def test_store_snapshot_of_another_version_is_not_trusted(
    writer: SqliteWriter, reader: SqliteReader, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version of the reducer may have seen things differently."""
    await fill(call_drafts(1))
    await writer.save_snapshot(Store(reader, clock=lambda: START).snapshot()._replace(seq=3))
    store = store_of(reader)
    store.load()
    assert not store.board.legs

    monkeypatch.setattr(reduction, "__version__", "another")
    store.load()
    assert list(store.board.legs) == ["v3:00001"]


async def test_store_long_journal_without_snapshot_loads_live_conversations(
    reader: SqliteReader, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not everything is replayed, but every live leg is whole, and an old one in the tail is not revived."""
    monkeypatch.setattr(reduction, "REPLAY_AT_MOST", 30)
    await fill(call_drafts(1, ends=False))
    await fill(call_drafts(2))
    await fill([draft for number in range(10, 40) for draft in call_drafts(number)])
    await fill([event_draft("call.cost", leg="v3:00002", leg_id="leg-00002", at=START + HOUR)])

    store = store_of(reader)
    store.load()

    assert store.board.legs["v3:00001"].direction == "incoming"
    assert store.board.legs["v3:00002"].state is LegState.ENDED
    assert store.board.counts.live == 1
    assert len(store.board.legs) < 15
    assert store.seq == reader.last_seq()


async def test_store_lets_go_of_conversations_that_ended(reader: SqliteReader, fill: Fill) -> None:
    """The oldest go first; the live, the selected and the pinned stay, with the rest of their conversation."""
    store = store_of(reader, keep_ended=20)
    store.load()
    await fill(
        [
            *call_drafts(0, ends=False),
            *call_drafts(1),
            *call_drafts(2),
            event_draft("call.hangup", leg="x", leg_id="X", session="ses-00002", at=START + SECOND),
            *call_drafts(3),
        ]
    )
    drain(store)
    store.select("v3:00002")
    store.pin("v3:00003")
    changes = None
    for number in range(4, 100):
        await fill(call_drafts(number, at=START + number * SECOND))
        changes = drain(store)

    legs = store.board.legs
    assert {"v3:00000", "v3:00002", "x", "v3:00003", "v3:00099"} <= legs.keys()
    assert "v3:00001" not in legs
    assert len(legs) < 60
    assert changes is not None

    store.select(None)
    store.unpin("v3:00003")
    await fill([draft for n in range(100, 140) for draft in call_drafts(n, at=START + n * SECOND)])
    gone = drain(store).keys
    assert {"v3:00002", "x", "v3:00003"} <= gone
    assert {"v3:00002", "x", "v3:00003"}.isdisjoint(legs)


async def test_store_lets_go_by_age_but_never_of_all(reader: SqliteReader, fill: Fill) -> None:
    """What ended long ago leaves; a part stays however old it is, so that an old journal shows something."""
    await fill([draft for n in range(60) for draft in call_drafts(n, at=START + n * SECOND)])

    store = Store(reader, clock=lambda: START + 100 * HOUR, keep_ended=50)
    store.load()
    young = store_of(reader, keep_ended=100)
    young.load()

    assert list(store.board.legs) == [f"v3:{n:05d}" for n in range(50, 60)]
    assert len(young.board.legs) == 60


@pytest.mark.parametrize("event_type", ["call.initiated", "call.answered", "call.recording.saved"])
async def test_store_late_event_revives_nothing(
    reader: SqliteReader, fill: Fill, event_type: str
) -> None:
    """An event, or another delivery of one, of a leg that left memory finds the leg ended."""
    store = store_of(reader, keep_ended=0)
    store.load()
    drafts = call_drafts(1)
    await fill(drafts)
    await fill(
        [draft for number in range(2, 60) for draft in call_drafts(number, at=START + SECOND)]
    )
    drain(store)
    assert store.board.get("v3:00001") is None

    store.pin("v3:00060")  # unknown to everybody; must not disturb
    late = event_draft(event_type, leg=None, leg_id="leg-00001", session="ses-00001")
    await fill([late, replace(drafts[0], attempt=2)])
    drain(store)

    assert store.board.counts.live == 0
    found = store.leg("v3:00001")
    assert found is not None
    assert found.state is LegState.ENDED


async def test_store_leg_reads_back_what_left_memory(reader: SqliteReader, fill: Fill) -> None:
    """By any identifier, without bringing it back for good."""
    store = store_of(reader, keep_ended=0)
    await fill([draft for number in range(40) for draft in call_drafts(number)])
    store.load()

    for name in ("v3:00001", "leg-00001", "leg:leg-00001"):
        leg = store.leg(name)
        assert leg is not None
        assert (leg.key, leg.state) == ("v3:00001", LegState.ENDED)
    assert store.board.get("v3:00001") is None
    assert store.leg("nobody") is None


async def test_store_select_brings_a_leg_back(reader: SqliteReader, fill: Fill) -> None:
    """A jump to a leg that left memory has it on the board at once, and says so."""
    store = store_of(reader, keep_ended=0)
    await fill([draft for number in range(40) for draft in call_drafts(number)])
    store.load()
    heard: list[frozenset[LegKey]] = []
    store.subscribe(heard.append)

    store.select("v3:00001")

    assert store.board.legs["v3:00001"].state is LegState.ENDED
    assert heard == [frozenset({"v3:00001"})]


async def test_store_entries_of_reads_the_conversation(reader: SqliteReader, fill: Fill) -> None:
    """All legs of the session, in memory or not, commands included."""
    intent = Intent(command_id="c", action="hangup", call_control_id="A")
    await fill(
        [
            event_draft(leg="A", leg_id="LA", session="S"),
            event_draft(leg="z", leg_id="Z", session="T"),
            event_draft(leg=None, leg_id="LB", session="S"),
            command_draft(intent, {}, START),
            event_draft(leg="A", leg_id=None, session=None),
        ]
    )
    store = store_of(reader)

    forgotten = [entry.seq for entry, _ in store.entries_of(["A"])]
    store.load()
    known = [entry.seq for entry, _ in store.entries_of(["A"])]

    assert forgotten == known == [1, 3, 4, 5]
    assert [entry.seq for entry, _ in store.entries_of(["leg:LB"])] == [1, 3, 4, 5]
    assert store.entries_of([]) == ()


async def test_store_entries_with_reads_what_came_since(reader: SqliteReader, fill: Fill) -> None:
    """A conversation that is long is read once, and then only its new entries."""
    await fill(
        [
            event_draft(leg="A", leg_id="LA", session="S"),
            event_draft(leg="B", leg_id="LB", session="S"),
        ]
    )
    store = store_of(reader)
    store.load()
    ids = ids_of(store, ["A"])
    await fill(
        [
            event_draft(leg="z", leg_id="Z", session="T"),
            event_draft(leg="B", leg_id="LB", session="S"),
        ]
    )

    assert ids_of(store, ["A"]) == ids
    assert [entry.seq for entry, _ in entries_with(store, ids)] == [1, 2, 4]
    assert [entry.seq for entry, _ in entries_with(store, ids, after=2)] == [4]


async def test_store_recent_is_a_ring(reader: SqliteReader, fill: Fill) -> None:
    """The latest entries with their facts, oldest first."""
    await fill([note_draft(str(number), START) for number in range(8)])
    store = store_of(reader, recent=5)
    store.load()
    await fill([note_draft("8", START)])
    store.poll()

    recent = store.recent
    assert [entry.reason for entry, _ in recent] == ["4", "5", "6", "7", "8"]
    assert [entry.reason for entry, _ in recent[-2:]] == ["7", "8"]
    assert [entry.reason for entry, _ in recent[::-2]] == ["8", "6", "4"]
    assert [entry.reason for entry, _ in reversed(recent)] == ["8", "7", "6", "5", "4"]
    assert recent[0] == (store.recent[0][0], fact_of(recent[0][0]))
    assert [entry.reason for entry, _ in store.earlier(recent[0][0].seq, 2)] == ["2", "3"]


async def test_store_entry_and_deliveries(reader: SqliteReader, fill: Fill) -> None:
    """One entry by number, and all deliveries of its event."""
    draft = event_draft()
    await fill([draft, replace(draft, attempt=2)])
    store = store_of(reader)

    found = store.entry(2)

    assert found is not None
    assert found[0].event_key is not None
    assert [entry.attempt for entry in store.deliveries(found[0].event_key)] == [1, 2]
    assert store.entry(3) is None


async def test_store_subscribers_hear_changed_keys(reader: SqliteReader, fill: Fill) -> None:
    """Until they unsubscribe; nothing changed, nothing said."""
    store = store_of(reader)
    store.load()
    heard: list[frozenset[LegKey]] = []
    unsubscribe = store.subscribe(heard.append)

    await fill(call_drafts(1))
    store.poll()
    await fill([note_draft("nothing on the board", START)])
    store.poll()
    unsubscribe()
    unsubscribe()
    await fill(call_drafts(2))
    store.poll()

    assert heard == [frozenset({"v3:00001"})]


async def test_store_subscriber_that_fails_does_not_keep_news_from_others(
    reader: SqliteReader, fill: Fill
) -> None:
    """All are told; the failures go to the handler, or are raised once everybody knows."""
    problems: list[Exception] = []
    store = store_of(reader, on_error=problems.append)
    silent = store_of(reader)
    heard: list[frozenset[LegKey]] = []

    def fails(keys: frozenset[LegKey]) -> None:
        raise RuntimeError("a pane is gone")

    for each in (store, silent):
        each.subscribe(fails)
        each.subscribe(heard.append)
    await fill(call_drafts(1))

    store.poll()
    assert [str(problem) for problem in problems] == ["a pane is gone"]
    with pytest.raises(ExceptionGroup):
        silent.load()
    assert len(heard) == 2


async def test_store_memory_does_not_grow_with_the_journal(
    reader: SqliteReader, fill: Fill
) -> None:
    """Thousands of calls come and go; the board holds a bounded number of them, whatever structure is looked at."""
    store = store_of(reader, keep_ended=100, recent=200)
    store.load()
    largest = 0
    for start in range(0, 5000, 500):
        calls = range(start, start + 500)
        await fill([d for n in calls for d in call_drafts(n, at=START + n * SECOND)])
        while store.poll().entries:
            largest = max(largest, len(store.board.legs))

    assert store.seq == 15_000
    assert largest <= 100 + 16 + 100 // 16 + 200
    assert len(store.recent) == 200
    sizes = {
        name: len(value) for name, value in vars(store.board).items() if hasattr(value, "__len__")
    }
    assert all(size <= 3 * largest for size in sizes.values()), sizes


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False), st.integers(1, 7))
def test_store_board_is_that_of_all_entries(
    tmp_path_factory: pytest.TempPathFactory, random: Any, portion: int
) -> None:
    """Shuffled, repeated, in portions, with legs leaving memory in between: whoever is on the board is right."""
    path = tmp_path_factory.mktemp("store") / "journal.db"
    drafts = [
        draft
        for number in range(6)
        for draft in call_drafts(number, at=START + number * SECOND, ends=number != 3)
    ]
    drafts += random.sample(drafts, 6)
    random.shuffle(drafts)

    async def scenario() -> None:
        writer = open_writer(path)
        with closing(open_reader(path)) as reader:
            store = Store(reader, clock=lambda: START + 99 * HOUR, keep_ended=0, per_poll=portion)
            store.load()
            for start in range(0, len(drafts), portion):
                await asyncio.gather(*(writer.append(d) for d in drafts[start : start + portion]))
                store.poll()
            whole = Board()
            for entry in reader.read():
                whole.apply(entry, fact_of(entry))
        await writer.aclose()

        for key, leg in store.board.legs.items():
            expected = whole.legs[key]
            assert (leg.state, leg.ended_at, leg.direction) == (
                expected.state,
                expected.ended_at,
                expected.direction,
            )
        assert store.board.live_keys == whole.live_keys

    asyncio.run(scenario())


async def test_store_ignores_entries_of_kinds_without_legs(
    reader: SqliteReader, fill: Fill
) -> None:
    """Gaps, notes and refused deliveries are recent entries and nothing on the board."""
    refused = replace(event_draft(), kind=Kind.REFUSED, verified=False, reason="no key configured")
    store = store_of(reader)
    store.load()

    await fill([refused, note_draft("x", START)])

    assert len(store.poll().entries) == 2
    assert not store.board.legs
