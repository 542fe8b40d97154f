"""Collecting digits: what is asked, the digits as they come, the result."""

from __future__ import annotations

import pytest

from console.ui.dialogs.form import CommandForm
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


async def start(desk: Desk) -> None:
    """An answered call that is asked for digits."""
    await desk.answered()
    await desk.press("C", "enter")


async def test_gather_sends_only_what_was_changed(desk: Desk) -> None:
    """What Telnyx takes anyway is left out."""
    await desk.answered()

    await desk.press("C")
    desk.dialog.shows("Collect digits +1 312 555 0101", "say first", "at most", "within s")
    desk.dialog.field("most").value = "4"
    desk.dialog.field("seconds").value = "10"
    await desk.press("enter")

    assert desk.sent == [("gather", "A", {"maximum_digits": 4, "timeout_millis": 10_000})]


async def test_something_to_say_makes_it_another_command(desk: Desk) -> None:
    """A prompt is spoken first."""
    await desk.answered()
    await desk.press("C")
    desk.dialog.field("say").value = "Your number, please"
    await desk.press("enter")

    assert desk.sent == [
        (
            "gather_using_speak",
            "A",
            {"payload": "Your number, please", "voice": "AWS.Polly.Joanna"},
        )
    ]
    assert "Your number, please" in shown(desk)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("most", "0", "from 1 to 128"),
        ("least", "200", "from 1 to 128"),
        ("end", "##", "one key"),
        ("keys", "12x", "those that count"),
        ("seconds", "soon", "seconds from"),
    ],
)
async def test_wrong_input_is_named(desk: Desk, field: str, value: str, words: str) -> None:
    """Nothing is sent that Telnyx would refuse anyway."""
    await desk.answered()
    await desk.press("C")
    desk.dialog.field(field).value = value
    await desk.settled()

    desk.dialog.shows(words)
    await desk.press("enter")

    assert desk.sent == []


async def test_digits_and_result_appear_live(desk: Desk) -> None:
    """One after the other, then how it ended."""
    await start(desk)
    assert "waiting for digits" in shown(desk)

    await desk.event("call.dtmf.received", digit="4")
    await desk.event("call.dtmf.received", digit="7")
    assert "4 7" in shown(desk)
    assert "waiting for more digits" in shown(desk)
    await desk.event("call.gather.ended", digits="47", status="valid")

    assert "complete" in shown(desk)
    assert "47" in shown(desk)


async def test_whole_form_takes_over_what_was_typed(desk: Desk) -> None:
    """F2: every parameter of the command; the pane opens all the same."""
    await desk.answered()
    await desk.press("C")
    desk.dialog.field("say").value = "Your number, please"
    desk.dialog.field("most").value = "4"
    await desk.press("f2")
    assert isinstance(desk.app.screen, CommandForm)
    await desk.press("ctrl+s")

    ((action, _, params),) = desk.sent
    assert action == "gather_using_speak"
    assert params["payload"] == "Your number, please"
    assert params["maximum_digits"] == 4
    assert "waiting for digits" in shown(desk)


async def test_request_is_shown_before_it_is_sent(desk: Desk) -> None:
    """F3: as it will go out, under the same id."""
    await desk.answered()
    await desk.press("C")
    dialog = desk.dialog.screen
    desk.dialog.field("say").value = "Hello"
    await desk.press("f3")
    assert "actions/gather_using_speak" in shown(desk)

    await desk.press("escape", "enter")

    assert desk.operator.sent[0].command_id == dialog.command_id


async def test_refused_gather_says_why(desk: Desk) -> None:
    """In the pane, where somebody waits for digits."""
    desk.operator.refuses("90034", "The call is not answered yet")

    await start(desk)

    assert "refused: The call is not answered yet" in shown(desk)


async def test_gather_is_stopped_with_a_key(desk: Desk) -> None:
    """And the key says when there is nothing to stop."""
    await start(desk)
    await desk.press("x")
    assert [sent[0] for sent in desk.sent] == ["gather", "gather_stop"]
    await desk.event("call.gather.ended", digits="", status="cancelled")
    assert "stopped before it was complete" in shown(desk)

    await desk.press("x")

    assert len(desk.sent) == 2
    assert "nothing is being gathered" in desk.notices


async def test_leaving_does_not_end_it(desk: Desk) -> None:
    """The same key comes back to a gather that goes on."""
    await start(desk)
    await desk.press("escape")
    assert desk.is_on_top

    await desk.press("C")

    assert "waiting for digits" in shown(desk)
    assert len(desk.sent) == 1


async def test_again_asks_once_more(desk: Desk) -> None:
    """With the dialog, and then a gather of its own."""
    await start(desk)
    await desk.event("call.gather.ended", digits="1", status="timeout")

    await desk.press("n", "enter")

    assert [sent[0] for sent in desk.sent] == ["gather", "gather"]
    assert "waiting for digits" in shown(desk)


async def test_hostile_digits_are_only_text(open_desk: OpenDesk) -> None:
    """Whatever Telnyx is made to report."""
    async with open_desk(size=(80, 24)) as desk:
        await start(desk)
        await desk.event("call.dtmf.received", digit="[/]\x1b]0;x\x07")
        await desk.event("call.gather.ended", digits="[bold]\x9b31m", status="[/x]\u202e")

        assert "\x1b" not in shown(desk)
        assert "[bold]" in shown(desk)
        assert "[/x]" in shown(desk)
