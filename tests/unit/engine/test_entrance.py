"""The quick way in answers as the long one does, and leaves to it what it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from console.engine import connections, loops
from console.engine.answers import BareAnswer
from console.engine.connections import Gate
from console.engine.entrance import WHOLE_BYTES, Reader
from console.engine.listener import Listener
from console.engine.recorder import Recorder
from tests.unit.engine.fakes import (
    MemoryWriter,
    Wire,
    event_body,
    now_micros,
    post,
    settings,
    signed,
    until,
)


class LongWayOnly(Listener):
    """Has a say in every answer, as a listener that forwards has."""

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked = getattr(self, "asked", 0) + 1
        return await super()._serve(request)


class Port:
    """A listener at work, the journal behind it, and how many requests took the long way."""

    def __init__(self, kind: type[Listener] = Listener, **changes: object) -> None:
        self.writer = MemoryWriter()
        self.listener = kind(settings(**changes), Recorder(self.writer), now_micros)
        self.stack = AsyncExitStack()

    async def wire(self) -> Wire:
        wire = await Wire.open(self.listener.url)
        self.stack.push_async_callback(wire.close)
        return wire

    @property
    def quick(self) -> int:
        """Connections that are still at the entrance."""
        return len(self.listener._gate.entrances)

    @property
    def slow(self) -> int:
        """Connections that are aiohttp's."""
        return len(self.listener._gate.connections)


Opener = Callable[..., Awaitable[Port]]


@pytest.fixture
async def opened() -> AsyncIterator[Opener]:
    async with AsyncExitStack() as stack:

        async def open_port(kind: type[Listener] = Listener, **changes: object) -> Port:
            port = Port(kind, **changes)
            await port.listener.start()
            stack.push_async_callback(port.listener.stop)
            stack.push_async_callback(port.stack.aclose)
            return port

        yield open_port


def request(number: int, path: str = "/webhooks") -> bytes:
    raw = event_body(number)
    return post(path, raw, signed(raw))


async def test_entrance_takes_one_webhook_after_the_other(opened: Opener) -> None:
    """A connection that only brings whole webhooks never becomes aiohttp's."""
    port = await opened()
    wire = await port.wire()

    for number in range(3):
        await wire.send(request(number))
        assert await wire.answer() == (200, b"")

    assert (port.quick, port.slow) == (1, 0)
    assert port.listener.verified == 3
    assert port.listener.in_flight == 0


