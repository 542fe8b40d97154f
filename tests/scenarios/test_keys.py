"""Each key, when all goes well: the right command once, the mark at once, the effect and its trace afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.domain.entries import Kind
from console.domain.legs import LegState
from tests.scenarios.keys import ALL, BRIDGE, DIAL, HANGUP, ON_A_CALL, REJECT, TRANSFER, Key
from tests.scenarios.stage import NARROW, WIDE, Scene, Stage, staged

both_sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])


def bodies(stage: Stage, kind: Kind) -> list[dict[str, Any]]:
    """What the journal holds of one kind."""
    return [json.loads(entry.body) for entry in stage.entries if entry.kind is kind]


@both_sizes
@pytest.mark.parametrize("key", ON_A_CALL, ids=str)
async def test_key_does_its_work(journal: Path, key: Key, size: tuple[int, int]) -> None:
    """Mark before the answer, effect after it, the whole story in the timeline; a second press sends nothing."""
    async with staged(journal, Scene(size=size)) as stage:
        subject = await key.prepare(stage)
        call = subject.call
        assert call is not None
        stage.api.hold()

        await key.open(stage)
        await stage.press(key.send, key.send, "1")
        await stage.until(lambda: key.mark in stage.row(call), "the row says what is under way")
        assert not stage.asks()
        await stage.press(key.key)
        await stage.says("already on its way")
        assert not stage.asks()
        assert stage.leg(call).state is key.before
        assert stage.taken(key.name, call) == []
        stage.api.release()
        await stage.shows_state(call, key.after)
        await stage.until(lambda: key.mark not in stage.row(call), "the mark is settled")

        await stage.look_at("timeline")
        await stage.shows(f"confirms {key.name}")
        timeline = stage.pane("timeline")

    (sent,) = stage.taken(key.name, call)
    assert sent.status == 200
    body = dict(sent.body) if isinstance(sent.body, dict) else {}
    command_id = body.pop("command_id")
    assert body == key.params(subject, stage)
    (command,) = bodies(stage, Kind.COMMAND)
    (outcome,) = bodies(stage, Kind.OUTCOME)
    assert (command["command_id"], command["operator"]) == (command_id, "me")
    assert outcome["command_id"] == command_id
    assert (outcome["ok"], outcome["status"], outcome["attempts"]) == (True, 200, 1)
    told, event = (
        next(line for line in timeline.split("\n") if words in line)
        for words in (f"▶ {key.name}", f"confirms {key.name}")
    )
    assert " 200 " in told
    assert f"◀ {key.event}" in event
    assert timeline.index(told) < timeline.index(event)


@both_sizes
async def test_dial_does_its_work(journal: Path, size: tuple[int, int]) -> None:
    """The new leg appears with the answer, marked until Telnyx tells of it, and is answered in the end."""
    async with staged(journal, Scene(size=size)) as stage:
        stage.hooks.hold()

        await DIAL.open(stage)
        await stage.press(DIAL.send, DIAL.send, "1")
        await stage.until(lambda: len(stage.app.desk.view.keys) == 1, "the new leg is in the list")
        call = stage.app.desk.view.keys[0]
        await stage.until(lambda: DIAL.mark in stage.row(call), "the row says what is under way")
        stage.hooks.release()
        await stage.shows_state(call, LegState.ANSWERED)
        assert DIAL.mark not in stage.row(call)

        await stage.selects(call)
        await stage.look_at("timeline")
        await stage.shows("confirms dial", "◀ call.initiated", "◀ call.answered")

    (sent,) = stage.commands()
    assert sent.path == "/calls"
    body = dict(sent.body) if isinstance(sent.body, dict) else {}
    assert body.pop("command_id") == bodies(stage, Kind.COMMAND)[0]["command_id"]
    assert body == DIAL.params(await DIAL.prepare(stage), stage)
    assert stage.simulator.world.legs[call].direction == "outgoing"
    assert call in stage.simulator.world.live


async def test_transfer_shows_the_leg_it_made(journal: Path) -> None:
    """Both legs are one conversation, in one timeline, bridged with each other."""
    async with staged(journal) as stage:
        subject = await TRANSFER.prepare(stage)
        assert subject.call is not None
        await TRANSFER.do(stage)
        await stage.shows_state(subject.call, LegState.BRIDGED)
        new = next(key for key in stage.app.desk.view.keys if key != subject.call)
        await stage.shows_state(new, LegState.BRIDGED)

        assert stage.leg(subject.call).peer == new
        await stage.shows("2 legs")
        await stage.until(lambda: "Support" in stage.row(new), "Support")


async def test_bridge_connects_the_call_that_was_chosen(journal: Path) -> None:
    """Out of three the typed number picks one; the two are each other's peers, the third is left alone."""
    async with staged(journal) as stage:
        third = await stage.talks("+13035550177")
        subject = await BRIDGE.prepare(stage)
        assert subject.call is not None
        await stage.press("b")
        await stage.type("2065550142")
        await stage.until(
            lambda: "+1 303 555 0177" not in stage.dialog_text, "only the wanted call is listed"
        )
        await stage.press("enter")

        await stage.shows_state(subject.call, LegState.BRIDGED)
        await stage.until(
            lambda: stage.leg(str(subject.call)).peer == subject.other,
            "the two are peers",
        )
        assert stage.leg(third).state is LegState.ANSWERED
        assert stage.simulator.world.legs[subject.call].peer == subject.other


