"""A bug in whatever a widget or a screen of ours does is told, and the console goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from console.ui.actions import BY_ID
from console.ui.widgets.calls import CallTable
from console.ui.widgets.keybar import KeyBar
from console.ui.widgets.status import StatusBar
from tests.ui.driver import Desk


class Bug(Exception):
    """What no handler expects."""


def bug(*_arguments: object, **_named: object) -> None:
    """A handler with a mistake in it."""
    raise Bug


async def goes_on(desk: Desk, told: int = 1) -> None:
    """The bug was told, and calls are still shown and keys still work."""
    desk.errors_expected = True
    assert [type(error) for error in desk.app.reported] == [Bug] * told
    assert "Bug" in desk.notices
    await desk.ringing("Z", from_="+14155550100")
    assert "+1 415 555 0100" in desk.pane("calls")
    await desk.press("h")
    assert desk.dialog.is_open


async def test_border_of_a_list_on_a_click(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list's own handler of an event."""
    await desk.ringing()
    monkeypatch.setattr(desk.app.desk.calls, "moved_by_hand", bug)

    await desk.pilot.click(CallTable, offset=(5, 1))
    await desk.settled()

    await goes_on(desk)


async def test_border_of_a_list_on_a_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action of a list, called by its binding."""
    await desk.ringing()
    with monkeypatch.context() as patch:
        patch.setattr(desk.app.desk.calls, "moved_by_hand", bug)
        await desk.press("down")

    await goes_on(desk)


async def test_border_of_a_list_when_it_is_resized(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Textual tells a widget, not the operator."""
    await desk.ringing()
    with monkeypatch.context() as patch:
        patch.setattr(desk.app.desk.calls.rows, "resize", bug)
        desk.app.desk.calls.post_message(events.Resize(desk.app.size, desk.app.size))
        await desk.settled()

    await goes_on(desk)


@pytest.mark.parametrize("kind", [StatusBar, KeyBar])
async def test_border_of_painted_lines(
    desk: Desk, kind: type[Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines above and below."""
    widget = desk.app.desk.query_one(kind)
    with monkeypatch.context() as patch:
        patch.setattr(widget, "lines", bug)
        widget.post_message(events.Resize(desk.app.size, desk.app.size))
        await desk.settled()

    await goes_on(desk)


@pytest.mark.parametrize("kind", [CallTable, StatusBar])
async def test_border_of_drawing(
    desk: Desk, kind: type[Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be drawn stays blank, is told once, and is drawn again when it can be."""
    await desk.ringing()
    widget = desk.app.desk.query_one(kind)
    with monkeypatch.context() as patch:
        patch.setattr(widget, "render_line", bug)
        for _ in range(3):
            widget.refresh()
            await desk.settled()
    widget.refresh()

    await goes_on(desk)
    drawn: list[Strip] = widget.render_lines(Region(0, 0, widget.size.width, 1))
    assert drawn[0].text.strip()


@pytest.mark.parametrize("later", ["call_next", "call_later", "call_after_refresh"])
@pytest.mark.parametrize("where", ["desk", "list", "app"])
async def test_border_of_what_comes_next(desk: Desk, later: str, where: str) -> None:
    """What was put off is guarded like what is done at once."""
    node = {"desk": desk.app.desk, "list": desk.app.desk.calls, "app": desk.app}[where]
    put_off: Callable[[Callable[..., None]], object] = getattr(node, later)

    put_off(bug)
    await desk.settled()

    await goes_on(desk)


async def test_border_of_an_answer_of_a_dialog(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done with a dialog's answer is called by Textual, not by the dialog."""
    await desk.answered()
    with monkeypatch.context() as patch:
        patch.setattr("console.ui.asking.asked_again", bug)
        desk.app.act(BY_ID["call.hangup"])
        await desk.settled()
        await desk.dialog.confirm()

    assert desk.sent == []
    await goes_on(desk)


async def test_border_of_idleness(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a node does when there is nothing else to do."""
    with monkeypatch.context() as patch:
        patch.setattr(CallTable, "on_idle", bug, raising=False)
        desk.app.desk.calls.post_message(events.Callback(lambda: None))
        await desk.settled()

    assert {type(error) for error in desk.app.reported} == {Bug}
    await goes_on(desk, len(desk.app.reported))


async def test_border_of_a_field_of_textual(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A widget that is not ours goes on, too: what comes next, it does."""
    await desk.ringing()
    await desk.press("question_mark")
    field = desk.app.screen.query_one(Input)
    field.focus()
    with monkeypatch.context() as patch:
        patch.setattr(Input, "_on_paste", bug)
        desk.app.post_message(events.Paste("lost"))
        await desk.settled()
    desk.app.post_message(events.Paste("kept"))
    await desk.settled()

    assert field.value == "kept"
    await desk.press("escape", "escape")
    await goes_on(desk)


async def test_border_of_drawing_a_field_of_textual(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be drawn stays blank, is told once, and is drawn again when it can be."""
    await desk.ringing()
    await desk.press("question_mark")
    field = desk.app.screen.query_one(Input)
    with monkeypatch.context() as patch:
        patch.setattr(Input, "render_line", bug)
        for _ in range(3):
            field.refresh()
            await desk.settled()
    field.value = "drawn"
    await desk.settled()

    assert "drawn" in field.render_lines(Region(0, 0, field.size.width, 1))[0].text
    await desk.press("escape", "escape")
    await goes_on(desk)


@pytest.mark.parametrize("timer", ["set_timer", "set_interval"])
@pytest.mark.parametrize("where", ["desk", "app", "field"])
async def test_border_of_a_timer(desk: Desk, where: str, timer: str) -> None:
    """Textual calls what a timer is for outside of every handler."""
    await desk.ringing()
    await desk.press("question_mark")
    field = desk.app.screen.query_one(Input)
    node = {"desk": desk.app.desk, "app": desk.app, "field": field}[where]
    called = asyncio.Event()

    def failing() -> None:
        if called.is_set():  # a tick that was on its way already
            return
        called.set()
        begun.stop()
        raise Bug

    begun = getattr(node, timer)(0.001, failing)
    await called.wait()
    await desk.settled()

    await desk.press("escape", "escape")
    await goes_on(desk)
