"""What every widget draws, as text, at three sizes and with ASCII signs: each pane is opened on a desk where time stands still.

A golden holds the widgets on top, each under its name. Status lines and key bar have goldens of their own, with fixed
values, so that another key changes one file and not all of these.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widget import Widget

import console.ui
from console.domain.entries import Intent
from console.operator import Asked, StreamHealth, TrackHealth
from console.ui.options import UiOptions
from console.ui.screens.alerts import AlertsPane
from console.ui.screens.pulse import PulsePane
from console.ui.screens.ring_back import RingBackPane
from console.ui.widgets.event_view import EventView
from console.ui.widgets.keybar import KeyBar
from console.ui.widgets.line_list import LineList
from console.ui.widgets.painting import PaintedLines
from console.ui.widgets.past_status import PastStatus
from console.ui.widgets.size_guard import TooSmall
from console.ui.widgets.status import StatusBar
from tests.fixtures.clock import utc
from tests.fixtures.golden import FOLDER, drawn, same_as_golden
from tests.ui import test_panes_applications as applications
from tests.ui import test_panes_doctor as doctor
from tests.ui import test_panes_taking as taking
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, START, Desk, text_of
from tests.ui.test_app_replay import Replayer, to
from tests.ui.test_travel import goes_to


async def examined() -> Sequence[doctor.Told]:
    """What the doctor finds."""
    return doctor.FOUND


SIZES = [(60, 16), (80, 24), (140, 36)]
OPTIONS = UiOptions(
    metrics={"answered_is_service": True, "zone": "UTC"},
    export=lambda _order, _folder, _name, _replaces: Path("never"),
    filters=(("waiting", "state:waiting"),),
    examine=examined,
    alerts={"long": {"watch": "longest_wait", "limit": 30, "clear": 10}},
)
Scene = Callable[[Desk], Awaitable[object]]


@pytest.fixture(autouse=True)
def _repeatable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same clock, the same identifiers and the same masks everywhere."""
    numbers = itertools.count(1)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(numbers), version=4))
    monkeypatch.setattr(secrets, "token_bytes", bytes)
    with utc():
        yield


async def conversation(desk: Desk) -> None:
    """One caller answered and transferred by us, one who gave up, one who waits."""
    await desk.ringing("A")
    await desk.selects("A")
    await desk.press("a")
    await desk.event("call.answered", "A", settle=False)
    await desk.operator.execute(
        Intent(command_id="transfer-1", action="transfer", call_control_id="v3:A",
               params={"to": "+14155550111"}, operator="alice")
    )  # fmt: skip
    await desk.event("call.initiated", "B", session="session-A", settle=False,
                     direction="outgoing", to="+14155550111")  # fmt: skip
    await desk.event("call.answered", "B", settle=False)
    await desk.event("call.bridged", "A", settle=False)
    await desk.event("call.bridged", "B", settle=False)
    await desk.event("call.initiated", "G", state="parked", from_="+12065550147", settle=False)
    desk.clock.now += 7 * SECOND
    await desk.event("call.hangup", "G", hangup_cause="originator_cancel", hangup_source="caller",
                     sip_hangup_cause="487", settle=False)  # fmt: skip
    await desk.event("call.initiated", "W", state="parked", from_="+442079460155", settle=False)
    await desk.seconds(5)
    await desk.selects("A")


async def watched(desk: Desk) -> None:
    """The line is watched, and all of the past is read."""
    await conversation(desk)
    await desk.app.desk.news.watch_line()
    line = desk.app.services.line
    assert line is not None
    line.read_all()
    await desk.seconds(31)


async def over_the_line(desk: Desk, key: str) -> None:
    """Pulse, alerts or callers to ring back."""
    await watched(desk)
    await desk.press(key)
    await desk.seconds(1)
    screen = desk.app.screen
    if isinstance(screen, PulsePane):
        screen.draw()
    elif isinstance(screen, AlertsPane | RingBackPane):
        screen.look()
    await desk.pilot.pause()


async def pressed(desk: Desk, *keys: str) -> None:
    """The conversation, and keys."""
    await conversation(desk)
    await desk.press(*keys)


async def timeline_on_the_clock(desk: Desk) -> None:
    """Other times, one leg alone."""
    await pressed(desk, "2", "w", "l")


async def compared(desk: Desk) -> None:
    """The newest event beside the one before."""
    await pressed(desk, "3", "end", "enter", "m", "escape", "up", "up", "enter", "c")


