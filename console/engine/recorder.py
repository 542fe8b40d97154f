"""The engine's one way into the journal: remembers whether it works, and tells who follows that something came."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.domain.entries import Draft, Micros
from console.errors import JournalError
from console.journal.api import Appended, JournalWriter, Result, Told

OnCommit = Callable[[Appended], None]


class Outage:
    """A stretch of time in which the journal took nothing."""

    __slots__ = ("lost", "reason", "since", "until")

    def __init__(self, since: Micros, reason: str) -> None:
        self.since = since
        self.until = since
        self.reason = reason
        self.lost = 0
        """Entries that were not kept."""


class Recorder:
    """Appends drafts; `error` says in words why the last one could not be kept, None while all is well."""

    __slots__ = ("_append", "_append_soon", "_on_commit", "_on_recovery", "_outage")

    def __init__(self, writer: JournalWriter) -> None:
        self._append = writer.append
        self._append_soon = writer.append_soon
        self._on_commit: OnCommit | None = None
        self._on_recovery: Callable[[Outage], None] | None = None
        self._outage: Outage | None = None

    @property
    def error(self) -> str | None:
        return None if self._outage is None else self._outage.reason

    def tell(self, on_commit: OnCommit, on_recovery: Callable[[Outage], None]) -> None:
        """Calls `on_commit` after every commit, `on_recovery` when the journal works again. Both must be cheap."""
        self._on_commit = on_commit
        self._on_recovery = on_recovery

    async def append(self, draft: Draft) -> Appended:
        """Durable once this returns. Raises `JournalError` when it cannot be."""
        try:
            appended = await self._append(draft)
        except JournalError as error:
            self._fail(draft, error)
            raise
        self._succeed(draft, appended)
        return appended

    def append_soon(self, draft: Draft, told: Told) -> None:
        """Calls `told` once, with the entry's number when it is durable, with a `JournalError` when it cannot be.

        Raises `JournalError` when the journal is closed.
        """
        self._append_soon(draft, partial(self._pass_on, draft, told))

    async def try_append(self, draft: Draft) -> Appended | None:
        """None when the journal cannot take it; `error` then says why."""
        try:
            return await self.append(draft)
        except JournalError:
            return None

    def _pass_on(self, draft: Draft, told: Told, result: Result) -> None:
        try:
            if isinstance(result, JournalError):
                self._fail(draft, result)
            else:
                self._succeed(draft, result)
        finally:
            told(result)

    def _succeed(self, draft: Draft, appended: Appended) -> None:
        if self._on_commit is not None:
            self._on_commit(appended)
        if self._outage is not None:
            outage, self._outage = self._outage, None
            outage.until = draft.received_at
            if self._on_recovery is not None:
                self._on_recovery(outage)

    def _fail(self, draft: Draft, error: JournalError) -> None:
        if self._outage is None:
            self._outage = Outage(draft.received_at, error.user_message)
        self._outage.reason = error.user_message
        self._outage.lost += 1
