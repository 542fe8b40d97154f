"""The one gate for what Telnyx's records bring: into the journal goes what it lacks, once, whoever read it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from console.domain.entries import Draft
from console.engine.recorder import Recorder

AT_ONCE = 200
"""Entries handed over together, so that they share commits, in their order."""


class Knows(Protocol):
    """What is asked of the board."""

    def knows(self, event_key: bytes) -> bool: ...


class Intake:
    """Shared by all who read records: two that meet the same event at the same time keep it once."""

    def __init__(self, recorder: Recorder, picture: Knows) -> None:
        self._recorder = recorder
        self._picture = picture
        self._coming: set[bytes] = set()

    async def keep(self, draft: Draft) -> bool:
        """Whether the journal had lacked it. Raises `JournalError`."""
        key = draft.event_key
        if key is None:
            return not (await self._recorder.append(draft)).duplicate
        if key in self._coming or self._picture.knows(key):
            return False
        self._coming.add(key)
        try:
            return not (await self._recorder.append(draft)).duplicate
        finally:
            self._coming.discard(key)

    async def keep_all(self, drafts: Iterable[Draft]) -> Sequence[Draft]:
        """Those that the journal had lacked. They become durable in the order given. Raises `JournalError`."""
        new: list[Draft] = []
        waiting = list(drafts)
        while waiting:
            some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            kept = await asyncio.gather(*(self.keep(draft) for draft in some))
            new += [draft for draft, is_new in zip(some, kept, strict=True) if is_new]
        return new