async def searched_event(desk: Desk) -> None:
    """A word looked for in an event, and its bytes."""
    await pressed(desk, "3", "end", "enter")
    desk.app.screen.query_one(EventView).toggle_raw()
    await desk.pilot.pause()


async def said(desk: Desk) -> None:
    """Words of both sides, the last one still a guess."""
    await conversation(desk)
    words = [("Hello, I would like to know where my order is.", "inbound", True),
             ("Good morning! May I have its number?", "outbound", True),
             ("Four seven one", "inbound", False)]  # fmt: skip
    for text, track, final in words:
        data = {"transcript": text, "is_final": final, "confidence": 0.9,
                "transcription_track": track}  # fmt: skip
        await desk.event("call.transcription", "A", transcription_data=data)
    await desk.press("T")


async def heard(desk: Desk) -> None:
    """A stream with a level, and a track of which little is known."""
    await conversation(desk)
    tracks = (TrackHealth(track="inbound", packets=2100, lost=3, reordered=1, seconds=42.0,
                          level_db=-30.0, jitter_ms=2.4),
              TrackHealth(track="outbound", packets=7, lost=None))  # fmt: skip
    desk.operator.streams = (
        StreamHealth(call_control_id="v3:A", stream_id="s-1", started_at=START, codec="PCMU",
                     sample_rate=8000, channels=1, is_decoded=True, tracks=tracks),
    )  # fmt: skip
    media = replace(desk.operator.state, media_url="ws://127.0.0.1:8080/media/x")
    desk.operator.state = desk.app.services.health = media
    await desk.press("S")
    desk.app.screen.ask_engine()  # type: ignore[attr-defined]
    await desk.settled()


async def listed_applications(desk: Desk) -> None:
    """Ours, and one that is set wrongly."""
    await conversation(desk)
    await applications.open_pane(desk)
    await desk.settled()


async def asked(desk: Desk) -> None:
    """Commands, and a question that failed."""
    await conversation(desk)
    desk.operator.asked = (
        Asked(number=1, at=desk.clock.now, method="GET", path="/calls/v3%3AA", purpose="comparing",
              status=404, latency_ms=12.4, attempts=2, message="Telnyx does not know this call"),
    )  # fmt: skip
    await desk.press("L")
    await desk.settled()


async def form(desk: Desk) -> None:
    """The form of a command with a value typed."""
    await pressed(desk, "t", "f2")
    await desk.pilot.pause()


async def keypad(desk: Desk) -> None:
    """Digits that went out and one that came."""
    await pressed(desk, "K", "1", "2", "number_sign")
    await desk.event("call.dtmf.received", "A", digit="7")


async def in_the_past(desk: Desk) -> None:
    """The desk eight seconds ago."""
    await conversation(desk)
    await goes_to(desk, "-8s")


async def refused(desk: Desk) -> None:
    """Asked for a cause to reject with."""
    await conversation(desk)
    await desk.selects("W")
    await desk.press("r")


async def redacted(desk: Desk) -> None:
    """The same desk, for a shared screen."""
    await pressed(desk, "1", "home", "X")
    await desk.seconds(4)


async def url_taken(desk: Desk) -> None:
    """What would change at an application, its self-test passed."""
    await conversation(desk)
    await applications.open_pane(desk, applications.OTHER)
    desk.operator.takings["look"] = taking.found()
    await desk.press("W")
    await desk.settled()


async def replayed(desk: Desk) -> None:
    """The webhooks of a call, about to be sent again."""
    await conversation(desk)
    Replayer(desk)
    await desk.press("ctrl+r")
    await to(desk)


async def past_pulse(desk: Desk) -> None:
    """The figures of a moment that is over."""
    await watched(desk)
    await goes_to(desk, "-20s")
    await desk.press("u")
    line = desk.app.desk.services.line
    assert line is not None
    line.read_all()
    screen = desk.app.screen
    assert isinstance(screen, PulsePane)
    screen.draw()
    await desk.pilot.pause()


async def searching(desk: Desk) -> None:
    """The filter of the calls, half typed."""
    await pressed(desk, "1", "slash")
    await desk.type("state:ri")


