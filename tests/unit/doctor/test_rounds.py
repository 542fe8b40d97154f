"""All checks together: in order, at the same time, in time, whatever hangs or fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

import pytest

from console.doctor.findings import Finding, Status
from console.doctor.rounds import Means, Report, Subject, examine
from console.errors import ConfigError, EngineError, Unreachable
from console.reports import ForwardHealth, Health, QueryAnswer, TargetHealth
from console.standing import Reach, TunnelHealth
from console.telnyx.date import Dated
from tests.fixtures.samples import NOW, health
from tests.unit.doctor.test_account import GOOD, URL

_T = TypeVar("_T")
BASE = "https://api.telnyx.com/v2"
ENGINE = health(base_url=BASE, webhook_url="http://127.0.0.1:8080/webhooks")


class World:
    """What is found outside; each part can be changed before asking."""

    def __init__(self, folder: Path) -> None:
        self.subject = Subject(
            journal=folder / "j.db",
            keep_mb=1.0,
            host="127.0.0.1",
            port=0,
            path="/webhooks",
            public_url=URL,
            connection_id="17",
            base_url=BASE,
        )
        self.engine: Health | Exception | None = None
        self.key: str | Exception | None = "environment TELNYX_API_KEY"
        self.answer: QueryAnswer | Exception = QueryAnswer(ok=True, status=200, data=GOOD)
        self.dated: Dated | Exception = Dated(0.1, 0.6, 40.0)
        self.reach: Reach | Exception = Reach(url=URL, ok=True, sentence="leads here")
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.hanging: set[str] = set()

    async def report(self, all_s: float = 9.0) -> Report:
        """Everything looked at."""

        async def ask(_: Health | None, action: str, params: dict[str, object]) -> QueryAnswer:
            self.asked.append((action, params))
            return await self._told("ask", self.answer)

        means = Means(
            health=lambda: self._told("health", self.engine),
            key=lambda _: self._told("key", self.key),
            ask=ask,
            date=lambda: self._told("date", self.dated),
            reach=lambda _health, _url: self._told("reach", self.reach),
            now=lambda: NOW,
        )
        return await examine(self.subject, means, all_s=all_s)

    async def found(self) -> dict[str, Finding]:
        """The findings by check."""
        return {each.check: each for each in (await self.report()).findings}

    async def _told(self, what: str, value: _T | Exception) -> _T:
        if what in self.hanging:
            await asyncio.Event().wait()
        if isinstance(value, Exception):
            raise value
        return value


@pytest.fixture
def world(tmp_path: Path) -> World:
    """All well, and no engine."""
    return World(tmp_path)


ORDER = [
    "engine", "api", "clock", "api_key", "port", "application", "webhook_version", "webhook_url", "failover",
    "webhook_timeout", "reachable", "last_event", "signed_clock", "journal", "journal_whole", "journal_writer", "disk",
    "forward", "tunnel",
]  # fmt: skip


async def test_report_has_every_check_in_a_fixed_order(world: World) -> None:
    """The same one each time, engine or not."""
    report = await world.report()

    assert [each.check for each in report.findings] == ORDER
    assert not report.is_stuck
    assert {each.status for each in report.findings} == {Status.OK, Status.SKIPPED}
    world.engine = ENGINE
    assert [each.check for each in (await world.report()).findings][: len(ORDER)] == [
        "engine",
        *ORDER[1:],
    ]


async def test_one_question_is_asked_of_telnyx(world: World) -> None:
    """About the application, or one page of the list."""
    await world.report()
    world.subject = world.subject._replace(connection_id="")
    world.answer = QueryAnswer(ok=True, status=200, data=[GOOD])
    found = await world.found()

    assert world.asked == [("apps.show", {"id": "17"}), ("apps.list", {"page": {"size": 20}})]
    assert found["application"].status is Status.WARN


@pytest.mark.parametrize(
    ("part", "value", "check", "status"),
    [
        ("engine", EngineError("it hangs"), "engine", Status.FAIL),
        ("key", None, "api_key", Status.WARN),
        ("key", ConfigError("api_key_file cannot be read"), "api_key", Status.FAIL),
        ("answer", QueryAnswer(ok=False, status=401), "api_key", Status.FAIL),
        ("answer", EngineError("it went away"), "api_key", Status.FAIL),
        ("dated", Unreachable("Telnyx's API cannot be reached"), "api", Status.FAIL),
        ("dated", Dated(90.0, 0.6, 1.0), "clock", Status.FAIL),
        ("dated", Dated(None, 0.6, 1.0), "clock", Status.SKIPPED),
        ("reach", Reach(url=URL, ok=False, fault="dns", sentence="no"), "reachable", Status.FAIL),
        ("reach", EngineError("of another version"), "reachable", Status.WARN),
    ],
)
async def test_each_part_broken_is_one_finding(
    world: World, part: str, value: object, check: str, status: Status
) -> None:
    """And the rest is still looked at."""
    setattr(world, part, value)
    found = await world.found()

    assert found[check].status is status
    assert found[check].fix or status is Status.SKIPPED
    assert set(ORDER) <= set(found)


@pytest.mark.parametrize("what", ["health", "key", "ask", "date", "reach"])
async def test_what_hangs_does_not_hold_up_the_rest(world: World, what: str) -> None:
    """Within the time for all, with a finding of its own."""
    world.hanging.add(what)
    report = await world.report(all_s=0.2)
    found = {each.check: each for each in report.findings}

    assert report.is_stuck
    assert any("in time" in each.detail for each in report.findings)
    assert {"tunnel", "journal", "port"} <= set(found)


async def test_a_wrong_key_setting_is_the_configurations_fault(world: World) -> None:
    """Exit code 2."""
    world.key = ConfigError("api.api_key_file: x cannot be read")

    assert (await world.found())["api_key"].exit_code == 2


async def test_engine_of_another_account_is_told(world: World) -> None:
    """Its profile, its API, a public key it does not have."""
    world.engine = health(base_url="http://127.0.0.1:1/v2", public_key=False)
    world.subject = world.subject._replace(profile="support")
    found = await world.found()

    assert found["engine_api"].status is Status.WARN
    assert found["engine_profile"].status is Status.WARN
    assert found["public_key_in_use"].status is Status.FAIL


async def test_simulator_on_this_machine_needs_no_public_address(world: World) -> None:
    """Its webhooks go straight to the port; for Telnyx itself the same address leads nowhere."""
    local = "http://127.0.0.1:8080/webhooks"
    world.answer = QueryAnswer(ok=True, status=200, data={**GOOD, "webhook_event_url": local})
    world.subject = world.subject._replace(public_url="", port=8080)
    world.engine = ENGINE
    assert (await world.found())["webhook_url"].status is Status.FAIL
    base = "http://127.0.0.1:9999/v2"
    world.subject = world.subject._replace(base_url=base)
    world.engine = health(base_url=base, webhook_url=local)
    found = await world.found()
    assert found["webhook_url"].status is found["reachable"].status is Status.OK


async def test_polling_needs_neither_port_nor_address(world: World) -> None:
    """A key is enough."""
    world.subject = world.subject._replace(polls=True, port=80)
    found = await world.found()

    assert found["port"].status is found["webhook_url"].status is Status.OK
    assert found["reachable"].status is Status.SKIPPED


async def test_journal_that_the_engine_cannot_write_is_broken(world: World) -> None:
    """Whatever the file looks like from outside."""
    world.engine = health(base_url=BASE, journal_error="the disk is full")

    assert "the disk is full" in (await world.found())["journal"].detail


async def test_forwarding_that_is_configured_but_not_in_use_is_told(world: World) -> None:
    """An engine that was started before."""
    world.subject = world.subject._replace(forward_target="http://127.0.0.1:9/w")
    world.engine = ENGINE
    found = await world.found()
    assert found["forward"].status is Status.FAIL
    assert found["forward_in_use"].status is Status.WARN

    world.engine = health(base_url=BASE, forward=ForwardHealth(mode="copy"))
    assert "forward_in_use" not in await world.found()


@pytest.mark.parametrize(
    ("state", "status"),
    [("up", Status.OK), ("restarting", Status.WARN), ("failed", Status.FAIL)],
)
async def test_tunnel_of_the_engine_is_told(world: World, state: str, status: Status) -> None:
    """As the engine sees it; its address is the public one."""
    tunnel = TunnelHealth(state=state, sentence="said so", url=URL)
    world.subject = world.subject._replace(public_url="")
    world.engine = health(base_url=BASE, tunnel=tunnel, public_url=URL)
    found = await world.found()

    assert found["tunnel"].status is status
    assert found["reachable"].status is Status.OK


async def test_admin_port_is_looked_at_where_one_is_set(world: World) -> None:
    """Free, in use by the engine, or without the package."""
    assert "admin" not in await world.found()
    world.subject = world.subject._replace(admin_port=1)
    world.engine = ENGINE
    assert (await world.found())["admin"].status is Status.OK
    world.subject = world.subject._replace(has_metrics=False)
    assert (await world.found())["admin"].status is Status.WARN


async def test_failover_is_asked_for_where_only_the_engine_stands_in_front(world: World) -> None:
    """It was told so on its own command line; the configuration knows of no application."""
    target = TargetHealth(url="http://127.0.0.1:3000/app", mode="front")
    world.engine = health(
        base_url=BASE, forward=ForwardHealth(mode="front", target=target, timeout_s=2.5)
    )
    found = await world.found()

    assert found["failover"].status is Status.WARN
    assert "http://127.0.0.1:3000/app" in str(found["failover"].fix)
    assert found["webhook_timeout"].status is Status.WARN
    assert "the console waits 2.5 s" in found["webhook_timeout"].detail
