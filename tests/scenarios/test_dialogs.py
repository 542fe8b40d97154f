"""A call that changes while its dialog is open: the dialog says so, and nothing can be sent any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.legs import LegState
from tests.scenarios.keys import BRIDGE, HANGUP, REJECT, TRANSFER, Key
from tests.scenarios.stage import NARROW, WIDE, Scene, staged

ASKING = ((TRANSFER, WIDE), (BRIDGE, NARROW), (REJECT, NARROW), (HANGUP, WIDE))


@pytest.mark.parametrize(("key", "size"), ASKING, ids=[str(key) for key, _ in ASKING])
async def test_call_that_ends_under_a_dialog(
    journal: Path, key: Key, size: tuple[int, int]
) -> None:
    """It says that the call has ended, and its button is off: Enter sends nothing, Escape closes."""
    async with staged(journal, Scene(size=size)) as stage:
        subject = await key.prepare(stage)
        assert subject.call is not None
        await key.open(stage)
        await stage.until(lambda: "+1 312 555 0101" in stage.dialog_text, "+1 312 555 0101")

        await stage.ends(subject.call)
        await stage.until(
            lambda: "this call has ended meanwhile" in stage.dialog_text, "the dialog says so"
        )
        assert not stage.can_confirm
        await stage.press(key.send)
        if stage.asks():
            await stage.press("escape")
        await stage.until(lambda: not stage.asks(), "the dialog is closed")
        await stage.shows_state(subject.call, LegState.ENDED)
        await stage.press(key.key)
        await stage.says("this call has ended")
        assert not stage.asks()

    assert stage.sent_ids(key.name) == []


async def test_call_that_is_answered_under_the_reject_dialog(journal: Path) -> None:
    """Somebody else was quicker: a call that talks is not rejected."""
    async with staged(journal) as stage:
        subject = await REJECT.prepare(stage)
        assert subject.call is not None
        await REJECT.open(stage)

        await stage.somebody_else("answer", subject.call)
        await stage.until(
            lambda: "already answered; nothing can be sent" in stage.dialog_text,
            "the dialog says so",
        )
        assert not stage.can_confirm
        await stage.press(REJECT.send)
    assert stage.sent_ids("reject") == []


async def test_other_call_that_ends_under_the_bridge_dialog(journal: Path) -> None:
    """No call slides under the cursor by itself: the operator has to choose again."""
    async with staged(journal) as stage:
        await stage.talks("+13035550177")
        subject = await BRIDGE.prepare(stage)
        assert subject.other is not None
        await BRIDGE.open(stage)
        await stage.type("2065550142")
        await stage.until(lambda: stage.can_confirm, "the other call is chosen")

        await stage.ends(subject.other)
        await stage.until(
            lambda: "no other live call matches" in stage.dialog_text, "the dialog says so"
        )
        await stage.press("enter")
        assert stage.asks()
    assert stage.sent_ids("bridge") == []


async def test_other_calls_do_not_disturb_a_dialog(journal: Path) -> None:
    """A dialog belongs to its call: whatever comes and goes behind it, that is the one that is hung up."""
    async with staged(journal) as stage:
        subject = await HANGUP.prepare(stage)
        assert subject.call is not None
        await HANGUP.open(stage)
        other = await stage.simulator.incoming("+12065550142", patience_s=100_000)
        await stage.until(lambda: other in stage.app.desk.view, "the new call is known")
        await stage.press(HANGUP.send)
        await stage.shows_state(subject.call, LegState.ENDED)
        assert stage.leg(other).state is LegState.RINGING

    assert len(stage.taken("hangup", subject.call)) == 1


async def test_typing_is_checked(journal: Path) -> None:
    """What is no destination cannot be sent, and says what one looks like."""
    async with staged(journal) as stage:
        await TRANSFER.prepare(stage)
        await stage.press("t")
        await stage.type("0101")
        await stage.until(lambda: "sip:" in stage.dialog_text, "what is wrong is said")
        assert not stage.can_confirm
        await stage.press("enter")
        assert stage.asks()
    assert stage.sent_ids("transfer") == []
