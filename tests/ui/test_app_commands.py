"""The five keys and dial: what is asked, what is sent, and what is said when it did not work."""

from __future__ import annotations

import pytest

from console.domain.entries import MAY_HAVE_ARRIVED, CommandDone
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


async def test_answer_sends_at_once_and_waits_for_its_event(desk: Desk) -> None:
    """One key, one command; the board says answering until the event comes."""
    await desk.ringing()

    await desk.press("a")

    assert desk.sent == [("answer", "A", {})]
    assert not desk.dialog.is_open
    assert "answering" in desk.text
    assert desk.notices.count("answer") == 0
    await desk.event("call.answered")
    assert "answering" not in desk.pane("calls")
    assert "confirms answer" in desk.pane("timeline")


async def test_intent_has_a_uuid4_and_the_operators_name(open_desk: OpenDesk) -> None:
    """Every command can be told from every other, and says who wanted it."""
    async with open_desk(UiOptions(operator_name="alice")) as desk:
        await desk.ringing()
        await desk.press("a")

        (intent,) = desk.operator.sent
        assert intent.operator == "alice"
        assert intent.command_id[14] == "4"
        assert intent.call_control_id == "v3:A"


async def test_hangup_asks_and_names_the_call(desk: Desk) -> None:
    """Number, direction and duration are named; Cancel has the focus."""
    await desk.answered()
    await desk.seconds(191)

    await desk.press("h")
    desk.dialog.shows("Hang up?", "+1 312 555 0101 → Support", "incoming, talking 3:11").focus_is(
        "Cancel"
    )
    assert desk.sent == []
    await desk.dialog.confirm()

    assert desk.sent == [("hangup", "A", {})]
    assert "hanging up" in desk.text


async def test_hangup_names_the_peer(desk: Desk) -> None:
    """Whoever else is on the line is named too."""
    await desk.answered("A", session="one")
    await desk.answered("B", from_="+14155550100", session="one")
    await desk.event("call.bridged", "A")
    await desk.event("call.bridged", "B")
    await desk.selects("A")

    await desk.press("h")

    desk.dialog.shows("bridged with +1 415 555 0100")


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_hangup_is_not_sent_by_habit(desk: Desk, key: str) -> None:
    """Enter presses the button in focus, which is Cancel; Escape closes."""
    await desk.answered()

    await desk.press("h", key)

    assert desk.sent == []
    assert not desk.dialog.is_open


async def test_hangup_without_asking_where_the_operator_chose_so(open_desk: OpenDesk) -> None:
    """Confirmations can be switched off one by one."""
    async with open_desk(UiOptions(confirm=frozenset())) as desk:
        await desk.answered()
        await desk.press("h")

        assert desk.sent == [("hangup", "A", {})]


async def test_reject_asks_for_the_cause(desk: Desk) -> None:
    """Busy unless the operator chooses declined; Cancel has the focus."""
    await desk.ringing()

    await desk.press("r")
    desk.dialog.shows("Reject?", "USER_BUSY", "CALL_REJECTED").focus_is("Cancel")
    await desk.dialog.confirm()

    assert desk.sent == [("reject", "A", {"cause": "USER_BUSY"})]


async def test_reject_as_declined_with_keys_only(desk: Desk) -> None:
    """Down chooses the other cause, Tab goes on to the button; the choice is a sign, not a colour."""
    await desk.ringing()

    await desk.press("r", "down")
    desk.dialog.shows("○ USER_BUSY", "● CALL_REJECTED")
    await desk.press("tab", "enter")

    assert desk.sent == [("reject", "A", {"cause": "CALL_REJECTED"})]


async def test_reject_has_no_stop_where_enter_means_something_else(desk: Desk) -> None:
    """Tab goes between the two buttons only; what Enter does is said for each."""
    await desk.ringing()

    await desk.press("r", "tab")
    desk.dialog.focus_is("Reject").shows("enter reject")
    await desk.press("tab")
    desk.dialog.focus_is("Cancel").shows("enter cancel")
    await desk.press("enter")

    assert desk.sent == []


