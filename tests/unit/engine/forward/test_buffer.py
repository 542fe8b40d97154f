"""What a buffer was promised to deliver, found again after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.forward.buffer import Buffer
from console.engine.forward.client import TargetClient
from console.engine.forward.plan import ForwardPlan, Mode
from console.engine.forward.recording import Recording
from console.engine.forward.target import target_of
from console.engine.forward.watch import Watch
from console.engine.recorder import Recorder
from console.journal.forwards import buffered
from console.journal.records import note_draft, webhook_draft
from console.journal.sqlite import open_reader, open_writer
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import event_body

MINUTE = 60_000_000
NOON = 1_800_000_000_000_000


@pytest.mark.parametrize(("age_min", "is_found"), [(1, True), (50, True), (120, False)])
async def test_buffer_goes_on_with_webhooks_as_old_as_they_may_be(
    tmp_path: Path, age_min: int, is_found: bool
) -> None:
    """With a maximum age of an hour one that came fifty minutes before the end is still to be delivered."""
    writer = open_writer(tmp_path / "j.db")
    raw = event_body(1)
    await writer.append(buffered(webhook_draft(decode(raw), raw, NOON), "POST", "/webhooks"))
    last = NOON + age_min * MINUTE
    await writer.append(note_draft("later", last))
    reader = open_reader(tmp_path / "j.db")
    url = "http://127.0.0.1:9/webhooks"
    plan = ForwardPlan(target=url, mode=Mode.BUFFER, max_age_s=3600.0)
    recorder = Recorder(writer)
    client = TargetClient(target_of(url), timeout_s=1.0, limit_bytes=1024)
    watch = Watch(client, Recording(recorder, lambda: last), lambda: last, limit=1)
    buffer = Buffer(plan, client, watch, recorder, lambda: last)

    buffer.restore(reader, "/webhooks")

    assert buffer.waiting == is_found
    await buffer.aclose()
    await client.aclose()
    reader.close()
    await writer.aclose()
