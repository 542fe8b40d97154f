"""What was typed before the screen was masked, and what is typed over masks, does not get from one side to the other."""

from __future__ import annotations

from pathlib import Path

from console.ui import session
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


async def test_refused_command_is_not_edited_on_the_other_side(desk: Desk) -> None:
    """Its values are real numbers, or masks: neither belongs into a form of the other kind."""
    await desk.answered()
    desk.operator.refuses("90018", "Call has already ended")
    await desk.press("c", "R")
    desk.app.services.redacted = True

    await desk.press("e")

    assert desk.is_on_top
    assert "while the screen was redacted otherwise (X); give it anew" in desk.notices
    desk.app.services.redacted = False
    await desk.press("e")
    assert desk.dialog.is_open


async def test_session_keeps_no_filter_of_masks(open_desk: OpenDesk, tmp_path: Path) -> None:
    """The one of before is kept; a desk that begins masked does not begin with it."""
    async with open_desk(UiOptions(memory=tmp_path / "memory.json")) as desk:
        services = desk.app.services
        await desk.answered()
        await desk.press("slash")
        await desk.type("from:+1312")
        await desk.press("enter")
        session.keep(desk.app.desk, services)

        services.redacted = True
        desk.app.desk.calls_filter.use("from:+1555")
        session.keep(desk.app.desk, services)
        assert session.read(services).filter == ""

        services.redacted = False
        assert session.read(services).filter == "from:+1312"


async def test_title_forgets_who_called_when_the_screen_is_masked(desk: Desk) -> None:
    """What was said a moment ago has the real number."""
    await desk.ringing("A", from_="+442079460155")
    assert "incoming: +44 207 946 0155" in desk.text

    await desk.press("X")

    assert "incoming" not in desk.text.split("\n")[2]
    assert "207 946 0155" not in desk.text
