"""Keys that come in one piece: each is for what the one before it opened."""

from __future__ import annotations

from textual import events

from console.ui.dialogs.note import NoteDialog
from tests.ui.driver import Desk

_NAMES = {"/": "slash", " ": "space", "\r": "enter"}


def at_once(desk: Desk, text: str) -> None:
    """As a slow line or a stalled screen hands them over."""
    for sign in text:
        name = _NAMES.get(sign, sign)
        desk.app.post_message(events.Key(name, sign if sign.isprintable() else None))


async def test_keys_after_a_filter_was_opened_belong_to_the_filter(desk: Desk) -> None:
    """Nobody is answered by the `a` of `/ann`."""
    await desk.ringing("one")
    await desk.settled()

    at_once(desk, "/anh dbr")
    await desk.settled()

    assert desk.app.desk.calls_filter.text == "anh dbr"
    assert desk.operator.sent == []


async def test_keys_after_a_dialog_was_opened_belong_to_the_dialog(desk: Desk) -> None:
    """Its field has the focus before they are given out."""
    await desk.ringing("one")
    await desk.settled()

    at_once(desk, "nah a friend")
    await desk.settled()

    assert isinstance(desk.app.screen, NoteDialog)
    assert desk.app.screen.query("Input").first().value == "ah a friend"  # type: ignore[attr-defined]
    assert desk.operator.sent == []


async def test_keys_that_are_pasted_wait_their_turn_too(desk: Desk) -> None:
    """A paste behind a key that opens a field goes into the field."""
    await desk.ringing("one")
    await desk.settled()

    at_once(desk, "/")
    desk.app.post_message(events.Paste("from:+1"))
    at_once(desk, "3")
    await desk.settled()

    assert desk.app.desk.calls_filter.text == "from:+13"


async def test_a_held_key_counts_every_time(desk: Desk) -> None:
    """None of many is lost."""
    for number in range(30):
        await desk.ringing(f"{number:02}")
    await desk.settled()
    await desk.press("home")
    before = desk.app.desk.calls.view.index_of(desk.app.desk.calls.selected or "")

    at_once(desk, "j" * 20 + "k" * 5)
    await desk.settled()

    after = desk.app.desk.calls.view.index_of(desk.app.desk.calls.selected or "")
    assert (before, after) == (0, 15)


async def test_what_was_typed_for_a_form_that_did_not_open_is_for_nobody(desk: Desk) -> None:
    """The `a` of a name typed behind `t`, which an ended call refuses, answers nobody, and `q` does not leave."""
    await desk.ringing("one")
    await desk.ended("two")
    await desk.settled()
    desk.app.desk.jump("v3:two")
    await desk.settled()

    at_once(desk, "tkaq")
    await desk.settled()

    assert desk.selected == "two"
    assert desk.is_on_top
    assert desk.app.is_running
    assert desk.operator.sent == []


async def test_what_was_typed_for_the_menu_of_another_call_is_for_nobody(desk: Desk) -> None:
    """A command that the menu refuses takes what follows it along, too."""
    await desk.ringing("one")
    await desk.ended("two")
    await desk.settled()
    desk.app.desk.jump("v3:two")
    await desk.settled()

    at_once(desk, "cska")
    await desk.settled()

    assert desk.selected == "two"
    assert desk.operator.sent == []


async def test_keys_after_a_refusal_was_seen_work(desk: Desk) -> None:
    """Only what was typed before it is dropped."""
    await desk.ringing("one")
    await desk.ended("two")
    await desk.settled()
    desk.app.desk.jump("v3:two")
    await desk.settled()

    at_once(desk, "t")
    await desk.settled()
    at_once(desk, "z")
    await desk.settled()

    assert desk.app.desk.panes.arrangement.zoomed


async def test_keys_behind_one_that_a_pane_refuses_are_for_nobody(desk: Desk) -> None:
    """The same on the screens over the desk."""
    await desk.settled()
    await desk.press("H")
    before = desk.app.screen

    at_once(desk, "fq")
    await desk.settled()

    assert desk.app.screen is before
