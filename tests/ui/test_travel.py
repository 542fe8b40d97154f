"""Time travel: the desk as it was, moved and played under a banner, while the live desk goes on."""

from __future__ import annotations

import pytest

from console.domain.times import local_clock
from console.ui.options import UiOptions
from console.ui.screens.past_desk import PastDesk
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, START, Desk, text_of


def past(desk: Desk) -> PastDesk:
    """The desk that shows the past."""
    assert isinstance(desk.app.screen, PastDesk), desk.app.screen
    return desk.app.screen


def shown(desk: Desk) -> str:
    """Everything on the screen."""
    return text_of(desk.app.screen)


async def settled(desk: Desk) -> None:
    """The past has been read and drawn."""
    for _ in range(3):
        past(desk)._tick()
        await desk.pilot.pause()


async def goes_to(desk: Desk, typed: str) -> None:
    """Asks for a moment."""
    await desk.press("at")
    await desk.type(typed)
    await desk.press("enter")
    await settled(desk)


async def two_calls(desk: Desk) -> None:
    """A rings, is answered and ends; B rings: entries 1 to 4, a second apart."""
    await desk.answered("A")
    await desk.ended("A")
    await desk.ringing("B", from_="+14155550177")


async def test_travel_shows_the_desk_as_it_was(desk: Desk) -> None:
    """The banner says so; calls, timeline and events are those of the moment; Escape comes back."""
    await two_calls(desk)
    await desk.selects("A")
    await goes_to(desk, "-2s")

    picture = shown(desk)
    assert f"◀◀ NOT LIVE  {local_clock(START + 2 * SECOND)}  paused" in picture
    assert "esc: back to live" in picture
    assert "entry 2 of 4" in picture
    assert "answered" in picture
    assert "call.hangup" not in picture
    assert "415 555 0177" not in picture
    assert past(desk).calls.selected == "v3:A"

    await desk.press("escape")
    assert desk.is_on_top
    assert desk.selected == "A"
    assert "NOT LIVE" not in desk.text
    assert desk.app.desk.id == "desk"
