"""Webhooks sent again from the real desk by its engine, and a scenario seen on the real desk."""

from __future__ import annotations

from pathlib import Path

from console.domain.entries import Forwarded
from console.domain.legs import LegState
from console.simulator.scenarios import library
from console.ui.dialogs.replay import ReplayDialog
from tests.integration.application import Application
from tests.scenarios.stage import Scene, staged
from tests.ui.driver import text_of


async def test_webhooks_of_a_call_are_sent_again_and_recorded(journal: Path) -> None:
    """The application gets both; the timeline knows what it answered, and no command went out."""
    with Application() as application:
        async with staged(journal, Scene()) as stage:
            call = await stage.talks()
            await stage.selects(call)
            await stage.press("ctrl+r")
            await stage.until(
                lambda: isinstance(stage.app.screen, ReplayDialog), "the dialog is open"
            )
            before = len(stage.simulator.requests)
            await stage.type(application.url)
            await stage.press("enter", "enter")
            await stage.until(
                lambda: "2 of 2 taken" in text_of(stage.app.screen.query_one("#dialog")),
                "both were taken",
            )
            store = stage.app.services.store
            facts = [fact for _, fact in store.entries_of([call]) if isinstance(fact, Forwarded)]
            after = len(stage.simulator.requests)
        count = len(application.seen())

    assert count == 2
    assert [(fact.mode, fact.ok) for fact in facts] == [("replay", True)] * 2
    assert after == before


async def test_scenario_is_seen_on_the_desk(journal: Path) -> None:
    """Both legs of a transfer, ended at the end."""
    async with staged(journal, Scene()) as stage:
        report = await stage.simulator.play(library.shipped("transfer"))
        legs = stage.app.services.store.board.legs

        assert report.ok
        await stage.until(
            lambda: [leg.state for leg in legs.values()] == [LegState.ENDED, LegState.ENDED],
            "both legs have ended",
        )
