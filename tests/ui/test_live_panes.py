"""What the panes over the desk share."""

from __future__ import annotations

import asyncio

import pytest

from console.operator import StreamHealth
from console.ui.screens.live import LivePane
from console.ui.screens.sound import SoundPane
from tests.ui.driver import Desk, text_of


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


async def test_an_unexpected_error_is_an_answer_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for one would wait for ever: the pane says so, and asks again."""
    desk.errors_expected = True
    await desk.press("S")
    pane = desk.app.screen
    assert isinstance(pane, SoundPane)
    await desk.settled()
    asked = 0

    async def broken() -> tuple[StreamHealth, ...]:
        nonlocal asked
        asked += 1
        raise ZeroDivisionError

    monkeypatch.setattr(desk.operator, "media", broken)
    for expected in (1, 2):
        while asked < expected:
            pane.ask_engine()
            await desk.settled()
    assert "Something went wrong; there is no answer" in text_of(pane)
    assert "ZeroDivisionError" in desk.notices
    monkeypatch.undo()
    pane.ask_engine()
    await desk.settled()

    assert "Something went wrong; there is no answer" not in text_of(pane)
