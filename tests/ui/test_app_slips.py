"""Slips of the finger: a key that is pressed twice, or held, does nothing on the screen behind."""

from __future__ import annotations

import pytest

from console.ui import compat
from tests.ui.driver import Desk


@pytest.mark.parametrize("opens", ["H", "L", "N", "o", "@"])
async def test_key_that_leads_back_does_not_leave_the_program(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, opens: str
) -> None:
    """`q` closes what is open over the desk; the same press once more would end the console and its engine."""
    monkeypatch.setattr(compat, "SLIP_S", 600.0)
    await desk.answered()
    await desk.press(opens)
    if opens == "@":
        await desk.type("-0s")
        await desk.press("enter")
    assert len(desk.app.screen_stack) > 1

    await desk.press("q", "q", "q")

    assert desk.is_on_top
    assert desk.app.is_running
    assert not desk.life.left


async def test_another_key_after_the_one_that_leads_back_works_at_once(desk: Desk) -> None:
    """Only that key is held back."""
    await desk.answered()

    await desk.press("H", "q", "z")

    assert desk.app.desk.panes.arrangement.zoomed
