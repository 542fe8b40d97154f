"""Keeps what operators write on calls: into the journal, for legs it knows, and never while read-only."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from console.domain.annotations import tidy_note, tidy_tags
from console.domain.entries import Annotated, Micros
from console.domain.text import clean
from console.engine.picture import Picture
from console.engine.recorder import Recorder
from console.errors import EngineError, JournalError
from console.journal.records import annotation_draft

READ_ONLY = "this engine is read-only, so nothing was written: start it without --read-only"
NOTHING = "there is nothing to write: give a note, tags, or whether the caller was rung back"
UNKNOWN = "this call is not in the journal any more, so nothing was written"


class Notebook:
    """One per engine."""

    def __init__(
        self,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        read_only: bool = False,
    ) -> None:
        self._recorder = recorder
        self._picture = picture
        self._clock = clock
        self._read_only = read_only

    async def write(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        """Durable once this returns. Raises `EngineError` with the reason when it was not written."""
        written = Annotated(
            note_id=str(uuid.uuid4()),
            call_control_id=None if call.startswith("leg:") else call,
            call_leg_id=call.removeprefix("leg:") if call.startswith("leg:") else None,
            at=self._clock(),
            note=tidy_note(note or ""),
            tags=None if tags is None else tidy_tags(tags),
            ring_back=ring_back,
            operator=clean(operator),
        )
        if self._read_only:
            raise EngineError(READ_ONLY)
        if written.note is None and written.tags is None and ring_back is None:
            raise EngineError(NOTHING)
        try:
            if not call or not self._picture.has_heard_of(call):
                raise EngineError(UNKNOWN)
            await self._recorder.append(annotation_draft(written))
        except JournalError as error:
            raise EngineError(f"the note could not be kept: {error.user_message}") from error
