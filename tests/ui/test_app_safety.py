"""Strings from outside, read-only, errors: nothing breaks the screen or acts on its own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.errors import UsageError
from console.ui.error_log import ErrorLog
from console.ui.options import UiOptions
from console.ui.screens.event import EventScreen
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x9b31mred",
    "\u202eevil\u2066",
    "[/]",
    "[/foo]",
    "[@click=app.quit]x[/]",
    "\\[",
    "a" * 10_000,
    "漢字" * 300,
    "e" + "\u0301" * 500,
    "\ud800",
    "line\nbreak\tand\rmore",
    "",
]


async def test_hostile_strings_break_no_pane_and_no_dialog(desk: Desk) -> None:
    """In every field of thirteen calls: list, timeline, events, and the dialog that names each call."""
    for number, text in enumerate(HOSTILE):
        await hostile_call(desk, f"H{number}", text)
    check(desk.text)

    for number in range(len(HOSTILE)):
        await desk.selects(f"H{number}")
        check(desk.pane("timeline"))
        await desk.press("h")
        check(desk.dialog.text)
        await desk.press("escape")

    assert desk.app.is_running


async def hostile_call(desk: Desk, call: str, text: str) -> None:
    """An answered call that says `text` wherever it can."""
    await desk.event(
        "call.initiated",
        call,
        settle=False,
        from_=text,
        to=text,
        caller_id_name=text,
        state=text,
        client_state=text,
        extra={text: [text]},
    )
    await desk.event("call.answered", call, settle=False)
    await desk.event(f"call.{text}", call)


@pytest.mark.parametrize(
    "text", ["\x1b]0;owned\x07[@click=app.quit]x[/]", "[/]\u202e\x9b" + "漢" * 3_000]
)
async def test_hostile_strings_break_no_screen(desk: Desk, text: str) -> None:
    """In the other dialogs, in notices, in the palette and in the whole event."""
    await hostile_call(desk, "A", text)
    await desk.answered("B")
    desk.operator.refuses(text, f"refused {text}")
    await desk.selects("A")

    for key in ("t", "b", "question_mark", "n", "slash"):
        await desk.press(key)
        check(text_of(desk.app.screen))
        await desk.press("escape")
    await desk.press("h")
    await desk.dialog.confirm()
    assert "not done" in desk.notices
    await desk.press("3", "up", "enter")
    assert isinstance(desk.app.screen, EventScreen)
    check(text_of(desk.app.screen))
    await desk.press("escape", "colon")
    await desk.type("call")
    check(text_of(desk.app.screen))
    await desk.press("escape")

    check(desk.text)
    assert desk.app.is_running


def check(text: str) -> None:
    """Nothing that a terminal would obey, or that would reverse a line, is on the screen."""
    bad = {char for char in text if not char.isprintable() and char != "\n"}
    assert not bad, f"{bad!r} on the screen"


async def test_read_only_removes_the_keys(open_desk: OpenDesk) -> None:
    """They are not in the bar, and pressing one does nothing at all."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.ringing()

        await desk.press("a", "r", "h", "t", "b", "d")

        assert desk.sent == []
        assert not desk.dialog.is_open
        assert "answer" not in desk.text.splitlines()[-1]
        assert "filter" in desk.text.splitlines()[-1]
        assert "read-only" in desk.text.lower()


async def test_error_in_a_handler_is_survived_and_logged(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notice, a traceback in a private file without variables, and the screen goes on."""
    log = tmp_path / "private" / "errors.log"
    async with open_desk(UiOptions(error_log=log)) as desk:
        desk.errors_expected = True

        def broken(_action: object) -> None:
            secret = "KEY-do-not-show"
            raise RuntimeError(f"[/] boom {len(secret)}")

        monkeypatch.setattr(desk.app.desk.deeds, "act", broken)
        await desk.press("z")
        await desk.ringing()

        assert len(desk.app.reported) == 1
        assert "RuntimeError" in desk.notices
        assert "+1 312 555 0101" in desk.pane("calls")
    written = log.read_text(encoding="utf-8")
    assert "boom" in written
    assert "KEY-do-not-show" not in written.replace('secret = "KEY-do-not-show"', "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_error_log_without_a_path_only_counts() -> None:
    """No path, no file, no error."""
    log = ErrorLog(None)
    assert "no error log" in log.write(UsageError("x"))
    assert log.count == 1


async def test_error_in_a_timer_is_survived(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed goes on with its next round."""
    desk.errors_expected = True

    def broken() -> None:
        raise ValueError("x")

    timer = desk.app.desk.guarded_interval(60, broken)
    assert timer._callback is not None
    timer._callback()

    assert len(desk.app.reported) == 1
    assert "ValueError" in desk.notices


async def test_broken_journal_is_said_once_and_recovers(desk: Desk) -> None:
    """The screen shows what it has, and goes on when the journal can be read again."""
    await desk.ringing()
    desk.journal.broken = "the disk is gone"
    await desk.settled()
    await desk.settled()
    assert desk.notices.count("the disk is gone") == 1

    desk.journal.broken = None
    await desk.ringing("B", from_="+14155550100")

    assert "+1 415 555 0100" in desk.pane("calls")