async def test_reject_sends_the_cause_that_was_chosen(journal: Path) -> None:
    """The arrow chooses the other one."""
    async with staged(journal) as stage:
        subject = await REJECT.prepare(stage)
        assert subject.call is not None
        await stage.press("r", "down", "tab", "enter")
        await stage.shows_state(subject.call, LegState.ENDED)

    (sent,) = stage.commands("reject")
    assert isinstance(sent.body, dict)
    assert sent.body["cause"] == "CALL_REJECTED"


async def test_dialog_names_its_leg_and_cancel_sends_nothing(journal: Path) -> None:
    """Enter without moving is Cancel, for both keys that end a call."""
    async with staged(journal) as stage:
        call = await stage.rings()
        for key in ("r", "h"):
            await stage.press(key)
            await stage.until(lambda: stage.asks(), "the dialog is open")
            await stage.until(lambda: "+1 312 555 0101" in stage.dialog_text, "+1 312 555 0101")
            await stage.press("enter")
            await stage.until(lambda: not stage.asks(), "the dialog is closed")

        assert stage.leg(call).state is LegState.RINGING
    assert stage.commands() == []


async def test_illegal_key_says_why_and_sends_nothing(journal: Path) -> None:
    """Dimmed keys still answer: what is missing, in words."""
    async with staged(journal) as stage:
        await stage.press("a")
        await stage.says("no call is selected")
        await stage.rings()
        await stage.press("b")
        await stage.says("not answered yet")
        call = await stage.talks("+12065550142")
        await stage.selects(call)
        await stage.press("a", "r")
        await stage.says("answer: already answered", "reject: already answered")

    assert [each.path.rpartition("/")[2] for each in stage.commands()] == ["answer"]


async def test_effect_is_seen_at_the_end_of_a_call_too(journal: Path) -> None:
    """A call hung up from here says who ended it, and counts as ended everywhere."""
    async with staged(journal) as stage:
        subject = await HANGUP.prepare(stage)
        assert subject.call is not None
        await HANGUP.do(stage)
        await stage.shows_state(subject.call, LegState.ENDED)

        await stage.until(
            lambda: "normal_clearing" in stage.row(str(subject.call)), "normal_clearing"
        )
        assert stage.app.services.store.board.counts.ended == 1
    assert stage.simulator.world.live == {}


def test_all_keys_are_here() -> None:
    """Six keys send something by themselves."""
    assert "".join(key.key for key in ALL) == "atbrhd"
