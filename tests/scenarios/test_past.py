"""History and time travel over a real engine and simulator: what was, while calls go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.legs import LegState
from console.ui.screens.flow import FlowPane
from console.ui.screens.history import HistoryScreen
from console.ui.screens.past_call import PastCallPane
from console.ui.screens.past_desk import PastDesk
from tests.scenarios.stage import NARROW, WIDE, Scene, Stage, staged

both_sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])


def on_top(stage: Stage, kind: type) -> bool:
    """Whether such a screen is on top."""
    return isinstance(stage.app.screen, kind)


def past(stage: Stage) -> PastDesk:
    """The desk that shows the past."""
    screen = stage.app.screen
    assert isinstance(screen, PastDesk), screen
    return screen


def row(stage: Stage, call: str) -> str:
    """The state of a call on the desk that shows the past, as its list has it."""
    leg = past(stage).view.leg(call)
    return "" if leg is None else leg.state.value


@both_sizes
async def test_history_finds_a_call_and_opens_it(journal: Path, size: tuple[int, int]) -> None:
    """A filter over every call; Enter gives its timeline, f its flow, Enter on a line its webhook."""
    async with staged(journal, Scene(size=size)) as stage:
        first = await stage.talks("+13125550101")
        await stage.ends(first)
        await stage.shows_state(first, LegState.ENDED)
        await stage.rings("+14155550177")

        await stage.press("H")
        await stage.until(lambda: on_top(stage, HistoryScreen), "the history opens")
        await stage.shows("312 555 0101", "415 555 0177", "History ─ 2")
        await stage.press("slash")
        await stage.type("from:+1312* state:ended")
        await stage.press("enter")
        await stage.shows("1 of 2")
        await stage.press("enter")
        await stage.until(lambda: on_top(stage, PastCallPane), "the call opens")
        await stage.shows("call.answered", "caller hung up")
        await stage.press("home", "enter")
        await stage.shows("call.initiated", "verified")
        await stage.press("escape", "f")
        await stage.until(lambda: on_top(stage, FlowPane), "and its flow")
        await stage.press("escape", "escape", "escape", "escape")
        await stage.until(lambda: stage.app.screen is stage.app.desk, "the desk is back")


async def test_history_takes_in_new_calls(journal: Path) -> None:
    """While it is open, with a filter in force: those that match come in above the cursor."""
    async with staged(journal) as stage:
        await stage.rings("+13125550101")
        await stage.press("H", "slash")
        await stage.type("state:ringing")
        await stage.press("enter")
        await stage.shows("1 of 1")
        call = await stage.simulator.incoming("+14155550177", None, patience_s=1000.0)
        await stage.shows("2 of 2", "415 555 0177")
        await stage.somebody_else("answer", call)
        await stage.shows("1 of 2")


@both_sizes
async def test_travel_to_what_was(journal: Path, size: tuple[int, int]) -> None:
    """A call that ended rings again in the past; it cannot be answered; the line goes on; Escape comes back."""
    async with staged(journal, Scene(size=size)) as stage:
        first = await stage.rings("+13125550101")
        await stage.command("answer", first)
        await stage.shows_state(first, LegState.ANSWERED)
        await stage.ends(first)
        await stage.shows_state(first, LegState.ENDED)
        second = await stage.rings("+14155550177")
        await stage.selects(first)

        await stage.press("at")
        await stage.type("-1s")
        await stage.press("enter")
        await stage.until(lambda: on_top(stage, PastDesk), "the past is shown")
        await stage.shows("NOT LIVE", "esc: back to live", "paused")
        while past(stage).services.store.seq > 1:
            await stage.press("left")
        await stage.until(lambda: "ringing" in row(stage, first), "it rings again")

        before = len(stage.commands())
        await stage.press("a")
        await stage.says("not live")
        assert len(stage.commands()) == before
        await stage.ends(second)
        live = stage.app.screen_stack[0]
        await stage.until(lambda: stage.app.services.store.board.counts.live == 0, "calls go on")
        await stage.until(lambda: "entry 1 of" in stage.picture, "entry 1 of")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is live, "live again")
        assert stage.app.desk is live
        assert stage.app.desk.calls.selected == first


async def test_playing_shows_what_happened(journal: Path) -> None:
    """From the first entry at sixty times the speed: each state comes in turn, up to the present."""
    async with staged(journal) as stage:
        call = await stage.talks()
        await stage.ends(call)
        await stage.shows_state(call, LegState.ENDED)
        await stage.press("at")
        await stage.type("-10m")
        await stage.press("enter")
        await stage.until(lambda: on_top(stage, PastDesk), "the past is shown")
        await stage.says("the record begins at")
        await stage.press("p", *["right_square_bracket"] * 4)
        await stage.says("this is the present")
        await stage.until(lambda: "ended" in row(stage, call), "it came to its end")
        await stage.shows("paused")
