"""What a dialog breaks into lines follows the terminal: nothing is cut when it gets narrower while the dialog is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.domain.notes import Note
from console.standing import TakingHealth
from console.telnyx.applications import Check, Difference, Level
from console.telnyx.choosing import Choice
from console.ui.dialogs.difference import DifferenceDialog
from console.ui.dialogs.note import NoteDialog
from console.ui.dialogs.plain import PlainDialog
from console.ui.dialogs.report import ReportDialog
from console.ui.screens.connection import ConnectionDialog
from console.ui.screens.taking import GiveBackDialog, TakeDialog
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView
from tests.ui.conftest import OpenDesk
from tests.ui.driver import START, text_of
from tests.ui.test_panes_taking import found

LONG = " ".join(f"word{number}" for number in range(30))
NARROW = (60, 16)
TINY = (40, 10)

Opened = Callable[[Services], PlainDialog[Any]]


def _report(services: Services) -> PlainDialog[Any]:
    return ReportDialog(services, "Doctor", LONG, [f"fail {LONG}"])


def _difference(services: Services) -> PlainDialog[Any]:
    return DifferenceDialog(services, "Save?", [Difference("name", "before", LONG)])


def _connection(services: Services) -> PlainDialog[Any]:
    choice = Choice(
        id="1",
        name=LONG,
        webhooks="nowhere",
        problems=(Check(name="name", level=Level.BAD, sentence=LONG),),
    )
    return ConnectionDialog(services, choice)


def _note(services: Services) -> PlainDialog[Any]:
    note = Note(seq=1, at=START, text=LONG, operator="alice")
    return NoteDialog(services, "Note", (), [note])


def _take(services: Services) -> PlainDialog[Any]:
    return TakeDialog(services, found())


def _give_back(services: Services) -> PlainDialog[Any]:
    taken = TakingHealth(
        application_id="2", application_name="Old", our_url="https://a.example/", taken_at=1,
        own_url="https://b.example/", is_left=False, sentence=LONG,
    )  # fmt: skip
    return GiveBackDialog(services, taken)


@pytest.mark.parametrize("opened", [_report, _difference, _connection, _note, _take, _give_back])
async def test_dialog_breaks_its_lines_anew(open_desk: OpenDesk, opened: Opened) -> None:
    """None of them is wider than the frame."""
    async with open_desk(size=(120, 36)) as desk:
        dialog = opened(desk.app.services)
        desk.app.push_screen(dialog)
        await desk.settled()
        view = dialog.query_one(LinesView)
        before = ["".join(span.text for span in line) for line in view._fixed.lines]

        await desk.pilot.resize_terminal(*NARROW)
        await desk.settled()

        after = ["".join(span.text for span in line) for line in view._fixed.lines]
        room = view.scrollable_content_region.width
        assert room < NARROW[0]
        assert max(len(line.rstrip()) for line in after) <= room
        assert after != before


async def test_terminal_that_gets_too_small_is_no_error(open_desk: OpenDesk) -> None:
    """Not even while something is being said in a title; when it is larger again everything is there."""
    async with open_desk(size=(120, 36)) as desk:
        await desk.event("call.initiated", "A")

        await desk.pilot.resize_terminal(*TINY)
        await desk.event("call.initiated", "B")
        assert "too small" in text_of(desk.app.screen)
        await desk.pilot.resize_terminal(120, 36)
        await desk.settled()

        assert "ringing" in text_of(desk.app.screen)
