"""Conferences and who is in them. Values only; what happens in them is written in `conferences`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from console.domain.entries import Micros
from console.simulator.world import Leg, Recording


@dataclass(slots=True, kw_only=True, eq=False)
class Participant:
    """A leg in a conference."""

    id: str
    leg: Leg
    joined_at: Micros
    updated_at: Micros
    muted: bool = False
    on_hold: bool = False
    end_on_exit: bool = False
    soft_end_on_exit: bool = False
    role: str = "none"
    whispers_to: tuple[str, ...] = ()
    beep: str | None = None


class Announcement(NamedTuple):
    """Speech or a file being heard, by everybody (`leg` None) or by one participant."""

    id: str
    kind: str
    leg: Leg | None
    media_url: str | None = None
    media_name: str | None = None
    ended: Callable[[], None] | None = None
    """Whom to tell that it is over, however that came."""


@dataclass(slots=True, kw_only=True, eq=False)
class Conference:
    """A conference; it belongs to the leg that made it, whose ids its own events carry."""

    id: str
    name: str
    creator: Leg
    created_at: Micros
    updated_at: Micros
    expires_at: Micros
    region: str
    max_participants: int
    status: str
    participants: dict[str, Participant] = field(default_factory=dict)
    """By call_control_id, in the order of joining."""
    announcements: list[Announcement] = field(default_factory=list)
    recording: Recording | None = None
    end_reason: str | None = None
    ended_by: Mapping[str, str] | None = None
    floors: int = 0
    made: int = 0
    """Things made so far: part of what their identifiers depend on."""

    @property
    def is_live(self) -> bool:
        """Whether it can still be joined."""
        return self.status != "completed"
