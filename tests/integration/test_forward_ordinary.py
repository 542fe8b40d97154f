"""Ordinary applications notice nothing: same bytes and headers as if Telnyx had called them, genuine to the official package."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from telnyx.lib.webhook_verification import verify_webhook_signature

from console.domain.entries import Kind
from console.engine.engine import Engine
from console.engine.forward.plan import ForwardPlan
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.application import Application
from tests.integration.engines import entries
from tests.integration.programs import environment, eventually, running
from tests.integration.test_forward_front import ask, in_front, webhook
from tests.unit.engine.fakes import Wire, event_body, post, settings, signed, until

ADDED = ("x-forwarded-", "via", "host", "http_x_forwarded_", "http_via", "http_host")


@pytest.fixture(params=["aiohttp", "wsgi"])
def ordinary(request: pytest.FixtureRequest) -> Iterator[Application]:
    with Application(0, "tests.integration.ordinary", request.param) as application:
        yield application


async def test_ordinary_application_sees_what_it_would_have_seen(
    journal: Path, ordinary: Application
) -> None:
    """The framework's own view of a direct request and of a forwarded one is the same, but for what proxies add."""
    raw = event_body(1, note="Zoë \u4f60\u597d \U0001f600")
    headers = {
        **signed(raw),
        "User-Agent": "telnyx-webhooks",
        "Content-Type": "application/json",
        "X-Odd": '  spaced , and; odd="quoted"',
        "Accept-Encoding": "gzip",
    }
    path = f"/hook/{quote('é/x', safe='')}?a=1&a=%20&&b"
    async with in_front(journal, f"{ordinary.url}/hook") as engine:
        answers = await ask(engine, post(path.replace("/hook", "/webhooks"), raw, headers))
        wire = await Wire.open(f"{ordinary.url}/")
        await wire.send(post(path, raw, headers))
        direct = await wire.full_answer()
        await wire.close()

    assert answers[0][0] == direct[0] == 200
    assert answers[0][2] == direct[2] == b"<Response/>"
    through, straight = ordinary.seen()
    assert _without_additions(through) == _without_additions(straight)
    assert through["body"] == raw.decode("latin-1")


async def test_official_verifier_accepts_every_forwarded_event(journal: Path) -> None:
    """Behind the console, through duplicates, delays and disorder, nothing fails the official package's check."""
    with Application() as app:
        options = SimulatorOptions(rate=60, speed=50.0, seed=5, chaos=True)
        async with Simulator(options) as simulator:
            hello = simulator.hello()
            plan = ForwardPlan(target=app.url, timeout_s=60.0)
            wanted = settings(journal=journal, forward=plan, public_key=hello["public_key"])
            async with Engine(wanted) as engine:
                simulator.set_webhook_url(engine.webhook_url)
                await until(lambda: engine.health().verified >= 60)
        seen = await asyncio.to_thread(app.seen)

    assert len(seen) >= 60
    for each in seen:
        lines = each["head"].split("\r\n")[1:-2]
        headers = dict(line.split(": ", 1) for line in lines)
        verify_webhook_signature(each["body"], headers, str(hello["public_key"]))
    assert not [entry for entry in entries(journal) if entry.kind is Kind.REFUSED]


async def test_killed_console_costs_attempts_and_no_call(tmp_path: Path) -> None:
    """In the middle of the traffic: Telnyx's next attempts go to the failover URL, the application's own."""
    env = environment(tmp_path, XDG_RUNTIME_DIR=str(tmp_path))
    with Application() as app:
        options = SimulatorOptions(rate=60, speed=50.0, seed=3)
        async with Simulator(options) as simulator:
            key = str(simulator.hello()["public_key"])
            flags = ("listen", "--journal", str(tmp_path / "j.db"), "--port", "0")
            with running(
                *flags, "--forward", f"{app.url}/front", env={**env, "TELNYX_PUBLIC_KEY": key}
            ) as console:
                url = console.line("err", "listening on").split()[-1]
                simulator.set_webhook_url(url, failover=f"{app.url}/failover")
                await asyncio.to_thread(eventually, lambda: len(_of(app, "/front")) > 20)
                console.process.kill()
                console.process.wait(10)
            await asyncio.to_thread(eventually, lambda: len(_of(app, "/failover")) > 20)
        taken = _events(_of(app, "/front")) | _events(_of(app, "/failover"))
        rescued = _of(app, "/failover")

    # After the end the application hears of calls straight from Telnyx, by a later attempt.
    assert len(taken) > 40
    assert not any("\r\nVia:" in each["head"] for each in rescued)
    assert all(json.loads(each["body"])["meta"]["attempt"] > 1 for each in rescued)


async def test_clock_that_is_off_is_said_and_nothing_is_forwarded(journal: Path) -> None:
    """Ten minutes of skew make every signature stale: 401 with the reason, so that somebody looks at the clock."""
    skewed = 600_000_000
    with Application() as app:
        plan = ForwardPlan(target=app.url, timeout_s=60.0)
        wanted = settings(journal=journal, forward=plan)
        async with Engine(wanted, clock=lambda: time.time_ns() // 1000 + skewed) as engine:
            [(status, _, _)] = await ask(engine, webhook())
        assert app.seen() == []

    assert status == 401
    [refused] = [entry for entry in entries(journal) if entry.kind is Kind.REFUSED]
    assert "clock" in (refused.reason or "") or "old" in (refused.reason or "")


async def test_clock_within_tolerance_does_not_matter(journal: Path) -> None:
    """Four minutes of skew: forwarded, and the offset is on record."""
    skewed = 240_000_000
    with Application() as app:
        wanted = settings(journal=journal, forward=ForwardPlan(target=app.url, timeout_s=60.0))
        async with Engine(wanted, clock=lambda: time.time_ns() // 1000 + skewed) as engine:
            [(status, _, _)] = await ask(engine, webhook())
            offset_ms = engine.health().clock_offset_ms

    assert status == 200
    assert offset_ms is not None
    assert offset_ms > 200_000


def _of(app: Application, path: str) -> list[dict[str, Any]]:
    return [each for each in app.seen() if each["head"].startswith(f"POST {path} ")]


def _events(seen: list[dict[str, Any]]) -> set[str]:
    return {json.loads(each["body"])["data"]["id"] for each in seen}


def _without_additions(seen: dict[str, Any]) -> dict[str, Any]:
    kept = [pair for pair in seen["headers"] if not pair[0].lower().startswith(ADDED)]
    return {**seen, "headers": kept}
