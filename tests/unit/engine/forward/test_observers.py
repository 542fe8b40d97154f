"""Those who only listen."""

from __future__ import annotations

import pytest

from console.engine.forward.client import TargetClient
from console.engine.forward.headers import Sender
from console.engine.forward.intake import Intake
from console.engine.forward.observers import WORKERS, Observer
from console.engine.forward.plan import ForwardPlan
from console.engine.forward.recording import Keeping, Recording
from console.engine.forward.target import target_of
from console.engine.recorder import Recorder
from console.journal.records import webhook_draft
from console.telnyx.envelope import decode
from tests.unit.engine.fakes import MemoryWriter, event_body, now_micros, until


async def test_observer_goes_on_after_what_it_cannot_hand_on(
    writer: MemoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More faults than it has workers, and each counts as a failure."""
    recording = Recording(Recorder(writer), now_micros)
    client = TargetClient(target_of("http://127.0.0.1:9/"), timeout_s=1.0, limit_bytes=1024)
    observer = Observer(ForwardPlan(), client, recording, now_micros)

    def explode(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(TargetClient, "ask", explode)
    raw = event_body(1)
    draft = webhook_draft(decode(raw), raw, now_micros())
    intake = Intake("POST", "", "", (), raw, Sender(None, ""), draft, Keeping())
    observer.start()
    for _ in range(WORKERS + 1):
        observer.offer(intake)

    await until(lambda: observer.health().failed == WORKERS + 1)

    assert observer.health().in_flight == 0
    assert "RuntimeError" in observer.health().last_error
    assert "hunter2" not in observer.health().last_error
    await observer.aclose()
    await recording.finish(60.0)
