"""Exporting, redacting and opening, over a real engine and simulator."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from console.cli.desk import ui_options
from console.cli.exporting.desk import carry_out
from console.cli.open import opened
from console.config.contacts import Contacts
from console.config.load import load
from console.domain.legs import LegState
from console.exports import Order
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.dialogs.export import ExportDialog
from console.ui.offline import NoEngine, OfflineLife
from tests.scenarios.stage import CONTACTS, NARROW, Scene, Stage, staged
from tests.ui.driver import text_of

CALLER = "+13125550101"
CALLER_SHOWN = "+1 312 555 0101"


def with_files(stage: Stage, folder: Path) -> None:
    """Gives the screen a way to export, as `run` does."""
    loaded = load({}, config=None, profile=None, flags={})

    def export(order: Order, place: Path | None, name: str, replaces: bool) -> Path:
        return carry_out(loaded, stage.journal, order, place, name, replaces)

    services = stage.app.services
    services.options = replace(services.options, export=export, export_folder=folder)


@asynccontextmanager
async def opened_file(path: Path, size: tuple[int, int] = NARROW) -> AsyncIterator[ConsoleApp]:
    """The screen over a file, as `open` puts it together; left when the block ends."""
    loaded = load({}, config=None, profile=None, flags={})
    with opened(path) as found:
        options = replace(ui_options(loaded), memory=None, error_log=None, offline=found.words)
        store = Store(found.reader, clock=options.clock)
        app = ConsoleApp(store, NoEngine(), OfflineLife(found.words), options, Contacts(CONTACTS))
        async with app.run_test(size=size) as pilot:
            for _ in range(200):
                await pilot.pause(0.01)
                if app.desk.has_begun and app.desk.view.total:
                    break
            yield app


def picture(app: ConsoleApp) -> str:
    """All that is on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_redacted_screen_shows_nobody_and_sends_to_the_real_ones(journal: Path) -> None:
    """X masks list, timeline, events, dialog and notices; a transfer to a masked contact reaches Ann."""
    async with staged(journal) as stage:
        call = await stage.rings(CALLER, "Wendy Darling")
        await stage.selects(call)
        await stage.press("a")
        await stage.shows_state(call, LegState.ANSWERED)
        await stage.shows(CALLER_SHOWN, "Wendy Darling")

        await stage.press("X")
        await stage.shows("redacted", "+1 555")
        for secret in (CALLER_SHOWN, CALLER, "Wendy Darling", "Support"):
            assert secret not in stage.picture
        assert stage.app.desk.calls.selected == call

        await stage.press("t")
        await stage.until(stage.asks, "the dialog is open")
        await stage.type("an")
        await stage.shows("name-")
        assert "Ann" not in stage.dialog_text
        assert CALLER_SHOWN not in stage.picture
        await stage.press("down", "enter", "enter")
        await stage.until(lambda: stage.taken("transfer", call), "the transfer is sent")
        assert stage.taken("transfer", call)[0].body["to"] == "sip:ann@example.com"  # type: ignore[index]
        await stage.shows_state(call, LegState.BRIDGED)
        for secret in (CALLER_SHOWN, "Wendy Darling", "Ann", "ann@example.com"):
            assert secret not in stage.picture
            assert secret not in stage.timeline

        new = await stage.rings("+13125550177", "Nora Helmer")
        assert "555 0177" not in stage.picture
        assert "Nora" not in stage.picture + stage.notices
        await stage.selects(call)
        await stage.press("X")
        await stage.shows(CALLER_SHOWN)
        await stage.until(lambda: "555 0177" in stage.row(new), "555 0177")
        assert not stage.app.reported


