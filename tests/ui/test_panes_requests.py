"""The log of requests on the real screen: commands and questions, what came of them, the way to the call."""

from __future__ import annotations

import pytest

from console.errors import JournalError
from console.operator import Asked
from console.ui.screens.event import EventScreen
from console.ui.screens.requests import RequestsScreen
from console.ui.widgets.row_list import RowList
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, START, Desk, text_of

QUESTION = Asked(
    number=1,
    at=START + 3600 * SECOND,
    method="GET",
    path="/calls/v3%3AA",
    purpose="comparing",
    status=404,
    latency_ms=12.4,
    attempts=2,
    message="Telnyx does not know this call",
)


def shown(desk: Desk) -> str:
    """All that is on top."""
    return text_of(desk.app.screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_requests_show_commands_and_questions(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Latest first; what is sent while it is open is added; failures say why; Enter opens the outcome."""
    async with open_desk(size=size) as desk:
        await desk.ringing()
        await desk.press("a")
        desk.operator.refuses("90018", "call has already ended")
        await desk.press("h")
        await desk.dialog.confirm()
        desk.operator.asked = (QUESTION,)

        await desk.press("L")
        await desk.settled()

        rows = desk.app.screen.query_one("#requests", RowList).rows
        lines = [rows.text(rows.key_at(place)) for place in range(len(rows))]
        assert len(lines) == 3
        assert "GET /calls/" in lines[0]
        assert "404" in lines[0]
        assert "2 attempts  Telnyx does not know this call" in lines[0]
        assert "hangup" in lines[1]
        assert "422" in lines[1]
        assert "call has already ended" in lines[1]
        assert "answer" in lines[2]
        assert "+1 312 555 0101" in lines[2]
        assert "200" in lines[2]
        assert "3 requests, 2 failed" in shown(desk)
        await desk.press("home", "enter")
        assert "questions are not in the journal" in desk.notices
        await desk.press("down", "enter")
        assert isinstance(desk.app.screen, EventScreen)
        assert "HTTP 422" in shown(desk)
        await desk.press("escape", "c")
        assert desk.is_on_top
        assert desk.selected == "A"


async def test_requests_say_when_the_engine_is_away(desk: Desk) -> None:
    """Commands are in the journal; only questions are missing."""
    await desk.ringing()
    await desk.press("a")
    desk.operator.lost = "nobody listens"

    await desk.press("L")
    await desk.settled()

    assert "questions are missing here" in shown(desk)
    assert "answer" in shown(desk)
    await desk.press("slash")
    await desk.type("answer")
    assert "1 of 1" in shown(desk)
    await desk.press("escape", "escape")
    assert desk.is_on_top


async def test_requests_are_empty_at_first(desk: Desk) -> None:
    """Keys say why they do nothing."""
    await desk.press("L", "enter", "c")

    assert "no request was sent yet" in shown(desk)
    assert "no request is selected" in desk.notices


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_requests_draw_hostile_words_safely(desk: Desk, text: str) -> None:
    """In refusals, paths and operators' names."""
    await desk.ringing(from_=text)
    desk.operator.refuses("1", text)
    await desk.press("a")
    desk.operator.asked = (
        Asked(number=1, at=START, method="GET", path=f"/calls/{text}", query={text: text},
              purpose=text, message=text),
    )  # fmt: skip
    await desk.press("L")
    await desk.settled()

    assert isinstance(desk.app.screen, RequestsScreen)
    assert is_safe(shown(desk).replace("\n", ""))


async def test_requests_say_why_one_cannot_be_opened(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry may have been cleared away, or the journal be gone."""
    await desk.ringing()
    await desk.press("a", "L")
    await desk.settled()
    reader = desk.app.services.store.reader

    monkeypatch.setattr(reader, "get", lambda _seq: None)
    await desk.press("enter")
    assert "is not in the journal any more" in desk.notices

    def unreadable(_seq: int) -> None:
        raise JournalError("the disk is gone")

    monkeypatch.setattr(reader, "get", unreadable)
    await desk.press("enter")
    assert "The journal cannot be read: the disk is gone" in desk.notices
    assert isinstance(desk.app.screen, RequestsScreen)
