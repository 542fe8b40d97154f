"""An engine without a URL: what the simulator's records say becomes the same board, with an API key alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from console.domain.board import Board
from console.domain.entries import Forwarded, Intent, Kind
from console.domain.legs import Leg, LegState, Mark
from console.engine.engine import Engine
from console.engine.poll.pace import Bounds
from console.engine.poll.reading import MEMORY
from console.engine.settings import EngineSettings
from console.errors import ConfigError
from console.journal.facts import fact_of
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.integration.engines import entries
from tests.unit.engine.fakes import now_micros, until

QUICK = Bounds(0.05, 0.1)


def watching(journal: Path, simulator: Simulator, **changes: object) -> EngineSettings:
    values: dict[str, object] = {
        "journal": journal,
        "api_key": Secret(simulator.api_key),
        "base_url": simulator.api_base,
        "connection_id": simulator.connection_id,
        "poll": QUICK,
        "max_attempts": 1,
        **changes,
    }
    return EngineSettings(**values)  # type: ignore[arg-type]


def board_of(journal: Path) -> Board:
    board = Board()
    for entry in entries(journal):
        board.apply(entry, fact_of(entry))
    return board


def leg_of(journal: Path, call: str) -> Leg | None:
    return board_of(journal).get(call)


def state_of(journal: Path, call: str) -> LegState | None:
    leg = leg_of(journal, call)
    return None if leg is None else leg.state


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(SimulatorOptions(rate=0, seed=11, speed=20)) as made:
        yield made


@pytest.fixture
async def application(simulator: Simulator) -> AsyncIterator[str]:
    """An application of somebody's own that takes every webhook; its URL."""

    async def take(_request: web.Request) -> web.Response:
        return web.Response(text="thanks", status=200)

    app = web.Application()
    app.router.add_post("/hooks", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    simulator.set_webhook_url(url)
    yield url
    await runner.cleanup()


async def test_poll_sees_calls_and_what_the_application_answered(
    journal: Path, simulator: Simulator, application: str
) -> None:
    """No public key, no port: a caller rings, the record says what the application answered, a command works."""
    async with Engine(watching(journal, simulator)) as engine:
        call = await simulator.incoming("+15550123", patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)
        done = await engine.execute(Intent(command_id="c-1", action="answer", call_control_id=call))
        await until(lambda: state_of(journal, call) is LegState.ANSWERED)
        await simulator.caller_hangs_up(call)
        await until(lambda: state_of(journal, call) is LegState.ENDED)
        await until(lambda: len(_answers(journal)) >= 3)
        health = engine.health()

    assert done.ok
    leg = leg_of(journal, call)
    assert leg is not None
    assert leg.from_ == "+15550123"
    assert not [entry for entry in entries(journal) if entry.verified]
    events = [entry for entry in entries(journal) if entry.event_type is not None]
    assert {entry.kind for entry in events} == {Kind.API}
    assert len({entry.event_key for entry in events}) == len(events)
    assert {(each.target, each.status) for each in _answers(journal)} == {(application, 200)}
    assert health.webhook_url == ""
    assert health.media_url is None
    assert health.poll is not None
    assert health.poll.error == ""
    assert 0 < health.poll.interval_s <= health.poll.delay_s
    assert health.last_event_at is not None
    assert not any("webhook is refused" in notice for notice in health.notices)


def _answers(journal: Path) -> list[Forwarded]:
    facts = [fact_of(entry) for entry in entries(journal)]
    return [fact for fact in facts if isinstance(fact, Forwarded)]


async def test_poll_gives_the_board_that_webhooks_give(
    journal: Path, tmp_path: Path, simulator: Simulator
) -> None:
    """The same calls heard and read: legs alike in everything but the mark that nobody signed for them."""
    heard = tmp_path / "heard.db"
    listening = watching(
        heard,
        simulator,
        poll=None,
        port=0,
        public_key=simulator.public_key,
        reconcile_at_start=False,
    )
    async with Engine(listening) as engine, Engine(watching(journal, simulator)):
        simulator.set_webhook_url(engine.webhook_url)
        talking, gone, waiting = [
            await simulator.incoming(patience_s=100_000, talk_s=100_000) for _ in range(3)
        ]
        await until(lambda: state_of(heard, talking) is LegState.RINGING)
        await engine.execute(Intent(command_id="c-1", action="answer", call_control_id=talking))
        await simulator.caller_hangs_up(gone)
        for place in (heard, journal):
            await until(lambda place=place: state_of(place, talking) is LegState.ANSWERED)  # type: ignore[misc]
            await until(lambda place=place: state_of(place, gone) is LegState.ENDED)  # type: ignore[misc]

    for call in (talking, gone, waiting):
        one, other = leg_of(heard, call), leg_of(journal, call)
        assert one is not None
        assert other is not None
        for name in ("state", "from_", "to", "direction", "initiated_at", "answered_at", "ended_at",
                     "hangup_cause", "call_session_id", "connection_id", "client_state"):  # fmt: skip
            assert getattr(one, name) == getattr(other, name), name
        assert Mark.UNSIGNED not in one.marks
        assert one.marks == other.marks - {Mark.UNSIGNED}
        assert Mark.UNSIGNED in other.marks


async def test_poll_goes_on_where_a_killed_engine_was(
    journal: Path, simulator: Simulator, application: str
) -> None:
    """What came and went meanwhile is read once, nothing is twice in the journal."""
    async with Engine(watching(journal, simulator)):
        first = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, first) is LegState.RINGING)
    missed = await simulator.incoming("+15550177", patience_s=100_000, talk_s=100_000)
    await simulator.caller_hangs_up(missed)

    async with Engine(watching(journal, simulator)):
        await until(lambda: state_of(journal, missed) is LegState.ENDED)
        await simulator.caller_hangs_up(first)
        await until(lambda: state_of(journal, first) is LegState.ENDED)

    keys = [entry.event_key for entry in entries(journal) if entry.event_key is not None]
    assert len(keys) == len(set(keys))
    assert application


