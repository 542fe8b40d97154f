"""No answer: every key is tried again with the same command_id, and says what is known in the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.entries import Kind
from console.domain.legs import LegState
from tests.scenarios.keys import ALL, ANSWER, DIAL, HANGUP, TRANSFER, Key
from tests.scenarios.stage import NARROW, Scene, staged

ATTEMPTS = 4


@pytest.mark.parametrize("key", ALL, ids=str)
async def test_lost_network_is_said_and_comes_back(journal: Path, key: Key) -> None:
    """Cut after the request, then nobody there, then mended: unknown, not done, done."""
    async with staged(journal) as stage:
        subject = await key.prepare(stage)
        stage.api.heard.clear()
        stage.api.cut()
        await key.do(stage)
        await stage.says(
            "outcome unknown",
            f"after {ATTEMPTS} attempts: the connection broke off",
            "it may have been carried out all the same",
            "look at the call before you try again",
        )
        ids = stage.sent_ids(key.name)
        assert len(ids) == ATTEMPTS
        assert len(set(ids)) == 1
        assert stage.simulator.world.live.keys() == {
            call for call in (subject.call, subject.other) if call is not None
        }

        await stage.api.unplug()
        await key.do(stage)
        await stage.says("not done", f"after {ATTEMPTS} attempts: could not connect")
        assert stage.sent_ids(key.name) == ids
        if subject.call is not None:
            assert stage.leg(subject.call).state is key.before
            assert key.mark not in stage.row(subject.call)

        stage.api.mend()
        await stage.api.plug()
        await key.do(stage)
        if subject.call is not None:
            await stage.shows_state(subject.call, key.after)
        else:
            await stage.until(lambda: stage.app.desk.view.keys, "the new leg is in the list")

    outcomes = [json.loads(e.body) for e in stage.entries if e.kind is Kind.OUTCOME]
    assert [(each["ok"], each["attempts"]) for each in outcomes] == [
        (False, ATTEMPTS),
        (False, ATTEMPTS),
        (True, 1),
    ]
    assert len({each["command_id"] for each in outcomes}) == 3


@pytest.mark.parametrize(("key", "cut"), [(TRANSFER, True), (DIAL, False)], ids=["cut", "500"])
async def test_lost_answer_has_one_effect(journal: Path, key: Key, cut: bool) -> None:
    """The command was carried out and only the answer was lost: the retry finds it done."""
    async with staged(journal) as stage:
        subject = await key.prepare(stage)
        known = set(stage.simulator.world.legs)
        stage.simulator.fail_next(
            None if cut else 500, cut=cut, executed=True, method="POST", times=2
        )
        await key.do(stage)
        if subject.call is not None:
            await stage.shows_state(subject.call, key.after)
        else:
            await stage.until(lambda: len(stage.app.desk.view.keys) == 1, "the new leg is there")
            await stage.shows_state(stage.app.desk.view.keys[0], key.after)
        await stage.shows(f"confirms {key.name}", "3 attempts")
        made = set(stage.simulator.world.legs) - known

    assert len(made) == 1
    ids = stage.sent_ids(key.name)
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert "not done" not in stage.notices


async def test_engine_that_is_gone_is_said(journal: Path) -> None:
    """The private socket leads nowhere: nothing was sent, and the status line knows no engine."""
    async with staged(journal, Scene(size=NARROW)) as stage:
        call = await stage.rings()
        assert stage.engine is not None
        await stage.engine.__aexit__(None, None, None)
        await ANSWER.do(stage)
        await stage.says("The engine does not answer: no engine serves", "nothing was sent")

        assert stage.leg(call).state is LegState.RINGING
    assert stage.commands() == []


async def test_hang_up_of_a_call_that_has_ended_is_done(journal: Path) -> None:
    """90018 is what was wanted: no complaint, and the end that Telnyx tells of settles it."""
    async with staged(journal) as stage:
        subject = await HANGUP.prepare(stage)
        assert subject.call is not None
        stage.hooks.hold()
        await stage.ends(subject.call)
        await HANGUP.do(stage)
        await stage.until(
            lambda: any(e.kind is Kind.OUTCOME for e in stage.entries), "it was answered"
        )
        stage.hooks.release()
        await stage.shows_state(subject.call, LegState.ENDED)

        assert "not done" not in stage.notices
    (outcome,) = [json.loads(e.body) for e in stage.entries if e.kind is Kind.OUTCOME]
    assert (outcome["ok"], outcome["status"], outcome["code"]) == (True, 422, "90018")
