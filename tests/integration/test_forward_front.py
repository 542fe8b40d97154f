"""Mode front against a real second process: what it gets, what comes back, and what is on record."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from console.domain.entries import Entry, Forwarded, Kind
from console.engine.engine import Engine
from console.engine.forward.forwarder import Forwarder
from console.engine.forward.plan import ForwardPlan
from console.journal.facts import fact_of
from tests.integration.application import TEXML, Application
from tests.integration.engines import entries
from tests.unit.engine.fakes import Wire, event_body, post, settings, signed, until


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with Application() as application:
        yield application


@asynccontextmanager
async def in_front(journal: Path, url: str, **plan: object) -> AsyncIterator[Engine]:
    """An engine that forwards to `url`; a slow machine is no slow application."""
    wanted = ForwardPlan(target=url, **{"timeout_s": 60.0, **plan})  # type: ignore[arg-type]
    async with Engine(settings(journal=journal, forward=wanted)) as engine:
        yield engine


async def ask(engine: Engine, *requests: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    wire = await Wire.open(engine.webhook_url)
    answers = []
    for request in requests:
        await wire.send(request)
        answers.append(await wire.full_answer())
    await wire.close()
    return answers


def webhook(path: str = "", number: int = 1) -> bytes:
    raw = event_body(number)
    return post(f"/webhooks{path}", raw, signed(raw))


def forwards(journal: Path) -> list[Forwarded]:
    facts = [fact_of(entry) for entry in entries(journal) if entry.kind is Kind.FORWARD]
    return [fact for fact in facts if isinstance(fact, Forwarded)]


def of_kind(journal: Path, kind: Kind) -> list[Entry]:
    return [entry for entry in entries(journal) if entry.kind is kind]


async def test_application_gets_the_bytes_and_its_answer_is_the_answer(
    journal: Path, app: Application
) -> None:
    """Method, path, query, headers with order, case and repetitions, body; and back again."""
    raw = event_body(1)
    lines = [f"{name}: {value}" for name, value in signed(raw).items()]
    lines += [
        "X-B: 1",
        "x-b: \xe9",
        "Cookie: a=1",
        "Cookie: b=2",
        "Connection: keep-alive, x-hop",
        "X-Hop: 1",
    ]
    head = f"POST /webhooks/a%2Fb/?q=%20x&&y HTTP/1.1\r\nHost: calls.example\r\nContent-Length: {len(raw)}\r\n"
    head += "\r\n".join(lines) + "\r\n\r\n"
    before = len(app.seen())
    async with in_front(journal, f"{app.url}/hook") as engine:
        [(status, headers, body)] = await ask(engine, head.encode("latin-1") + raw)

    assert (status, body, headers["x-app"]) == (200, b"taken", "1")
    [got] = app.seen()[before:]
    assert got["body"].encode("latin-1") == raw
    got_lines = got["head"].split("\r\n")
    assert got_lines[0] == "POST /hook/a%2Fb/?q=%20x&&y HTTP/1.1"
    kept = [line for line in lines if not line.lower().startswith(("connection", "x-hop"))]
    start = got_lines.index(kept[0])
    assert got_lines[start : start + len(kept)] == kept
    assert got_lines[start + len(kept) : start + len(kept) + 3] == [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: calls.example",
    ]
    assert "X-Hop: 1" not in got_lines
    assert f"Host: 127.0.0.1:{app.port}" in got_lines
    [fact] = forwards(journal)
    assert (fact.status, fact.ok, fact.mode, fact.call_control_id) == (200, True, "front", "v3:1")
    assert fact.event_key == of_kind(journal, Kind.WEBHOOK)[0].event_key
    recorded = json.loads(of_kind(journal, Kind.FORWARD)[0].body)
    assert (recorded["body"], recorded["event_type"]) == ("taken", "call.initiated")


async def test_instruction_of_a_texml_application_comes_back_as_it_is(
    journal: Path, app: Application
) -> None:
    """Body, repeated headers and odd bytes; what was said for the hop to us is not passed on."""
    async with in_front(journal, app.url) as engine:
        wire = await Wire.open(engine.webhook_url)
        await wire.send(webhook("/texml"))
        status, headers, body = await wire.full_answer()
        await wire.close()

    assert (status, body) == (200, TEXML)
    assert headers["content-type"] == "application/xml"
    assert headers["set-cookie"] == "b=\xe9"
    assert not {"x-hop", "connection", "server"} & set(headers)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/status/503", 503, ""),
        ("/status/404", 404, ""),
        ("/moved", 307, ""),
        ("/silent", 502, "closed the connection without an answer"),
        ("/garbage", 502, "not HTTP"),
        ("/cut/1000", 502, "broke off"),
        ("/cutstream", 502, "broke off"),
        ("/slow/60", 504, "no answer within 0.3 s"),
        ("/huge/2000000", 502, "longer than 1000000 bytes"),
    ],
)
async def test_what_the_application_did_not_take_is_never_acknowledged(
    journal: Path, app: Application, path: str, status: int, error: str
) -> None:
    """Its own refusals and redirects pass; no answer is 502 or 504, with the reason on record."""
    timeout_s = 0.3 if status == 504 else 60.0
    async with in_front(
        journal, app.url, timeout_s=timeout_s, answer_limit_bytes=1_000_000
    ) as engine:
        [(got, _, _)] = await ask(engine, webhook(path))
        health = engine.health().forward

    assert got == status
    [fact] = forwards(journal)
    assert error in fact.error
    assert not fact.ok
    assert fact.answered == status
    assert health is not None
    assert health.target is not None
    assert health.target.failures_last_minute == (1 if status >= 500 else 0)


async def test_unreachable_application_is_502(journal: Path, app: Application) -> None:
    """The sender tries again, or asks the failover URL."""
    with Application() as gone:
        url = gone.url
    async with in_front(journal, url) as engine:
        [(status, _, _)] = await ask(engine, webhook())
        health = engine.health().forward

    assert status == 502
    assert forwards(journal)[0].error == "connection refused"
    assert health is not None
    assert health.target is not None
    assert health.target.is_up is False


@pytest.mark.parametrize(
    ("path", "size"), [("/stream/500", 500_000), ("/huge/300000", 300_000), ("/stream/3", 3_000)]
)
async def test_long_answers_are_streamed_back(
    journal: Path, app: Application, path: str, size: int
) -> None:
    """Chunked or with a length, whole to the last byte, and the connection goes on."""
    async with in_front(journal, app.url) as engine:
        reader, writer = await asyncio.open_connection(*_address(engine))
        for _ in range(2):
            writer.write(webhook(path))
            head = await reader.readuntil(b"\r\n\r\n")
            body = await _body(reader, head)
            assert len(body) == size
        writer.close()
        await writer.wait_closed()

    assert [fact.ok for fact in forwards(journal)] == [True, True]


async def test_long_answer_that_breaks_off_is_cut(journal: Path, app: Application) -> None:
    """Nobody may take half an answer for a whole one."""
    async with in_front(journal, app.url) as engine:
        reader, writer = await asyncio.open_connection(*_address(engine))
        writer.write(webhook("/cut/1000000"))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await reader.readexactly(1_000_000)
        writer.close()

    [fact] = forwards(journal)
    assert not fact.ok
    assert "broke off" in fact.error


def get_signed(what: bytes) -> bytes:
    """A webhook by GET that is signed over something that it may be signed over: nobody knows."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed(what).items())
    return f"GET /webhooks?payload=1 HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()


