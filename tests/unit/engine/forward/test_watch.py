"""Whether a target can be reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.engine.forward import watch as watching
from console.engine.forward.client import TargetClient
from console.engine.forward.recording import Recording
from console.engine.forward.target import target_of
from console.engine.forward.watch import Watch
from console.engine.recorder import Recorder
from tests.unit.engine.fakes import MemoryWriter, now_micros, until


class Door:
    """A port that takes connections, and may be shut."""

    def __init__(self) -> None:
        self.port = 0
        self.status = b"200 OK"
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None] | None] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def aclose(self) -> None:
        """Waits until nobody is connected."""
        await self.shut()
        await until(lambda: not self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._serving.add(task)
        try:
            if await reader.read(4096):
                head = b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                writer.write(b"HTTP/1.1 " + self.status + head)
        finally:
            writer.close()
            await writer.wait_closed()
            self._serving.discard(task)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    made = Door()
    await made.open()
    yield made
    await made.aclose()


def watch_of(door: Door, writer: MemoryWriter, health_path: str = "") -> tuple[Watch, TargetClient]:
    client = TargetClient(
        target_of(f"http://127.0.0.1:{door.port}/x"), timeout_s=1.0, limit_bytes=1000
    )
    recording = Recording(Recorder(writer), now_micros)
    return Watch(client, recording, now_micros, limit=8, health_path=health_path), client


async def test_watch_says_once_that_a_target_went_and_came_back(door: Door) -> None:
    """Only changes are on record; being there at the start is none."""
    writer = MemoryWriter()
    watch, client = watch_of(door, writer)
    await watch.look()
    await watch.look()
    assert watch.is_up
    await door.shut()
    await watch.look()
    await watch.look()
    assert (watch.is_up, watch.why) == (False, "connection refused")
    await door.open()
    await watch.look()
    await until(lambda: len(writer.drafts) == 2)
    await client.aclose()

    assert [draft.reason for draft in writer.drafts] == [
        f"http://127.0.0.1:{door.port}/x cannot be reached: connection refused",
        f"http://127.0.0.1:{door.port}/x can be reached again",
    ]


async def test_watch_asks_the_health_path(door: Door) -> None:
    """An application that is there but says it is not well is down."""
    watch, client = watch_of(door, MemoryWriter(), "/healthz")
    await watch.look()
    assert watch.is_up
    door.status = b"503 Sorry"
    await watch.look()
    await client.aclose()

    assert (watch.is_up, watch.why) == (False, "/healthz answers 503")


async def test_watch_looks_at_once_when_a_webhook_is_not_answered(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits 15 s to hear that the application is gone."""
    monkeypatch.setattr(watching, "LOOK_AGAIN_S", 0.0)
    watch, client = watch_of(door, MemoryWriter())
    running = asyncio.ensure_future(watch.run())
    await until(lambda: watch.is_up is True)
    await door.shut()
    watch.missed("connection refused")
    await until(lambda: watch.is_up is False)
    watch.stop()
    await running
    await door.open()
    await client.aclose()

    assert watch.health("front").failures_last_minute == 1


async def test_watch_goes_on_after_an_unforeseen_fault(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Meanwhile nothing is known of the target; the log says it once."""
    watch, client = watch_of(door, MemoryWriter())
    monkeypatch.setattr(watching, "DOWN_EVERY_S", 0.001)
    probe, faults, seen = client.probe, [ValueError("x"), KeyError("y")], []

    async def moody() -> None:
        seen.append((watch.is_up, watch.why))
        if faults:
            raise faults.pop()
        await probe()

    monkeypatch.setattr(client, "probe", moody)
    running = asyncio.ensure_future(watch.run())
    await until(lambda: watch.is_up is True)

    assert seen == [
        (None, ""),
        (None, "it could not be looked at (KeyError)"),
        (None, "it could not be looked at (ValueError)"),
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "a target could not be looked at: KeyError"
    ]
    watch.stop()
    await running
    await client.aclose()
