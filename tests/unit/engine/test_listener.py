"""The webhook port, asked over real HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from console.domain.entries import Draft, Kind
from console.engine.listener import NO_KEY, VERSION_1, Listener
from console.engine.recorder import Recorder
from console.errors import ConfigError, EngineError
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


class Port:
    """A listener at work and the journal behind it."""

    def __init__(self, listener: Listener, writer: MemoryWriter, recorder: Recorder) -> None:
        self.listener = listener
        self.writer = writer
        self.recorder = recorder
        self._wires: list[Wire] = []

    async def wire(self) -> Wire:
        self._wires.append(await Wire.open(self.listener.url))
        return self._wires[-1]

    async def post(self, raw: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        return await self.ask(post("/webhooks", raw, signed(raw) if headers is None else headers))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        wire = await self.wire()
        await wire.send(request)
        return await wire.answer()

    def kept(self, kind: Kind) -> list[Draft]:
        return [draft for draft in self.writer.drafts if draft.kind is kind]

    async def close(self) -> None:
        for wire in self._wires:
            await wire.close()
        await self.listener.stop()


Opener = Callable[..., Awaitable[Port]]


@pytest.fixture
async def opened() -> AsyncIterator[Opener]:
    async with AsyncExitStack() as stack:

        async def open_port(**changes: object) -> Port:
            writer = MemoryWriter()
            recorder = Recorder(writer)
            listener = Listener(settings(**changes), recorder, now_micros)
            await listener.start()
            port = Port(listener, writer, recorder)
            stack.push_async_callback(port.close)
            return port

        yield open_port


async def test_listener_answers_200_with_an_empty_body_after_the_commit(opened: Opener) -> None:
    """The answer waits for the journal, and carries nothing."""
    port = await opened()
    port.writer.gate = asyncio.Event()
    wire = await port.wire()
    raw = event_body()

    await wire.send(post("/webhooks", raw, signed(raw)))
    answer = asyncio.ensure_future(wire.answer())
    await port.writer.arrived.wait()
    assert not answer.done()
    assert not port.writer.drafts
    port.writer.gate.set()

    assert await answer == (200, b"")
    [draft] = port.writer.drafts
    assert draft.kind is Kind.WEBHOOK
    assert draft.verified
    assert draft.body == raw
    assert draft.event_type == "call.initiated"
    assert draft.remote == "127.0.0.1"


async def test_listener_keeps_headers_in_order_but_no_credentials(opened: Opener) -> None:
    """Duplicates stay, whatever could open a door does not."""
    port = await opened()
    raw = event_body()
    request = post("/webhooks", raw, {**signed(raw), "Authorization": "Bearer x", "Cookie": "a=b"})
    request = request.replace(b"Host: x\r\n", b"Host: x\r\nX-One: 1\r\nX-One: 2\r\n")

    assert (await port.ask(request))[0] == 200

    names = [name.lower() for name, _ in port.writer.drafts[0].headers]
    assert [value for name, value in port.writer.drafts[0].headers if name == "X-One"] == ["1", "2"]
    assert "authorization" not in names
    assert "cookie" not in names
    assert "telnyx-timestamp" in names


async def test_listener_counts_a_second_delivery_as_duplicate(opened: Opener) -> None:
    """Both deliveries are answered 200 and both are kept."""
    port = await opened()

    assert [(await port.post(event_body(7)))[0] for _ in range(2)] == [200, 200]

    assert port.listener.verified == 2
    assert port.listener.duplicates == 1
    assert len(port.writer.drafts) == 2


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (dict, "no signature header"),
        (lambda: {"telnyx-signature-ed25519": "AAAA"}, "no timestamp header"),
        (
            lambda: {"telnyx-signature-ed25519": "?", "telnyx-timestamp": "now"},
            "timestamp is not a number",
        ),
        # Made when the test runs: a signature is good for five minutes.
        (lambda: signed(b"another body"), "signature does not match"),
        (lambda: signed(event_body(), at_s=1000.0), "timestamp is stale"),
    ],
)
async def test_listener_refuses_what_is_not_verified(
    opened: Opener, headers: Callable[[], dict[str, str]], reason: str
) -> None:
    """401 with an empty body; the refusal is kept with its reason, and nothing of it counts as an event."""
    port = await opened()

    assert await port.post(event_body(), headers()) == (401, b"")

    [draft] = port.kept(Kind.REFUSED)
    assert reason in (draft.reason or "")
    assert draft.body == event_body()
    assert draft.event_key is None
    assert draft.remote == "127.0.0.1"
    assert port.listener.refusals.count == 1
    assert port.listener.verified == 0


async def test_listener_without_a_public_key_refuses_everything(opened: Opener) -> None:
    """It fails closed and says how to set the key."""
    port = await opened(public_key=None)

    assert await port.post(event_body()) == (401, b"")

    assert port.kept(Kind.REFUSED)[0].reason == NO_KEY


async def test_listener_refuses_a_malformed_public_key_before_it_listens() -> None:
    """A wrong key is a wrong setting, not a refused webhook."""
    with pytest.raises(ConfigError):
        Listener(settings(public_key="abc"), Recorder(MemoryWriter()), now_micros)


async def test_listener_answers_503_when_the_journal_cannot_take_it(opened: Opener) -> None:
    """Telnyx tries again later; the reason is kept for the health."""
    port = await opened()
    port.writer.broken = "the disk is full"

    assert await port.post(event_body()) == (503, b"")
    assert port.recorder.error == "the disk is full"

    port.writer.broken = None
    assert await port.post(event_body()) == (200, b"")
    assert port.recorder.error is None


async def test_listener_still_refuses_when_the_journal_is_broken(opened: Opener) -> None:
    """A refusal that cannot be recorded is a refusal all the same."""
    port = await opened()
    port.writer.broken = "the disk is full"

    assert await port.post(event_body(), {}) == (401, b"")


@pytest.mark.parametrize("raw", [b"hello", b"", b"[1]", b"\xff\xfe", b'"x"'])
async def test_listener_notes_a_signed_body_that_is_no_object(opened: Opener, raw: bytes) -> None:
    """Telnyx signed it, so it is accepted and kept as a note."""
    port = await opened()

    assert await port.post(raw) == (200, b"")

    [draft] = port.kept(Kind.NOTE)
    assert draft.body == raw
    assert draft.verified
    assert "signed by Telnyx" in (draft.reason or "")


async def test_listener_accepts_version_1_and_says_so_once(opened: Opener) -> None:
    """One visible notice, however many arrive."""
    port = await opened()
    for number in range(2):
        raw = json.dumps({"event_type": "call_answered", "id": f"{number}", "payload": {}}).encode()
        assert (await port.post(raw))[0] == 200

    assert [draft.reason for draft in port.kept(Kind.NOTE)] == [VERSION_1]
    assert len(port.kept(Kind.WEBHOOK)) == 2


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /webhooks HTTP/1.1", 405),
        (b"PUT /webhooks HTTP/1.1", 405),
        (b"POST /other HTTP/1.1", 404),
        (b"GET / HTTP/1.1", 404),
        (b"POST /webhooks/ HTTP/1.1", 404),
        (b"POST //webhooks HTTP/1.1", 404),
    ],
)
async def test_listener_serves_one_path_and_one_method(
    opened: Opener, request_line: bytes, status: int
) -> None:
    """Anything else gets a plain no, without a body and without an entry."""
    port = await opened()

    request = request_line + b"\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    assert await port.ask(request) == (status, b"")

    assert not port.writer.drafts


async def test_listener_takes_a_query_string(opened: Opener) -> None:
    """An application's URL may carry parameters of its owner's."""
    port = await opened()
    raw = event_body()

    assert (await port.ask(post("/webhooks?tenant=1", raw, signed(raw))))[0] == 200


async def test_listener_refuses_a_body_that_says_it_is_too_large(opened: Opener) -> None:
    """413 before the body is sent."""
    port = await opened(body_limit_bytes=1000)

    head = b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"
    assert await port.ask(head) == (413, b"")

    assert "larger than 1000 bytes" in (port.kept(Kind.REFUSED)[0].reason or "")


async def test_listener_refuses_a_small_body_over_the_limit(opened: Opener) -> None:
    """Also when head and body arrive together."""
    port = await opened(body_limit_bytes=100)

    assert (await port.post(b"x" * 101))[0] == 413


async def test_listener_refuses_an_endless_chunked_body(opened: Opener) -> None:
    """A body without a length is counted while it arrives."""
    port = await opened(body_limit_bytes=10_000)
    wire = await port.wire()

    await wire.send(b"POST /webhooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(11):
        await wire.send(b"3e8\r\n" + b"x" * 1000 + b"\r\n")

    assert await wire.answer() == (413, b"")


async def test_listener_takes_a_chunked_body_in_pieces(opened: Opener) -> None:
    """What was signed is the body without its chunks."""
    port = await opened()
    wire = await port.wire()
    raw = event_body()
    fields = "".join(f"{name}: {value}\r\n" for name, value in signed(raw).items())

    head = f"POST /webhooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n{fields}\r\n"
    await wire.send(head.encode())
    for start in range(0, len(raw), 100):
        piece = raw[start : start + 100]
        await wire.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    await wire.send(b"0\r\n\r\n")

    assert await wire.answer() == (200, b"")
    assert port.writer.drafts[0].body == raw


async def test_listener_asks_to_continue(opened: Opener) -> None:
    """A sender that waits for 100 gets it."""
    port = await opened()
    wire = await port.wire()
    raw = event_body()
    head, _, body = post("/webhooks", raw, {**signed(raw), "Expect": "100-continue"}).partition(
        b"\r\n\r\n"
    )

    await wire.send(head + b"\r\n\r\n")
    assert (await wire.answer())[0] == 100
    await wire.send(body)

    assert (await wire.answer())[0] == 200


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nX-Slow:",
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
    ],
)
async def test_listener_drops_a_slow_sender(opened: Opener, part: bytes) -> None:
    """One time-out for head and body together."""
    port = await opened(read_timeout_s=0.1)
    wire = await port.wire()

    await wire.send(part)

    async with asyncio.timeout(60):
        assert (await wire.answer())[0] == 408
        assert await wire.is_closed()
    assert not port.writer.drafts


async def test_listener_is_not_fooled_by_a_trickle(opened: Opener) -> None:
    """Sending a byte now and then does not extend the time."""
    port = await opened(read_timeout_s=0.2)
    wire = await port.wire()

    async def trickle() -> None:
        for _ in range(1000):
            await wire.send(b"P")
            await asyncio.sleep(0.02)

    await wire.send(b"POST /webhooks HTTP/1.1\r\nX-Slow: ")
    sending = asyncio.ensure_future(trickle())
    async with asyncio.timeout(60):
        assert (await wire.answer())[0] == 408
    sending.cancel()
    await asyncio.wait([sending])


async def test_listener_keeps_a_quiet_connection_after_an_answer(opened: Opener) -> None:
    """The time-out is for requests, not for connections kept alive between them."""
    port = await opened(read_timeout_s=0.1)
    wire = await port.wire()

    for number in range(2):
        raw = event_body(number)
        await wire.send(post("/webhooks", raw, signed(raw)))
        assert (await wire.answer())[0] == 200
        await asyncio.sleep(0.3)


async def test_listener_turns_away_connections_over_the_limit(opened: Opener) -> None:
    """503 at once, and room again when somebody leaves."""
    port = await opened(max_connections=2)
    raw = event_body()
    wires = [await port.wire() for _ in range(2)]
    for wire in wires:
        await wire.send(post("/webhooks", raw, signed(raw)))
        assert (await wire.answer())[0] == 200

    turned_away = await port.wire()
    assert (await turned_away.answer())[0] == 503
    assert await turned_away.is_closed()

    await wires[0].close()
    async with asyncio.timeout(60):
        while (await port.post(raw))[0] != 200:
            pass


async def test_listener_survives_rubbish_without_a_word(
    opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """What is not HTTP gets 400, no traceback, and the next request is served."""
    port = await opened()

    with caplog.at_level(logging.DEBUG, "console"):
        assert (await port.ask(b"\x16\x03\x01\x02\x00\r\n\r\n"))[0] == 400
        assert (await port.post(event_body()))[0] == 200

    assert not caplog.records


async def test_listener_says_500_and_names_no_content_when_it_breaks(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours ends one request, and what is logged of it holds nothing received."""
    port = await opened()

    def explode(raw: bytes) -> None:
        raise RuntimeError(raw.decode())

    monkeypatch.setattr("console.engine.listener.glance", explode)
    raw = event_body(1, secret="hunter2")

    assert await port.post(raw) == (500, b"")
    assert await port.post(raw) == (500, b"")

    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text
    assert len(caplog.records) == 1


