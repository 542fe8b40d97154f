"""Port, targets, tunnel program and Telnyx's clock, looked at for real on this machine."""

from __future__ import annotations

import asyncio
import socket
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from console.doctor.findings import Status
from console.doctor.probes import (
    free_port,
    is_local,
    port_finding,
    target_findings,
    tunnel_finding,
)
from console.errors import Unreachable
from console.reports import PollHealth
from console.telnyx.date import told_date
from console.telnyx.http import httpx
from tests.fixtures.samples import health
from tests.fixtures.serving import serving


def taken() -> socket.socket:
    """A port that somebody listens on."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server


async def test_port_finding_tells_who_holds_it() -> None:
    """Free, another's, ours, ours but another one."""
    with taken() as server:
        port = server.getsockname()[1]
        other = await port_finding("127.0.0.1", port, None)
        assert other.status is Status.FAIL
        assert "held by another program" in other.detail
        assert "--port" in other.fix
    assert (await port_finding("127.0.0.1", port, None)).status is Status.OK
    ours = health(webhook_url=f"http://127.0.0.1:{port}/webhooks")
    assert (await port_finding("127.0.0.1", port, ours)).status is Status.OK
    assert (await port_finding("127.0.0.1", port + 1, ours)).status is Status.WARN
    assert (await port_finding("127.0.0.1", 0, None)).status is Status.OK
    polled = health(webhook_url="", poll=PollHealth(interval_s=1, delay_s=1))
    assert (await port_finding("127.0.0.1", port, polled)).status is Status.OK


def test_free_port_knows_foreign_addresses() -> None:
    """Not every address is this machine's."""
    assert free_port("port", "203.0.113.9", 8080, "x").status is Status.FAIL


async def test_target_findings_try_to_connect() -> None:
    """An application that is there, and one that is not."""
    with taken() as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/webhooks?token=abc"
        (up,) = await target_findings(url, (), "", 2.0)
        assert up.status is Status.OK
        assert "token" not in up.detail
    down, observer = await target_findings(url, (url,), "", 2.0)
    assert (down.check, down.status) == ("forward", Status.FAIL)
    assert "connection refused" in down.detail
    assert (observer.check, observer.status) == ("observer_1", Status.WARN)


@pytest.mark.parametrize(("status", "expected"), [(200, Status.OK), (503, Status.FAIL)])
async def test_target_findings_ask_the_health_path(status: int, expected: Status) -> None:
    """Where one is set, a connection alone is not enough."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(200))
        writer.write(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)

    async with serving(answer) as port:
        (finding,) = await target_findings(f"http://127.0.0.1:{port}/w", (), "/up", 2.0)

    assert finding.status is expected
    assert asked[-1].startswith(b"GET /up HTTP/1.1\r\n")


def test_tunnel_finding_looks_for_the_program(tmp_path: Path) -> None:
    """It is not started."""
    program = tmp_path / "tunnel"
    assert tunnel_finding((str(program), "--port", "{port}")).status is Status.FAIL
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert tunnel_finding((str(program),)).status is Status.OK
    assert tunnel_finding(()).status is Status.SKIPPED


async def test_told_date_gives_the_offset() -> None:
    """Our clock minus theirs, from the second of two answers."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401, headers={"Date": formatdate(time.time() - 20, usegmt=True)})

    dated = await told_date("https://x.example/v2", 2.0, transport=httpx.MockTransport(answer))

    assert dated.offset_s is not None
    assert 18.5 < dated.offset_s < 21.5
    assert len(asked) == 2
    assert "authorization" not in asked[0].headers


async def test_told_date_without_a_date_or_an_answer() -> None:
    """Not known, and one sentence."""
    plain = httpx.MockTransport(lambda _: httpx.Response(200))
    assert (await told_date("https://x.example", 2.0, transport=plain)).offset_s is None

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x", request=request)

    with pytest.raises(Unreachable, match="cannot be reached"):
        await told_date("https://x.example", 2.0, transport=httpx.MockTransport(refuse))


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:1/v2", True), ("http://[::1]:1", True), ("https://x.example", False)],
)
def test_is_local(url: str, local: bool) -> None:
    """As the simulator is."""
    assert is_local(url) is local