async def test_refused_webhooks_are_not_forwarded(journal: Path, app: Application) -> None:
    """Bad signature, stale timestamp and GET: 401, on record with the reason, unseen by the application."""
    raw = event_body(1)
    stale = signed(raw, at_s=time.time() - 400)
    future = signed(raw, at_s=time.time() + 400)
    before = len(app.seen())
    async with in_front(journal, app.url) as engine:
        answers = await ask(
            engine,
            post("/webhooks", b"forged", signed(raw)),
            post("/webhooks", raw, stale),
            post("/webhooks", raw, future),
            b"GET /webhooks?payload=1 HTTP/1.1\r\nHost: x\r\n\r\n",
            get_signed(b""),
            get_signed(b"payload=1"),
        )

    assert [status for status, _, _ in answers] == [401] * 6
    assert len(app.seen()) == before
    refused = of_kind(journal, Kind.REFUSED)
    assert len(refused) == 6
    assert sum("sent with GET: Telnyx does not document" in str(e.reason) for e in refused) == 3
    assert forwards(journal) == []


async def test_paths_that_need_not_verify_are_forwarded_and_said_so(
    journal: Path, app: Application
) -> None:
    """TeXML requests may not verify; the entry tells, and other paths stay closed."""
    before = len(app.seen())
    async with in_front(journal, app.url, unverified_paths=("/webhooks/texml",)) as engine:
        answers = await ask(
            engine,
            post("/webhooks/texml", b"CallSid=1", {}),
            b"GET /webhooks/texml/x?CallSid=%201&a HTTP/1.1\r\nHost: x\r\n\r\n",
            post("/webhooks/other", b"CallSid=1", {}),
        )
        health = engine.health().forward

    assert [status for status, _, _ in answers] == [200, 200, 401]
    got = app.seen()[before:]
    assert got[1]["head"].startswith("GET /texml/x?CallSid=%201&a HTTP/1.1\r\n")
    assert "forwarded all the same" in (of_kind(journal, Kind.REFUSED)[0].reason or "")
    assert [fact.verified for fact in forwards(journal)] == [False, False]
    assert health is not None
    assert not health.unverified


