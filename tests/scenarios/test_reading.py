"""Reading what happened, over a real engine and simulator: flow and timeline of transfers and bridges."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from console.domain.legs import LegState
from console.ui.screens.flow import FlowPane
from tests.scenarios.stage import NARROW, Scene, Stage, staged


def shown(stage: Stage, *words: str) -> bool:
    """Whether the flow is on top and shows all of this."""
    return isinstance(stage.app.screen, FlowPane) and all(word in stage.picture for word in words)


async def test_flow_of_a_transfer_from_either_leg(journal: Path) -> None:
    """Answer, transfer, the new leg, the bridge, its end: the same ladder from both legs, and each arrow opens."""
    async with staged(journal) as stage:
        caller = await stage.rings()
        await stage.selects(caller)
        await stage.press("a")
        await stage.shows_state(caller, LegState.ANSWERED)
        await stage.command("transfer", caller, to="+14155550111")
        await stage.until(lambda: len(stage.app.desk.conversation.legs) == 2, "there are two legs")
        await stage.shows_state(caller, LegState.BRIDGED)

        await stage.press("f")
        words = ("leg A", "leg B", "transfer", "bridged", "✓ answer")
        await stage.until(partial(shown, stage, *words), "the flow shows the transfer")
        await stage.ends(caller)
        await stage.until(partial(shown, stage, "call.hangup", "hung up"), "and its end")
        await stage.press("escape")

        other = next(leg for leg in stage.app.desk.conversation.legs if leg.key != caller)
        await stage.selects(other.key)
        await stage.press("f")
        await stage.until(partial(shown, stage, *words), "the same from the other leg")
        await stage.press("home", "enter")
        await stage.until(lambda: not isinstance(stage.app.screen, FlowPane), "the event opens")
        await stage.shows("call.initiated", "verified")


async def test_bridged_sessions_are_one_conversation(journal: Path) -> None:
    """Two callers who were bridged: both in one flow on a small screen, and one leg alone in the timeline."""
    async with staged(journal, Scene(size=NARROW)) as stage:
        first = await stage.talks("+13125550101")
        second = await stage.talks("+13125550102")
        await stage.command("bridge", first, call_control_id=second)
        await stage.shows_state(first, LegState.BRIDGED)
        await stage.selects(second)

        await stage.press("f")
        await stage.until(partial(shown, stage, "bridged", "leg A"), "the bridge is drawn")
        assert stage.picture.count("bridged") == 1
        assert "inferred" not in stage.picture
        await stage.press("escape", "2", "l")
        await stage.shows("leg B alone of 2", "with B", "call.bridged")
        assert stage.pane("timeline").count("call.initiated") == 1


async def test_timeline_says_how_a_call_closed(journal: Path) -> None:
    """Why, how it sounded; a search finds it, and a jump by time stays within the call."""
    async with staged(journal) as stage:
        call = await stage.rings()
        await stage.selects(call)
        await stage.press("a")
        await stage.shows_state(call, LegState.ANSWERED)
        await stage.until(lambda: "confirms answer" in stage.pane("timeline"), "it is confirmed")
        await stage.ends(call)
        await stage.shows_state(call, LegState.ENDED)
        await stage.selects(call)
        await stage.shows("caller hung up")

        await stage.press("2", "slash")
        await stage.type("hung up")
        await stage.until(lambda: "1 of " in stage.pane("timeline"), "it is found")
        await stage.press("escape", "left_curly_bracket")
        lines = stage.app.desk.timeline
        assert lines.selected == stage.app.desk.conversation.lines[0].seq