async def test_transfer_sends_what_the_contact_stands_for(desk: Desk) -> None:
    """A name is typed, its address goes on the wire; the caller id is left to Telnyx."""
    await desk.answered()

    await desk.press("t")
    desk.dialog.shows("Transfer +1 312 555 0101 (talking", "sip:ann@example.com")
    await desk.type("ann")
    await desk.press("enter")

    assert desk.sent == [("transfer", "A", {"to": "sip:ann@example.com"})]


async def test_part_of_a_name_is_taken_before_it_is_used(desk: Desk) -> None:
    """The first Enter puts the only name that fits into the field, whole; the second one sends."""
    await desk.answered()

    await desk.press("t")
    await desk.type("annex")
    desk.dialog.shows("enter takes Annex desk")
    await desk.press("enter")

    assert desk.sent == []
    desk.dialog.shows("→ +14155550111")
    await desk.press("enter")
    assert desk.sent == [("transfer", "A", {"to": "+14155550111"})]


async def test_bridge_picks_the_other_leg_from_the_live_ones(desk: Desk) -> None:
    """The path names the selected leg, the body the other one."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.answered("C", from_="+12065550147")
    await desk.ended("C")
    await desk.selects("A")

    await desk.press("b")
    desk.dialog.shows("Bridge +1 312 555 0101", "+1 415 555 0100")
    assert "0147" not in desk.dialog.text
    await desk.press("enter")

    assert desk.sent == [("bridge", "A", {"call_control_id": "v3:B"})]


async def test_dial_needs_a_caller_id(desk: Desk) -> None:
    """Without one in the settings it must be typed; the connection is the engine's."""
    await desk.press("d")
    await desk.type("+13125550190")
    desk.dialog.shows("caller id")
    assert not desk.dialog.can_confirm
    await desk.press("tab")
    await desk.type("+18005550100")
    await desk.press("enter")

    assert desk.sent == [
        (
            "dial",
            None,
            {"to": "+13125550190", "from": "+18005550100", "connection_id": "1494404757140276705"},
        )
    ]


async def test_dial_uses_the_caller_id_of_the_settings(open_desk: OpenDesk) -> None:
    """It is there already, and can be changed."""
    async with open_desk(UiOptions(caller_id="+18005550100")) as desk:
        await desk.press("d")
        await desk.type("Annex desk")
        await desk.press("enter")

        assert desk.sent[0][2]["from"] == "+18005550100"
        assert desk.sent[0][2]["to"] == "+14155550111"


KEYS = {
    "answer": ("a", []),
    "reject": ("r", ["tab", "enter"]),
    "hangup": ("h", ["tab", "enter"]),
    "transfer": ("t", ["a", "n", "n", "enter"]),
    "bridge": ("b", ["enter"]),
}


async def _try(desk: Desk, action: str) -> None:
    """Brings a call into a state where the action is possible, and does it with keys."""
    if action == "bridge":
        await desk.answered("B", from_="+14155550100")
    if action in ("answer", "reject"):
        await desk.ringing("A")
    else:
        await desk.answered("A")
    await desk.selects("A")
    key, rest = KEYS[action]
    await desk.press(key, *rest)


@pytest.mark.parametrize("action", KEYS)
async def test_refusal_is_said_with_code_and_advice(desk: Desk, action: str) -> None:
    """Telnyx's no stays on the screen as a notice; nothing looks as if it were under way."""
    desk.operator.refuses("90018", "This call has already ended; nothing is left to do")

    await _try(desk, action)

    assert [sent[0] for sent in desk.sent] == [action]
    assert "not done" in desk.notices
    assert "already ended" in desk.notices
    assert "90018" in desk.notices
    assert "…" not in desk.pane("calls").split("ringing")[-1].split("answered")[-1][:12]


