"""The board that deliveries are replayed on: its clock, and how it is fed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.cli import replay_board
from console.cli.replay_board import ReplayClock, feed
from console.domain.entries import Entry, Micros
from console.journal.sqlite import open_reader, open_writer
from tests.unit.cli import histories

START, SECOND = histories.START, histories.SECOND


async def entries(folder: Path) -> list[Entry]:
    """Two webhooks, four seconds apart."""
    await histories.write(
        folder / "from.sqlite3",
        [
            histories.webhook(1, "call.initiated", START),
            histories.webhook(2, "call.hangup", START + 4 * SECOND),
        ],
    )
    reader = open_reader(folder / "from.sqlite3")
    try:
        return list(reader.read())
    finally:
        reader.close()


async def test_clock_goes_as_fast_as_asked_and_stops_at_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of the deliveries, whatever the day is."""
    now: Micros = 5 * SECOND
    monkeypatch.setattr(replay_board, "now_micros", lambda: now)
    found = await entries(tmp_path)
    clock, still = ReplayClock(found, 2.0), ReplayClock(found, 0.0)

    assert (clock(), still()) == (found[0].received_at, found[1].received_at)
    now += SECOND
    assert clock() == found[0].received_at + 2 * SECOND
    now += 60 * SECOND
    assert clock() == found[1].received_at


async def test_feed_keeps_what_came_as_it_came(tmp_path: Path) -> None:
    """Times, bytes and identities are those of the journal it was recorded in."""
    found = await entries(tmp_path)
    writer = open_writer(tmp_path / "to.sqlite3")
    await feed(writer, found, 0.0)
    await writer.aclose()
    reader = open_reader(tmp_path / "to.sqlite3")
    fed = list(reader.read())
    reader.close()

    assert [(e.received_at, e.body, e.event_key) for e in fed] == [
        (e.received_at, e.body, e.event_key) for e in found
    ]


async def test_feed_waits_between_deliveries(tmp_path: Path) -> None:
    """The pauses divided by the speed; a tenth of a millisecond here."""
    found = [replace(entry, seq=n) for n, entry in enumerate(await entries(tmp_path), 1)]
    writer = open_writer(tmp_path / "to.sqlite3")
    await feed(writer, found, 40_000.0)
    await writer.aclose()

    assert (tmp_path / "to.sqlite3").exists()
