"""An absence is told even where the engine that found it was killed over it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path

import httpx

from console.domain.entries import Kind
from console.engine.absence import put_back_sign
from console.engine.engine import Engine
from console.journal.records import webhook_draft
from console.journal.sqlite import open_writer
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from console.telnyx.envelope import decode
from tests.integration.engines import entries
from tests.unit.engine.fakes import event_body, now_micros, settings, until

MINUTE = 60_000_000


def asking(journal: Path, transport: httpx.MockTransport) -> Engine:
    key = Secret("KEY0123456789")
    client = TelnyxClient("https://api.example/v2", key, transport=transport, max_attempts=1)
    return Engine(settings(journal=journal, api_key=key, connection_id="1"), client=client)


async def test_absence_outlives_an_engine_that_is_killed_while_it_compares(tmp_path: Path) -> None:
    """The files as a kill leaves them, in the middle of the comparison: the next engine tells of it, once."""
    journal, left = tmp_path / "j.db", tmp_path / "left.db"
    raw, since = event_body(1), now_micros() - 5 * MINUTE
    writer = open_writer(journal)
    await writer.append(webhook_draft(decode(raw), raw, since))
    await writer.aclose()
    put_back_sign(journal, since)
    asked = asyncio.Event()

    async def silent(_request: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    def nothing(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": [], "meta": {}})

    async with asking(journal, httpx.MockTransport(silent)):
        await asked.wait()
        for suffix in ("", "-wal", ".lock"):
            shutil.copy2(f"{journal}{suffix}", f"{left}{suffix}")
    for _ in range(2):
        async with asking(left, httpx.MockTransport(nothing)) as engine:
            await until(lambda: engine.health().reconciled_at is not None)

    [gap] = [entry for entry in entries(left) if entry.kind is Kind.GAP]
    assert "no engine ran" in (gap.reason or "")
    assert json.loads(gap.body)["since"] <= json.loads(gap.body)["until"]
    assert os.stat(f"{left}.lock").st_mtime_ns // 1000 > since + MINUTE
