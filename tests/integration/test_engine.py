"""The whole engine in one loop: webhooks in, journal, questions, commands."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from console.domain.entries import MAY_HAVE_ARRIVED, Intent, Kind
from console.engine.absence import last_sign, put_back_sign
from console.engine.dispatch import STOPPED
from console.engine.engine import REFUSING_ALL, WATCHING_ONLY, Engine
from console.engine.settings import EngineSettings
from console.errors import ConfigError, ConsoleError, EngineError, JournalError
from console.journal.records import command_draft, note_draft
from console.journal.sqlite import open_reader, open_writer
from console.operator import HttpOperator
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from tests.integration.engines import entries
from tests.unit.engine.fakes import Wire, event_body, now_micros, post, settings, signed, until

Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> TelnyxClient:
    return TelnyxClient(
        "https://api.example/v2",
        Secret("KEY0123456789"),
        transport=httpx.MockTransport(answer),
        max_attempts=1,
    )


def with_key(journal: Path, **changes: object) -> EngineSettings:
    return settings(
        journal=journal,
        api_key=Secret("KEY0123456789"),
        base_url="https://api.example/v2",
        **changes,
    )


def nothing_active(request: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, json={"data": [], "meta": {"cursors": {"after": None}, "next": None}}
    )


def holds(journal: Path, secret: bytes) -> bool:
    """Whether the journal's files contain these bytes anywhere."""
    return any(secret in path.read_bytes() for path in journal.parent.glob(f"{journal.name}*"))


async def deliver(url: str, *bodies: bytes) -> list[int]:
    wire = await Wire.open(url)
    statuses = []
    for raw in bodies:
        await wire.send(post("/webhooks", raw, signed(raw)))
        statuses.append((await wire.answer())[0])
    await wire.close()
    return statuses


async def test_engine_keeps_what_it_acknowledged(journal: Path) -> None:
    """Webhooks, their duplicates and refusals are in the journal, and counted."""
    async with Engine(settings(journal=journal)) as engine:
        assert await deliver(engine.webhook_url, event_body(1), event_body(2), event_body(1)) == [
            200,
            200,
            200,
        ]
        wire = await Wire.open(engine.webhook_url)
        await wire.send(post("/webhooks", b"x", {}))
        assert (await wire.answer())[0] == 401
        await wire.close()
        health = engine.health()

    assert (health.verified, health.duplicates, health.refused) == (3, 1, 1)
    assert health.notices == (WATCHING_ONLY,)
    kept = entries(journal)
    assert [entry.kind for entry in kept] == [Kind.WEBHOOK] * 3 + [Kind.REFUSED]
    assert [entry.duplicate for entry in kept] == [False, False, True, False]


async def test_engine_answers_on_its_socket(journal: Path) -> None:
    """A desk in another process gets the same health."""
    async with Engine(settings(journal=journal, public_key=None)) as engine:
        operator = HttpOperator(journal)
        health = await operator.health()
        await operator.aclose()
        assert health == engine.health()

    assert health.notices[0] == REFUSING_ALL
    assert health.journal_error is None


async def test_engine_sends_a_command_and_journals_it(journal: Path) -> None:
    """Through the socket, to Telnyx, into the journal; no key anywhere."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(
            200, json={"data": {"result": "ok"}}, headers={"x-ratelimit-remaining": "9"}
        )

    async with Engine(with_key(journal), client=client(answer)) as engine:
        operator = HttpOperator(journal)
        done = await operator.execute(
            Intent(command_id="c-1", action="answer", call_control_id="v3:1")
        )
        await operator.aclose()
        assert engine.health().rate_limit_remaining == 9

    assert done.ok
    assert json.loads(asked[0].content) == {"command_id": "c-1"}
    assert [entry.kind for entry in entries(journal)] == [Kind.COMMAND, Kind.OUTCOME]
    assert not holds(journal, b"KEY0123456789")


async def test_engine_compares_with_telnyx_at_the_start(journal: Path) -> None:
    """A leg that lives at Telnyx is on the board before anybody asks."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "active_calls" not in request.url.path:
            return nothing_active(request)
        item = {
            "record_type": "call",
            "call_control_id": "v3:x",
            "call_leg_id": "l",
            "call_session_id": "s",
        }
        return httpx.Response(200, json={"data": [item], "meta": {}})

    async with Engine(with_key(journal, connection_id="7"), client=client(answer)) as engine:
        await until(lambda: engine.health().reconciled_at is not None)
        assert "1 active call at Telnyx" in engine.health().reconcile

    assert [entry.call_control_id for entry in entries(journal)] == ["v3:x"]


