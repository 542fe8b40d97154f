"""The flow on the real screen: opened from any leg, read, searched, panned, saved, and always up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.entries import Intent
from console.ui.options import UiOptions
from console.ui.screens.flow import FlowPane
from console.ui.widgets.flow import FlowView
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


def flow(desk: Desk) -> FlowPane:
    """The pane that lies over the desk."""
    screen = desk.app.screen
    assert isinstance(screen, FlowPane), screen
    return screen


def shown(desk: Desk) -> str:
    """The pane as text."""
    return text_of(flow(desk))


async def transferred(desk: Desk) -> None:
    """A call that we answered and transferred."""
    await desk.ringing()
    await desk.selects("A")
    await desk.press("a")
    await desk.event("call.answered")
    await desk.operator.execute(
        Intent(
            command_id="cmd-t",
            action="transfer",
            call_control_id="v3:A",
            params={"to": "+14155550100"},
            operator="me",
        )
    )
    await desk.event(
        "call.initiated", "B", session="session-A", direction="outgoing", to="+14155550100"
    )
    await desk.event("call.bridged", "B")


async def test_flow_shows_the_whole_conversation_from_any_leg(desk: Desk) -> None:
    """Opened from the leg that the transfer made: both legs, the commands, the bridge between them."""
    await transferred(desk)
    await desk.selects("B")

    await desk.press("f")

    text = shown(desk)
    for words in ("leg A", "leg B", "console / app", "answer", "transfer", "bridged", "2 legs"):
        assert words in text
    await desk.press("escape")
    assert desk.is_on_top


async def test_flow_goes_on_and_opens_events(desk: Desk) -> None:
    """A hang-up appears by itself; Enter on a step shows its webhook, Escape comes back to the flow."""
    await transferred(desk)
    await desk.press("f")

    await desk.ended("B")
    await desk.pilot.pause()
    assert "call.hangup" in shown(desk)
    assert "hung up" in shown(desk)
    await desk.press("home", "enter")
    assert not isinstance(desk.app.screen, FlowPane)
    await desk.press("escape")
    assert "call.initiated" in flow(desk).query_one(FlowView).sentence


async def test_flow_is_searched(desk: Desk) -> None:
    """Typing goes to the first match, Enter on, Escape gives the keys back."""
    await transferred(desk)
    await desk.press("f", "slash")
    await desk.type("initiated")

    assert "1 of 2" in shown(desk)
    await desk.press("enter")
    assert "2 of 2" in shown(desk)
    await desk.press("escape")
    assert flow(desk).query_one(FlowView).has_focus
    await desk.press("escape")
    assert desk.is_on_top


async def test_flow_is_saved_as_text_and_svg(open_desk: OpenDesk, tmp_path: Path) -> None:
    """New files only, readable by their owner alone; the notice names them."""
    async with open_desk(UiOptions(export_folder=tmp_path)) as desk:
        await transferred(desk)
        await desk.press("f", "s", "s", "S")

        saved = list(tmp_path.iterdir())  # noqa: ASYNC240  a test has nobody to keep waiting
        assert sorted(path.suffix for path in saved) == [".svg", ".txt", ".txt"]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in saved)
        assert all(str(path) in desk.notices for path in saved)
        assert all("bridged" in path.read_text(encoding="utf-8") for path in saved)


async def test_flow_says_why_it_cannot_be_saved(open_desk: OpenDesk, tmp_path: Path) -> None:
    """A folder that does not exist: a sentence, and the pane goes on."""
    async with open_desk(UiOptions(export_folder=tmp_path / "none")) as desk:
        await transferred(desk)
        await desk.press("f", "s")

        assert "cannot be written" in desk.notices
        assert "bridged" in shown(desk)


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_flow_fits_a_small_terminal(open_desk: OpenDesk, ascii_only: bool) -> None:
    """Eight legs at 80x24: seen through a window that follows the cursor and moves with the arrows."""
    async with open_desk(UiOptions(ascii=ascii_only), size=(80, 24)) as desk:
        await desk.answered()
        for letter in "BCDEFGH":
            await desk.event(
                "call.initiated", letter, session="session-A", direction="outgoing", settle=False
            )
        await desk.settled()
        await desk.selects("A")
        await desk.press("f")
        assert "leg A" in shown(desk)
        assert "leg H" not in shown(desk)
        await desk.press("end")
        assert "leg H" in shown(desk)
        for _ in range(9):
            await desk.press("left")
        assert "leg A" in shown(desk)
        assert "more to the right" in shown(desk) or "leg H" in shown(desk)
        if ascii_only:
            assert text_of(flow(desk).query_one(FlowView)).replace("\n", "").isascii()
