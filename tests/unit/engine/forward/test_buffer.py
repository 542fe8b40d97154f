"""What a buffer was promised to deliver, found again after a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.engine.forward.buffer import Buffer
from console.engine.forward.client import Reply, TargetClient
from console.engine.forward.headers import Sender
from console.engine.forward.intake import Intake
from console.engine.forward.plan import ForwardPlan, Mode
from console.engine.forward.recording import Keeping, Recording
from console.engine.forward.target import target_of
from console.engine.forward.watch import Watch
from console.engine.recorder import Recorder
from console.journal.forwards import buffered
from console.journal.records import note_draft, webhook_draft
from console.journal.sqlite import open_reader, open_writer
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import MemoryWriter, event_body, now_micros, until

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


class Moody(TargetClient):
    """Breaks in a way that nobody foresaw, then works."""

    faults = 2

    async def ask(self, head: bytes, body: bytes) -> Reply:
        if self.faults:
            self.faults -= 1
            raise RuntimeError(head)
        return Reply(200, "OK", (), b"", None)


@pytest.mark.parametrize(("faults", "expires"), [(2, False), (10**9, True)])
async def test_buffer_tries_again_after_an_unforeseen_fault(
    writer: MemoryWriter, caplog: pytest.LogCaptureFixture, faults: int, expires: bool
) -> None:
    """What was promised is delivered, or said to have expired; the log says the fault once."""
    url = "http://127.0.0.1:9/webhooks"
    plan = ForwardPlan(target=url, mode=Mode.BUFFER, max_age_s=0.2 if expires else 3600.0)
    recorder, raw = Recorder(writer), event_body(1)
    client = Moody(target_of(url), timeout_s=1.0, limit_bytes=1024)
    client.faults = faults
    watch = Watch(client, Recording(recorder, now_micros), now_micros, limit=1)
    buffer = Buffer(plan, client, watch, recorder, now_micros, first_wait_s=0.001)
    draft = webhook_draft(decode(raw), raw, now_micros())

    await buffer.take(
        Intake("POST", "", "", (), raw, Sender(None, ""), draft, Keeping()), "/webhooks"
    )
    await until(lambda: buffer.waiting == 0)

    result = json.loads(writer.drafts[-1].body)
    assert (result["status"], result["final"]) == (None if expires else 200, True)
    assert buffer.expired == expires
    assert watch.gauge.failed >= 2
    assert [record.getMessage() for record in caplog.records] == [
        "a webhook could not be delivered: RuntimeError"
    ]
    await buffer.aclose()
    await client.aclose()
