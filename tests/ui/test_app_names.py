"""Names of applications: asked for when a filter first needs them, learned from the applications screen, kept."""

from __future__ import annotations

from pathlib import Path

from console.operator import QueryAnswer
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, Desk

APPS = [
    {"id": "111", "application_name": "Front desk"},
    {"id": "222", "application_name": "Night line"},
    {"id": 5, "application_name": None},
    "nonsense",
]


async def _calls(desk: Desk) -> None:
    desk.operator.answers["apps.list"] = QueryAnswer(ok=True, status=200, data=APPS)
    await desk.answered("A", connection_id="111")
    await desk.answered("B", connection_id="222")


async def test_filter_by_application_asks_for_names_once(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    """Nothing is asked before; the filter then finds the name, and the next desk knows it."""
    options = UiOptions(memory=tmp_path / "memory.json", columns=("state", "app"))
    async with open_desk(options) as desk:
        await _calls(desk)
        assert desk.operator.queries == []
        await desk.press("slash")
        await desk.type("app:night")
        await desk.settled()
        assert list(desk.app.desk.view.keys) == ["v3:B"]
        assert "Night line" in desk.text
        await desk.press("escape", "slash")
        await desk.type("app:front")
        assert list(desk.app.desk.view.keys) == ["v3:A"]
        assert len(desk.operator.queries) == 1
    async with open_desk(options) as desk:
        await _calls(desk)
        assert "Front desk" in desk.text
        assert desk.operator.queries == []


async def test_applications_screen_teaches_names(desk: Desk) -> None:
    """What it reads anyway need not be asked for again."""
    await _calls(desk)
    await desk.press("A")
    await desk.settled()
    assert desk.app.services.apps == {"111": "Front desk", "222": "Night line"}
    await desk.press("escape")
    asked = len(desk.operator.queries)
    await desk.press("slash")
    await desk.type('app:"front desk"')
    assert list(desk.app.desk.view.keys) == ["v3:A"]
    assert len(desk.operator.queries) == asked


async def test_names_are_asked_for_again_after_a_refusal(desk: Desk) -> None:
    """Not for every letter of a filter, but when one is typed half a minute later."""
    await _calls(desk)
    listed = desk.operator.answers["apps.list"]
    desk.operator.answers["apps.list"] = QueryAnswer(ok=False, status=429, message="too many")
    await desk.press("slash")
    await desk.type("app:night")
    await desk.settled()
    assert len(desk.operator.queries) == 1
    assert list(desk.app.desk.view.keys) == []
    desk.operator.answers["apps.list"] = listed
    desk.clock.now += 30 * SECOND

    await desk.type("*")
    await desk.settled()

    assert len(desk.operator.queries) == 2
    assert list(desk.app.desk.view.keys) == ["v3:B"]