async def test_engine_gives_an_outcome_to_a_command_it_was_killed_over(journal: Path) -> None:
    """The next start says that nobody knows."""
    writer = open_writer(journal)
    intent = Intent(command_id="lost", action="hangup", call_control_id="v3:1")
    await writer.append(command_draft(intent, {}, now_micros()))
    # More than a busy line brings while a command is under way.
    await asyncio.gather(*(writer.append(note_draft("x", now_micros())) for _ in range(3_000)))
    await writer.aclose()

    for _ in range(2):
        async with Engine(settings(journal=journal)):
            pass

    outcomes = [json.loads(e.body) for e in entries(journal) if e.kind is Kind.OUTCOME]
    assert [outcome["message"] for outcome in outcomes] == [STOPPED]
    assert outcomes[0]["data"] == {MAY_HAVE_ARRIVED: True}


async def test_engine_records_a_gap_when_the_journal_works_again(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it cannot be written Telnyx hears 503 and the health says why; afterwards the journal tells."""
    async with Engine(settings(journal=journal)) as engine:
        blocker = sqlite3.connect(journal, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        assert await deliver(engine.webhook_url, event_body(1)) == [503]
        assert engine.health().journal_error
        blocker.execute("ROLLBACK")
        blocker.close()
        assert await deliver(engine.webhook_url, event_body(1)) == [200]
        assert engine.health().journal_error is None

    kept = entries(journal)
    assert [entry.kind for entry in kept] == [Kind.WEBHOOK, Kind.GAP]
    assert "1 entry was not kept" in (kept[1].reason or "")


async def test_engine_saves_a_snapshot_when_it_stops(journal: Path) -> None:
    """The next start reads it instead of the entries."""
    async with Engine(settings(journal=journal)) as engine:
        await deliver(engine.webhook_url, event_body(1), event_body(2))

    reader = open_reader(journal)
    snapshot = reader.snapshot()
    reader.close()

    assert snapshot is not None
    assert snapshot.seq == 2


async def test_engine_is_refused_on_a_journal_that_is_served(journal: Path) -> None:
    """One sentence that names the process; the first goes on."""
    async with Engine(settings(journal=journal)) as engine:
        with pytest.raises(JournalError, match=r"process \d+"):
            async with Engine(settings(journal=journal)):
                pass
        assert await deliver(engine.webhook_url, event_body(1)) == [200]
        operator = HttpOperator(journal)
        assert (await operator.health()).verified == 1
        await operator.aclose()


async def test_engine_is_refused_on_a_port_that_is_taken(journal: Path) -> None:
    """And gives the journal back."""
    async with Engine(settings(journal=journal)) as engine:
        taken = int(engine.webhook_url.rpartition(":")[2].partition("/")[0])
        other = journal.with_name("other.db")
        with pytest.raises(EngineError, match=f"port {taken} on 127.0.0.1 is already taken"):
            async with Engine(settings(journal=other, port=taken)):
                pass

    async with Engine(settings(journal=other)):
        pass


@pytest.mark.parametrize("wrong", ["port", "key"])
async def test_engine_that_cannot_start_is_no_sign_of_life(journal: Path, wrong: str) -> None:
    """Else the time before it, in which nothing was heard, would never be told of."""
    async with Engine(settings(journal=journal)):
        pass
    long_ago = now_micros() - 3_600_000_000
    put_back_sign(journal, long_ago)

    with socket.create_server(("127.0.0.1", 0)) as other:
        changes = {"port": other.getsockname()[1]} if wrong == "port" else {"public_key": "abc"}
        with pytest.raises(ConsoleError):
            async with Engine(settings(journal=journal, **changes)):
                pass

    assert last_sign(journal) == long_ago


async def test_engine_refuses_a_wrong_key_before_it_makes_a_journal(journal: Path) -> None:
    """A wrong setting is named, and nothing is left open."""
    with pytest.raises(ConfigError):
        async with Engine(settings(journal=journal, public_key="abc")):
            pass

    async with Engine(settings(journal=journal)):
        pass


async def test_engine_ends_when_its_desk_leaves(journal: Path) -> None:
    """The goodbye of the desk that started it is heard by whoever runs the engine."""
    async with Engine(settings(journal=journal, grace_s=60.0)) as engine:
        operator = HttpOperator(journal)
        async with operator.attach() as attachment:
            assert engine.health().desks == 1
            assert await operator.leave(attachment.lease, starter=True)
            await engine.ended.wait()
        await operator.aclose()