async def test_redacted_screen_masks_what_opens_over_it(journal: Path) -> None:
    """Event with its raw bytes, flow, history, palette and requests; notes and tags, too."""
    async with staged(journal) as stage:
        call = await stage.talks(CALLER)
        await stage.selects(call)
        await stage.app.services.operator.annotate(
            call, note="owes us money", tags=["debtor"], operator="me"
        )
        await stage.until(lambda: stage.leg(call).notes == 1, "the note is there")
        await stage.press("X")
        await stage.shows("redacted", "#tag-")
        secrets = (CALLER, CALLER_SHOWN, "3125550101", "owes us", "debtor")

        for keys in (
            ("2", "end", "enter"),
            ("2", "home", "enter", "x"),
            ("1", "f"),
            ("H",),
            ("n",),
            ("L",),
        ):
            await stage.press(*keys)
            await stage.pilot.pause(0.3)
            assert stage.app.screen is not stage.app.desk, keys
            assert not [secret for secret in secrets if secret in stage.picture], keys
            await stage.press("escape")
            await stage.until(lambda: stage.app.screen is stage.app.desk, "back")
        assert not stage.app.reported


async def test_tags_changed_while_redacted_keep_their_words(journal: Path) -> None:
    """What was there is written back as it really is."""
    async with staged(journal) as stage:
        call = await stage.talks(CALLER)
        operator = stage.app.services.operator
        await operator.annotate(call, tags=["debtor"], operator="me")
        await stage.until(lambda: stage.leg(call).tags == ("debtor",), "the tag is there")
        await stage.press("X")
        await stage.until(lambda: stage.leg(call).tags != ("debtor",), "it is masked")

        shown = stage.leg(call).tags
        await stage.app.services.operator.annotate(call, tags=[*shown, "new"], operator="me")
        await stage.until(lambda: len(stage.leg(call).tags) == 2, "both are there")
        await stage.press("X")

        await stage.until(lambda: set(stage.leg(call).tags) == {"debtor", "new"}, "as they are")


async def test_export_key_writes_the_conversation(journal: Path, tmp_path: Path) -> None:
    """E, enter: the call under the cursor, masked when asked; the file opens again, offline, and nothing can be sent."""
    async with staged(journal, Scene(size=NARROW)) as stage:
        with_files(stage, tmp_path)
        call = await stage.talks(CALLER)
        other = await stage.talks("+13125550199")
        await stage.selects(call)

        await stage.press("E")
        await stage.until(lambda: isinstance(stage.app.screen, ExportDialog), "the dialog is open")
        assert "redact: no" in text_of(stage.app.screen)
        await stage.press("tab", "tab", "space")
        await stage.shows("redact: yes")
        await stage.press("enter")
        await stage.says("saved as", "redacted")

        (path,) = [tmp_path / name for name in os.listdir(tmp_path) if name.endswith(".jsonl")]
        assert path.stat().st_mode & 0o777 == 0o600
        text = path.read_text()
        assert "3125550101" not in text
        assert call not in text
        assert other not in text
        lines = [json.loads(line) for line in text.splitlines()]
        assert [line["event_type"] for line in lines if line["kind"] == "webhook"] == [
            "call.initiated",
            "call.answered",
        ]

    before = path.read_bytes()
    async with opened_file(path) as app:
        assert "offline" in picture(app)
        assert "(redacted)" in picture(app)
        assert "answered" in picture(app)
        for key in ("h", "t", "d", "n", "R", "c", "A", "S"):
            await app._press_keys([key])
        notices = " ".join(notice.text for notice in app.services.notices.all())
        assert notices.count("this is a file, offline") >= 5
        assert app.screen is app.desk
        assert not app.reported
    assert path.read_bytes() == before


async def test_export_never_replaces_without_asking(journal: Path, tmp_path: Path) -> None:
    """A name that is taken is said once; the second enter replaces."""
    async with staged(journal) as stage:
        with_files(stage, tmp_path)
        await stage.selects(await stage.talks(CALLER))
        await stage.press("E")
        dialog = stage.app.screen
        assert isinstance(dialog, ExportDialog)
        path = tmp_path / dialog.file_name
        path.write_text("mine")

        await stage.press("enter")
        await stage.shows("this file exists")
        assert path.read_text() == "mine"
        await stage.press("enter")
        await stage.says("saved as")

        assert path.read_text() != "mine"


async def test_journal_opens_while_it_is_written(journal: Path) -> None:
    """Another desk over the same file sees the calls, and leaves no trace of its own."""
    async with staged(journal) as stage:
        await stage.talks(CALLER)
        async with opened_file(journal) as app:
            assert CALLER_SHOWN in picture(app)
            assert "offline" in picture(app)
        await stage.rings("+13125550188")
