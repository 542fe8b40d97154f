"""Looking for what is wrong from the desk: beside the screen, the gravest first, an error in words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from console.errors import EngineError
from console.ui.checkup import rows, summary
from console.ui.options import UiOptions
from console.ui.widgets.lines_view import LinesView
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of

Told = tuple[str, str, str, str]
FOUND: Sequence[Told] = (
    ("port", "ok", "8080 is free", ""),
    ("forward", "skipped", "no target is set", ""),
    ("disk", "warn", "little room", "make room"),
    ("api_key", "fail", "not accepted", "make another one"),
)


def test_rows_begin_with_what_is_broken() -> None:
    """Then what is worth a look; each with its fix."""
    assert rows(FOUND) == [
        "fail api_key: not accepted. Fix: make another one",
        "warn disk: little room. Fix: make room",
        "ok port: 8080 is free",
        "skipped forward: no target is set",
    ]
    assert summary(FOUND) == "1 broken, 1 worth a look"
    assert summary(FOUND[:2]) == "all well"


def test_rows_are_safe() -> None:
    """Whatever a file or Telnyx says."""
    assert all(is_safe(row) for text in HOSTILE for row in rows([("x", "fail", text, text)]))


async def test_doctor_opens_its_report(open_desk: OpenDesk) -> None:
    """Once, however often the key is pressed while it looks."""
    asked: list[asyncio.Event] = []

    async def examine() -> Sequence[Told]:
        asked.append(asyncio.Event())
        await asked[0].wait()
        return FOUND

    async with open_desk(UiOptions(examine=examine)) as desk:
        await desk.pilot.press("D")
        await desk.pilot.press("D")
        while not asked:
            await desk.pilot.pause()
        asked[0].set()
        await desk.settled()
        shown = text_of(desk.app.screen)
        assert len(asked) == 1
        assert "1 broken, 1 worth a look" in shown
        assert shown.index("fail api_key") < shown.index("ok port")
        await desk.press("escape")
        assert desk.is_on_top


async def test_doctor_that_fails_is_a_notice(open_desk: OpenDesk) -> None:
    """In words."""

    async def examine() -> Sequence[Told]:
        raise EngineError("the check did not end within 15 s")

    async with open_desk(UiOptions(examine=examine)) as desk:
        await desk.press("D")
        assert "the check did not end within 15 s" in desk.notices


async def test_doctor_needs_a_live_desk(desk: Desk) -> None:
    """And says where else it can be had."""
    await desk.press("D")

    assert "call-console doctor" in desk.notices
    assert desk.is_on_top


async def test_report_interrupts_nobody(open_desk: OpenDesk) -> None:
    """Who does something else by the time it is there is told what was found, and reads it later."""
    gate = asyncio.Event()

    async def examine() -> Sequence[Told]:
        await gate.wait()
        return FOUND

    async with open_desk(UiOptions(examine=examine)) as desk:
        await desk.answered()
        await desk.press("D", "t")
        await desk.type("+1415")

        gate.set()
        await desk.settled()

        assert desk.dialog.field("to").value == "+1415"
        assert "1 broken, 1 worth a look; D on the desk lists it" in desk.notices


async def test_report_colours_how_it_stands(open_desk: OpenDesk) -> None:
    """The word says it, the colour only helps to find it."""

    async def examine() -> Sequence[Told]:
        return FOUND

    async with open_desk(UiOptions(examine=examine)) as desk:
        await desk.press("D")
        await desk.settled()
        view = desk.app.screen.query_one(LinesView)
        strips = [view.render_line(y) for y in range(2, 6)]
        colours = [
            next(part.style.color for part in strip if part.style and part.text.strip(" ·"))
            for strip in strips
        ]
        words = [strip.text.split()[1] for strip in strips]

    assert words == ["fail", "warn", "ok", "skipped"]
    assert len(set(colours)) == 4
