"""Connections to an application: one that is idle is used again, one that was closed is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from console.engine.forward.client import TargetClient, TargetError
from console.engine.forward.target import target_of
from tests.fixtures.serving import serving

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"


class Door:
    """Answers every request; says how many connections there were. `closes`: hangs up after each answer."""

    def __init__(self, *, closes: bool = False) -> None:
        self.connections = 0
        self.closes = closes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\nhi"):
                more = b"Connection: close\r\n" if self.closes else b""
                writer.write(b"HTTP/1.1 200 OK\r\n" + more + b"Content-Length: 2\r\n\r\nok")
                if self.closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def client_of(door: Door) -> AsyncIterator[TargetClient]:
    async with serving(door.serve) as port:
        client = TargetClient(target_of(f"http://127.0.0.1:{port}"), timeout_s=5, limit_bytes=1000)
        try:
            yield client
        finally:
            await client.aclose()


async def test_client_sends_at_once_over_an_idle_connection() -> None:
    """The first request makes a connection; the next one is with the application before anybody waits."""
    door = Door()
    async with client_of(door) as client:
        assert client.begin(HEAD, b"hi") is None
        assert (await client.ask(HEAD, b"hi")).body == b"ok"
        begun = client.begin(HEAD, b"hi")
        assert begun is not None
        assert client.begin(HEAD, b"hi") is None
        assert (await client.answer(begun, b"", b"")).body == b"ok"

    assert door.connections == 1


async def test_client_does_not_use_what_the_application_closed() -> None:
    """An answer that ends its connection leaves none idle."""
    door = Door(closes=True)
    async with client_of(door) as client:
        for _ in range(2):
            assert (await client.ask(HEAD, b"hi")).status == 200
            assert client.begin(HEAD, b"hi") is None

    assert door.connections == 2


async def test_client_lets_go_of_connections_that_are_idle_too_long() -> None:
    """Swept as if the time had passed: nothing is left to be sent over."""
    door = Door()
    async with client_of(door) as client:
        await client.ask(HEAD, b"hi")
        client._idle[0] = (client._idle[0][0], float("-inf"))
        client._sweep()
        assert client.begin(HEAD, b"hi") is None
        await client.ask(HEAD, b"hi")

    assert door.connections == 2


async def test_long_answer_that_stands_still_ends_with_its_time() -> None:
    """The time it has is that of the whole answer; what waits for the rest is not kept waiting."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\nhi")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 100_000)
        await reader.read()
        writer.close()

    async with serving(serve) as port:
        target = target_of(f"http://127.0.0.1:{port}")
        client = TargetClient(target, timeout_s=60, limit_bytes=1_000_000)
        rest = (await client.ask(HEAD, b"hi")).rest
        assert rest is not None
        rest._deadline_s = asyncio.get_running_loop().time()
        with pytest.raises(TargetError, match="did not end in time") as raised:
            async for _ in rest.chunks():
                pass
        await client.aclose()

    assert raised.value.status == 504
