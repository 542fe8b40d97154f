"""Entries of the journal and the facts they carry: the only input of the board.

Times are whole microseconds since 1970-01-01 UTC (`Micros`). An entry is what the journal holds, with the bytes as
received; a fact is what those bytes say, already narrowed. `received_at` is this machine's clock, `occurred_at`
is Telnyx's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from console.domain.record import Record

Micros = int


class Kind(StrEnum):
    """What an entry is; the words are part of the JSON contract (DESIGN 5.1)."""

    WEBHOOK = "webhook"
    REFUSED = "refused"
    COMMAND = "command"
    OUTCOME = "outcome"
    FORWARD = "forward"
    API = "api"
    GAP = "gap"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Draft(Record):
    """An entry before the journal has numbered it.

    `event_key` is the 16-byte identity used to tell a repetition: the UUID of `data.id`, else a digest (of the
    identifier text, or of the whole body where there is no identifier). None for kinds that are never repeated.
    `reason` says in words why a webhook was refused, what a note notes, or what a gap covers.
    `headers` are the request headers worth keeping (never credentials), in order, duplicates included.
    """

    kind: Kind
    received_at: Micros
    body: bytes
    verified: bool = False
    event_key: bytes | None = None
    event_id: str | None = None
    event_type: str | None = None
    occurred_at: Micros | None = None
    call_control_id: str | None = None
    call_leg_id: str | None = None
    call_session_id: str | None = None
    attempt: int | None = None
    reason: str | None = None
    remote: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Entry(Draft):
    """One row of the journal. `duplicate` is true for every delivery of an event but the first."""

    seq: int
    duplicate: bool = False


class Event(NamedTuple):
    """What Telnyx reports: one webhook (kinds `webhook` and `api`), decoded and tolerant of every shape.

    Every string in it, `payload` included, has been cleaned for the screen, except the identifiers, which are kept
    as received because commands must quote them exactly. `payload` is the event's own object (empty if it had none)
    and may hold any type anywhere: narrow with `console.domain.values`.
    """

    key: bytes
    id: str | None
    type: str
    occurred_at: Micros | None
    call_control_id: str | None
    call_leg_id: str | None
    call_session_id: str | None
    connection_id: str | None
    payload: Mapping[str, object]
    attempt: int | None
    delivered_to: str | None
    envelope: str
    """How it was wrapped: `v2`, `unwrapped` (v2 without `data`), `flat` (portal debugger), `v1`,
    `record` (an item of Telnyx's own records: call_events, webhook_deliveries)."""


class CommandSent(NamedTuple):
    """One operator intent, journaled before it is sent (kind `command`)."""

    command_id: str
    action: str
    """Name in the catalogue: `answer`, `dial`, `conference.join`, …"""
    call_control_id: str | None
    params: Mapping[str, object]
    operator: str


MAY_HAVE_ARRIVED = "may_have_arrived"


class CommandDone(NamedTuple):
    """The HTTP answer to a command (kind `outcome`)."""

    command_id: str
    action: str
    call_control_id: str | None
    ok: bool
    status: int | None
    """HTTP status, None when nothing answered."""
    code: str | None
    """Telnyx's error code as text, None when there was none."""
    message: str
    """One sentence for a person; empty when ok."""
    latency_ms: float
    attempts: int
    data: Mapping[str, object]
    """`data` of a successful answer: for dial the ids of the new leg. Of a refusal that names a field, its `pointer`.
    `may_have_arrived` is true in it where nothing answered although something may have reached Telnyx."""

    @property
    def is_unknown(self) -> bool:
        """Whether the command may have had its effect although it is not known to be done."""
        return not self.ok and self.data.get(MAY_HAVE_ARRIVED) is True


class Checked(NamedTuple):
    """What Telnyx's records say of one leg (GET /calls/{id}, active_calls), or that they do not list it."""

    call_control_id: str
    call_leg_id: str | None
    call_session_id: str | None
    at: Micros
    """When we were told, our clock."""
    listed: bool | None
    """Whether active_calls listed it; None when that was not asked."""
    alive: bool | None
    """`is_alive`; None when Telnyx did not say, which never counts as ended."""
    ended_at: Micros | None
    started_at: Micros | None
    client_state: str | None


class Noted(NamedTuple):
    """Something worth keeping that is not an event (kinds `note`, `gap`, `refused`)."""

    reason: str
    call_control_id: str | None = None


class Annotated(NamedTuple):
    """What an operator wrote on a call (kind `note`); None leaves that part as it was."""

    note_id: str
    """The same over all repetitions of one note."""
    call_control_id: str | None
    call_leg_id: str | None
    at: Micros
    """When it was written, our clock."""
    note: str | None
    tags: tuple[str, ...] | None
    """All tags the call has from now on."""
    ring_back: bool | None
    """Whether an abandoned call was rung back."""
    operator: str


class Forwarded(NamedTuple):
    """What came of handing one webhook on to an application (kind `forward`)."""

    target: str
    """The application's URL, cleaned, without its query."""
    mode: str
    """`front`, `buffer`, `observer`, `replay`, or `replay, edited` where another body was sent."""
    status: int | None
    """HTTP status of the application's answer, None when no whole answer came."""
    answered: int | None
    """What the sender was told because of it; None where the sender's answer did not depend on it."""
    latency_ms: float
    error: str
    """Why it was not taken, in words; empty when the application answered."""
    attempt: int
    """1 for the first try of ours; more only in buffer mode."""
    final: bool
    """Whether no further try follows."""
    duplicate: bool
    """Whether the event had been forwarded or recorded before."""
    verified: bool
    event_key: bytes | None
    call_control_id: str | None

    @property
    def ok(self) -> bool:
        """Whether the application took it."""
        return self.status is not None and 200 <= self.status < 300 and not self.error

    @property
    def is_observer(self) -> bool:
        """Whether the call did not depend on it."""
        return self.mode == "observer" or self.mode.startswith("replay")


Fact = Event | CommandSent | CommandDone | Checked | Noted | Annotated | Forwarded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Intent(Record):
    """One thing the operator wants done; `command_id` is a UUIDv4 and stays the same over all retries."""

    command_id: str
    action: str
    call_control_id: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    operator: str = ""
