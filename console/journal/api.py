"""What a journal can do, whoever keeps it. Appending belongs to the engine; reading to anybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from console.domain.entries import Draft, Entry, Kind, Micros
from console.errors import JournalError

if TYPE_CHECKING:
    from console.journal.legs import JournalLegs


LOST_AFTER: Micros = 7 * 86_400 * 1_000_000
"""µs of silence after which a leg whose hang-up never came is not taken for live: Telnyx ends one after hours (VOICE,
time_limit_secs), and repeats a webhook for minutes."""


class Appended(NamedTuple):
    """Where a draft went: its number, and whether its event had been seen before."""

    seq: int
    duplicate: bool


Result = Appended | JournalError
Told = Callable[[Result], None]


class Snapshot(NamedTuple):
    """A board as of `seq`: every entry up to and including `seq` is in it."""

    seq: int
    body: bytes


class JournalWriter(Protocol):
    """One per journal and machine. All methods are called from one event loop."""

    def append(self, draft: Draft) -> Awaitable[Appended]:
        """Durable once the awaitable is done. Raises `JournalError` when it cannot be."""
        ...

    def append_soon(self, draft: Draft, told: Told) -> None:
        """Calls `told` once, in the event loop, when the draft is durable or cannot be: cheaper than to be waited for."""
        ...

    def save_snapshot(self, snapshot: Snapshot) -> Awaitable[None]: ...

    async def aclose(self) -> None:
        """Commits what was appended and closes the file."""
        ...


class JournalReader(Protocol):
    """A reader of a journal that another process may be writing. Synchronous, cheap, used from one thread."""

    @property
    def legs(self) -> JournalLegs:
        """What its list of legs tells without reading entries."""
        ...

    def changed(self) -> bool:
        """Whether anything was committed since the last call; a few microseconds, reads no rows."""
        ...

    def read(
        self,
        after: int = 0,
        *,
        limit: int | None = None,
        until: int | None = None,
        kind: Kind | None = None,
    ) -> Sequence[Entry]:
        """Entries with `after < seq <= until`, in order, at most `limit`; those of one kind only where it is named."""
        ...

    def tail(self, count: int, *, before: int | None = None) -> Sequence[Entry]:
        """The last `count` entries (before `before`), in order."""
        ...

    def get(self, seq: int) -> Entry | None: ...

    def of_legs(
        self, ids: Iterable[str], *, after: int = 0, until: int | None = None
    ) -> Sequence[Entry]:
        """Every entry of the legs with these call_control_ids or call_leg_ids, in order."""
        ...

    def legs_of_session(self, call_session_id: str) -> Sequence[str]:
        """call_control_ids (or call_leg_ids where there is none) of the legs of a session."""
        ...

    def live_legs(self) -> Sequence[str]:
        """Ids (as in `legs_of_session`) of the legs of every conversation that has not ended."""
        ...

    def first_seq_of(self, any_leg_id: str) -> int | None:
        """Number of the first entry of a leg; None if the journal never heard of it."""
        ...

    def first_seqs_of(self, ids: Collection[str]) -> Mapping[str, int]:
        """The same for many legs in one go; what the journal never heard of is not in it."""
        ...

    def seq_at(self, at: Micros) -> int:
        """Number of the last entry received at or before `at`; 0 if none."""
        ...

    def last_seq(self) -> int: ...

    def deliveries(self, event_key: bytes) -> Sequence[Entry]:
        """Every delivery of one event, in order."""
        ...

    def snapshot(self) -> Snapshot | None: ...

    def scan(self, *, after: int = 0, event_type: str | None = None) -> Iterator[Entry]:
        """All entries after `after` in order, batch by batch; `event_type` is a glob."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Veiled(Protocol):
    """A reader that gives entries through a veil: masked, where it has one. Saved boards are not given then."""

    veil: Callable[[Entry], Entry] | None
