"""Taking and giving back against an application that is kept in memory: refused, unconfirmed, unreachable, changed."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.engine.taking import keeper as keeping
from console.engine.taking.custody import Custody
from console.engine.taking.keeper import UrlKeeper
from console.engine.taking.plan import FAILOVER, URL, VERSION
from console.operator import QueryAnswer
from console.standing import Reach

OURS = "https://console.example/webhooks"
OWN = "https://app.example/hook"
GONE = QueryAnswer(ok=False, message="Telnyx cannot be reached")


class Telnyx:
    """One application; `broken` answers a question in its own way, by its name."""

    def __init__(self) -> None:
        self.application: dict[str, object] = {
            "id": "7",
            "application_name": "Shop",
            URL: OWN,
            FAILOVER: None,
            VERSION: "1",
            "webhook_timeout_secs": 9,
        }
        self.updates: list[tuple[dict[str, object], str]] = []
        self.broken: dict[str, QueryAnswer] = {}
        self.applies = True
        self.held_at = ""
        """The first question of this name waits for `go_on`."""
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def hold(self, step: str) -> None:
        if step == self.held_at and not self.arrived.is_set():
            self.arrived.set()
            await self.go_on.wait()

    async def ask(
        self, action: str, params: Mapping[str, object], operator: str = "", /
    ) -> QueryAnswer:
        await asyncio.sleep(0)
        await self.hold(action)
        if action == "apps.update":
            changes = {name: each for name, each in params.items() if name != "id"}
            self.updates.append((changes, operator))
            if self.applies:
                self.application |= changes
        if action in self.broken:
            return self.broken[action]
        return QueryAnswer(ok=True, status=200, data=dict(self.application))


class Stage:
    """A keeper and what surrounds it."""

    def __init__(self, folder: Path) -> None:
        self.telnyx = Telnyx()
        self.journal = folder / "journal.db"
        self.url: str | None = OURS
        self.is_reached = True
        self.keeper = self.next()

    def next(self, base_url: str = "https://api.example/v2") -> UrlKeeper:
        """The keeper of the next engine, which knows only the file."""
        keeper = UrlKeeper(
            Custody(self.journal),
            self.telnyx.ask,
            base_url=base_url,
            our_url=lambda: self.url,
            test=self.test,
            clock=lambda: 1_000_000,
        )
        keeper.begin()
        return keeper

    async def test(self, url: str) -> Reach:
        await self.telnyx.hold("test")
        words = "leads here" if self.is_reached else "nothing answers at console.example:443"
        return Reach(url=url, ok=self.is_reached, sentence=words)

    @property
    def file(self) -> Path:
        return Custody(self.journal).path


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def test_taken_with_the_old_values_on_the_disk_and_given_back_at_the_end(
    stage: Stage,
) -> None:
    """Under the operator's name both times; the time-out is untouched, and the file is gone."""
    answer = await stage.keeper.take("7", "ann")

    assert answer.ok, answer.sentence
    app = stage.telnyx.application
    assert (app[URL], app[FAILOVER], app[VERSION]) == (OURS, OWN, "2")
    assert app["webhook_timeout_secs"] == 9
    assert stat.S_IMODE(stage.file.stat().st_mode) == 0o600
    kept = json.loads(stage.file.read_text())
    assert kept["application_id"] == "7"
    assert {each["name"]: each["before"] for each in kept["settings"]} == {
        URL: OWN,
        FAILOVER: None,
        VERSION: "1",
    }

    back = await stage.keeper.aclose()

    assert back is not None
    assert back.ok, back.sentence
    assert f"go to {OWN} again" in back.sentence
    assert (app[URL], app[FAILOVER], app[VERSION]) == (OWN, None, "1")
    assert [who for _, who in stage.telnyx.updates] == ["ann", "ann"]
    assert not stage.file.exists()
    assert stage.next().health() is None


