"""Telnyx says no: each key tells why in words, with the code and what to do, and nothing has changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.scenarios.keys import (
    ANSWER,
    BRIDGE,
    DIAL,
    HANGUP,
    REJECT,
    TRANSFER,
    Key,
    Subject,
)
from tests.scenarios.stage import NARROW, Scene, Stage, staged


async def _ended(stage: Stage, subject: Subject) -> None:
    await stage.ends(str(subject.call))


async def _other_ended(stage: Stage, subject: Subject) -> None:
    await stage.ends(str(subject.other))


async def _answered(stage: Stage, subject: Subject) -> None:
    await stage.somebody_else("answer", str(subject.call))
    await stage.until(
        lambda: stage.simulator.world.legs[str(subject.call)].is_answered, "it was answered"
    )


async def _forgotten(stage: Stage, subject: Subject) -> None:
    def forget() -> None:
        stage.simulator.world.forget(str(subject.call))

    await stage.ends(str(subject.call))
    stage.simulator.clockwork.touch(forget)


async def _switched_off(stage: Stage, subject: Subject) -> None:
    stage.simulator.world.change_application(stage.simulator.connection_id, active=False)


@dataclass(frozen=True)
class Case:
    """What has happened behind the console's back, and what is said then."""

    key: Key
    happened: Callable[[Stage, Subject], Awaitable[None]]
    code: str
    words: str
    advice: str

    def __str__(self) -> str:
        return f"{self.key}-{self.code}"


ENDED = ("90018", "the call has already ended", "nothing is left to do")
CASES = (
    Case(ANSWER, _ended, *ENDED),
    Case(TRANSFER, _ended, *ENDED),
    Case(BRIDGE, _other_ended, *ENDED),
    Case(REJECT, _answered, "10015", "has already been answered", "check the state of the call"),
    Case(HANGUP, _forgotten, "90015", "Telnyx does not know this call", "refresh with the API"),
    Case(DIAL, _switched_off, "10015", "/connection_id", "check the state of the call"),
)


async def refused(stage: Stage, key: Key, subject: Subject, *words: str) -> None:
    """Presses the key, and sees it refused: said with these words, and the call as it was."""
    before = None if subject.call is None else stage.leg(subject.call).state
    others = len(stage.commands())

    await key.do(stage)
    await stage.says("not done", *words)

    await stage.until(lambda: "not done" in stage.picture, "not done")
    assert len(stage.commands()) == others + 1
    if subject.call is None:
        assert len(stage.app.desk.view.keys) == 0
        return
    assert stage.leg(subject.call).state is before
    await stage.until(
        lambda: key.mark not in stage.row(str(subject.call)), "nothing is under way any more"
    )
    await stage.until(
        lambda: f"{key.name} me" in stage.timeline and words[0] in stage.timeline, "it is recorded"
    )


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_refusal_is_explained(journal: Path, case: Case) -> None:
    """404, pressed again: 422, since something happened that the webhook has not told yet."""
    async with staged(journal) as stage:
        subject = await case.key.prepare(stage)
        stage.simulator.fail_next(404, method="POST")
        await refused(stage, case.key, subject, "does not know this resource", "HTTP 404")

        stage.hooks.hold()
        await case.happened(stage, subject)

        await refused(stage, case.key, subject, case.code, case.words, case.advice, "HTTP 422")
        stage.hooks.release()
    ids = stage.sent_ids(case.key.name)
    assert len(ids) == len(set(ids)) == 2


async def test_wrong_api_key_is_explained(journal: Path) -> None:
    """401 for every key: what is wrong is the setting, and where to look is said; at 80×24 too."""
    said = ("Telnyx does not accept the API key", "10009", "call-console config show", "HTTP 401")
    async with staged(journal, Scene(api_key="KEY_WRONG", size=NARROW)) as stage:
        await refused(stage, DIAL, Subject(), *said)
        for key in (ANSWER, REJECT, BRIDGE, TRANSFER, HANGUP):
            subject = await key.prepare(stage)
            await stage.selects(str(subject.call))
            await refused(stage, key, subject, *said)
        assert "KEY_WRONG" not in stage.picture + stage.notices
    assert all(b"KEY_WRONG" not in entry.body for entry in stage.entries)
