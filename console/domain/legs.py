"""A leg: one `call_control_id`, what the list of calls shows as "a call".

The board owns and mutates legs; everybody else only reads them. Times are µs since 1970 from `occurred_at`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.entries import Micros

LegKey = str
"""The leg's call_control_id; `leg:` + call_leg_id while no event has named a call_control_id."""


class LegState(StrEnum):
    """The words of the JSON contract (DESIGN 5.1)."""

    RINGING = "ringing"
    DIALING = "dialing"
    ANSWERED = "answered"
    BRIDGED = "bridged"
    QUEUED = "queued"
    CONFERENCE = "conference"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """What goes on beside a leg's state; the words are part of the JSON contract."""

    RECORDING = "recording"
    STREAMING = "streaming"
    HELD = "held"
    MUTED = "muted"
    GATHERING = "gathering"
    TRANSCRIBING = "transcribing"
    FORKED = "forked"
    SUPERVISING = "supervising"
    MACHINE = "machine"
    EARLY_MEDIA = "early_media"
    STALE = "stale"
    UNSIGNED = "unsigned"


@dataclass(slots=True, kw_only=True)
class CommandRecord:
    """What became of one command on this leg, as far as entries tell."""

    command_id: str
    action: str
    sent_at: Micros
    done_at: Micros | None = None
    ok: bool | None = None
    status: int | None = None
    code: str | None = None
    message: str = ""
    operator: str = ""
    """Who gave it, as far as recorded."""
    confirmed: bool = False
    """Whether an event that confirms the command's effect has been seen."""


@dataclass(slots=True, kw_only=True, eq=False)
class Leg:
    """Everything the board knows of one leg. Strings are cleaned, except the identifiers."""

    key: LegKey
    call_control_id: str | None = None
    call_leg_id: str | None = None
    call_session_id: str | None = None
    connection_id: str | None = None
    direction: str | None = None
    """`incoming` or `outgoing`, as in call.initiated; other words are kept as received."""
    from_: str | None = None
    to: str | None = None
    caller_name: str | None = None
    client_state: str | None = None
    """Base64 as received, cleaned; belongs to the application behind, never sent back by us."""
    state: LegState = LegState.UNKNOWN
    stale: bool = False
    """Telnyx does not list the leg any more, but has not said that it ended."""
    initiated_at: Micros | None = None
    answered_at: Micros | None = None
    bridged_at: Micros | None = None
    ended_at: Micros | None = None
    first_at: Micros | None = None
    """The earliest time anything of this leg happened; stands in where call.initiated was missed."""
    last_at: Micros | None = None
    hangup_cause: str | None = None
    hangup_source: str | None = None
    sip_hangup_cause: str | None = None
    queue: str | None = None
    queue_position: int | None = None
    queued_at: Micros | None = None
    conference_id: str | None = None
    digits: str | None = None
    """The latest digits of a gather, or those received one by one since it began."""
    machine: str | None = None
    """The latest answering-machine result, as Telnyx words it."""
    cost: str | None = None
    """`total_cost` and currency as text; money is never a float."""
    mos: str | None = None
    marks: frozenset[Mark] = frozenset()
    peer: LegKey | None = None
    peer_inferred: bool = False
    tags: tuple[str, ...] = ()
    notes: int = 0
    """How many notes operators wrote on it; at most `facts.MAX_NOTES` are counted."""
    note: str | None = None
    """The latest note."""
    rung_back: bool = False
    """Whether an operator marked the caller as rung back."""
    commands: dict[str, CommandRecord] = field(default_factory=dict)
    version: int = 0
    """Grows with every change; a cache key for what is drawn from this leg."""

    @property
    def is_live(self) -> bool:
        """Whether the leg has not ended, as far as we know."""
        return self.state is not LegState.ENDED

    @property
    def began_at(self) -> Micros | None:
        """When the leg began: call.initiated, else the earliest that is known of it."""
        return self.initiated_at if self.initiated_at is not None else self.first_at

    @property
    def waiting_since(self) -> Micros | None:
        """Since when somebody waits on this leg: ringing, or queued; None if nobody does."""
        if self.state is LegState.QUEUED and self.queued_at is not None:
            return self.queued_at
        return self.began_at if self.is_waiting else None

    @property
    def is_waiting(self) -> bool:
        """Ringing or queued."""
        return self.state is LegState.RINGING or self.state is LegState.QUEUED

    @property
    def is_talking(self) -> bool:
        """Answered, bridged or in a conference; not while it is only early media."""
        return self.state in TALKING and Mark.EARLY_MEDIA not in self.marks


TALKING = frozenset({LegState.ANSWERED, LegState.BRIDGED, LegState.CONFERENCE})
