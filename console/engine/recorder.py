"""The engine's one way into the journal: remembers whether it works, and tells who follows that something came."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.entries import Draft
from console.errors import JournalError
from console.journal.api import Appended, JournalWriter


class Recorder:
    """Appends drafts; `error` says in words why the last one could not be kept, None while all is well."""

    __slots__ = ("_append", "_on_commit", "error", "last_seq")

    def __init__(self, writer: JournalWriter, on_commit: Callable[[], None] | None = None) -> None:
        self._append = writer.append
        self._on_commit = on_commit
        self.error: str | None = None
        self.last_seq = 0

    def when_committed(self, callback: Callable[[], None]) -> None:
        """Calls `callback` after every commit; it must be cheap and must not raise."""
        self._on_commit = callback

    async def append(self, draft: Draft) -> Appended:
        """Durable once this returns. Raises `JournalError` when it cannot be."""
        try:
            appended = await self._append(draft)
        except JournalError as error:
            self.error = error.user_message
            raise
        self.error = None
        self.last_seq = max(self.last_seq, appended.seq)
        if self._on_commit is not None:
            self._on_commit()
        return appended

    async def try_append(self, draft: Draft) -> Appended | None:
        """None when the journal cannot take it; `error` then says why."""
        try:
            return await self.append(draft)
        except JournalError:
            return None