@pytest.mark.parametrize("action", KEYS)
async def test_lost_engine_is_said_and_nothing_was_sent(desk: Desk, action: str) -> None:
    """The engine is another process: without it nothing can be sent, and the screen says so."""
    desk.operator.lost = "nobody listens on its socket"

    await _try(desk, action)

    assert desk.sent == []
    assert (
        "The engine does not answer: nobody listens on its socket; nothing was sent" in desk.notices
    )


async def test_engine_that_went_away_is_no_proof_that_nothing_was_sent(desk: Desk) -> None:
    """Nobody claims what nobody knows."""
    desk.operator.vanishes = True
    await desk.ringing()

    await desk.press("a")

    assert "answer +1 312 555 0101: outcome unknown" in desk.notices
    assert "whether it was sent is not known; look at the call before you try again" in desk.notices
    assert "nothing was sent" not in desk.notices


async def test_command_that_may_have_arrived_is_not_called_undone(desk: Desk) -> None:
    """Telnyx was asked and did not answer."""
    desk.operator.refusal = CommandDone(
        "", "", None, False, None, None, "no answer", 80.0, 4, {MAY_HAVE_ARRIVED: True}
    )
    await desk.ringing()

    await desk.press("a")

    assert "outcome unknown: no answer; look at the call before you try again" in desk.notices


async def test_second_press_while_one_is_on_its_way_sends_nothing(desk: Desk) -> None:
    """A double key press is one command."""
    desk.operator.hold()
    await desk.ringing()

    await desk.press("a", "a")
    desk.operator.release()
    await desk.settled()

    assert len(desk.sent) == 1
    assert "answer: already" in desk.notices


async def test_second_press_before_the_journal_was_looked_at_sends_nothing(desk: Desk) -> None:
    """The engine has answered, and the next look at the journal is due in a second."""
    await desk.ringing()

    await desk.pilot.press("a")
    await desk.pilot.press("a")

    assert len(desk.sent) == 1
    assert "answer: the answer is already on its way" in desk.notices


async def test_second_press_before_the_effect_sends_nothing(desk: Desk) -> None:
    """Accepted is not done: until the event comes the same command is not sent again."""
    await desk.ringing()

    await desk.press("a")
    await desk.press("a")

    assert len(desk.sent) == 1


async def test_other_call_can_be_answered_while_one_is_on_its_way(desk: Desk) -> None:
    """Commands do not wait for each other, and never cancel each other."""
    desk.operator.hold()
    await desk.ringing("A")
    await desk.ringing("B")
    await desk.selects("A")

    await desk.press("a")
    await desk.selects("B")
    await desk.press("a")
    desk.operator.release()
    await desk.settled()

    assert [sent[1] for sent in desk.sent] == ["A", "B"]


@pytest.mark.parametrize(
    ("key", "words"), [("a", "answered"), ("r", "answered"), ("b", "no other live call")]
)
async def test_impossible_key_says_why(desk: Desk, key: str, words: str) -> None:
    """A key that does nothing now tells the reason instead of doing nothing."""
    await desk.answered()

    await desk.press(key)

    assert desk.sent == []
    assert not desk.dialog.is_open
    assert words in desk.notices


async def test_key_without_a_call_says_so(desk: Desk) -> None:
    """An empty desk has nothing to answer."""
    await desk.press("a")

    assert "no call is selected" in desk.notices


async def test_without_api_key_the_console_watches_only(desk: Desk) -> None:
    """What the engine lacks is known before anything is typed."""
    desk.app.services.health = desk.operator.state.__class__(
        pid=1,
        version="0",
        started_at=0,
        journal="memory",
        webhook_url="",
        base_url="",
        api_key=False,
    )
    await desk.ringing()

    await desk.press("a")

    assert desk.sent == []
    assert "no API key" in desk.notices


async def test_overdue_effect_is_said(desk: Desk) -> None:
    """Five seconds after an accepted command without its event the timeline says so."""
    await desk.ringing()
    await desk.press("a")

    await desk.seconds(6)

    assert "no effect seen" in desk.text
