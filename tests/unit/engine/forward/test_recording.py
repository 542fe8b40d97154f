"""Results share a webhook's commit where one comes in time, and are recorded all the same where none does."""

from __future__ import annotations

import asyncio
from functools import partial

from console.domain.entries import Draft, Kind
from console.engine.forward import recording as module
from console.engine.forward.recording import Recording
from console.engine.recorder import Recorder
from console.journal.records import note_draft
from tests.unit.engine.fakes import MemoryWriter, now_micros, until


def result(words: str) -> Draft:
    return note_draft(words, now_micros())


def reasons(writer: MemoryWriter) -> list[str | None]:
    return [draft.reason for draft in writer.drafts]


async def test_recording_hands_results_over_with_the_next_webhook() -> None:
    """In its order: the webhook that somebody waits for is first."""
    writer = MemoryWriter()
    recording = Recording(Recorder(writer), now_micros)
    recording.later(partial(result, "came of the first"))
    recording._make()
    assert writer.drafts == []

    recording.hand_over(result("the second"), lambda: None)
    await until(lambda: len(writer.drafts) == 2)

    assert reasons(writer) == ["the second", "came of the first"]
    assert all(draft.kind is Kind.NOTE for draft in writer.drafts)


async def test_recording_hands_results_over_alone_when_nothing_comes() -> None:
    """Nobody calls for a while: the result is on record after two short waits."""
    writer = MemoryWriter()
    recording = Recording(Recorder(writer), now_micros)
    began_s = asyncio.get_running_loop().time()
    recording.later(partial(result, "came of it"))
    await until(lambda: len(writer.drafts) == 1)

    waited_s = asyncio.get_running_loop().time() - began_s
    assert waited_s >= (module.TOGETHER_S + module.RIDE_S) * 0.9


async def test_recording_finishes_with_results_that_are_not_made_yet() -> None:
    """What waits to be made and what waits to ride both are on record at the end."""
    writer = MemoryWriter()
    recording = Recording(Recorder(writer), now_micros)
    recording.later(partial(result, "one"))
    recording._make()
    recording.later(partial(result, "two"))

    await recording.finish(1.0)

    assert reasons(writer) == ["one", "two"]
