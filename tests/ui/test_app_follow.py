"""Selection, following and holding: nothing moves under the operator's eyes."""

from __future__ import annotations

from console.ui.screens.event import EventScreen
from tests.ui.driver import Desk, text_of


async def test_cursor_stays_on_its_call_when_others_come_and_go(desk: Desk) -> None:
    """The cursor belongs to a call, not to a line."""
    await desk.answered("A")
    await desk.selects("A")

    await desk.ringing("B", from_="+14155550100")
    await desk.ringing("C", from_="+12065550147")
    await desk.ended("B")

    assert desk.selected == "A"


async def test_timeline_follows_the_selected_call(desk: Desk) -> None:
    """And is drawn anew when something happens to it, not otherwise."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    await desk.selects("A")
    assert "call.answered" not in desk.pane("timeline")

    await desk.event("call.answered", "B")
    assert "call.answered" not in desk.pane("timeline")
    await desk.event("call.answered", "A")

    assert "call.answered" in desk.pane("timeline")
    assert desk.app.desk.conversation.title.startswith("+1 312 555 0101")


async def test_timeline_shows_both_legs(desk: Desk) -> None:
    """A leg that comes to the session later is in the picture at once."""
    await desk.answered("A", session="one")
    await desk.event("call.initiated", "B", direction="outgoing", session="one", to="+14155550100")

    assert "2 legs" in desk.pane("timeline")


async def test_events_follow_and_hold(desk: Desk) -> None:
    """Space holds, new ones are counted, End follows again."""
    await desk.ringing("A")
    assert "following" in desk.pane("events")

    await desk.press("3", "space")
    assert "held" in desk.pane("events")
    await desk.event("call.answered", "A")
    await desk.ringing("B")
    assert "2 new" in desk.pane("events")
    await desk.press("end")

    assert "following" in desk.pane("events")


async def test_moving_up_in_the_events_holds_them(desk: Desk) -> None:
    """Reading is enough to make it stand still."""
    await desk.ringing("A")
    await desk.event("call.answered", "A")

    await desk.press("3", "up")

    assert "held" in desk.pane("events")


async def test_enter_on_an_event_shows_the_whole_webhook(desk: Desk) -> None:
    """Header, signature, JSON; Escape goes back to the same place."""
    await desk.ringing("A")

    await desk.press("3", "enter")

    assert isinstance(desk.app.screen, EventScreen)
    text = text_of(desk.app.screen)
    assert "call.initiated" in text
    assert "verified" in text
    assert '"call_control_id": "v3:A"' in text
    await desk.press("escape")
    assert desk.is_on_top
    assert desk.app.desk.panes.arrangement.active == "events"


async def test_enter_on_a_line_of_the_timeline_shows_the_whole_webhook(desk: Desk) -> None:
    """The same screen from the other pane, by `i` too."""
    await desk.ringing("A")

    await desk.press("2", "up", "i")

    assert isinstance(desk.app.screen, EventScreen)


async def test_event_id_can_be_copied(desk: Desk) -> None:
    """For a search in the portal."""
    await desk.ringing("A")
    await desk.press("3", "enter", "i")

    assert "event id sent to the terminal's clipboard (36 bytes)" in desk.notices


async def test_ended_call_stays_selected(desk: Desk) -> None:
    """What was looked at remains until the operator moves on."""
    await desk.answered("A")
    await desk.ended("A")

    assert desk.selected == "A"
    await desk.press("h")
    assert "has ended" in desk.notices
    assert not desk.dialog.is_open