async def test_entrance_is_closed_where_somebody_else_answers(opened: Opener) -> None:
    """A listener that serves in its own way hears of every request."""
    port = await opened(LongWayOnly)
    wire = await port.wire()

    await wire.send(request(1))

    assert await wire.answer() == (200, b"")
    assert getattr(port.listener, "asked", 0) == 1


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        # Made when the test runs: a signature is good for five minutes.
        (lambda: request(2, "/elsewhere"), 404),
        (lambda: b"GET /webhooks HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (lambda: post("/webhooks", event_body(2), {}), 401),
        (lambda: request(2).replace(b"HTTP/1.1", b"HTTP/1.0"), 200),
        (lambda: request(2).replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n"), 200),
        (lambda: b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
    ],
)
async def test_entrance_hands_on_what_is_not_the_usual(
    opened: Opener, wanted: Callable[[], bytes], status: int
) -> None:
    """The same connection, a webhook before it: everything else is answered as if there were no entrance."""
    port = await opened()
    wire = await port.wire()
    await wire.send(request(1))
    assert (await wire.answer())[0] == 200

    await wire.send(wanted())

    assert (await wire.answer())[0] == status
    assert port.quick == 0


async def test_entrance_hands_on_a_webhook_in_pieces(opened: Opener) -> None:
    """Head and body apart, as many senders write them: nothing of it is lost."""
    port = await opened()
    wire = await port.wire()
    whole = request(1)
    head, _, body = whole.partition(b"\r\n\r\n")

    await wire.send(head + b"\r\n\r\n")
    await until(lambda: port.slow == 1)
    await wire.send(body)

    assert (await wire.answer())[0] == 200
    assert [draft.body for draft in port.writer.drafts] == [body]


async def test_entrance_answers_what_came_together_in_order(opened: Opener) -> None:
    """Two webhooks in one piece, and one that came while another waited for its commit."""
    port = await opened()
    port.writer.gate = asyncio.Event()
    wire = await port.wire()
    await wire.send(request(1))
    await port.writer.arrived.wait()
    await wire.send(request(2))
    await wire.send(request(3) + request(4, "/elsewhere"))
    await asyncio.sleep(0.05)
    assert port.listener.verified == 1

    port.writer.gate.set()

    assert [(await wire.answer())[0] for _ in range(4)] == [200, 200, 200, 404]
    assert port.listener.verified == 3


async def test_entrance_does_not_hoard_what_is_sent_ahead(opened: Opener) -> None:
    """Beyond a limit the sender has to wait, and goes on when it was answered."""
    port = await opened()
    port.writer.gate = asyncio.Event()
    wire = await port.wire()
    count = 4 * WHOLE_BYTES // len(request(0))
    await wire.send(request(0))
    await port.writer.arrived.wait()
    [entrance] = port.listener._gate.entrances

    sending = asyncio.ensure_future(wire.send(b"".join(request(n) for n in range(1, count))))
    await until(lambda: len(entrance._later) > WHOLE_BYTES)
    assert len(entrance._later) < 8 * WHOLE_BYTES
    port.writer.gate.set()

    assert [(await wire.answer())[0] for _ in range(count)] == [200] * count
    await sending


async def test_entrance_forgets_a_sender_that_left_before_its_answer(opened: Opener) -> None:
    """The entry is kept all the same, and nothing stays behind."""
    port = await opened()
    port.writer.gate = asyncio.Event()
    wire = await port.wire()
    await wire.send(request(1))
    await port.writer.arrived.wait()

    await wire.close()
    await until(lambda: port.quick == 0)
    port.writer.gate.set()

    await until(lambda: port.listener.in_flight == 0)
    assert len(port.writer.drafts) == 1


async def test_entrance_drops_a_sender_that_is_idle_for_long(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept alive, but not for ever."""
    monkeypatch.setattr(connections, "IDLE_TIMEOUT_S", 0.1)
    port = await opened(read_timeout_s=0.2)
    wire = await port.wire()
    await wire.send(request(1))
    assert (await wire.answer())[0] == 200

    async with asyncio.timeout(60):
        assert await wire.is_closed()
    assert port.quick == 0


async def test_entrance_says_503_and_stays_open(opened: Opener) -> None:
    """A journal that takes nothing is no reason to hang up: the sender tries again."""
    port = await opened()
    port.writer.broken = "the disk is full"
    wire = await port.wire()
    await wire.send(request(1))
    assert await wire.answer() == (503, b"")
    port.writer.broken = None

    await wire.send(request(1))

    assert await wire.answer() == (200, b"")
    assert port.quick == 1


WHOLE = request(1)


@pytest.mark.parametrize(
    "other",
    [
        WHOLE[:-1],
        WHOLE[:40],
        WHOLE + WHOLE,
        WHOLE + b"P",
        WHOLE + WHOLE[:-1],
        WHOLE.replace(b"Content-Length: ", b"Transfer-Encoding: chunked\r\nX: "),
        WHOLE.replace(b"Host: x\r\n", b""),
        WHOLE.replace(b"\r\n\r\n", b"\n\n"),
        b"POST \x00\r\n\r\n",
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        post("/webhooks", b"x" * (WHOLE_BYTES + 1), {}),
        b"",
    ],
)
async def test_reader_takes_one_whole_request_and_nothing_else(other: bytes) -> None:
    """Neither less nor more, were it one byte of the next; and only plain ones."""
    reader = Reader(asyncio.get_running_loop())
    found = reader.read(WHOLE)
    assert found is not None
    assert (found[0].path, found[1]) == ("/webhooks", WHOLE.partition(b"\r\n\r\n")[2])

    assert reader.read(other) is None


async def test_entrance_loses_nothing_of_requests_cut_anywhere(opened: Opener) -> None:
    """The first with a part of the second, then the rest of it."""
    port = await opened()
    both = request(1) + request(2)

    for cut in (len(request(1)) + 1, len(request(1)) + 60, len(both) - 1):
        wire = await port.wire()
        await wire.send(both[:cut])
        await asyncio.sleep(0.01)
        await wire.send(both[cut:])
        assert [(await wire.answer())[0] for _ in range(2)] == [200, 200]

    assert len(port.writer.drafts) == 6


def test_gate_turns_senders_away_in_the_loop_engines_run_in() -> None:
    """503 and the end of the connection, whatever class the loop's transports are of."""

    async def refuse(_request: web.BaseRequest) -> web.StreamResponse:
        return BareAnswer(404, closes=True)

    async def ask() -> tuple[int, bool]:
        gate = Gate(refuse, max_connections=0, read_timeout_s=1.0)
        port = await gate.open("127.0.0.1", 0)
        wire = await Wire.open(f"http://127.0.0.1:{port}")
        async with asyncio.timeout(60):
            status, _ = await wire.answer()
            is_closed = await wire.is_closed()
        await wire.close()
        await gate.close()
        return status, is_closed

    assert loops.run(ask()) == (503, True)


def test_listener_serves_in_the_loop_engines_run_in() -> None:
    """Quick, handed over and in pieces, over that loop's own transports."""

    async def ask() -> list[int]:
        port = Port()
        await port.listener.start()
        wire = await port.wire()
        answers = []
        for whole in (request(1), request(2), post("/webhooks", event_body(3), {}), request(4)):
            await wire.send(whole)
            answers.append((await wire.answer())[0])
        await port.stack.aclose()
        await port.listener.stop()
        return answers

    assert loops.run(ask()) == [200, 200, 401, 200]
