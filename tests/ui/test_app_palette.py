"""Help and palette: every action by name, every call by number."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette

from console.ui.options import UiOptions
from console.ui.screens.help import HelpScreen
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


async def search(desk: Desk, text: str) -> list[str]:
    """Opens the palette, types, and gives what is offered."""
    await desk.press("colon")
    assert isinstance(desk.app.screen, CommandPalette)
    await desk.type(text)
    while any(w.is_running for w in desk.app.workers if "palette" in (w.group or "")):
        await desk.pilot.pause()
    await desk.settled()
    commands = desk.app.screen.query_one(CommandList)
    return [str(option.prompt) for option in commands.options]


async def test_palette_runs_an_action(desk: Desk) -> None:
    """The same as its key."""
    await desk.ringing()

    found = await search(desk, "answer")
    assert found[0].startswith("answer  a")
    await desk.press("enter")
    await desk.settled()

    assert desk.sent == [("answer", "A", {})]


async def test_palette_shows_what_is_not_possible_with_its_reason(desk: Desk) -> None:
    """Disabled is not hidden."""
    await desk.answered()

    found = await search(desk, "answer")

    assert "now: already answered" in found[0]


async def test_list_of_themes_begins_with_the_one_in_use(desk: Desk) -> None:
    """Enter on it changes nothing."""
    desk.app.theme = "nord"
    await desk.press("ctrl+t")
    await desk.settled()
    commands = desk.app.screen.query_one(CommandList)

    assert str(commands.options[0].prompt).split() == ["nord", "in", "use"]
    assert len(commands.options) == len(desk.app.available_themes)


async def test_palette_jumps_to_a_call_that_the_filter_hides(desk: Desk) -> None:
    """Filters only hide; the filter is cleared and that is said."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    await desk.press("slash")
    await desk.type("312")
    await desk.press("enter")
    assert desk.selected == "A"

    found = await search(desk, "415555")
    assert "+1 415 555 0100" in found[0]
    await desk.press("enter")
    await desk.settled()

    assert desk.selected == "B"
    assert "filter was cleared" in desk.notices


async def test_palette_finds_a_call_by_the_name_of_its_contact(desk: Desk) -> None:
    """Names of the address book are as good as numbers."""
    await desk.ringing("A", from_="+14155550111")

    found = await search(desk, "annex")

    assert any("Annex desk" in each for each in found)


async def test_palette_in_read_only_has_no_commands(open_desk: OpenDesk) -> None:
    """They do not exist in this session."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.ringing()

        found = await search(desk, "hang up")

        assert not any(each.startswith("hang up") for each in found)


async def test_help_searches_and_does(desk: Desk) -> None:
    """Typing narrows, Enter does it."""
    await desk.ringing()
    await desk.press("question_mark")
    assert isinstance(desk.app.screen, HelpScreen)
    assert "Answer the selected incoming call" in text_of(desk.app.screen)

    await desk.type("zoom")
    assert "Answer" not in text_of(desk.app.screen.query_one("#help-keys"))
    await desk.press("enter")

    assert desk.app.desk.panes.arrangement.zoomed


async def test_help_says_why_a_key_does_nothing_now(desk: Desk) -> None:
    """The reason stands beside the description."""
    await desk.press("question_mark")

    assert "no call is selected" in text_of(desk.app.screen)
    await desk.press("escape")
    assert desk.is_on_top


async def test_theme_can_be_chosen(desk: Desk) -> None:
    """Ours and Textual's, in the palette."""
    found = await search(desk, "theme")
    assert any(each.startswith("theme") for each in found)
    assert {"console-dark", "console-light", "ansi-dark", "nord"} <= set(desk.app.available_themes)


async def test_palette_that_is_closed_closes_nothing_else(desk: Desk) -> None:
    """Enter twice in no time: what the first one opened stays, and so does the desk."""
    await desk.ringing()
    await desk.press("colon")
    palette = desk.app.screen

    def closed_twice() -> None:
        palette.dismiss()
        palette.dismiss()

    palette.call_next(closed_twice)
    await desk.settled()

    assert desk.app.screen is desk.app.desk
    await desk.ringing("B", from_="+14155550100")
    assert "+1 415 555 0100" in desk.pane("calls")
