"""Transfer and dial: the destination is checked while it is typed."""

from __future__ import annotations

from tests.ui.driver import Desk


async def test_wrong_destination_is_said_while_typing(desk: Desk) -> None:
    """The button stays off until what was typed can be dialled."""
    await desk.answered()
    await desk.press("t")
    assert not desk.dialog.can_confirm

    await desk.type("nobody")
    desk.dialog.shows("nobody is not a destination")
    assert not desk.dialog.can_confirm
    await desk.press("enter")
    assert desk.sent == []

    desk.dialog.field("to").value = "+13125550199"
    await desk.settled()
    assert desk.dialog.can_confirm


async def test_suggestions_follow_and_are_taken_with_the_arrow_keys(desk: Desk) -> None:
    """Down marks a contact, Enter takes it, Enter again sends."""
    await desk.answered()
    await desk.press("t")
    await desk.type("ann")
    desk.dialog.shows("Annex desk", "+14155550111")

    await desk.press("down", "down", "enter")
    assert desk.dialog.field("to").value == "Annex desk"
    assert desk.sent == []
    await desk.press("enter")

    assert desk.sent == [("transfer", "A", {"to": "+14155550111"})]


async def test_transfer_takes_a_caller_id_when_one_is_typed(desk: Desk) -> None:
    """An address is not a caller id; a number with its country code is."""
    await desk.answered()
    await desk.press("t")
    await desk.type("ann")
    desk.dialog.field("from").value = "sip:me@example.com"
    await desk.settled()
    desk.dialog.shows("from: a number with its country code")

    desk.dialog.field("from").value = "+18005550100"
    await desk.settled()
    await desk.dialog.confirm()

    assert desk.sent[0][2] == {"to": "sip:ann@example.com", "from": "+18005550100"}
