"""The self-test: a request through the public address, which only the engine that asks can answer."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from console.domain.entries import Kind
from console.engine.engine import Engine
from console.engine.forward.plan import ForwardPlan
from console.engine.self_test import HEADER, SelfTest
from console.engine.self_test import test_alone as probe_alone
from tests.integration.application import Application
from tests.integration.engines import entries
from tests.unit.engine.fakes import Wire, event_body, post, settings, signed

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def stranger(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Another server, on the port that is given."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def answering(status: int, **headers: str) -> Handler:
    async def handler(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text="hello", headers=headers)

    return handler


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize("unset", [False, True])
async def test_listener_answers_its_own_question(journal: Path, unset: bool) -> None:
    """With a public key and without one; nothing of it is counted or recorded."""
    changes = {"public_key": None} if unset else {}
    async with Engine(settings(journal=journal, **changes)) as engine:
        listener = engine._listener
        reach = await listener.self_test.run(engine.webhook_url)
        health = engine.health()

    assert reach.ok, reach.sentence
    assert "leads to this console" in reach.sentence
    assert (health.verified, health.refused, health.last_event_at) == (0, 0, None)
    assert [entry for entry in entries(journal) if entry.kind is Kind.REFUSED] == []


async def test_forwarding_listener_answers_it_and_hands_nothing_on(journal: Path) -> None:
    """The application behind never hears of it, while webhooks reach it as before."""
    with Application() as app:
        plan = ForwardPlan(target=app.url, timeout_s=60.0)
        async with Engine(settings(journal=journal, forward=plan)) as engine:
            reach = await engine._listener.self_test.run(engine.webhook_url)
            assert app.seen() == []
            raw = event_body(1)
            wire = await Wire.open(engine.webhook_url)
            await wire.send(post("/webhooks", raw, signed(raw)))
            await wire.full_answer()
            await wire.close()
            assert len(app.seen()) == 1

    assert reach.ok, reach.sentence
    assert {entry.kind for entry in entries(journal)} <= {Kind.WEBHOOK, Kind.FORWARD, Kind.NOTE}


async def test_question_that_was_not_asked_is_an_ordinary_unverified_webhook(
    journal: Path,
) -> None:
    """A stranger's token, however odd, opens nothing."""
    async with Engine(settings(journal=journal)) as engine:
        wire = await Wire.open(engine.webhook_url)
        await wire.send(post("/webhooks", b"{}", {HEADER: "gue\xdfed"}))
        status, _, body = await wire.full_answer()
        await wire.close()

    assert (status, body) == (401, b"")
    assert [entry.kind for entry in entries(journal)].count(Kind.REFUSED) == 1


@pytest.mark.parametrize(
    ("handler", "fault", "words"),
    [
        (answering(200), "server", "another server answers"),
        (answering(404, Server="nginx"), "server", "HTTP 404, nginx"),
        (answering(502), "gateway", "gets no answer from behind it (HTTP 502"),
        (answering(307, Location="https://elsewhere.example/"), "redirect", "redirects to https://elsewhere"),
        (answering(401, Server="call-console"), "console", "another console answers"),
        (answering(404, Server="call-console"), "path", "a path on which it takes no webhooks"),
    ],
)  # fmt: skip
async def test_who_else_answers_is_said(handler: Handler, fault: str, words: str) -> None:
    """Each with what it means, and never with a control character."""
    async with stranger(handler) as port:
        reach = await SelfTest().run(f"http://127.0.0.1:{port}/webhooks")

    assert (reach.ok, reach.fault) == (False, fault)
    assert words in reach.sentence
    assert reach.sentence.isprintable()


async def test_echo_of_the_question_is_no_answer() -> None:
    """A server that gives back whatever it is sent is not us."""

    async def echo(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=request.headers[HEADER])

    async with stranger(echo) as port:
        reach = await SelfTest().run(f"http://127.0.0.1:{port}/")

    assert reach.fault == "server"


async def test_nobody_there_no_answer_and_half_an_answer() -> None:
    """Refused, silent and broken off are three sentences."""

    async def silent(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def broken(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    refused = await SelfTest().run(f"http://127.0.0.1:{free_port()}/webhooks")
    async with stranger(silent) as port:
        late = await SelfTest().run(f"http://127.0.0.1:{port}/webhooks", timeout_s=0.1)
    async with stranger(broken) as port:
        half = await SelfTest().run(f"http://127.0.0.1:{port}/webhooks")

    assert (refused.fault, late.fault, half.fault) == ("refused", "timeout", "broken")
    assert "connection refused" in refused.sentence
    assert "no answer from 127.0.0.1" in late.sentence


async def test_name_that_is_not_known() -> None:
    """`.invalid` never resolves (RFC 2606)."""
    reach = await SelfTest().run("https://console.invalid/webhooks")

    assert reach.fault == "dns"
    assert "console.invalid is not known" in reach.sentence


async def test_plain_http_behind_an_https_address_is_a_tls_fault() -> None:
    """The usual mistake with a tunnel that speaks plain HTTP."""
    async with stranger(answering(200)) as port:
        reach = await SelfTest().run(f"https://127.0.0.1:{port}/webhooks")

    assert reach.fault == "tls"
    assert "no TLS connection" in reach.sentence


@pytest.mark.parametrize("url", ["", "calls.example.com", "ftp://x/", "http://", "http://x:port/"])
async def test_what_is_no_address_is_said_before_anything_is_asked(url: str) -> None:
    """Nothing is sent."""
    reach = await SelfTest().run(url)

    assert (reach.ok, reach.fault) == (False, "address")


async def test_without_an_engine_the_port_is_opened_for_the_question_only() -> None:
    """For `doctor`: whatever else comes meanwhile is not acknowledged."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/webhooks"

    assert (await probe_alone("127.0.0.1", port, "/webhooks", url)).ok
    other = await probe_alone("127.0.0.1", port, "/other", url)
    assert (other.ok, other.fault) == (False, "console")
