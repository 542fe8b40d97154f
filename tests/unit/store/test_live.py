"""The writer's own board: fed with what was appended, in whatever order the answers came."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from console.domain.legs import LegState
from console.errors import JournalError
from console.journal.api import Appended
from console.journal.reader import SqliteReader
from console.journal.sqlite import SqliteWriter, open_reader
from console.store.live import LiveBoard
from console.store.store import Store
from tests.unit.journal.drafts import START, call_drafts, event_draft


async def test_live_board_equals_the_followed_one(writer: SqliteWriter, path: Path) -> None:
    """Added in another order than numbered; its snapshot is what a store makes of the journal."""
    drafts = [draft for number in range(10) for draft in call_drafts(number, ends=number % 2 == 0)]
    appended = [(draft, await writer.append(draft)) for draft in drafts]
    Random(7).shuffle(appended)

    with closing(open_reader(path)) as reader:
        live = LiveBoard(reader, clock=lambda: START)
        for draft, where in appended:
            live.add(draft, where)
        store = Store(reader, clock=lambda: START)
        store.load()

    assert live.seq == len(drafts)
    assert live.snapshot() == store.snapshot()
    assert live.snapshot() is None


async def test_live_board_seq_waits_for_the_missing_entry(writer: SqliteWriter, path: Path) -> None:
    """A snapshot never claims an entry that has not been added."""
    drafts = call_drafts(1)
    for draft in drafts:
        await writer.append(draft)

    with closing(open_reader(path)) as reader:
        live = LiveBoard(reader, clock=lambda: START)
        live.add(drafts[1], Appended(2, False))
        assert (live.seq, live.snapshot()) == (0, None)
        live.add(drafts[0], Appended(1, False))
        assert live.seq == 2


async def test_live_board_goes_on_from_the_journal(writer: SqliteWriter, path: Path) -> None:
    """After a restart it knows what was recorded, and a late event of a leg it let go revives nothing."""
    for number in range(60):
        for draft in call_drafts(number):
            await writer.append(draft)

    with closing(open_reader(path)) as reader:
        live = LiveBoard(reader, clock=lambda: START, keep_ended=0)
        live.load()
        assert live.seq == 180
        assert live.snapshot() is None
        assert live.board.get("v3:00000") is None

        late = event_draft("call.answered", leg="v3:00000", leg_id="leg-00000")
        keys = live.add(late, await writer.append(late))

    assert keys == {"v3:00000"}
    leg = live.board.get("v3:00000")
    assert leg is None or leg.state is LegState.ENDED


async def test_live_board_that_missed_something_is_made_anew(
    writer: SqliteWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that could not be taken in keeps no later snapshot from being complete."""
    drafts = [*call_drafts(1), *call_drafts(2)]
    where = [await writer.append(draft) for draft in drafts]

    with closing(open_reader(path)) as reader:
        live = LiveBoard(reader, clock=lambda: START)
        with monkeypatch.context() as patch:
            patch.setattr(SqliteReader, "first_seq_of", failing)
            with pytest.raises(JournalError):
                live.add(drafts[0], where[0]._replace(new_leg=False))
        for draft, appended in zip(drafts[1:], where[1:], strict=True):
            live.add(draft, appended)
        snapshot = live.snapshot()
        store = Store(reader, clock=lambda: START)
        store.load()

    assert snapshot == store.snapshot()
    assert live.seq == 6


def failing(self: SqliteReader, any_leg_id: str) -> int | None:
    raise JournalError("the disk failed")
