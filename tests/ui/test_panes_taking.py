"""W in the applications: the difference and the self-test first, Cancel under the finger, and giving back."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import pytest
from textual.widgets import Checkbox

from console.life import LifeState, LifeStatus
from console.reports import ForwardHealth, TargetHealth
from console.standing import Changed, Reach, TakingAnswer, TakingHealth
from console.ui.greeting import greet
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of
from tests.ui.test_panes_applications import OTHER, open_pane, shown

URL = "https://calls.example/webhooks"
OWN = "https://app.example/hook"
LEADS = Reach(url=URL, ok=True, sentence=f"{URL} leads to this console (asked through it, 12 ms)")
FAILS = Reach(url=URL, ok=False, fault="refused", sentence="nothing answers at calls.example:443")
LEFT = TakingHealth(
    application_id="2",
    application_name="Old",
    our_url=URL,
    taken_at=1,
    own_url=OWN,
    is_left=True,
    sentence=f"the webhook URL of Old was taken and never given back: it is still to go back to {OWN}",
)


def found(reach: Reach = LEADS, failover: str | None = OWN) -> TakingAnswer:
    return TakingAnswer(
        ok=reach.ok,
        sentence="the webhooks of Old would come here",
        application_id="2",
        application_name="Old",
        our_url=URL,
        changes=(
            Changed("webhook_event_url", OWN, URL),
            Changed("webhook_api_version", "1", "2"),
        ),
        failover=failover,
        reach=reach,
    )


def deeds(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    return [each for each in desk.operator.queries if each[0].startswith("webhook_url.")]


async def test_key_shows_the_difference_and_takes_with_the_failover(open_desk: OpenDesk) -> None:
    """Enter alone changes nothing; the failover can be left out."""
    async with open_desk(size=(80, 24)) as desk:
        await open_pane(desk, OTHER)
        desk.operator.takings["look"] = found()
        await desk.press("W")
        text = shown(desk)
        assert "Take the webhooks of Old?" in text
        assert "leads to this console" in text
        assert f"- {OWN}" in text
        assert f"+ {URL}" in text
        assert "[X] Its own URL as failover" in text or "Its own URL as failover" in text
        assert "Take it" in text
        await desk.press("enter")
        assert [name for name, _ in deeds(desk)] == ["webhook_url.look"]

        await desk.press("W")
        desk.app.screen.query_one(Checkbox).value = False
        await desk.press("tab", "enter")

        assert deeds(desk)[-1] == (
            "webhook_url.take",
            {"application_id": "2", "with_failover": False, "untested": True},
        )


async def test_failed_self_test_is_red_and_says_why(open_desk: OpenDesk) -> None:
    """It can be taken all the same: some routers do not lead their own address back."""
    async with open_desk() as desk:
        await open_pane(desk, OTHER)
        desk.operator.takings["look"] = found(FAILS, None)
        await desk.press("W")

        text = shown(desk)
        assert "nothing answers at calls.example:443" in text
        assert "Take it all the same" in text
        assert "unless somebody else" in text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (TakingAnswer(ok=False, sentence="it is not known where"), "it is not known where"),
        (TakingAnswer(ok=False, sentence="come here already", reach=LEADS), "come here already"),
    ],
)  # fmt: skip
async def test_nothing_to_take_is_a_notice(
    open_desk: OpenDesk, answer: TakingAnswer, words: str
) -> None:
    """Without a dialog."""
    async with open_desk() as desk:
        await open_pane(desk, OTHER)
        desk.operator.takings["look"] = answer
        await desk.press("W")

        assert words in [*desk.app._notifications][-1].message


@pytest.mark.parametrize(("keys", "deed"), [(("tab", "enter"), "give_back"), ((), None)])
async def test_what_is_taken_is_given_back_with_the_same_key(
    open_desk: OpenDesk, keys: tuple[str, ...], deed: str | None
) -> None:
    """Cancel has the focus."""
    async with open_desk() as desk:
        desk.operator.state = replace(desk.operator.state, taking=LEFT_TAKEN)
        await open_pane(desk, OTHER)
        await desk.press("W")
        assert "Give the webhook URL back?" in shown(desk)
        assert OWN in shown(desk)
        await desk.press(*(keys or ("enter",)))

        assert [name for name, _ in deeds(desk)] == ([f"webhook_url.{deed}"] if deed else [])


LEFT_TAKEN = TakingHealth(
    **{
        **{name: getattr(LEFT, name) for name in LEFT.__struct_fields__},
        "is_left": False,
        "sentence": f"the webhook URL of Old is ours until this engine ends; before, it was {OWN}",
    }
)


async def test_desk_asks_once_about_what_an_engine_left(open_desk: OpenDesk) -> None:
    """It can go back now, be kept until the end, or stay."""
    async with open_desk(size=(80, 24)) as desk:
        desk.operator.state = replace(desk.operator.state, taking=LEFT)
        services = desk.app.services
        settled: set[Hashable] = set()
        services.health = desk.operator.state
        greet(desk.app, services, desk.operator.state, settled)
        await desk.settled()
        assert "never given back" in text_of(desk.app.screen)
        assert "Keep it until the end" in text_of(desk.app.screen)
        await desk.pilot.click("#keep")
        await desk.settled()
        assert deeds(desk) == [("webhook_url.keep", {})]
        greet(desk.app, services, desk.operator.state, settled)
        await desk.settled()
        assert len(desk.app.screen_stack) == 1


async def test_run_take_url_asks_as_soon_as_the_engine_answers(open_desk: OpenDesk) -> None:
    """Once."""
    async with open_desk(UiOptions(take_url=True)) as desk:
        desk.operator.takings["look"] = found()
        services = desk.app.services
        settled: set[Hashable] = set()
        services.health = desk.operator.state
        greet(desk.app, services, desk.operator.state, settled)
        await desk.settled()

        assert "Take the webhooks of Old?" in text_of(desk.app.screen)


@pytest.mark.parametrize(
    ("wanted", "forwards", "words"),
    [
        ("http://127.0.0.1:3000/a?x=1", "http://127.0.0.1:3000/a", None),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:4000", "forwards to http://127.0.0.1:4000"),
        ("http://127.0.0.1:3000/", None, "forwards nothing"),
        ("", "http://127.0.0.1:4000", "although nothing was to be forwarded"),
    ],
)
async def test_engine_with_another_target_than_asked_for_is_said(
    open_desk: OpenDesk, wanted: str, forwards: str | None, words: str | None
) -> None:
    """Only where the desk found an engine that was there already."""
    async with open_desk(UiOptions(forward=wanted)) as desk:
        target = None if forwards is None else TargetHealth(url=forwards, mode="front")
        health = replace(
            desk.operator.state,
            forward=None if target is None else ForwardHealth(mode="front", target=target),
        )
        services = desk.app.services
        settled: set[Hashable] = set()
        services.life = LifeStatus(LifeState.RUNNING)
        greet(desk.app, services, health, settled)
        services.life = LifeStatus(LifeState.ATTACHED)
        greet(desk.app, services, health, settled)
        greet(desk.app, services, health, settled)
        await desk.settled()

        said = [line for line in desk.notices.splitlines() if "end it first" in line]
        assert len(said) == (words is not None)
        assert words is None or words in said[0]
