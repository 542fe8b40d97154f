"""More of redaction and export, over a real engine and simulator: marks, time travel, ring back, a start that is masked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.cli.desk import ui_options
from console.config.contacts import Contacts
from console.config.load import load
from console.journal.sqlite import open_reader
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.dialogs.export import ExportDialog
from console.ui.offline import NoEngine, OfflineLife
from tests.scenarios.stage import CONTACTS, staged
from tests.scenarios.test_files import CALLER, CALLER_SHOWN, picture, with_files
from tests.scenarios.test_line import line_of
from tests.ui.driver import text_of


async def test_marked_calls_are_offered_first(journal: Path, tmp_path: Path) -> None:
    """What is marked is what is exported, and nothing else."""
    async with staged(journal) as stage:
        with_files(stage, tmp_path)
        calls = [await stage.talks(f"+1312555011{n}") for n in range(3)]
        for call in calls[:2]:
            await stage.selects(call)
            await stage.press("space")

        await stage.press("E")
        await stage.until(lambda: isinstance(stage.app.screen, ExportDialog), "the dialog is open")
        assert "▸ 2 calls marked" in text_of(stage.app.screen)
        assert "everything in the journal" in text_of(stage.app.screen)
        dialog = stage.app.screen
        assert isinstance(dialog, ExportDialog)
        path = tmp_path / dialog.file_name
        await stage.press("enter")
        await stage.says("saved as")

        text = path.read_text()
        assert all(call in text for call in calls[:2])
        assert calls[2] not in text


async def test_format_changes_the_name(journal: Path, tmp_path: Path) -> None:
    """The end of the name follows the format, and the file is of that kind."""
    async with staged(journal) as stage:
        with_files(stage, tmp_path)
        await stage.selects(await stage.talks(CALLER))
        await stage.press("E", "tab", "down", "down", "down")
        await stage.shows(".svg")
        dialog = stage.app.screen
        assert isinstance(dialog, ExportDialog)
        path = tmp_path / dialog.file_name

        await stage.press("enter")
        await stage.says("saved as")

        assert path.read_text().startswith("<svg")


async def test_past_is_masked_too(journal: Path) -> None:
    """Time travel reads through the same veil; there X only says why not."""
    async with staged(journal) as stage:
        call = await stage.talks(CALLER)
        await stage.selects(call)
        await stage.press("X")
        await stage.shows("redacted")
        await stage.press("@")
        await stage.type("-0s")
        await stage.press("enter")
        await stage.shows("NOT LIVE", "+1 555")
        assert CALLER_SHOWN not in stage.picture

        await stage.press("X")
        await stage.says("esc goes back first")
        await stage.press("escape")
        await stage.until(lambda: "NOT LIVE" not in stage.picture, "back to live")
        assert CALLER_SHOWN not in stage.picture
        assert not stage.app.reported


async def test_toggling_keeps_marks_filter_and_cursor(journal: Path) -> None:
    """Masking changes what is read, not where one is."""
    async with staged(journal) as stage:
        calls = [await stage.talks(f"+1312555011{n}") for n in range(3)]
        await stage.selects(calls[1])
        await stage.press("space", "slash")
        await stage.type("state:answered")
        await stage.press("enter")

        for _ in range(3):
            await stage.press("X")
            await stage.pilot.pause(0.1)

        assert stage.app.desk.calls.selected == calls[1]
        assert list(stage.app.services.marks) == [calls[1]]
        assert stage.app.desk.view.shown == 3
        await stage.until(lambda: "state:answered" in stage.picture, "state:answered")
        assert not stage.app.reported


async def test_screen_can_begin_masked(journal: Path) -> None:
    """With `[screen] redact = true` no frame has a number in it."""
    async with staged(journal) as stage:
        await stage.talks(CALLER)
        reader = open_reader(journal)
        options = replace(
            ui_options(load({}, config=None, profile=None, flags={})),
            redact=True,
            memory=None,
            error_log=None,
        )
        app = ConsoleApp(
            Store(reader, clock=options.clock),
            NoEngine(),
            OfflineLife("x"),
            options,
            Contacts(CONTACTS),
        )
        async with app.run_test(size=(120, 36)) as pilot:
            for _ in range(200):
                await pilot.pause(0.01)
                assert CALLER_SHOWN not in picture(app)
                if app.desk.has_begun and app.desk.view.total:
                    break
            await pilot.pause(0.2)
            assert "redacted" in picture(app)
            assert "+1 555" in picture(app)
            await pilot.press("X")
            await pilot.pause(0.2)
            assert CALLER_SHOWN in picture(app)
            assert not app.reported
        reader.close()


async def test_masked_caller_is_rung_back_at_the_real_number(journal: Path) -> None:
    """The list and the dialog show a mask; what is dialled is the caller."""
    async with staged(journal) as stage:
        call = await stage.rings("+12065550147")
        line = await line_of(stage)
        await stage.ends(call)
        await stage.until(line.due, "somebody is to be rung back")
        await stage.press("X")
        await stage.until(lambda: line.due() and line.due()[0].number != "+12065550147", "masked")
        await stage.press("B")
        await stage.shows("1 caller", "+1 555")
        assert "206 555 0147" not in stage.picture

        await stage.press("d")
        await stage.until(stage.asks, "the dialog is open")
        assert "+12065550147" not in stage.dialog_text
        await stage.press("enter")
        await stage.until(lambda: stage.commands("dial"), "it is dialled")

        body = stage.commands("dial")[0].body
        assert isinstance(body, dict)
        assert body["to"] == "+12065550147"


async def test_filter_that_names_somebody_is_put_aside(journal: Path) -> None:
    """It would stand in the title for everybody to read, find nobody, and come back with the arrow key; later it is in force again."""
    async with staged(journal) as stage:
        await stage.selects(await stage.talks(CALLER))
        desk = stage.app.desk
        await stage.press("slash")
        await stage.type(f"from:{CALLER}")
        await stage.press("enter")
        await stage.shows("1 of 1")

        await stage.press("X")
        await stage.says("put aside")
        await stage.until(lambda: CALLER not in stage.picture, "nobody reads the number")
        assert desk.view.shown == 1
        await stage.press("slash", "up")
        assert CALLER not in stage.picture
        await stage.type("from:+1555")
        await stage.press("enter")

        await stage.press("X")
        await stage.shows(f"from:{CALLER}", "1 of 1")
        assert desk.calls_filter.text == f"from:{CALLER}"
        await stage.press("slash", "up")
        assert "+1555" not in stage.picture
        assert not stage.app.reported


async def test_replay_says_that_the_screen_is_masked(journal: Path) -> None:
    """Not that there is no engine."""
    async with staged(journal) as stage:
        await stage.selects(await stage.talks(CALLER))
        await stage.press("X", "ctrl+r")
        await stage.says("replay: not while the screen is redacted")
