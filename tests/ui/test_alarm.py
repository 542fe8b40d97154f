"""An engine that is not recording is said on every screen, and only as long as it is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.errors import EngineError
from console.life import LifeState, LifeStatus
from console.operator import Health
from console.ui.alarm import Alarm
from console.ui.options import UiOptions
from tests.fixtures.hostile import HOSTILE
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of
from tests.ui.test_travel import goes_to

SCREENS = [
    ("H",), ("f",), ("T",), ("S",), ("A",), ("u",), ("exclamation_mark",), ("B",), ("L",), ("N",),
    ("question_mark",), ("ctrl+p",), ("h",), ("n",), ("o",), ("t", "f2"), ("3", "end", "enter"), ("H", "enter"),
    ("J",),
]  # fmt: skip


async def fails(desk: Desk, words: str = "the disk is full") -> None:
    """The engine cannot write any more, and has said so."""
    desk.operator.state = replace(desk.operator.state, journal_error=words)
    desk.app._watch.ask()
    await desk.settled()


def alarm(desk: Desk) -> str:
    """The words of the line on the screen; empty where there is none."""
    found = desk.app.screen.query(Alarm)
    return str(found.first().render()) if found else ""


@pytest.mark.parametrize("keys", SCREENS, ids="-".join)
async def test_screen_says_that_nothing_is_recorded(
    open_desk: OpenDesk, keys: tuple[str, ...]
) -> None:
    """Whether it was open before or is opened after; the words are gone when all is well again."""
    async with open_desk(UiOptions(), size=(80, 24)) as desk:
        await desk.answered()
        await desk.press(*keys)
        await fails(desk)
        if keys == ("J",):
            assert "not recording: the" in desk.text
        else:
            line = desk.app.screen.query_one(Alarm)
            assert alarm(desk) == "NOT RECORDING: the disk is full"
            assert (line.region.y, line.region.height) == (0, 1)
        await desk.press(*["escape"] * len(keys))
        assert desk.is_on_top
        assert "not recording: the" in desk.text
        await desk.press(*keys)
        await desk.settled()
        assert keys == ("J",) or alarm(desk) == "NOT RECORDING: the disk is full"

        desk.operator.state = replace(desk.operator.state, journal_error="")
        desk.app._watch.ask()
        await desk.settled()

        assert alarm(desk) == ""


async def test_another_moment_says_that_nothing_is_recorded_now(open_desk: OpenDesk) -> None:
    """The banner is about the past; who looks at it must still see what is wrong now."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.answered()
        await desk.seconds(20)
        await goes_to(desk, "-8s")
        await fails(desk)
        text = text_of(desk.app.screen)
        assert "NOT LIVE" in text
        assert "NOT RECORDING" in alarm(desk)


@pytest.mark.parametrize("state", [LifeState.FAILED, LifeState.RESTARTING])
async def test_engine_that_is_gone_records_nothing(desk: Desk, state: LifeState) -> None:
    """Its own last sentence is the reason."""
    await desk.answered()
    await desk.press("H")
    desk.life.tell(LifeStatus(state, "the engine ended"))
    await desk.settled()
    assert alarm(desk) == "NOT RECORDING: the engine ended"
    desk.life.tell(LifeStatus(LifeState.RUNNING, "the engine runs"))
    await desk.settled()
    assert alarm(desk) == ""


async def test_engine_that_no_longer_answers_may_not_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unlike one that has not answered yet, it is no engine that starts."""
    await desk.answered()
    known: Health = desk.operator.state

    async def silence() -> Health:
        raise EngineError("no answer")

    with monkeypatch.context() as silent:
        silent.setattr(desk.operator, "health", silence)
        desk.app._watch.ask()
        await desk.settled()
        desk.app.redraw_status()
        await desk.settled()
        assert "the engine does not answer" in desk.text
        await desk.press("H")
        await desk.settled()
        assert alarm(desk) == "PERHAPS NOT RECORDING: the engine does not answer"
    assert desk.operator.state is known
    desk.app._watch.ask()
    await desk.settled()
    assert alarm(desk) == ""


async def test_reason_is_text_and_nothing_else(desk: Desk) -> None:
    """It comes from the engine, and may hold what a file name holds."""
    await desk.press("H")
    for text in HOSTILE:
        await fails(desk, text or "x")
        assert "\x1b" not in alarm(desk)
        assert "\n" not in alarm(desk)
