"""The menu after `c`, the palette over all commands, and what goes out without a form."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette

from console.operator import QueryAnswer
from console.ui.dialogs.form import CommandForm
from console.ui.dialogs.menu import MenuScreen
from console.ui.dialogs.sheet import SheetScreen
from console.ui.options import Prepared, UiOptions
from console.ui.screens.help import HelpScreen
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of
from tests.ui.test_app_palette import search


async def in_conference(desk: Desk) -> None:
    """A call in a conference."""
    await desk.answered()
    await desk.event("conference.participant.joined", conference_id="conf-1")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_menu_shows_what_is_possible_first(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Second keys and words; what is impossible stands below with its reason."""
    async with open_desk(size=size) as desk:
        await desk.answered()

        await desk.press("c")
        assert isinstance(desk.app.screen, MenuScreen)
        shown = text_of(desk.app.screen)
        assert "More for +1 312 555 0101" in shown
        assert "r  record" in shown
        await desk.press("end")
        assert "conference only" in text_of(desk.app.screen)
        await desk.press("escape")

        assert desk.is_on_top


async def test_menu_sends_at_once_what_needs_nothing(desk: Desk) -> None:
    """`c R` stops the recording."""
    await desk.answered()

    await desk.press("c", "R")

    assert desk.sent == [("record_stop", "A", {})]
    assert desk.is_on_top


async def test_menu_reaches_no_other_call(desk: Desk) -> None:
    """Its call goes, another one comes and is selected in an empty list: what was meant for the first is not sent to it."""
    await desk.answered("A")
    await desk.press("slash")
    await desk.type("state:answered")
    await desk.press("enter", "c")

    await desk.ended("A")
    await desk.answered("B", from_="+14155550100")
    assert desk.selected == "B"
    await desk.press("R")

    assert desk.sent == []
    assert "not the selected one any more" in desk.notices


async def test_hold_of_a_plain_leg_is_answered_honestly(desk: Desk) -> None:
    """Telnyx has none; nothing is sent in its place."""
    await desk.answered()

    await desk.press("c", "h")

    assert "Telnyx holds calls in a conference only" in desk.notices
    assert desk.sent == []


async def test_hold_in_a_conference_holds_this_leg(desk: Desk) -> None:
    """Not everybody in it."""
    await in_conference(desk)

    await desk.press("c", "h")
    await desk.press("c", "u")

    assert desk.sent == [
        ("conference.hold", "A", {"id": "conf-1", "call_control_ids": ["v3:A"]}),
        ("conference.unhold", "A", {"id": "conf-1", "call_control_ids": ["v3:A"]}),
    ]


async def test_impossible_second_key_says_why(desk: Desk) -> None:
    """A ringing call is not recorded."""
    await desk.ringing()

    await desk.press("c", "r")

    assert "not answered yet" in desk.notices
    assert desk.sent == []


async def test_menu_entry_is_clicked(desk: Desk) -> None:
    """The mouse does what the key does."""
    await desk.answered()
    await desk.press("c")

    await desk.pilot.click("#menu-commands", offset=(5, 2))
    await desk.settled()

    assert desk.sent == [("playback_stop", "A", {})]


async def test_menu_without_a_call_explains_itself(desk: Desk) -> None:
    """Everything is dim, and says why."""
    await desk.press("c")

    assert "no call is selected" in text_of(desk.app.screen)


