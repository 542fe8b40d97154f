"""What is no HTTP, or too much of it, on the ports of an engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from console.engine.connections import Gate
from console.engine.plain import PlainRunner

PATIENCE_S = 60
MANY = b"".join(b"x-%d: y\r\n" % number for number in range(200))
CASES = [
    (b"\x16\x03\x01\x02\x00\x01garbage\r\n\r\n", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    (b"POST / HTTP/3.7\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHo st\x00: x\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: <b>\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx: y\r\n z\r\n\x01\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\n" + MANY + b"\r\n", 431),
    (b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    (b"POST / HTTP/1.1\r\nHost: x\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", 431),
    (b"POST / HTTP/1.1\r\n" + b"a" * 20_000 + b": x\r\n\r\n", 431),
]


async def never(_request: web.BaseRequest) -> web.StreamResponse:
    raise AssertionError("nothing of this is a request")


async def hello(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="hello")


@pytest.fixture(params=["webhooks", "application"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    if request.param == "webhooks":
        gate = Gate(never, max_connections=8, read_timeout_s=PATIENCE_S)
        yield await gate.open("127.0.0.1", 0)
        await gate.close()
        return
    app = web.Application()
    app.router.add_get("/hello", hello)
    runner = PlainRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


async def asked(port: int, request: bytes) -> bytes:
    """Everything that is answered before the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(("request_", "status"), CASES)
async def test_malformed_request_hears_a_status_and_nothing_about_us(
    port: int, request_: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Of HTTP 1.1, without a body, without what was sent, without the names of programs; and nothing is logged."""
    with caplog.at_level(logging.DEBUG):
        head, _, body = (await asked(port, request_)).partition(b"\r\n\r\n")

    lines = head.lower().split(b"\r\n")
    assert lines[0].startswith(b"http/1.1 %d " % status)
    assert {line.partition(b":")[0] for line in lines[1:]} == {
        b"content-length",
        b"connection",
        b"date",
    }
    assert body == b""
    assert not [record for record in caplog.records if record.name != "asyncio"]


@pytest.mark.parametrize("port", ["application"], indirect=True)
async def test_answer_of_an_application_does_not_say_what_it_is_made_with(port: int) -> None:
    """Neither do answers to questions that are understood."""
    said = await asked(port, b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert said.endswith(b"hello")
    assert b"server:" not in said.lower()
