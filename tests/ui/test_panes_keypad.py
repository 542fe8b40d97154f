"""The keypad: digits go out as they are typed, in order, each once; digits that come are shown beside them."""

from __future__ import annotations

import pytest

from console.ui.options import UiOptions
from console.ui.widgets.keypad import KeypadGrid
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk


def digits(desk: Desk) -> list[str]:
    return [str(params["digits"]) for action, _, params in desk.sent if action == "send_dtmf"]


async def test_digit_goes_out_as_it_is_typed(desk: Desk) -> None:
    """No enter, no waiting; the outcome stands beside it."""
    await desk.answered()

    await desk.press("K")
    desk.dialog.shows("Keypad +1 312 555 0101 (talking", "type or click digits", "[ 1 ]")
    await desk.press("4")

    assert desk.sent == [("send_dtmf", "A", {"digits": "4"})]
    desk.dialog.shows("4", "sent, 90 ms")
    assert desk.dialog.is_open


async def test_all_keys_of_a_telephone_go_out(desk: Desk) -> None:
    """Tones by their letters, pauses by w and W."""
    await desk.answered()
    await desk.press("K")

    await desk.press("1", "asterisk", "number_sign", "a", "D", "w", "W", "x", "e")

    assert "".join(digits(desk)) == "1*#ADwW"


async def test_fast_digits_wait_for_the_one_under_way(desk: Desk) -> None:
    """One command under way; what is typed meanwhile goes out together, under an id of its own."""
    await desk.answered()
    await desk.press("K")
    desk.operator.hold()

    await desk.press("1", "2", "3", "number_sign")
    desk.dialog.shows("on its way", "23#", "waiting")
    assert digits(desk) == ["1"]
    desk.operator.release()
    await desk.settled()

    assert digits(desk) == ["1", "23#"]
    assert len({intent.command_id for intent in desk.operator.sent}) == 2


async def test_closing_loses_nothing(desk: Desk) -> None:
    """What was typed goes out also after escape, and the keypad shows it when it is opened again."""
    await desk.answered()
    await desk.press("K")
    desk.operator.hold()
    await desk.press("1", "2", "escape")
    assert desk.is_on_top
    await desk.press("K", "3")
    desk.dialog.shows("on its way", "23", "waiting")
    desk.operator.release()
    await desk.settled()

    assert digits(desk) == ["1", "23"]


async def test_refusal_is_shown_and_the_rest_is_not_sent(desk: Desk) -> None:
    """Half a number is worse than none."""
    await desk.answered()
    await desk.press("K")
    desk.operator.hold()
    desk.operator.refuses("90018", "this call has ended")
    await desk.press("1", "2")
    desk.operator.release()
    await desk.settled()

    assert digits(desk) == ["1"]
    desk.dialog.shows(
        "refused, this call", "not sent", "this call has ended (HTTP 422, code 90018)"
    )


async def test_digits_whose_fate_nobody_knows_are_not_called_refused(desk: Desk) -> None:
    """The engine went away while it was asked; what waited is not sent."""
    await desk.answered()
    await desk.press("K")
    desk.operator.vanishes = True

    await desk.press("1")

    desk.dialog.shows("not known", "whether it was sent is not known")
    assert "refused" not in desk.dialog.text


async def test_digits_that_come_are_shown(desk: Desk) -> None:
    """Those from before, and those that come while it is open."""
    await desk.answered()
    await desk.event("call.dtmf.received", digit="7")
    await desk.press("K")
    desk.dialog.shows("7", "received")

    await desk.event("call.dtmf.received", digit="8")

    desk.dialog.shows("78", "received")


async def test_keypad_is_bound_to_its_leg(desk: Desk) -> None:
    """Once the call ended nothing can be sent, and that is said."""
    await desk.answered()
    await desk.press("K")
    await desk.ended()
    desk.dialog.shows("this call has ended meanwhile")

    await desk.press("1")

    assert desk.sent == []


async def test_keypad_says_why_not(desk: Desk) -> None:
    """A ringing call hears nothing."""
    await desk.ringing()

    await desk.press("K")

    assert desk.is_on_top
    assert "keypad: not answered yet" in desk.notices


async def test_keys_can_be_clicked(desk: Desk) -> None:
    """Five cells for each key."""
    await desk.answered()
    await desk.press("K")

    await desk.pilot.click(KeypadGrid, offset=(7, 1))
    await desk.settled()

    assert digits(desk) == ["5"]


async def test_pasted_number_is_typed(desk: Desk) -> None:
    """Whatever groups the digits is left out."""
    from textual.events import Paste

    await desk.answered()
    await desk.press("K")

    desk.app.screen.post_message(Paste("12-34 #"))
    await desk.settled()

    assert "".join(digits(desk)) == "1234#"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_keypad_fits(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """Everything of it is seen, also with ASCII only."""
    async with open_desk(UiOptions(ascii=True), size=size) as desk:
        await desk.answered()
        await desk.press("K", "1")

        desk.dialog.shows("[ 1 ][ 2 ][ 3 ][ A ]", "[ w ][ W ]", "Close", "> 1")


async def test_read_only_has_no_keypad(open_desk: OpenDesk) -> None:
    """Nothing can be sent."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.answered()
        await desk.press("K", "C")

        assert desk.is_on_top


async def test_error_of_ours_does_not_block_the_keypad(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong is reported; what is typed next goes out."""
    works = desk.operator.execute

    async def breaks(_intent: object) -> None:
        raise RuntimeError("a fault in the screen")

    desk.errors_expected = True
    await desk.answered()
    await desk.press("K")
    monkeypatch.setattr(desk.operator, "execute", breaks)
    await desk.press("1")
    desk.dialog.shows("refused", "something went wrong in the screen")
    monkeypatch.setattr(desk.operator, "execute", works)

    await desk.press("2")

    assert digits(desk) == ["2"]
    assert len(desk.app.reported) == 1