async def test_poll_waits_out_a_refusal_and_goes_on(journal: Path, simulator: Simulator) -> None:
    """429 with its header is told as such; then the call is there."""
    async with Engine(watching(journal, simulator)) as engine:
        await until(lambda: _polled(engine))
        simulator.fail_next(
            429,
            times=2,
            path="/call_events",
            headers={
                "x-ratelimit-limit": "1",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1",
            },
        )
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)

    refused = [each for each in simulator.requests if each.status == 429]
    assert refused


async def test_poll_tells_that_it_cannot_read_and_recovers(
    journal: Path, simulator: Simulator
) -> None:
    """A broken way is told with its beginning; afterwards nothing is missing."""
    async with Engine(watching(journal, simulator)) as engine:
        await until(lambda: _polled(engine))
        simulator.fail_next(503, times=3, path="/call_events")
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await simulator.caller_hangs_up(call)
        await until(lambda: _failing(engine))
        await until(lambda: state_of(journal, call) is LegState.ENDED)
        await until(lambda: not _failing(engine))


def _polled(engine: Engine) -> bool:
    poll = engine.health().poll
    return poll is not None and poll.last_at is not None


def _failing(engine: Engine) -> bool:
    poll = engine.health().poll
    return poll is not None and poll.failing_since is not None and bool(poll.error)


async def test_poll_needs_a_key(journal: Path) -> None:
    """Without one nothing can be read, which is said at once."""
    with pytest.raises(ConfigError, match="API key"):
        async with Engine(EngineSettings(journal=journal, poll=QUICK)):
            pass


async def test_poll_watches_every_application_without_an_id(
    journal: Path, simulator: Simulator
) -> None:
    """An API key alone is enough."""
    async with Engine(watching(journal, simulator, connection_id=None)):
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)


async def test_gap_is_filled_with_what_webhooks_brought_to_others(
    journal: Path, simulator: Simulator, application: str
) -> None:
    """While no engine ran the application took all webhooks; the records have the call all the same."""
    listening = watching(journal, simulator, poll=None, port=0, public_key=simulator.public_key)
    async with Engine(listening) as engine:
        simulator.set_webhook_url(engine.webhook_url)
        known = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, known) is LegState.RINGING)
    simulator.set_webhook_url(application)
    missed = await simulator.incoming("+15550144", patience_s=100_000, talk_s=100_000)
    await simulator.caller_hangs_up(missed)
    await simulator.courier.quiet()

    async with Engine(listening, clock=lambda: now_micros() + 60_000_000):
        await until(lambda: state_of(journal, missed) is LegState.ENDED)
        await until(lambda: any(entry.kind is Kind.GAP for entry in entries(journal)))

    [gap] = [entry for entry in entries(journal) if entry.kind is Kind.GAP]
    assert "read from Telnyx's records" in (gap.reason or "")
    assert json.loads(gap.body)["since"]


async def test_poll_sees_calls_although_answers_cannot_be_read(
    journal: Path, simulator: Simulator, application: str
) -> None:
    """What fails is said without calling the console blind; later the answers are made up for."""
    async with Engine(watching(journal, simulator)) as engine:
        simulator.fail_next(403, times=2, path="/webhook_deliveries")
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)
        poll = engine.health().poll

    assert poll is not None
    assert poll.failing_since is None
    assert application


async def test_poll_tells_of_a_long_absence_once(
    journal: Path, simulator: Simulator, application: str
) -> None:
    """Three days without an engine are one gap; a start after three quiet days with one is none."""
    settings = watching(journal, simulator)
    async with Engine(settings):
        call = await simulator.incoming(patience_s=100_000, talk_s=100_000)
        await until(lambda: state_of(journal, call) is LegState.RINGING)
    async with Engine(settings) as engine:
        await until(lambda: _polled(engine))
    assert not _gaps(journal)

    later = Engine(settings, clock=lambda: now_micros() + 3 * MEMORY)
    async with later:
        await until(lambda: _polled(later))

    [gap] = _gaps(journal)
    assert "go back 24 hours" in gap
    assert application


def _gaps(journal: Path) -> list[str]:
    return [entry.reason or "" for entry in entries(journal) if entry.kind is Kind.GAP]