async def test_listener_ignores_a_sender_that_hangs_up(opened: Opener) -> None:
    """Half a request is nobody's event."""
    port = await opened()
    wire = await port.wire()

    await wire.send(b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    await wire.close()

    assert (await port.post(event_body()))[0] == 200
    await until(lambda: port.listener.in_flight == 0)
    assert len(port.writer.drafts) == 1


async def test_listener_counts_a_flood_of_refusals_instead_of_keeping_it(opened: Opener) -> None:
    """The first ones are kept, the rest is one entry with a number."""
    port = await opened()
    wire = await port.wire()
    count = 200

    for _ in range(count):
        await wire.send(post("/webhooks", b"x" * 30_000, {}))
        assert (await wire.answer())[0] == 401
    await port.listener.refusals.aclose()

    kept = port.kept(Kind.REFUSED)
    assert port.listener.refusals.count == count
    assert 50 <= len(kept) <= 80
    assert sum(len(draft.body) for draft in kept) < 1_200_000
    assert f"{count - len(kept) + 1} more webhooks were refused" in (kept[-1].reason or "")
    assert "of 30000 bytes" in (kept[0].reason or "")


async def test_listener_finishes_what_arrived_when_it_stops(opened: Opener) -> None:
    """Stopping waits for the commit that a sender waits for."""
    port = await opened()
    port.writer.gate = asyncio.Event()
    wire = await port.wire()
    raw = event_body()
    await wire.send(post("/webhooks", raw, signed(raw)))
    await port.writer.arrived.wait()

    stopping = asyncio.ensure_future(port.listener.stop())
    await asyncio.sleep(0)
    port.writer.gate.set()

    assert await wire.answer() == (200, b"")
    await stopping
    with pytest.raises(ConnectionRefusedError):
        await Wire.open(port.listener.url)


async def test_listener_names_a_port_that_is_taken(opened: Opener) -> None:
    """One sentence with the port, the address and what to do."""
    port = await opened()
    taken = int(port.listener.url.rpartition(":")[2].partition("/")[0])
    second = Listener(settings(port=taken), Recorder(MemoryWriter()), now_micros)

    with pytest.raises(EngineError, match=f"port {taken} on 127.0.0.1 is already taken"):
        await second.start()
    await second.stop()


async def test_listener_names_an_address_it_cannot_have() -> None:
    """An address of another machine is named, not a traceback."""
    listener = Listener(settings(host="192.0.2.1"), Recorder(MemoryWriter()), now_micros)

    with pytest.raises(EngineError, match=r"192\.0\.2\.1 is not an address of this machine"):
        await listener.start()
    await listener.stop()


async def test_listener_knows_how_far_the_clock_is_off(opened: Opener) -> None:
    """The smallest distance of late is the closest: a timestamp leaves out up to a second."""
    port = await opened()
    assert port.listener.clock_offset_ms is None

    now_s = now_micros() / 1e6
    for age_s in (30.0, 5.0, 20.0):
        raw = event_body()
        await port.post(raw, signed(raw, at_s=now_s - age_s))

    assert port.listener.clock_offset_ms == pytest.approx(5500, abs=1500)