async def test_menu_does_not_open_in_read_only(open_desk: OpenDesk) -> None:
    """There is nothing in it."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.answered()
        for key in ("c", "s", "P", "e"):
            await desk.press(key)
        assert desk.is_on_top
        assert desk.sent == []


async def test_play_key_stops_what_plays(desk: Desk) -> None:
    """`P` opens the form while nothing plays, and stops at once while something does."""
    await desk.answered()
    await desk.press("P")
    assert isinstance(desk.app.screen, CommandForm)
    await desk.press("escape", "escape")

    await desk.event("call.playback.started", media_url="http://example.com/a.mp3")
    await desk.press("P")
    await desk.event("call.playback.ended")
    await desk.press("P")

    assert desk.sent == [("playback_stop", "A", {})]
    assert isinstance(desk.app.screen, CommandForm)


async def test_question_is_answered_on_the_screen(desk: Desk) -> None:
    """`c y` asks for the call's status; what Telnyx says is shown, cleaned, and nothing is recorded."""
    answer = {"is_alive": True, "note": "\x1b]0;x\x07[/]"}
    desk.operator.answers["status"] = QueryAnswer(ok=True, status=200, data=answer)
    await desk.answered()

    await desk.press("c", "y")

    assert isinstance(desk.app.screen, SheetScreen)
    assert '"is_alive": true' in text_of(desk.app.screen)
    assert "\x1b" not in text_of(desk.app.screen)
    assert desk.operator.queries == [("status", {"call_control_id": "v3:A"})]
    assert desk.sent == []
    await desk.press("escape")
    assert desk.is_on_top


async def test_question_without_an_answer_says_so(desk: Desk) -> None:
    """The refusal in words."""
    desk.operator.answers["status"] = QueryAnswer(ok=False, status=404, message="no such call")
    await desk.answered()

    await desk.press("c", "y")

    assert "no such call" in desk.notices


async def test_command_that_concerns_no_call_tells_its_success(desk: Desk) -> None:
    """It has no timeline to be seen in."""
    await run(desk, "queue create")
    await desk.type("support")
    await desk.press("enter", "ctrl+s")

    assert desk.sent == [("queue.create", None, {"queue_name": "support"})]
    assert "queue create: Telnyx took it (HTTP 200" in desk.notices


async def test_what_ends_something_is_asked_with_its_name(desk: Desk) -> None:
    """A queue is named in the question."""
    await run(desk, "queue delete")
    await desk.type("support")
    await desk.press("enter", "ctrl+s")
    desk.dialog.shows("Queue delete?", "queue_name: support").focus_is("Cancel")

    await desk.dialog.confirm()

    assert desk.sent == [("queue.delete", None, {"queue_name": "support"})]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("captions", "transcription start"),
        ("denoise", "suppression start"),
        ("tape", "record start"),
    ],
)
async def test_palette_finds_commands_by_what_they_do(desk: Desk, words: str, title: str) -> None:
    """By synonyms, with the keys that lead there."""
    await desk.answered()

    found = await search(desk, words)

    assert any(each.startswith(title) for each in found)


async def test_palette_opens_the_form_of_any_command(desk: Desk) -> None:
    """Filled with what the call answers."""
    await in_conference(desk)
    await run(desk, "conference record start")
    assert isinstance(desk.app.screen, CommandForm)

    await desk.press("ctrl+s")

    assert desk.sent == [("conference.record_start", None, {"id": "conf-1", "format": "mp3"})]


async def test_palette_says_why_a_command_is_impossible(desk: Desk) -> None:
    """Dimmed, with the reason."""
    await desk.ringing()

    found = await search(desk, "siprec")

    assert found
    await desk.press("escape")
    found = await search(desk, "record start")
    assert any("now: not answered yet" in each for each in found)


async def test_preset_is_in_the_palette(open_desk: OpenDesk) -> None:
    """By the operator's name for it."""
    preset = Prepared(name="warm-transfer", action="transfer", params={"to": "+14155550111"})
    async with open_desk(UiOptions(presets=(preset,))) as desk:
        await desk.answered()

        await run(desk, "warm-transfer")

        desk.dialog.shows("+14155550111")


async def test_help_lists_the_second_keys(desk: Desk) -> None:
    """The menu is found without opening it."""
    await desk.press("question_mark")
    assert isinstance(desk.app.screen, HelpScreen)

    await desk.type("suppress")

    assert "suppress noise" in text_of(desk.app.screen)


async def run(desk: Desk, words: str) -> None:
    """The first command that the palette finds."""
    await search(desk, words)
    assert isinstance(desk.app.screen, CommandPalette)
    await desk.press("enter")
    await desk.settled()
    await desk.settled()
