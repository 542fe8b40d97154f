"""The request that a recorded delivery becomes, and what comes of it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from console.domain.entries import Entry, Kind
from console.engine.forward.target import target_of
from console.engine.replay.sender import ReplaySender, request_head
from console.errors import ConfigError
from console.telnyx.signature import Signer, Verifier
from tests.fixtures.serving import serving

NOW_S = 1_700_000_000


def clock() -> int:
    return NOW_S * 1_000_000


def entry(seq: int = 1, body: bytes = b'{"a": 1}', *headers: tuple[str, str]) -> Entry:
    """A webhook as it was recorded."""
    return Entry(
        seq=seq,
        kind=Kind.WEBHOOK,
        received_at=seq,
        body=body,
        event_id="e",
        event_type="call.initiated",
        headers=headers,
    )


@asynccontextmanager
async def application(status: int = 200) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answers with that status; gives its address and the requests it got."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(65536):
            seen.append(head)
            writer.write(b"HTTP/1.1 %d Fine\r\nContent-Length: 2\r\n\r\nok" % status)

    async with serving(serve) as port:
        yield f"http://127.0.0.1:{port}/hook?x=1", seen


def test_head_has_the_recorded_headers_and_nothing_of_the_connection() -> None:
    """Order, repetitions and odd bytes stay; host and length are those of this request; no line can be smuggled in."""
    head = request_head(
        target_of("http://app.example:8000/hook?t=1"),
        entry(
            1,
            b"12345",
            ("Host", "console.example"),
            ("Content-Length", "99"),
            ("Connection", "x-hop"),
            ("X-Hop", "1"),
            ("content-type", "application/json"),
            ("X-Two", "a"),
            ("x-two", "b\udce9"),
            ("X-Bad", "a\r\nInjected: 1"),
            ("telnyx-timestamp", "1"),
        ),
        {},
    )

    assert head.split(b"\r\n") == [
        b"POST /hook?t=1 HTTP/1.1",
        b"Host: app.example:8000",
        b"content-type: application/json",
        b"X-Two: a",
        b"x-two: b\xe9",
        b"X-Bad: a  Injected: 1",
        b"telnyx-timestamp: 1",
        b"Content-Length: 5",
        b"",
        b"",
    ]


async def test_sender_sends_the_recorded_bytes() -> None:
    """Nothing is added but what says for whom it is and how long."""
    async with application() as (url, seen):
        sender = ReplaySender(url, clock)
        sent = await sender.send(entry(7, b'{ "odd" :1}', ("telnyx-timestamp", "1")))
        await sender.aclose()

    assert seen[0].endswith(b'\r\n\r\n{ "odd" :1}')
    assert b"Via" not in seen[0]
    assert b"X-Forwarded" not in seen[0]
    assert sent.outcome.ok
    assert (sent.outcome.seq, sent.outcome.status) == (7, 200)
    body = json.loads(sent.draft.body)
    assert sent.draft.kind is Kind.FORWARD
    assert body["mode"] == "replay"
    assert body["target"].endswith("/hook?…")


async def test_sender_signs_anew_in_place_of_the_old_signature() -> None:
    """The development key's public half verifies what arrives."""
    signer = Signer()
    raw = b'{"a": 1}'
    async with application() as (url, seen):
        sender = ReplaySender(url, clock, signer=signer)
        old = (("Telnyx-Timestamp", "1"), ("Telnyx-Signature-Ed25519", "old"))
        sent = await sender.send(entry(1, raw, *old))
        await sender.aclose()

    lines = [line.split(b": ") for line in seen[0].split(b"\r\n") if b": " in line]
    headers = {name.decode().lower(): value.decode() for name, value in lines}
    assert b"old" not in seen[0]
    assert sent.outcome.signed_with == signer.public_key
    Verifier(signer.public_key).verify(
        raw,
        timestamp=headers["telnyx-timestamp"],
        signature=headers["telnyx-signature-ed25519"],
        now_s=NOW_S,
    )


async def test_sender_tells_a_refusal_and_an_application_that_is_not_there() -> None:
    """A status is an answer; nobody at the door is none."""
    async with application(401) as (url, _):
        sender = ReplaySender(url, clock)
        refused = (await sender.send(entry())).outcome
        await sender.aclose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        sender = ReplaySender(f"http://127.0.0.1:{free.getsockname()[1]}/", clock)
        away = (await sender.send(entry())).outcome
        await sender.aclose()

    assert (refused.ok, refused.status, refused.is_unreachable) == (False, 401, False)
    assert (away.ok, away.status, away.error) == (False, None, "connection refused")


async def test_sender_sends_in_order() -> None:
    """One after the other, each outcome as it comes."""
    async with application() as (url, seen):
        sender = ReplaySender(url, clock)
        entries = [entry(n, b"%d" % n) for n in (1, 2, 3)]
        outcomes = [sent.outcome.seq async for sent in sender.send_all(entries, 0)]
        await sender.aclose()

    assert outcomes == [1, 2, 3]
    assert [raw.rpartition(b"\r\n")[2] for raw in seen] == [b"1", b"2", b"3"]


def test_sender_refuses_what_is_no_address() -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError, match="no address"):
        ReplaySender("ftp://x", clock)
