"""The desk begins as it was left: panes, filters, call and theme; never anything that was about to be sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.filter import Monochrome, NoColor

from console.ui.dialogs.base import CommandDialog
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


async def _calls(desk: Desk) -> None:
    for call, number in (("A", "+13125550101"), ("B", "+14155550177"), ("C", "+14155550178")):
        await desk.answered(call, from_=number)


async def test_desk_begins_as_it_was_left(open_desk: OpenDesk, tmp_path: Path) -> None:
    """Sizes, zoom, pane, filters and the call under the cursor come back; a dialog does not."""
    options = UiOptions(memory=tmp_path / "memory.json")
    async with open_desk(options) as desk:
        await _calls(desk)
        journal = desk.journal
        await desk.press("plus", "plus", "slash")
        await desk.type("from:+1415*")
        await desk.press("enter")
        await desk.selects("C")
        await desk.press("space", "h")
        assert isinstance(desk.app.screen, CommandDialog) or not desk.is_on_top
    assert (tmp_path / "memory.json").stat().st_mode & 0o777 == 0o600

    def same_journal(desk: Desk) -> None:
        desk.journal.entries.extend(journal.entries)
        desk.clock.now += 10_000_000

    async with open_desk(options, before=same_journal) as desk:
        assert desk.is_on_top
        assert desk.app.desk.panes.arrangement.weights["calls"] == 13
        assert desk.app.desk.calls_filter.text == "from:+1415*"
        assert desk.selected == "C"
        assert not desk.app.services.marks
        assert "the filter of the last time is in force" in desk.notices
        await desk.press("escape")
        assert desk.app.desk.view.shown == 3


async def test_active_pane_and_zoom_come_back(open_desk: OpenDesk, tmp_path: Path) -> None:
    """Also on a small terminal, where one pane is seen at a time."""
    options = UiOptions(memory=tmp_path / "memory.json")
    for size in ((80, 24), (150, 40)):
        async with open_desk(options, size=size) as desk:
            await desk.press("3")
            if not desk.app.desk.panes.arrangement.zoomed:
                await desk.press("z")
        async with open_desk(options, size=size) as desk:
            assert desk.app.desk.panes.arrangement.active == "events"
            assert desk.app.desk.panes.arrangement.zoomed
            assert desk.app.desk.focused is desk.app.desk.tail
            assert "[3 Events]" in desk.text


async def test_restore_can_be_switched_off(open_desk: OpenDesk, tmp_path: Path) -> None:
    """Then nothing is read and nothing is written."""
    file = tmp_path / "memory.json"
    async with open_desk(UiOptions(memory=file)) as desk:
        await desk.press("plus")
    before = file.read_bytes()
    async with open_desk(UiOptions(memory=file, restore=False)) as desk:
        assert desk.app.desk.panes.arrangement.weights["calls"] == 11
        await desk.press("plus", "plus")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "session",
    [
        7,
        [],
        {"weights": 3, "active": "nowhere", "zoomed": "yes", "filter": 5, "selected": {}},
        {"weights": {"calls": 10**9, "timeline": -1, "events": "x"}, "filter": "from:(", "events_filter": "~("},
    ],
)  # fmt: skip
async def test_nonsense_in_the_memory_is_as_nothing(
    open_desk: OpenDesk, tmp_path: Path, session: object
) -> None:
    """A file that was damaged or written by another version costs the arrangement, not the start."""
    file = tmp_path / "memory.json"
    file.write_text(json.dumps({"version": 1, "desk": {"session": session, "theme": session}}))
    async with open_desk(UiOptions(memory=file)) as desk:
        await desk.answered()
        assert desk.app.desk.panes.arrangement.weights["calls"] == 11
        await desk.press("escape", "escape")
        assert desk.selected == "A"


async def test_theme_is_chosen_and_remembered(open_desk: OpenDesk, tmp_path: Path) -> None:
    """With one key, the operator's own among them; a theme that is set in the configuration later wins."""
    folder = tmp_path / "themes"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        'name = "harbour"\ndark = true\n[colours]\nprimary = "#88aaff"\n'
    )
    options = UiOptions(memory=tmp_path / "memory.json", themes=folder)
    async with open_desk(options) as desk:
        await desk.press("ctrl+t")
        await desk.type("harbour")
        await desk.press("enter", "enter")
        assert desk.app.theme == "harbour"
    async with open_desk(options) as desk:
        assert desk.app.theme == "harbour"
    light = UiOptions(memory=options.memory, themes=folder, theme="console-light")
    async with open_desk(light) as desk:
        assert desk.app.theme == "console-light"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dark = true", "expected a table [colours]"),
        ('dark = 1\n[colours]\nprimary = "#fff"', "dark: expected true or false"),
        ('dark = true\n[colours]\nprimary = "#ggg"', "colours.primary: '#ggg' is no colour"),
        ('dark = true\n[colours]\nprimry = "#fff"\nprimary = "#fff"', "did you mean primary?"),
        ('dark = true\ncolors = 1', "unknown key colors; did you mean colours?"),
        ('name = "console-dark"\ndark = true\n[colours]\nprimary = "#fff"', "one of the console's own"),
        ("dark = [", "not valid TOML"),
    ],
)  # fmt: skip
async def test_theme_file_with_a_fault_is_left_out(
    open_desk: OpenDesk, tmp_path: Path, text: str, words: str
) -> None:
    """One sentence with the file's name; the others can be chosen."""
    (tmp_path / "wrong.toml").write_text(text)
    async with open_desk(UiOptions(theme="wrong", themes=tmp_path)) as desk:
        assert words in desk.notices
        assert "there is no theme wrong" in desk.notices
        assert desk.app.theme == "console-dark"


async def test_no_color_with_the_terminals_own_colours_can_be_read(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Greys are for themes that have them; black on black is for none."""
    for theme, wanted in (("ansi-dark", NoColor), ("console-light", Monochrome)):
        monkeypatch.setenv("NO_COLOR", "1")
        async with open_desk(UiOptions(theme=theme)) as desk:
            found = [
                each
                for each in desk.app.get_line_filters()
                if isinstance(each, (NoColor, Monochrome))
            ]
            assert [type(each) for each in found] == [wanted]
