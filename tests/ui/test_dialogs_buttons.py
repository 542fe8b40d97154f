"""The buttons under the dialogs: what Enter does is said, and the arrow keys change it."""

from __future__ import annotations

import pytest

from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


def keys_said(desk: Desk) -> str:
    """The words in the frame below."""
    return str(desk.app.screen.query_one("#dialog").border_subtitle)


@pytest.mark.parametrize(("key", "deed"), [("h", "hang up"), ("r", "reject")])
async def test_question_says_what_enter_does_where_the_focus_is(
    desk: Desk, key: str, deed: str
) -> None:
    """It begins on Cancel, so Enter is said to cancel, and an arrow to lead to the other button."""
    await desk.ringing()

    await desk.press(key)
    assert keys_said(desk).startswith(f"enter cancel  → {deed}  F2")
    await desk.press("right")
    assert keys_said(desk).startswith(f"enter {deed}  esc cancel  F2")
    await desk.press("left")
    assert keys_said(desk).startswith("enter cancel")


@pytest.mark.parametrize(("key", "command"), [("h", "hangup"), ("r", "reject")])
async def test_arrow_and_enter_do_what_was_asked(desk: Desk, key: str, command: str) -> None:
    """Right goes to the button that sends, whatever it is called."""
    await desk.ringing()

    await desk.press(key, "right", "enter")

    assert [name for name, _leg, _params in desk.sent] == [command]


async def test_arrow_back_to_cancel_sends_nothing(desk: Desk) -> None:
    """Left takes it back."""
    await desk.ringing()

    await desk.press("h", "right", "left", "enter")

    assert desk.sent == []
    assert not desk.dialog.is_open


async def test_arrow_does_not_reach_a_button_that_is_off(desk: Desk) -> None:
    """The call ended: Cancel is all there is."""
    await desk.ringing()
    await desk.press("h")
    await desk.event("call.hangup", "A")

    await desk.press("right")

    desk.dialog.focus_is("Cancel")


async def test_field_keeps_its_arrow_keys(desk: Desk) -> None:
    """Left and right move in what is typed."""
    await desk.ringing()

    await desk.press("t", "1", "2", "left", "3")

    assert desk.dialog.field("to").value == "132"


async def test_several_calls_say_what_enter_does(desk: Desk) -> None:
    """As for one call; once it has begun there is only Close."""
    await desk.answered("A")
    await desk.press("space", "h")

    assert keys_said(desk) == "enter cancel  → hang up"
    await desk.press("right", "enter")

    assert keys_said(desk) == "enter close"


async def test_smallest_terminal_shows_what_is_wrong_and_the_buttons(open_desk: OpenDesk) -> None:
    """At 60×16 the suggestions give way, not the sentence and the way out."""
    async with open_desk(size=(60, 16)) as desk:
        await desk.answered()
        await desk.answered("B", from_="+14155550100")
        for key in "tb":
            await desk.press(key)
            frame = desk.app.screen.query_one("#dialog").content_region
            for part in ("#dialog-status", "#cancel", "#confirm"):
                assert frame.contains_region(desk.app.screen.query_one(part).region), (key, part)
            await desk.press("escape")


async def test_dialog_without_a_call_has_no_empty_lines_for_one(desk: Desk) -> None:
    """Dial begins with the field to type in."""
    await desk.press("d")

    screen = desk.app.screen
    frame = screen.query_one("#dialog").content_region
    assert screen.query_one("#to").region.y == frame.y


async def test_theme_of_the_terminals_own_colours_leaves_the_desk_in_sight(desk: Desk) -> None:
    """Nothing can be dimmed there: what lies around the dialog is not painted over, and a button has no frame."""
    await desk.ringing()
    desk.app.theme = "ansi-dark"
    await desk.press("t")

    screen = desk.app.screen
    assert screen.styles.background.a == 0
    assert screen.query_one("#confirm").disabled
    assert screen.query_one("#confirm").region.height == 1
    await desk.press("escape", "question_mark")
    assert desk.app.screen.styles.background.a == 0
