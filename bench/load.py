"""A webhook sender made of bare sockets, so that the server under test is what is measured.

Signs distinct events of about 1.2 KB in advance, then keeps a fixed number of keep-alive connections busy. Sends only
to loopback, and only as many requests as it was given.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
import uuid
from dataclasses import dataclass

from console.telnyx.signature import Signer

DONE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one round measured: answered requests per second and latency in ms."""

    rate: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    refused: int


def event(number: int, *, leg: str, event_type: str, at: float) -> bytes:
    """One webhook body as Telnyx sends it, with the bulk of a real one."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{number % 1_000_000:06d}Z"
    body = {
        "data": {
            "record_type": "event",
            "event_type": event_type,
            "id": str(uuid.uuid4()),
            "occurred_at": stamp,
            "payload": {
                "call_control_id": f"v3:{leg}-bench-bench-bench-bench-bench-bench-bench-bench",
                "call_leg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, "leg" + leg)),
                "call_session_id": str(uuid.uuid5(uuid.NAMESPACE_OID, "session" + leg)),
                "connection_id": "1494404757140276705",
                "client_state": "YmVuY2htYXJr",
                "from": f"+1312555{number % 100 + 100:04d}",
                "to": "+13125550199",
                "direction": "incoming",
                "state": "parked",
                "start_time": stamp,
                "caller_id_name": "Bench Caller",
                "custom_headers": [{"name": f"X-Bench-{n}", "value": "v" * 24} for n in range(8)],
                "sip_headers": [{"name": "User-to-User", "value": "u" * 48}],
                "tags": [],
            },
        },
        "meta": {"attempt": 1, "delivered_to": "http://127.0.0.1/webhooks"},
    }
    return json.dumps(body).encode()


def requests(
    signer: Signer, count: int, *, path: str = "/webhooks", per_leg: int = 4
) -> list[bytes]:
    """`count` complete HTTP requests, signed now: legs that are initiated, answered, bridged and hung up."""
    kinds = ("call.initiated", "call.answered", "call.bridged", "call.hangup")
    made = []
    now = time.time()
    run = uuid.uuid4().hex[:8]
    for number in range(count):
        body = event(
            number,
            leg=f"{run}-{number // per_leg}",
            event_type=kinds[number % per_leg % len(kinds)],
            at=now,
        )
        headers = signer.headers(body, now_s=now)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head += f"User-Agent: telnyx-webhooks\r\nContent-Length: {len(body)}\r\n\r\n"
        made.append(head.encode() + body)
    return made


class _Sender(asyncio.Protocol):
    """One connection that sends the next request as soon as the last one was answered."""

    def __init__(self, work: list[bytes], spent: list[float], done: asyncio.Future[None]) -> None:
        self._work = work
        self._spent = spent
        self._done = done
        self._buffer = b""
        self._started = 0.0
        self.refused = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        assert self._transport is not None
        if not self._work:
            self._transport.close()
            return
        self._started = time.perf_counter()
        self._transport.write(self._work.pop())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if DONE not in self._buffer:
            return
        self._spent.append(time.perf_counter() - self._started)
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            self.refused += 1
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the protocol has it
        if not self._done.done():
            self._done.set_result(None)


async def drive(port: int, work: list[bytes], *, connections: int) -> Load:
    """Sends all of `work` to loopback over that many connections."""
    loop = asyncio.get_running_loop()
    spent: list[float] = []
    count = len(work)
    gc.collect()
    gc.disable()
    ends: list[asyncio.Future[None]] = []
    senders: list[_Sender] = []
    started = time.perf_counter()
    for _ in range(connections):
        end: asyncio.Future[None] = loop.create_future()
        sender = _Sender(work, spent, end)
        await loop.create_connection(lambda sender=sender: sender, "127.0.0.1", port)  # type: ignore[misc]
        ends.append(end)
        senders.append(sender)
    await asyncio.gather(*ends)
    taken = time.perf_counter() - started
    gc.enable()
    if len(spent) != count:
        raise SystemExit(f"{count - len(spent)} of {count} requests were not answered")
    spent.sort()
    return Load(
        rate=count / taken,
        p50_ms=spent[count // 2] * 1000,
        p99_ms=spent[int(count * 0.99)] * 1000,
        max_ms=spent[-1] * 1000,
        refused=sum(sender.refused for sender in senders),
    )