SCENES: dict[str, Scene] = {
    "desk": conversation,
    "desk_marked": lambda desk: pressed(desk, "home", "space", "down", "space"),
    "desk_filtered": searching,
    "timeline": timeline_on_the_clock,
    "flow": lambda desk: pressed(desk, "f"),
    "event": lambda desk: pressed(desk, "3", "end", "enter"),
    "event_raw": searched_event,
    "compare": compared,
    "form": form,
    "keypad": keypad,
    "transcript": said,
    "sound": heard,
    "applications": listed_applications,
    "pulse": lambda desk: over_the_line(desk, "u"),
    "alerts": lambda desk: over_the_line(desk, "exclamation_mark"),
    "ring_back": lambda desk: over_the_line(desk, "B"),
    "requests": asked,
    "history": lambda desk: pressed(desk, "H"),
    "past": in_the_past,
    "notices": lambda desk: pressed(desk, "N"),
    "help": lambda desk: pressed(desk, "question_mark"),
    "columns": lambda desk: pressed(desk, "o"),
    "note": lambda desk: pressed(desk, "n"),
    "menu": lambda desk: pressed(desk, "c"),
    "export": lambda desk: pressed(desk, "E"),
    "filters": lambda desk: pressed(desk, "F"),
    "hang_up_marked": lambda desk: pressed(desk, "home", "space", "down", "space", "h"),
    "reject": refused,
    "redacted": redacted,
    "doctor": lambda desk: pressed(desk, "D"),
    "replay": replayed,
    "take_url": url_taken,
    "past_pulse": past_pulse,
}
SEPARATE: tuple[type, ...] = (KeyBar, StatusBar, TooSmall)
"""These have goldens of their own in `test_widgets_lines`."""


def widgets() -> set[str]:
    """The names of all widgets that draw their lines themselves."""
    for module in pkgutil.walk_packages(console.ui.__path__, "console.ui."):
        importlib.import_module(module.name)
    found: set[type] = set()
    rest: list[type] = [LineList, PaintedLines]
    while rest:
        kind = rest.pop()
        found.add(kind)
        rest += kind.__subclasses__()
    ours = {each.__name__ for each in found if each.__module__.startswith("console.")}
    return ours - {"PaintedLines"} - {each.__name__ for each in SEPARATE}


def test_every_widget_has_a_golden() -> None:
    """A new one cannot be forgotten."""
    drawn_somewhere = "\n".join(
        each.read_text(encoding="utf-8") for each in (FOLDER / "panes").glob("*.txt")
    )
    # `test_widgets_lists` draws the first by itself, the desk has its child; the second draws as `KeyBar` does.
    alone = {"EventTail", "KeyLine"}

    assert [each for each in sorted(widgets() - alone) if f"[{each} " not in drawn_somewhere] == []


def named_lines(desk: Desk) -> list[str]:
    """Every widget in sight that draws lines, under its name."""
    found: list[str] = []
    for widget in desk.app.screen.query("*"):
        if not isinstance(widget, (LineList, PaintedLines)) or not widget.region.area:
            continue
        if isinstance(widget, SEPARATE) and not isinstance(widget, PastStatus):
            continue
        if not widget.is_on_screen or not all(each.display for each in widget.ancestors_with_self
                                              if hasattr(each, "display")):  # fmt: skip
            continue
        width, height = widget.outer_size
        found.append(f"[{type(widget).__name__} {widget.id or ''}".rstrip() + f" {width}x{height}]")
        found += drawn(widget)
    return found or text_of(frame_of(desk.app.screen)).split("\n")


def frame_of(screen: Screen[Any]) -> Widget:
    """What a dialog or a page draws of its own: no widget of ours is in it."""
    frames = [each for each in screen.children if each.is_container and each.region.area]
    return min(frames, key=lambda each: each.region.area)


async def played(
    open_desk: OpenDesk, options: UiOptions, scene: str, size: tuple[int, int]
) -> list[str]:
    """The lines of a scene."""
    async with open_desk(options, size=size) as desk:
        await SCENES[scene](desk)
        desk.app.clear_notifications()
        await desk.pilot.pause()
        return named_lines(desk)


@pytest.mark.parametrize("scene", ["desk", "desk_marked", "timeline", "flow", "sound", "pulse", "alerts", "requests",
                                   "history", "past"])  # fmt: skip
async def test_widgets_of_a_pane_ascii_golden(open_desk: OpenDesk, scene: str) -> None:
    """Where signs are drawn: other ones, and nothing that such a terminal has not."""
    lines = await played(open_desk, replace(OPTIONS, ascii=True), scene, (80, 24))

    assert all(line.isascii() for line in lines)
    assert same_as_golden(f"panes/{scene}_ascii", lines)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_widgets_of_a_pane_golden(
    open_desk: OpenDesk, scene: str, size: tuple[int, int]
) -> None:
    """As wide and as high as the screen leaves them."""
    lines = await played(open_desk, OPTIONS, scene, size)

    assert same_as_golden(f"panes/{scene}_{size[0]}x{size[1]}", lines)