async def test_forwarding_unverified_is_visible(journal: Path, app: Application) -> None:
    """As long as it is on, health says so."""
    async with in_front(journal, app.url, unverified=True) as engine:
        [(status, _, _)] = await ask(engine, post("/webhooks", b"anything", {}))
        health = engine.health()

    assert status == 200
    assert health.forward is not None
    assert health.forward.unverified
    assert any("forward.unverified" in notice for notice in health.notices)


async def test_duplicates_are_forwarded_again_and_marked(journal: Path, app: Application) -> None:
    """The application may have failed after doing half."""
    before = len(app.seen())
    async with in_front(journal, app.url) as engine:
        answers = await ask(engine, webhook(), webhook())
        await until(lambda: engine.health().duplicates == 1)

    assert [status for status, _, _ in answers] == [200, 200]
    assert len(app.seen()) == before + 2
    assert [fact.duplicate for fact in forwards(journal)] == [False, True]


async def test_two_hundred_at_once_and_the_limit(journal: Path, app: Application) -> None:
    """They run side by side; what is over the limit hears 503 at once and is on record."""
    async with (
        in_front(journal, app.url, max_in_flight=150) as engine,
        AsyncExitStack() as stack,
    ):
        wires = [await Wire.open(engine.webhook_url) for _ in range(200)]
        for wire in wires:
            stack.push_async_callback(wire.close)
        for number, wire in enumerate(wires):
            await wire.send(webhook("/slow/1", number + 1))
        statuses = [status for status, _ in await asyncio.gather(*(w.answer() for w in wires))]
        health = engine.health().forward

    assert sorted(statuses) == [200] * 150 + [503] * 50
    results = forwards(journal)
    assert len(results) == 200
    assert len([fact for fact in results if "under way" in fact.error]) == 50
    assert health is not None
    assert health.target is not None
    assert (health.target.in_flight, health.target.limit) == (0, 150)


def _address(engine: Engine) -> tuple[str, int]:
    host, _, port = engine.webhook_url.removeprefix("http://").partition("/")[0].rpartition(":")
    return host, int(port)


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    lower = head.lower()
    if b"chunked" not in lower:
        return await reader.readexactly(int(lower.split(b"content-length: ")[1].split(b"\r\n")[0]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


async def test_front_says_500_when_it_breaks_while_it_sends_at_once(
    journal: Path, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telnyx sends it again; nothing counts as under way, and the port goes on."""

    def explode(*_: object) -> None:
        raise RuntimeError("hunter2")

    async with in_front(journal, app.url) as engine:
        with monkeypatch.context() as broken:
            broken.setattr(Forwarder, "begin_asking", explode)
            (answer,) = await ask(engine, webhook())
        assert answer[0] == 500
        assert engine._listener.in_flight == 0
        (answer,) = await ask(engine, webhook())
        assert answer[0] == 200
