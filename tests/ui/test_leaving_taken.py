"""A desk whose engine has a webhook URL to give back: it waits for that, and says so on the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from console.operator import LifeState, LifeStatus
from console.standing import TakingHealth
from console.ui import engine_watch
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk

TAKEN = TakingHealth(
    application_id="1",
    application_name="Support\x1b[31m line",
    our_url="https://calls.example.com/webhooks",
    taken_at=0,
    own_url="https://app.example.com/hook",
    is_left=False,
    sentence="the webhook URL of Support line is ours",
)


async def test_leaving_waits_for_the_url_and_says_why(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than for an engine that only ends, which would be at once here."""
    monkeypatch.setattr(engine_watch, "_SAY_AFTER_S", 0.0)
    said: list[str] = []
    told = asyncio.Event()

    def say(words: str) -> None:
        said.append(words)
        told.set()

    async with open_desk(UiOptions(leave_timeout_s=0.0, say_on_leaving=say)) as desk:
        desk.app.services.health = replace(desk.operator.state, taking=TAKEN)
        life = desk.life

        async def leave() -> None:
            await told.wait()
            life.left = True

        life.leave = leave  # type: ignore[method-assign]

    assert said == [
        "giving the webhook URL of Support␛[31m line back; ctrl-c leaves that to the engine"
    ]


@pytest.mark.parametrize(
    ("taking", "state"),
    [
        (None, LifeState.RUNNING),
        (TakingHealth(**{**{n: getattr(TAKEN, n) for n in TAKEN.__struct_fields__}, "is_left": True}), LifeState.RUNNING),
        (TAKEN, LifeState.ATTACHED),
    ],
)  # fmt: skip
async def test_leaving_says_nothing_where_nothing_is_given_back(
    open_desk: OpenDesk,
    monkeypatch: pytest.MonkeyPatch,
    taking: TakingHealth | None,
    state: LifeState,
) -> None:
    """Nothing is taken, it is not ours to give back, or the engine goes on without this desk."""
    monkeypatch.setattr(engine_watch, "_SAY_AFTER_S", 0.0)
    said: list[str] = []
    async with open_desk(UiOptions(say_on_leaving=said.append)) as desk:
        desk.life.tell(LifeStatus(state, "it runs"))
        desk.app.services.health = replace(desk.operator.state, taking=taking)

    assert said == []


async def test_leaving_that_is_interrupted_says_who_gives_the_url_back(open_desk: OpenDesk) -> None:
    """Ctrl-C does not wait for it; it is not forgotten for that."""
    said: list[str] = []
    begun = asyncio.Event()
    async with open_desk(UiOptions(say_on_leaving=said.append)) as desk:
        desk.app.services.health = replace(desk.operator.state, taking=TAKEN)

        async def leave() -> None:
            begun.set()
            await asyncio.Event().wait()

        watch = engine_watch.EngineWatch(desk.app, desk.app.services, desk.life)
        desk.app.services.life = LifeStatus(LifeState.RUNNING)
        desk.life.leave = leave  # type: ignore[method-assign]
        leaving = asyncio.create_task(watch.leave())
        await begun.wait()
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        desk.app.services.health = None
        del desk.life.leave

    assert said == [engine_watch.LEFT_TO_THE_ENGINE]
