"""Nothing but ASCII where the terminal has nothing else: every screen that the desk opens, its frames included."""

from __future__ import annotations

import pytest

from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk

KEYS = [
    "a", "t", "b", "r", "h", "d", "c", "s", "F", "o", "slash", "2", "3", "K", "C", "T", "S", "f", "g", "A", "n", "u",
    "exclamation_mark", "B", "L", "N", "H", "J", "ctrl+t", "question_mark", "ctrl+p", "E",
]  # fmt: skip


def _picture(desk: Desk) -> str:
    strips = desk.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


@pytest.mark.parametrize("key", KEYS)
async def test_screen_behind_a_key_is_ascii(open_desk: OpenDesk, key: str) -> None:
    """With calls in every state, a title that is cut, and more lines than there is room for."""
    options = UiOptions(ascii=True, filters=(("waiting", "state:ringing"),))
    async with open_desk(options, size=(80, 24)) as desk:
        for number in range(12):
            await desk.ringing(f"N{number}", settle=False)
        await desk.answered("B", from_="sip:a-very-long-name-indeed@phones.example.com")
        await desk.ended("N1")
        await desk.selects("B")
        await desk.press(key)
        picture = _picture(desk)
        odd = sorted({sign for sign in picture if sign != "\n" and not sign.isascii()})
        assert not odd, f"{odd}\n{picture}"
