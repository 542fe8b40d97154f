"""Webhooks over real HTTP: signed, concurrent, retried, bounded."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from console.simulator import webhooks
from console.simulator.chaos import CHAOS
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.telnyx.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Verifier
from tests.unit.simulator.listener import Listener


@asynccontextmanager
async def simulator(url: str | None, **options: Any) -> AsyncIterator[Simulator]:
    """A fast simulator that calls nobody by itself."""
    made = SimulatorOptions(**{"rate": 0, "seed": 1, "speed": 50, "webhook_url": url, **options})
    async with Simulator(made) as running:
        yield running


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as open_:
        yield open_


async def test_webhook_is_signed_and_wrapped(listener: Listener) -> None:
    """Our verifier accepts it; the envelope is version 2, the agent Telnyx's."""
    async with simulator(listener.url()) as sim:
        call = await sim.incoming(from_="+12125550123", name="Jane Eyre")
        got = await listener.hears("call.initiated", call)

    headers = {name.lower(): value for name, value in got.headers.items()}
    Verifier(sim.public_key).verify(
        got.raw,
        timestamp=headers[TIMESTAMP_HEADER],
        signature=headers[SIGNATURE_HEADER],
        now_s=time.time(),
    )
    assert headers["user-agent"] == "telnyx-webhooks"
    assert headers["content-type"] == "application/json"
    assert got.body["meta"] == {"attempt": 1, "delivered_to": listener.url()}
    assert got.body["data"]["record_type"] == "event"
    assert got.payload["caller_id_name"] == "Jane Eyre"


async def test_version_1_has_its_own_envelope(listener: Listener) -> None:
    """Underscores, created_at, no data and no meta."""
    async with simulator(listener.url(), webhook_api_version="1") as sim:
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        [got] = await listener.until(lambda all_: len(all_) == 1)

    assert got.body["event_type"] == "call_initiated"
    assert set(got.body) == {"record_type", "id", "event_type", "created_at", "payload"}


async def test_failed_delivery_is_tried_again_with_the_next_attempt(listener: Listener) -> None:
    """The same event, signed anew, until it is taken; the record shows both attempts."""
    listener.answers = [500, 429]
    async with simulator(listener.url()) as sim:
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        await asyncio.wait_for(sim.courier.quiet(), 60)

    got = listener.received
    assert [each.attempt for each in got] == [1, 2, 3]
    assert len({each.body["data"]["id"] for each in got}) == 1
    [delivery] = sim._history.deliveries()
    shown = delivery.as_json()
    attempts = shown["attempts"]
    assert isinstance(attempts, list)
    assert [attempt.get("errors") for attempt in attempts][1:] == [[75499], [75599]]


@pytest.mark.parametrize(("status", "code"), [(401, 75499), (404, 75404)])
async def test_other_4xx_is_not_tried_again(listener: Listener, status: int, code: int) -> None:
    """A refusal of the listener is final; the delivery stays failed."""
    listener.answers = [status]
    async with simulator(listener.url()) as sim:
        first = await sim.incoming(patience_s=100_000, talk_s=100_000)
        await listener.hears("call.initiated", first)
        second = await sim.incoming(patience_s=100_000, talk_s=100_000)
        await listener.hears("call.initiated", second)
        await asyncio.wait_for(sim.courier.quiet(), 60)

        assert len(listener.received) == 2
        failed = [each for each in sim._history.deliveries() if not each.delivered]
        assert [each.attempts[-1].code for each in failed] == [code]


async def test_success_is_200_only(listener: Listener) -> None:
    """Another 2xx is 75299 and tried again; a redirect is not followed."""
    listener.answers = [202]
    async with simulator(listener.url()) as sim:
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        got = await listener.until(lambda all_: len(all_) == 2)

    assert got[1].attempt == 2
    assert webhooks._failure_code(204) == 75299
    assert webhooks._failure_code(301) == 75300


async def test_failover_takes_over_after_two_failures(listener: Listener) -> None:
    """Twice the application's URL, then the other one."""
    listener.answers = [503, 503]
    options = {"failover_url": listener.url("/failover")}
    async with simulator(listener.url("/first"), **options) as sim:
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        got = await listener.until(lambda all_: len(all_) == 3)

    assert [each.path for each in got] == ["/first", "/first", "/failover"]
    assert got[2].body["meta"] == {"attempt": 3, "delivered_to": listener.url("/failover")}