async def test_old_values_are_written_before_anything_is_changed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they cannot be written nothing is changed."""
    stage.journal.parent.chmod(0o500)
    monkeypatch.setattr("tempfile.mkstemp", _no_room)
    answer = await stage.keeper.take("7", "ann")
    stage.journal.parent.chmod(0o700)

    assert not answer.ok
    assert "nothing was changed" in answer.sentence
    assert stage.telnyx.updates == []
    assert not stage.keeper.is_taken


def _no_room(**_options: object) -> None:
    raise OSError(28, "No space left on device")


async def test_nothing_is_changed_when_the_address_does_not_lead_here(stage: Stage) -> None:
    """Unless the operator knows better."""
    stage.is_reached = False
    looked = await stage.keeper.look("7")
    refused = await stage.keeper.take("7", "ann")

    assert not looked.ok
    assert [change.name for change in looked.changes] == [URL, VERSION]
    assert looked.failover == OWN
    assert "nothing answers" in refused.sentence
    assert stage.telnyx.updates == []
    assert not stage.file.exists()

    assert (await stage.keeper.take("7", "ann", untested=True)).ok
    assert stage.telnyx.application[URL] == OURS


async def test_values_somebody_else_set_meanwhile_stay_and_are_named(stage: Stage) -> None:
    """The rest is given back, and the file goes."""
    await stage.keeper.take("7", "ann")
    stage.telnyx.application[URL] = "https://new.example/"
    back = await stage.keeper.give_back("bob")

    assert back.ok
    assert f"{URL} was changed by somebody else meanwhile and stays https://new.example/" in (
        back.sentence
    )
    app = stage.telnyx.application
    assert (app[URL], app[FAILOVER], app[VERSION]) == ("https://new.example/", None, "1")
    assert not stage.file.exists()


async def test_next_engine_notices_what_was_left_and_gives_it_back_when_told(
    stage: Stage,
) -> None:
    """Not by itself: its end alone changes nothing."""
    await stage.keeper.take("7", "ann")
    second = stage.next()
    health = second.health()

    assert health is not None
    assert health.is_left
    assert OWN in health.sentence
    assert await second.aclose() is None
    assert stage.telnyx.application[URL] == OURS
    third = stage.next()
    assert (await third.give_back("bob")).ok
    assert stage.telnyx.application[URL] == OWN
    assert stage.telnyx.updates[-1][1] == "bob"


async def test_what_was_left_can_be_kept_and_is_given_back_at_the_end(stage: Stage) -> None:
    """Also by taking it again, from another address."""
    await stage.keeper.take("7", "ann")
    second = stage.next()
    assert (await second.keep()).ok
    assert second.is_taken
    stage.url = "https://second.example/webhooks"
    third = stage.next()
    assert (await third.take("7", "bob")).ok
    assert stage.telnyx.application[URL] == stage.url
    assert stage.telnyx.application[FAILOVER] == OWN

    await third.aclose()

    app = stage.telnyx.application
    assert (app[URL], app[FAILOVER], app[VERSION]) == (OWN, None, "1")


async def test_refused_change_leaves_no_file(stage: Stage) -> None:
    """Nothing was taken, so there is nothing to give back."""
    stage.telnyx.applies = False
    stage.telnyx.broken["apps.update"] = QueryAnswer(ok=False, status=422, message="no such URL")
    answer = await stage.keeper.take("7", "ann")

    assert (answer.ok, answer.is_pending) == (False, False)
    assert "no such URL" in answer.sentence
    assert not stage.file.exists()


@pytest.mark.parametrize(("applies", "is_pending"), [(True, True), (False, False)])
async def test_change_without_an_answer_is_looked_up(
    stage: Stage, applies: bool, is_pending: bool
) -> None:
    """It is given back if it was made, and forgotten if it was not."""
    stage.telnyx.applies = applies
    stage.telnyx.broken["apps.update"] = GONE
    answer = await stage.keeper.take("7", "ann")

    assert (answer.ok, answer.is_pending) == (False, is_pending)
    assert stage.file.exists() is is_pending
    assert stage.keeper.is_taken is is_pending


async def test_end_without_telnyx_keeps_the_file_and_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within bounds, however long Telnyx is silent."""
    await stage.keeper.take("7", "ann")
    stage.telnyx.broken["apps.show"] = GONE
    back = await stage.keeper.aclose()

    assert back is not None
    assert not back.ok
    assert "the next start offers to give it back" in back.sentence
    assert stage.file.exists()

    async def silent(*_: object) -> QueryAnswer:
        await asyncio.Event().wait()
        return GONE

    monkeypatch.setattr(keeping, "GIVE_BACK_S", 0.01)
    monkeypatch.setattr(stage.telnyx, "ask", silent)
    second = stage.next()
    await second.keep()
    late = await second.aclose()
    assert late is not None
    assert "did not answer within" in late.sentence
    assert stage.file.exists()


