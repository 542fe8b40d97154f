"""The whole form of a command: typed with the keyboard only, checked, sent, remembered, opened again where it was wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from console.domain.entries import CommandDone
from console.ui.dialogs.form import CommandForm
from console.ui.dialogs.sheet import SheetScreen
from console.ui.forms.tree import ADD
from console.ui.forms.tree import Path as Place
from console.ui.options import Prepared, UiOptions
from console.ui.widgets.form_body import FormBody
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of

VOICE = "Telnyx.KokoroTTS.af"


def body(desk: Desk) -> FormBody:
    """The form on top."""
    assert isinstance(desk.app.screen, CommandForm), desk.app.screen
    return desk.app.screen.body


async def go(desk: Desk, *place: str | int) -> None:
    """Puts the cursor on a place."""
    body(desk).go(place)
    await desk.settled()


async def fill(desk: Desk, text: str, *place: str | int) -> None:
    """Types a value at a place."""
    await go(desk, *place)
    await desk.press("enter")
    field = desk.app.screen.query_one("#form-input", Input)
    field.value = text
    await desk.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_speak_is_typed_and_sent(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """The cursor waits where something has to be typed; ^s sends; what Telnyx assumes is not sent."""
    async with open_desk(size=size) as desk:
        await desk.answered()

        await desk.press("s")
        desk.dialog.shows(
            "Speak +1 312 555 0101", "payload*", "voice*", "frequent", "what will be sent"
        )
        await desk.type("hello")
        await desk.press("enter")
        desk.dialog.shows("hello", VOICE)
        await desk.press("ctrl+s")

        assert desk.sent == [("speak", "A", {"voice": VOICE, "payload": "hello"})]
        assert desk.is_on_top


async def test_missing_value_is_named_and_nothing_is_sent(desk: Desk) -> None:
    """^s goes to the first field that is wrong."""
    await desk.answered()
    await desk.press("s", "escape")

    await desk.press("ctrl+s")

    desk.dialog.shows("payload is required")
    assert body(desk).editor.is_open
    assert desk.sent == []


async def test_nested_object_list_and_headers(desk: Desk) -> None:
    """To any depth, with Enter and typing only."""
    await desk.answered()
    await desk.press("t", "f2")
    await fill(desk, "+14155550111", "to")

    await fill(desk, "1200", "answering_machine_detection_config", "total_analysis_time_millis")
    await go(desk, "custom_headers")
    await desk.press("enter", "down", "enter")
    await desk.type("X-Account: 42")
    await desk.press("enter")
    await desk.type("X-Next: 7")
    await desk.press("enter", "escape")
    await go(desk, "custom_headers", 1)
    await desk.press("ctrl+up", "ctrl+s")

    assert desk.sent[0][2] == {
        "to": "+14155550111",
        "answering_machine_detection_config": {"total_analysis_time_millis": 1200},
        "custom_headers": [
            {"name": "X-Next", "value": "7"},
            {"name": "X-Account", "value": "42"},
        ],
    }


async def test_entry_of_a_list_is_taken_out(desk: Desk) -> None:
    """Delete on it; the last one takes the list with it."""
    await desk.answered()
    await desk.press("t", "f2")
    form = body(desk).form
    form.put(("custom_headers",), [{"name": "a", "value": "b"}])

    await go(desk, "custom_headers", 0)
    await desk.press("delete")

    assert form.params == {}


async def test_choice_is_made_by_keys_and_by_typing(desk: Desk) -> None:
    """Space goes on, left goes back, Enter opens the list, typing narrows it."""
    await desk.answered()
    await desk.press("c", "r")
    await go(desk, "play_beep")
    await desk.press("space")
    assert body(desk).form.params["play_beep"] is True
    await desk.press("space")
    assert body(desk).form.params["play_beep"] is False
    await desk.press("space")
    assert "play_beep" not in body(desk).form.params

    await go(desk, "recording_track")
    await desk.press("enter")
    desk.dialog.shows("inbound", "outbound")
    await desk.type("outb")
    await desk.press("enter")

    await desk.press("ctrl+s")
    assert desk.sent == [
        (
            "record_start",
            "A",
            {"format": "mp3", "channels": "single", "recording_track": "outbound"},
        )
    ]


async def test_limit_is_said_at_the_field_and_keeps_it_from_being_sent(desk: Desk) -> None:
    """A wrong number stays as typed, with the reason, until it is corrected."""
    await desk.answered()
    await desk.press("c", "g")
    await fill(desk, "many", "maximum_digits")
    desk.dialog.shows("many", "a whole number is needed")

    await desk.press("ctrl+s")
    assert desk.sent == []
    field = desk.app.screen.query_one("#form-input", Input)
    field.value = "4"
    await desk.press("enter", "ctrl+s")

    assert desk.sent == [("gather", "A", {"maximum_digits": 4})]


async def test_form_of_the_destination_keeps_what_was_typed(desk: Desk) -> None:
    """F2 from transfer: the same command, with the destination resolved."""
    await desk.answered()
    await desk.press("t")
    await desk.type("ann")

    await desk.press("f2")
    desk.dialog.shows("Transfer +1 312", "sip:ann@example.com", "timeout_secs")
    await fill(desk, "30", "timeout_secs")
    await desk.press("ctrl+s")

    assert desk.sent == [("transfer", "A", {"to": "sip:ann@example.com", "timeout_secs": 30})]


@pytest.mark.parametrize(
    ("key", "command"), [("r", "reject"), ("h", "hangup"), ("d", "dial"), ("b", "bridge")]
)
async def test_every_small_dialog_has_its_whole_form(desk: Desk, key: str, command: str) -> None:
    """F2 opens it, Escape leaves it, nothing is sent."""
    await desk.answered("B", from_="+14155550100")
    await (desk.ringing() if key == "r" else desk.answered())
    await desk.selects("A")
    await desk.press(key)

    await desk.press("f2")

    assert isinstance(desk.app.screen, CommandForm)
    assert desk.app.screen.command == command
    await desk.press("escape", "escape")
    assert desk.sent == []


async def test_what_ends_a_call_is_asked_after_its_form(desk: Desk) -> None:
    """The form is no confirmation: Cancel has the focus once more."""
    await desk.answered()
    await desk.press("h", "f2")
    await fill(desk, "bye", "client_state")

    await desk.press("ctrl+s")
    desk.dialog.shows("Hang up?").focus_is("Cancel")
    assert desk.sent == []
    await desk.dialog.confirm()

    assert desk.sent == [("hangup", "A", {"client_state": "Ynll"})]


async def test_what_will_be_sent_is_shown_and_copied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Address, masked header, body with the id that it will have; curl, Python and a send line."""
    copied: list[str] = []
    monkeypatch.setattr(desk.app, "copy_to_clipboard", copied.append)
    await desk.answered()
    await desk.press("t")
    await desk.type("ann")

    await desk.press("f3")
    assert isinstance(desk.app.screen, SheetScreen)
    shown = text_of(desk.app.screen)
    assert "POST http://127.0.0.1:9/v2/calls/v3%3AA/actions/transfer" in shown
    assert "Authorization: Bearer ***" in shown
    assert '"to": "sip:ann@example.com"' in shown
    await desk.press("c", "p", "s", "escape")
    await desk.dialog.confirm()

    curl, python, send = copied
    assert curl.startswith("curl -X POST")
    assert "client.calls.actions.transfer(" in python
    assert send.startswith("call-console send transfer v3:A to=sip:ann@example.com")
    assert desk.operator.sent[0].command_id in shown


