"""A dialog is bound to its leg: what happens to the leg while it is open shows at once."""

from __future__ import annotations

import pytest

from tests.ui.driver import Desk

OPEN = {"h": "answered", "t": "answered", "b": "answered", "r": "ringing"}


@pytest.mark.parametrize("key", OPEN)
async def test_call_that_ends_meanwhile_blocks_the_dialog(desk: Desk, key: str) -> None:
    """The dialog says so, its button is off, and nothing is sent however it is pressed."""
    await desk.answered("B", from_="+14155550100")
    await (desk.answered("A") if OPEN[key] == "answered" else desk.ringing("A"))
    await desk.selects("A")
    await desk.press(key)
    assert desk.dialog.is_open

    await desk.ended("A")

    desk.dialog.shows("ended")
    assert "nothing can be sent" in desk.dialog.text
    assert not desk.dialog.can_confirm
    await desk.dialog.confirm()
    assert desk.sent == []
    await desk.press("escape")
    assert desk.is_on_top


async def test_reject_is_blocked_when_somebody_else_answers(desk: Desk) -> None:
    """It need not end: whatever makes the command impossible is said."""
    await desk.ringing()
    await desk.press("r")

    await desk.event("call.answered")

    desk.dialog.shows("nothing can be sent")
    assert not desk.dialog.can_confirm


async def test_title_follows_the_clock_and_the_state(desk: Desk) -> None:
    """The dialog shows the leg as it is now, not as it was when it was opened."""
    await desk.answered()
    await desk.press("t")
    desk.dialog.shows("talking 0:00")

    desk.clock.now += 65_000_000
    desk.dialog.screen.refresh_state()
    await desk.settled()

    desk.dialog.shows("talking 1:05")


async def test_dialog_stays_on_its_leg_when_the_list_changes(desk: Desk) -> None:
    """Another call that comes in meanwhile cannot become the one that is hung up."""
    await desk.answered("A")
    await desk.press("h")

    await desk.ringing("B")
    await desk.dialog.confirm()

    assert desk.sent == [("hangup", "A", {})]


async def test_bridge_loses_the_other_leg(desk: Desk) -> None:
    """When the chosen leg ends, no other one slides under the cursor."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.answered("C", from_="+12065550147")
    await desk.selects("A")
    await desk.press("b")
    desk.dialog.shows("+1 415 555 0100")

    await desk.ended("B")

    desk.dialog.shows("choose the other call")
    assert not desk.dialog.can_confirm
    await desk.press("enter")
    assert desk.sent == []
    await desk.press("down", "enter")
    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:C"})]


async def test_bridge_filters_with_the_language_of_the_desk(desk: Desk) -> None:
    """The list narrows while typing; a mistake is said and keeps the last list."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.answered("C", from_="+12065550147")
    await desk.selects("A")
    await desk.press("b")

    await desk.type("from:+1206")

    desk.dialog.shows("+1 206 555 0147")
    assert "415 555" not in desk.dialog.text
    await desk.press("enter")
    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:C"})]


async def test_command_that_became_impossible_after_the_dialog_is_not_sent(desk: Desk) -> None:
    """The last look is taken when the dialog has closed."""
    await desk.answered()
    await desk.press("h")
    await desk.event("call.hangup", settle=False, hangup_cause="normal_clearing")
    desk.app.services.store.poll()

    desk.dialog.screen.dismiss({})
    await desk.settled()

    assert desk.sent == []
    assert "nothing was sent" in desk.notices


async def test_key_that_confirmed_does_nothing_behind_the_dialog(desk: Desk) -> None:
    """Enter twice sends once, and the second one does not open what is under the cursor of the desk."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.selects("A")
    await desk.press("b")

    await desk.press("enter", "enter", "enter")

    assert [action for action, _, _ in desk.sent] == ["bridge"]
    assert desk.is_on_top
    assert desk.app.desk.panes.arrangement.active == "calls"


async def test_another_key_works_at_once_after_a_dialog(desk: Desk) -> None:
    """Only the key that closed it is held back, and only until it has been left alone for a moment."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.selects("A")
    await desk.press("b", "enter", "2")

    assert desk.app.desk.panes.arrangement.active == "timeline"

    await desk.press("1", "enter")
    assert desk.app.desk.panes.arrangement.active == "timeline"


async def test_bridge_offers_answered_calls_first(desk: Desk) -> None:
    """Who can be connected at once is on top and chosen; of one that only rings the dialog says so."""
    await desk.ringing("R", from_="+12065550147")
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.selects("A")

    await desk.press("b")

    rows = desk.dialog.text
    assert rows.index("+1 415 555 0100") < rows.index("+1 206 555 0147")
    assert "not answered yet" not in rows
    await desk.press("down")
    desk.dialog.shows("the other call is not answered yet")
    await desk.press("up", "enter")
    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:B"})]


async def test_bridge_takes_nobody_out_of_a_call_unasked(desk: Desk) -> None:
    """Enter alone never picks a call that talks or rings: it has to be named or chosen."""
    await desk.ringing("R", from_="+12065550147")
    await desk.answered("A")
    await desk.selects("A")

    await desk.press("b")

    desk.dialog.shows("choose the other call")
    await desk.press("enter")
    assert desk.sent == []
    await desk.press("down")
    desk.dialog.shows("the other call is not answered yet")
    await desk.press("enter")
    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:R"})]


async def test_bridge_lets_go_of_a_call_that_is_connected_meanwhile(desk: Desk) -> None:
    """It was offered because it was free; it is only taken out of its new call by who chooses it again."""
    await desk.answered("B")
    await desk.answered("A")
    await desk.selects("A")
    await desk.press("b")
    assert desk.dialog.can_confirm

    await desk.event("call.bridged", "B")

    desk.dialog.shows("choose the other call")
    await desk.press("enter")
    assert desk.sent == []
    await desk.press("down", "enter")
    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:B"})]