async def test_application_that_is_gone_needs_nothing(stage: Stage) -> None:
    """Its file would offer for ever what cannot be done."""
    await stage.keeper.take("7", "ann")
    stage.telnyx.broken["apps.show"] = QueryAnswer(ok=False, status=404, message="not found")

    assert (await stage.keeper.give_back()).ok
    assert not stage.file.exists()


async def test_one_application_at_a_time_and_through_one_api(stage: Stage) -> None:
    """What another account's keys cannot give back is not touched."""
    await stage.keeper.take("7", "ann")

    assert "still taken" in (await stage.keeper.take("8", "ann")).sentence
    elsewhere = stage.next("https://practice.example/v2")
    refused = await elsewhere.give_back()
    assert not refused.ok
    assert "https://api.example/v2" in refused.sentence
    assert stage.telnyx.application[URL] == OURS


async def test_address_that_moves_is_followed(stage: Stage) -> None:
    """As with a tunnel that was started again; where nothing is taken nothing happens."""
    assert await stage.keeper.move() is None
    await stage.keeper.take("7", "ann", with_failover=False)
    assert await stage.keeper.move() is None
    stage.url = "https://moved.example/webhooks"
    moved = await stage.keeper.move()

    assert moved is not None
    assert moved.ok
    assert stage.telnyx.application[URL] == stage.url
    assert stage.telnyx.application[FAILOVER] is None
    await stage.keeper.aclose()
    assert stage.telnyx.application[URL] == OWN


@pytest.mark.parametrize("step", ["test", "apps.show", "apps.update"])
async def test_what_is_being_taken_at_the_end_does_not_stay_here(stage: Stage, step: str) -> None:
    """At whatever step the engine's end finds it: it is given back, or not taken at all."""
    telnyx = stage.telnyx
    telnyx.held_at = step
    taking = asyncio.ensure_future(stage.keeper.take("7", "ann"))
    await telnyx.arrived.wait()

    ending = asyncio.ensure_future(stage.keeper.aclose())
    await asyncio.sleep(0)
    telnyx.go_on.set()
    taken, back = await asyncio.gather(taking, ending)

    assert telnyx.application[URL] == OWN
    assert not stage.file.exists()
    assert taken.ok is (back is not None) is (step == "apps.update")


async def test_what_is_missing_is_said(stage: Stage) -> None:
    """No application, no address, nothing taken."""
    assert "no application is chosen" in (await stage.keeper.take(None, "ann")).sentence
    assert "nothing to give back" in (await stage.keeper.give_back()).sentence
    assert "nothing to give back" in (await stage.keeper.keep()).sentence
    stage.url = None
    assert "listen.public_url" in (await stage.keeper.look("7")).sentence


async def test_damaged_file_is_neither_overwritten_nor_trusted(stage: Stage) -> None:
    """It may be all that knows the old address."""
    stage.file.write_text('{"application_id": 3')
    keeper = stage.next()
    answer = await keeper.take("7", "ann")

    assert not answer.ok
    assert "is damaged" in answer.sentence
    assert stage.telnyx.updates == []
    assert stage.file.read_text() == '{"application_id": 3'


async def test_two_at_once_take_it_once(stage: Stage) -> None:
    """The second finds it done."""
    first, second = await asyncio.gather(
        stage.keeper.take("7", "ann"), stage.keeper.take("7", "bob")
    )

    assert first.ok
    assert second.ok
    assert len(stage.telnyx.updates) == 1


async def test_application_that_leads_here_already_is_left_alone(stage: Stage) -> None:
    """Nothing is written, so nothing is given back."""
    stage.telnyx.application |= {URL: OURS, VERSION: "2", FAILOVER: OWN}
    looked = await stage.keeper.look("7")
    answer = await stage.keeper.take("7", "ann")

    assert not looked.ok
    assert "come here already" in looked.sentence
    assert answer.ok
    assert not stage.file.exists()
    assert stage.telnyx.updates == []
