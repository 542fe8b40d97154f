"""Long answers that do not come to their end: cut, counted, on record, and nothing of them is left under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from console.engine.engine import Engine
from console.reports import TargetHealth
from tests.integration.test_forward_front import ask, forwards, in_front, webhook
from tests.unit.engine.fakes import until

CHUNK = b"3e8\r\n" + b"x" * 1000 + b"\r\n"
BEGINNING = 150
"""Chunks of a kilobyte: more than what is held back until an answer is whole."""


class App:
    """Answers with chunks; the rest depends on the path: `/abort`, `/endless` once `more` is set, `/ok`."""

    def __init__(self) -> None:
        self.more = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Set when nobody listens to it any more."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        if path == b"/ok":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(CHUNK * BEGINNING)
        try:
            await writer.drain()
            await self.more.wait()
            while path == b"/endless":
                writer.write(CHUNK)
                await writer.drain()
        except ConnectionError:
            self.hung_up.set()
        writer.transport.abort()


@asynccontextmanager
async def standing(journal: Path, **plan: object) -> AsyncIterator[tuple[App, Engine]]:
    """The application, and an engine in front of it."""
    app = App()
    server = await asyncio.start_server(app.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with in_front(journal, url, **plan) as engine:
        yield app, engine
        await until(lambda: in_flight(engine) == 0)
        [(status, _, body)] = await ask(engine, webhook("/ok", number=9))
        assert (status, body) == (200, b"ok")
    app.more.set()
    server.close()


def target(engine: Engine) -> TargetHealth:
    forward = engine.health().forward
    assert forward is not None
    assert forward.target is not None
    return forward.target


def in_flight(engine: Engine) -> int:
    return target(engine).in_flight


def failed(engine: Engine) -> int:
    return target(engine).failed


async def sent(
    engine: Engine, path: str, way: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A webhook on its way; `aiohttp` has what does not stay answered by the slower half of the listener."""
    parts = urlsplit(engine.webhook_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    raw = webhook(path)
    if way == "aiohttp":
        raw = raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    writer.write(raw)
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


WAYS = pytest.mark.parametrize("way", ["entrance", "aiohttp"])


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    """What still comes, however the connection ends."""
    found = bytearray()
    try:
        while part := await reader.read(65536):
            found += part
    except ConnectionResetError:
        pass
    return bytes(found)


@WAYS
async def test_application_that_aborts_in_the_middle_cuts_the_answer(
    journal: Path, way: str
) -> None:
    """No last chunk: nobody takes it for whole."""
    async with standing(journal) as (app, engine):
        reader, writer = await sent(engine, "/abort", way)
        began = await reader.readexactly(70_000)
        app.more.set()
        came = began + await rest_of(reader)
        writer.close()
        await until(lambda: len(forwards(journal)) == 1)
        assert failed(engine) == 1

    assert not came.endswith(b"0\r\n\r\n")
    fact = forwards(journal)[0]
    assert (fact.ok, fact.answered) == (False, 200)
    assert fact.error == "the answer broke off"


@WAYS
async def test_sender_that_goes_away_lets_go_of_the_application(journal: Path, way: str) -> None:
    """An application that would stream for ever is hung up on."""
    async with standing(journal) as (app, engine):
        reader, writer = await sent(engine, "/endless", way)
        await reader.readexactly(70_000)
        writer.transport.abort()
        app.more.set()
        await until(app.hung_up.is_set)
        await until(lambda: len(forwards(journal)) == 1)

        assert failed(engine) == 0, "the application did nothing wrong"

    fact = forwards(journal)[0]
    assert (fact.status, fact.error) == (200, "the sender went away")


@WAYS
async def test_answer_without_end_is_cut_at_the_limit(journal: Path, way: str) -> None:
    """It announced no length, so it is seen only when it is too long."""
    async with standing(journal, answer_limit_bytes=400_000) as (app, engine):
        app.more.set()
        reader, writer = await sent(engine, "/endless", way)
        came = await rest_of(reader)
        writer.close()
        await until(app.hung_up.is_set)
        await until(lambda: len(forwards(journal)) == 1)

    assert not came.endswith(b"0\r\n\r\n")
    assert len(came) < 500_000
    assert forwards(journal)[0].error == "the answer is too long"