async def test_secret_is_stars_everywhere_and_is_not_remembered(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    """On the form, in the request, in the file; sent it is as typed."""
    file = tmp_path / "form-values.json"
    async with open_desk(UiOptions(memory=file)) as desk:
        await desk.answered()
        await desk.press("t", "f2")
        await fill(desk, "+14155550111", "to")
        await go(desk, "sip_auth_password")
        await desk.press("enter")
        await desk.type("hunter2")
        assert "hunter2" not in desk.dialog.text
        await desk.press("enter")
        await go(desk, "sip_auth_password")
        assert "hunter2" not in desk.dialog.text
        await desk.press("f3")
        assert "hunter2" not in text_of(desk.app.screen)
        assert "********" in text_of(desk.app.screen)
        await desk.press("escape", "ctrl+s")

        assert desk.sent[0][2]["sip_auth_password"] == "hunter2"
        assert "hunter2" not in file.read_text()
        assert json.loads(file.read_text())["commands"]["transfer"] == {"to": "+14155550111"}


async def test_last_values_come_back_and_f2_takes_others(open_desk: OpenDesk) -> None:
    """What was sent last is there the next time, and says so; presets and an empty form follow."""
    preset = Prepared(name="loud", action="speak", params={"payload": "LOUD", "voice": "x"})
    async with open_desk(UiOptions(presets=(preset,))) as desk:
        await desk.answered()
        await desk.press("s")
        await desk.type("hello")
        await desk.press("enter", "ctrl+s", "s")

        desk.dialog.shows("hello", "filled in as last time", "F2: preset loud")
        await desk.press("f2")
        desk.dialog.shows("LOUD", "filled in preset loud", "F2: empty")
        await desk.press("f2")
        assert body(desk).form.params == {}
        await desk.press("f2")
        assert body(desk).form.params == {"payload": "hello", "voice": VOICE}


async def test_preset_leads_a_contact_by_name(open_desk: OpenDesk) -> None:
    """What is shown and sent is where the name leads; a name nobody has stays to be mended."""
    ann = Prepared(name="to-ann", action="transfer", params={"to": "Ann"})
    nobody = Prepared(name="to-nobody", action="transfer", params={"to": "Zoe"})
    async with open_desk(UiOptions(presets=(ann, nobody))) as desk:
        await desk.answered()

        await desk.press("c", "2")
        desk.dialog.shows("Zoe")
        await desk.press("escape")
        await desk.press("c", "1", "ctrl+s")

        assert desk.sent == [("transfer", "A", {"to": "sip:ann@example.com"})]


async def test_preset_is_opened_from_the_menu_by_its_digit(open_desk: OpenDesk) -> None:
    """Filled in, to be looked at, then sent."""
    preset = Prepared(
        name="warm-transfer", action="transfer", params={"to": "+14155550111", "timeout_secs": 20}
    )
    async with open_desk(UiOptions(presets=(preset,))) as desk:
        await desk.answered()

        await desk.press("c")
        await desk.press("1")
        desk.dialog.shows("+14155550111", "filled in preset warm-transfer")
        await desk.press("ctrl+s")

        assert desk.sent == [("transfer", "A", {"to": "+14155550111", "timeout_secs": 20})]


async def test_refusal_opens_the_form_again_at_the_field(desk: Desk) -> None:
    """Telnyx's code, our words, the field; `e` opens it there, and the correction goes out under a new id."""
    desk.operator.refusal = CommandDone(
        "", "", None, False, 422, "10033", "a value is out of its range (10033, /timeout_secs): correct it",
        80.0, 1, {"pointer": "/timeout_secs"},
    )  # fmt: skip
    await desk.answered()
    await desk.press("t", "f2")
    await fill(desk, "+14155550111", "to")
    await fill(desk, "1", "timeout_secs")
    await desk.press("ctrl+s")
    assert "10033" in desk.notices
    assert "e: edit and send again" in desk.notices
    desk.operator.refusal = None

    await desk.press("e")
    row = body(desk).rows.row(("timeout_secs",))
    assert row is not None
    assert "out of its range" in (row.problem or "")
    assert body(desk).fields.selected == ("timeout_secs",)
    await fill(desk, "30", "timeout_secs")
    row = body(desk).rows.row(("timeout_secs",))
    assert row is not None
    assert row.problem is None
    await desk.press("ctrl+s")

    first, second = desk.operator.sent
    assert second.params == {"to": "+14155550111", "timeout_secs": 30}
    assert first.command_id != second.command_id


async def test_nested_pointer_is_found_too(desk: Desk) -> None:
    """Telnyx names a member of an object: its row is opened."""
    desk.operator.refusal = CommandDone(
        "", "", None, False, 422, "10015", "no", 80.0, 1,
        {"pointer": "/answering_machine_detection_config/total_analysis_time_millis"},
    )  # fmt: skip
    await desk.answered()
    await desk.press("t")
    await desk.type("ann")
    await desk.press("enter", "e")

    place: Place = ("answering_machine_detection_config", "total_analysis_time_millis")
    assert body(desk).fields.selected == place
    assert body(desk).rows.row(place) is not None


async def test_edit_without_a_refusal_says_so(desk: Desk) -> None:
    """The key does not do nothing."""
    await desk.press("e")

    assert "no command was refused" in desk.notices


async def test_call_that_ends_meanwhile_blocks_the_form(desk: Desk) -> None:
    """Bound to its leg like every dialog."""
    await desk.answered()
    await desk.press("s")
    await desk.type("hello")

    await desk.ended()

    desk.dialog.shows("this call has ended meanwhile; nothing can be sent")
    assert not desk.dialog.can_confirm
    await desk.press("enter", "ctrl+s")
    assert desk.sent == []


async def test_search_goes_to_a_parameter(desk: Desk) -> None:
    """`/` narrows while typing, Enter goes there."""
    await desk.answered()
    await desk.press("t", "f2", "escape", "slash")
    await desk.type("trim")
    desk.dialog.shows("record_trim")
    assert "timeout_secs" not in desk.dialog.text

    await desk.press("enter")

    assert body(desk).fields.selected == ("record_trim",)
    desk.dialog.shows("everything else")


async def test_value_can_be_typed_as_json(desk: Desk) -> None:
    """Whatever a row cannot say: objects at once, empty texts, null."""
    await desk.answered()
    await desk.press("t", "f2", "escape")
    await go(desk, "custom_headers")
    await desk.press("f4")
    desk.app.screen.query_one("#form-input", Input).value = '[{"name": "a", "value": ""}]'
    await desk.press("enter")

    assert body(desk).form.params == {"custom_headers": [{"name": "a", "value": ""}]}
    await desk.press("f4")
    desk.app.screen.query_one("#form-input", Input).value = "[{"
    await desk.press("enter")
    desk.dialog.shows("this is not JSON")


async def test_text_becomes_a_list(desk: Desk) -> None:
    """`to` of dial takes one destination or several."""
    await desk.press("d", "f2", "escape")
    await fill(desk, "Ann", "to")
    await go(desk, "to")
    await desk.press("ctrl+t")
    await go(desk, "to", ADD)
    await desk.press("enter")
    await desk.type("+14155550111")
    await desk.press("enter", "escape")

    assert body(desk).form.params["to"] == ["sip:ann@example.com", "+14155550111"]


async def test_client_state_is_shown_decoded(desk: Desk) -> None:
    """Typed as text, sent as base64."""
    await desk.answered()
    await desk.press("c", "v")
    await desk.type("for Ann")
    await desk.press("enter")
    desk.dialog.shows("for Ann")
    await desk.press("ctrl+s")

    assert desk.sent == [("client_state_update", "A", {"client_state": "Zm9yIEFubg=="})]


async def test_client_state_begins_with_what_the_call_has(desk: Desk) -> None:
    """It is edited rather than typed anew, and goes to no other call by being remembered."""
    await desk.ringing("A", client_state="Zm9yIEFubg==")
    await desk.ringing("B", client_state=None)

    desk.app.jump("v3:A")
    await desk.press("c", "v")
    desk.dialog.shows("for Ann")
    await desk.press("ctrl+s")
    await desk.settled()
    assert desk.is_on_top
    assert [action for action, _leg, _params in desk.sent] == ["client_state_update"]
    desk.app.jump("v3:B")
    await desk.settled()
    assert desk.selected == "B"
    await desk.press("c", "v")

    assert "client_state" not in body(desk).form.params


async def test_mouse_opens_a_field_and_takes_a_choice(desk: Desk) -> None:
    """Two clicks on a row edit it; a click on a choice takes it; the button sends."""
    await desk.answered()
    await desk.press("c", "g")
    await go(desk, "terminating_digit")
    row = body(desk).rows.index_of(("terminating_digit",))
    assert row is not None
    y = row - body(desk).fields.scroll_offset.y
    await desk.pilot.click("#form-fields", offset=(6, y), times=2)
    await desk.settled()
    await desk.type("9")
    await desk.press("enter")
    await desk.pilot.click("#confirm")
    await desk.settled()

    assert desk.sent == [("gather", "A", {"terminating_digit": "9"})]


async def test_hostile_values_are_shown_harmlessly(desk: Desk) -> None:
    """From a preset, from a refusal, in the request."""
    await desk.answered()
    await desk.press("s", "escape")
    form = body(desk).form
    for number, text in enumerate(HOSTILE.values()):
        form.put(("payload",), text)
        form.put(("voice_settings",), {"type": text, text: text})
        form.say(("voice",), text)
        body(desk).go(("payload",), edit=True)
        await desk.pilot.pause()
        assert all(is_safe(line) for line in desk.dialog.text.split("\n"))
        if number % 5 == 0:
            await desk.press("escape", "f3")
            assert isinstance(desk.app.screen, SheetScreen)
            assert all(is_safe(line) for line in text_of(desk.app.screen).split("\n"))
            await desk.press("escape")
        assert form.value(("payload",)) == text


async def test_typing_on_a_field_begins_to_edit_it(desk: Desk) -> None:
    """Also where nothing is required, and whatever the letters move in other lists."""
    await desk.answered()
    await desk.press("P")

    await desk.type("jkG.mp3")
    await desk.press("ctrl+s")

    assert desk.sent == [("playback_start", "A", {"audio_url": "jkG.mp3"})]


async def test_typing_on_a_choice_narrows_it(desk: Desk) -> None:
    """The first that fits is taken by Enter."""
    await desk.answered()
    await desk.press("s")
    await desk.type("hello")
    await desk.press("enter")
    form = desk.app.screen
    assert isinstance(form, CommandForm)
    form.body.go(("payload_type",))
    await desk.settled()

    await desk.type("ss")
    await desk.press("enter", "ctrl+s")

    assert desk.sent[0][2]["payload_type"] == "ssml"


async def test_refused_field_is_open_to_be_typed_over(desk: Desk) -> None:
    """`e` leads to the field that was wrong, ready for what is right."""
    await desk.answered()
    desk.operator.refusal = CommandDone(
        "", "", None, False, 422, "10004", "missing", 80.0, 1, {"pointer": "/audio_url"}
    )
    await desk.press("P", "ctrl+s")
    desk.operator.refusal = None

    await desk.press("e")
    desk.dialog.shows("missing")
    await desk.type("x.mp3")
    await desk.press("ctrl+s")

    assert [params for _, _, params in desk.sent] == [{}, {"audio_url": "x.mp3"}]


async def test_titles_keep_their_large_letters(desk: Desk) -> None:
    """`Refer by SIP`, not `Refer by sip`."""
    await desk.answered()

    await desk.press("c", "f")

    desk.dialog.shows("Refer by SIP")


async def test_only_conference_is_filled_in(desk: Desk) -> None:
    """Nobody types an id that can only be one."""
    await desk.answered("A")
    await desk.event("conference.participant.joined", "A", conference_id="room-1")
    await desk.answered("B", from_="+14155550100")
    await desk.selects("B")

    await desk.press("c", "j")

    desk.dialog.shows("room-1")


async def test_id_of_another_call_is_chosen_instead_of_pasted(desk: Desk) -> None:
    """By its number; what is typed stays what was typed, though it is part of an offer."""
    await desk.answered("A", from_="+14155550111")
    await desk.press("d", "f2")
    await go(desk, "supervise_call_control_id")
    await desk.press("enter")
    desk.dialog.shows("Annex desk → ", "choose with the arrows")
    await desk.press("down", "enter")
    assert body(desk).form.params["supervise_call_control_id"] == "v3:A"

    await fill(desk, "Annex", "supervise_call_control_id")

    assert body(desk).form.params["supervise_call_control_id"] == "Annex"
