"""What the panes over the desk share."""

from __future__ import annotations

import asyncio

from console.ui.screens.live import LivePane
from tests.ui.driver import Desk


async def test_an_answer_for_a_pane_that_was_closed_is_dropped(desk: Desk) -> None:
    """It would be drawn into what is being taken apart; where it is to outlive the pane it is told."""
    await desk.press("S")
    pane = desk.app.screen
    assert isinstance(pane, LivePane)
    gate = asyncio.Event()
    told: list[str] = []

    async def question() -> str:
        await gate.wait()
        return "answer"

    pane.ask(question, told.append, told.append)
    pane.ask(question, lambda answer: told.append(f"late {answer}"), told.append, outlives=True)
    await desk.settled()
    pane.dismiss(None)
    gate.set()
    await desk.settled()

    assert told == ["late answer"]
