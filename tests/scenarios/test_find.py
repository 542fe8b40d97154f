"""Filters and columns over a real engine and simulator: what is found while calls come, wait and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.legs import LegState
from tests.scenarios.stage import NARROW, WIDE, Scene, staged

both_sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])


@both_sizes
async def test_filter_follows_the_calls(journal: Path, size: tuple[int, int]) -> None:
    """A call leaves the list when it no longer matches; hidden ones can still be commanded by id."""
    async with staged(journal, Scene(size=size)) as stage:
        first = await stage.rings("+13125550101")
        second = await stage.rings("+14155550177")
        await stage.selects(second)
        await stage.press("slash")
        await stage.type("state:ringing (from:+1415* | from:+1312*)")
        await stage.press("enter")
        await stage.until(lambda: "2 of 2" in stage.picture, "both are counted")

        await stage.command("answer", first)
        await stage.until(lambda: "1 of 2" in stage.picture, "the answered one is hidden")
        assert stage.app.desk.calls.selected == second
        await stage.command("hangup", first)
        await stage.until(lambda: stage.leg(first).state is LegState.ENDED, "it was reached by id")
        await stage.press("escape")
        await stage.until(lambda: "of 2" not in stage.pane("calls"), "everything is shown again")


async def test_events_are_found_by_their_call_and_by_delivery(journal: Path) -> None:
    """By a number that only the first event names, by type, by what the command was."""
    async with staged(journal) as stage:
        call = await stage.talks("+14155550177")
        await stage.rings("+13125550101")
        await stage.press("3", "slash")

        await stage.type("from:415 type:call.*")
        await stage.press("enter")
        await stage.until(lambda: "call.answered" in stage.pane("events"), "its events are shown")
        assert "+1 312 555 0101" not in stage.pane("events")

        await stage.ends(call)
        await stage.until(lambda: "call.hangup" in stage.pane("events"), "new ones come in")


@both_sizes
async def test_columns_and_order_while_calls_come(journal: Path, size: tuple[int, int]) -> None:
    """The cursor stays on its call whatever the order; the header says what decides."""
    async with staged(journal, Scene(size=size)) as stage:
        first = await stage.rings("+13125550101")
        await stage.selects(first)
        await stage.press("o", "end", "up", "space", "enter")
        await stage.press("O", "O", "O")
        await stage.until(lambda: "from▲" in stage.picture, "sorted by the caller")

        second = await stage.rings("+12065550142")

        assert list(stage.app.desk.view.keys) == [second, first]
        assert stage.app.desk.calls.selected == first
        await stage.until(lambda: "session" in stage.picture, "session")
