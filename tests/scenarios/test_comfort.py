"""Marks, keys of one's own and the desk as it was left, over a real engine and simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.legs import LegState
from console.ui.dialogs.many import ManyDialog
from tests.scenarios.stage import NARROW, WIDE, Scene, staged

both_sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])


@both_sizes
async def test_marked_calls_are_hung_up_together(journal: Path, size: tuple[int, int]) -> None:
    """One question, a command for each under its own id, what became of each in the same dialog."""
    async with staged(journal, Scene(size=size)) as stage:
        first = await stage.talks("+13125550101")
        second = await stage.talks("+14155550177")
        other = await stage.talks("+12065550142")
        await stage.selects(first)
        await stage.press("space")
        await stage.selects(second)
        await stage.press("space", "h")
        await stage.until(
            lambda: isinstance(stage.app.screen, ManyDialog), "the one dialog is open"
        )
        assert stage.commands("hangup") == []

        await stage.press("tab", "enter")
        await stage.until(
            lambda: all(stage.leg(call).state is LegState.ENDED for call in (first, second)),
            "both have ended",
        )
        await stage.until(lambda: "2 of 2 taken by Telnyx" in stage.picture, "both are listed")
        assert isinstance(stage.app.screen, ManyDialog), "it stays, with what became of each"
        await stage.press("escape")
        assert stage.leg(other).state is not LegState.ENDED
        assert len(set(stage.sent_ids("hangup"))) == 2
        assert "marked" not in stage.pane("calls")


async def test_note_reaches_every_marked_call(journal: Path) -> None:
    """Written once, kept in the journal for each."""
    async with staged(journal) as stage:
        calls = [await stage.talks("+13125550101"), await stage.talks("+14155550177")]
        await stage.press("home", "space", "down", "space", "n")
        await stage.type("billing question")
        await stage.press("enter")
        await stage.until(
            lambda: all(stage.leg(call).notes == 1 for call in calls), "both have the note"
        )