async def test_failover_takes_over_at_once_where_a_repetition_is_useless(
    listener: Listener,
) -> None:
    """A 403 sends the event to the failover URL."""
    listener.answers = [403]
    options = {"failover_url": listener.url("/failover")}
    async with simulator(listener.url("/first"), **options) as sim:
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        got = await listener.until(lambda all_: len(all_) == 2)

    assert [each.path for each in got] == ["/first", "/failover"]


async def test_slow_listener_is_given_up_and_tried_again(listener: Listener) -> None:
    """Time-out by webhook_timeout_secs (2 s where nothing is set)."""
    listener.hold_s = 1.5
    async with simulator(listener.url()) as sim:
        sim.world.change_application(sim.connection_id, webhook_timeout_secs=1)
        await sim.incoming(patience_s=100_000, talk_s=100_000)
        got = await listener.until(lambda all_: len(all_) == 2)

    assert [each.attempt for each in got] == [1, 2]


async def test_deliveries_run_side_by_side(listener: Listener) -> None:
    """A slow answer to one event does not hold up the others."""
    listener.hold_s = 0.4
    async with simulator(listener.url()) as sim:
        for _ in range(20):
            await sim.incoming(patience_s=100_000, talk_s=100_000)
        await listener.until(lambda all_: len(all_) == 20)

    assert listener.held_at_once > 1


async def test_listener_that_is_away_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts, retries and the backlog are bounded; what is too much is counted."""
    monkeypatch.setattr(webhooks, "MAX_BACKLOG", 50)
    async with simulator("http://127.0.0.1:9/away") as sim:
        for _ in range(500):
            await sim.incoming(patience_s=100_000, talk_s=100_000)
        assert sim.courier.pending <= 2 * 50 + webhooks.CONCURRENT
        await asyncio.wait_for(sim.courier.quiet(), 60)

        assert sim.courier.dropped >= 300
        attempts = [len(each.attempts) for each in sim._history.deliveries()]
        assert max(attempts) == 1 + len(webhooks.DEFAULT_RETRIES_S)


async def test_wrong_url_breaks_nothing() -> None:
    """An address nobody can use is a failed delivery."""
    async with simulator("http://127.0.0.1:9/x") as sim:
        for url in ("http://", "http://[::bad", "http://exa mple/", "ftp://127.0.0.1/"):
            sim.set_webhook_url(url)
            await sim.incoming(patience_s=100_000, talk_s=100_000)
        await asyncio.wait_for(sim.courier.quiet(), 60)

        assert not any(each.delivered for each in sim._history.deliveries())


async def test_chaos_sends_duplicates_and_changes_the_order(listener: Listener) -> None:
    """The same event twice with another attempt, and arrivals that do not follow occurred_at."""
    async with simulator(listener.url(), chaos=True) as sim:
        for _ in range(60):
            await sim.incoming(patience_s=60)
        await listener.until(lambda all_: sum(each.type == "call.hangup" for each in all_) >= 60)

    seen = Counter(each.body["data"]["id"] for each in listener.received)
    assert max(seen.values()) == 2
    times = [each.body["data"]["occurred_at"] for each in listener.received]
    assert times != sorted(times)
    assert CHAOS.duplicate > 0


async def test_callers_arrive_as_soon_as_somebody_listens(listener: Listener) -> None:
    """Nobody calls while no URL is known; then they come by themselves, give up, and come again."""
    async with simulator(None, rate=600, speed=20) as sim:
        await asyncio.sleep(0.15)  # three simulated seconds in which nobody must call
        assert sim.world.legs == {}

        sim.set_webhook_url(listener.url())
        got = await listener.until(lambda all_: any(each.type == "call.hangup" for each in all_))

    numbers = {each.payload["from"] for each in got if each.type == "call.initiated"}
    assert len(numbers) > 3


async def test_caller_can_be_made_to_leave(listener: Listener) -> None:
    """For tests: the far end hangs up, before and after the answer."""
    async with simulator(listener.url()) as sim:
        call = await sim.incoming(patience_s=100_000, talk_s=100_000)
        await sim.caller_hangs_up(call)
        await sim.caller_hangs_up(call)
        got = await listener.hears("call.hangup", call)

    assert got.payload["hangup_cause"] == "originator_cancel"
