"""The state of the simulated Telnyx: legs, applications, queues, the agenda, and the events still to be sent.

No I/O and no clock: the shell says how late it is (`advance`), and takes the events out (`drain`). What happens to a
leg is written in `calls`, `media` and `queues`.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from console.domain.entries import Micros
from console.simulator.agenda import Agenda
from console.simulator.behaviour import Plan
from console.simulator.fate import Fate
from console.simulator.services import (
    Conversation,
    Gather,
    Order,
    Stream,
    Supervision,
    Transcription,
)

if TYPE_CHECKING:
    from console.simulator.rooms import Conference

SECOND: Micros = 1_000_000
KEEP_ENDED_S = 600.0
"""GET /calls knows a call for 10 minutes after its end (VOICE g)."""


class Stage(StrEnum):
    """How far a leg has come; it only goes forward."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class Routing(NamedTuple):
    """Where the webhooks of one call go, as far as a command said so (VOICE b, group WH)."""

    url: str | None = None
    urls: Mapping[str, str] = {}
    retries_ms: Mapping[str, tuple[int, ...]] = {}


NO_ROUTING = Routing()


class Target(NamedTuple):
    """Where one event goes and how; `retries_s` are the waits before the second, third, … attempt."""

    url: str
    failover_url: str | None
    api_version: str
    timeout_s: float
    retries_s: tuple[float, ...] | None


class Event(NamedTuple):
    """One fact to be reported; `data.id` is `id`. `target` None: nobody wants to hear it."""

    id: str
    type: str
    occurred_at: Micros
    call_control_id: str
    call_leg_id: str
    call_session_id: str
    connection_id: str
    payload: Mapping[str, object]
    target: Target | None


class Recording(NamedTuple):
    """A recording that runs."""

    id: str
    started_at: Micros
    channels: str
    format: str
    paused: bool = False
    file_name: str | None = None
    transcribe: bool = False
    """Whether its text is wanted too."""
    limit_s: float = 0.0
    """After how many seconds it ends by itself; 0: never."""
    silence_s: float = 0.0
    """After how many silent seconds it would end; nobody is silent here. 0: never."""


class Sound(NamedTuple):
    """Something to be played: text (`speak`), a file, or text without events of its own (`prompt`, VOICE b:
    gather_using_speak lists none). `length_s` None goes on until it is stopped.
    """

    id: str
    kind: str
    length_s: float | None
    media_url: str | None = None
    media_name: str | None = None
    overlay: bool = False
    ended: Callable[[], None] | None = None
    """Whom to tell that it is over, however that came."""


class Waiting(NamedTuple):
    """A leg's place in a queue."""

    queue: str
    since: Micros
    keep: bool = False
    """Whether its place is kept when it hangs up."""


@dataclass(slots=True, kw_only=True, eq=False)
class Leg:
    """One call_control_id. Times are µs since 1970."""

    serial: int
    """Order of making."""
    lot: str
    """What its fate depends on: the how-manieth incoming or outgoing leg it is."""
    id: str
    leg_id: str
    session_id: str
    connection_id: str
    direction: str
    from_: str
    to: str
    start_at: Micros
    plan: Plan
    caller_name: str | None = None
    client_state: str | None = None
    custom_headers: tuple[Mapping[str, object], ...] = ()
    """Those of the INVITE, then those of the answer command."""
    sip_headers: tuple[Mapping[str, object], ...] = ()
    """User-to-User of the INVITE."""
    routing: Routing = NO_ROUTING
    stage: Stage = Stage.RINGING
    announced: bool = False
    """Whether call.initiated has been reported; nothing of a leg is reported before."""
    answering: bool = False
    commanded: bool = False
    answered_at: Micros | None = None
    ended_at: Micros | None = None
    peer: str | None = None
    parks: bool = False
    """Stays when its bridge ends (`park_after_unbridge`)."""
    transferred_by: str | None = None
    """The leg that this one was made for by a transfer."""
    targets: list[str] = field(default_factory=list)
    """The legs that transfers of this leg have made."""
    joins: str | None = None
    """The leg to be bridged with as soon as this one is answered."""
    prevent_double_bridge: bool = False
    retry_on_timeout: bool = True
    detection: str = "disabled"
    recording: Recording | None = None
    record_on_answer: Recording | None = None
    sounds: deque[Sound] = field(default_factory=deque)
    gather: Gather | None = None
    overlay: Sound | None = None
    """What plays on top of the first of `sounds`."""
    waiting: Waiting | None = None
    conference: str | None = None
    stream: Stream | None = None
    forked: str | None = None
    """The stream_type of a fork that runs."""
    siprec: str | None = None
    """`starting` or `on`."""
    suppressed: str | None = None
    """The direction in which noise is suppressed."""
    transcription: Transcription | None = None
    conversation: Conversation | None = None
    supervision: Supervision | None = None
    opening: "tuple[Begin, ...]" = ()
    """What begins with call.initiated."""
    greeting: "tuple[Begin, ...]" = ()
    """What begins with call.answered."""
    farewell: "Begin | None" = None
    """What the end of the leg leads to elsewhere, after its call.hangup."""
    events: int = 0
    made: int = 0
    """Recordings so far: part of what their identifiers depend on."""
    keys_until: Micros = 0
    """When the last of the keys that are being pressed is over."""

    @property
    def is_live(self) -> bool:
        """Whether the leg has not ended."""
        return self.stage is not Stage.ENDED

    @property
    def is_answered(self) -> bool:
        """Whether the far end has been connected, and still is."""
        return self.stage is Stage.ANSWERED


Begin = Callable[["World", Leg], None]
"""Something that begins on a leg once it has come so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A Call Control application; `settings` holds what only travels through (VOICE a)."""

    id: str
    name: str
    webhook_event_url: str
    webhook_event_failover_url: str | None = None
    webhook_api_version: str = "1"
    webhook_timeout_secs: int | None = None
    call_cost_in_webhooks: bool = False
    first_command_timeout: bool = False
    first_command_timeout_secs: int = 30
    active: bool = True
    settings: Mapping[str, object] = field(default_factory=dict)
    created_at: Micros = 0
    updated_at: Micros = 0


@dataclass(slots=True, kw_only=True)
class Queue:
    """Calls that wait, in order (call_control_ids)."""

    id: str
    name: str
    max_size: int
    created_at: Micros
    updated_at: Micros
    members: list[str] = field(default_factory=list)


class World:
    """Everything the simulator knows. One owner; the clock only goes forward."""

    def __init__(self, fate: Fate, *, now: Micros, speed: float = 1.0) -> None:
        self.fate = fate
        self.now = now
        self.speed = speed
        self.agenda = Agenda()
        self.legs: dict[str, Leg] = {}
        """Every leg that is remembered, in the order of their making."""
        self.live: dict[str, Leg] = {}
        self.applications: dict[str, Application] = {}
        self.queues: dict[str, Queue] = {}
        self.conferences: dict[str, Conference] = {}
        """By id; ended ones stay for a while."""
        self._outbox: list[Event] = []
        self._orders: list[Order] = []
        self._serial = 0
        self._lots = {"incoming": 0, "outgoing": 0}

    def advance(self, now: Micros) -> None:
        """Lets everything happen that is due by now, each at its own time."""
        while (timer := self.agenda.pop_due(now)) is not None:
            self.now = max(self.now, timer.due)
            timer.action()
        self.now = max(self.now, now)

    def drain(self) -> list[Event]:
        """Takes the events reported since the last time."""
        events, self._outbox = self._outbox, []
        return events

    def order(self, order: Order) -> None:
        """Asks the shell for something that only it can do."""
        self._orders.append(order)

    def drain_orders(self) -> list[Order]:
        """Takes the orders since the last time."""
        orders, self._orders = self._orders, []
        return orders

    def after(self, delay_s: float, leg: Leg | None, name: str, action: Callable[[], None]) -> None:
        """Something that will happen to a leg (unless it ends before), or to the world; `speed` shortens the wait."""
        due = self.now + round(delay_s * SECOND / self.speed)
        self.agenda.put(due, "" if leg is None else leg.id, name, action)

    def lag(self, leg: Leg, label: str) -> float:
        """Seconds between a command and its effect: 0.12 to 0.45."""
        return self.fate.between(0.12, 0.45, leg.lot, leg.events, label)

    def new_serial(self) -> int:
        """The next number in the order of making; also for names of timers that stand beside others."""
        self._serial += 1
        return self._serial

    def new_id(self, kind: str, leg: Leg) -> str:
        """The identifier of something that a leg makes, no two alike."""
        leg.made += 1
        return self.fate.uuid(kind, leg.lot, leg.events, leg.made)

    def new_lot(self, direction: str) -> str:
        """The fate of the next leg in a direction: callers do not change because somebody dials in between."""
        self._lots[direction] += 1
        return f"{direction} {self._lots[direction]}"

    def add(self, leg: Leg) -> Leg:
        """Takes a new leg in."""
        self.legs[leg.id] = leg
        self.live[leg.id] = leg
        return leg

    def settle(self, leg: Leg) -> None:
        """Moves an ended leg out of the live ones; after ten minutes it is forgotten."""
        self.agenda.cancel_all(leg.id)
        self.live.pop(leg.id, None)
        self.after(KEEP_ENDED_S, None, f"forget {leg.id}", lambda: self.forget(leg.id))

    def forget(self, leg_id: str) -> None:
        """Drops an ended leg; live ones stay."""
        leg = self.legs.get(leg_id)
        if leg is not None and not leg.is_live:
            del self.legs[leg_id]

    def leg(self, leg_id: str | None) -> Leg | None:
        """A leg that has not ended, or None."""
        return None if leg_id is None else self.live.get(leg_id)

    def emit(
        self, leg: Leg, event_type: str, payload: Mapping[str, object], *, at: Micros | None = None
    ) -> None:
        """Reports a fact about a leg."""
        leg.events += 1
        occurred_at = self.now if at is None else at
        self._outbox.append(
            Event(
                id=self.fate.uuid("event", leg.lot, leg.events),
                type=event_type,
                occurred_at=occurred_at,
                call_control_id=leg.id,
                call_leg_id=leg.leg_id,
                call_session_id=leg.session_id,
                connection_id=leg.connection_id,
                payload=payload,
                target=self._target(leg, event_type),
            )
        )

    def application_of(self, leg: Leg) -> Application | None:
        """The leg's application, if it still exists."""
        return self.applications.get(leg.connection_id)

    def change_application(self, application_id: str, **changes: object) -> Application:
        """Replaces settings of an application; calls that live follow at once."""
        changed = replace(self.applications[application_id], **changes)  # type: ignore[arg-type]
        self.applications[application_id] = changed
        return changed

    def _target(self, leg: Leg, event_type: str) -> Target | None:
        """Per event before per call before the application's (VOICE d)."""
        application = self.application_of(leg)
        url = leg.routing.urls.get(event_type) or leg.routing.url
        failover = None
        if url is None and application is not None:
            url = application.webhook_event_url
            failover = application.webhook_event_failover_url
        if not url or application is None:
            return None
        retries_ms = leg.routing.retries_ms.get(event_type)
        return Target(
            url=url,
            failover_url=failover or None,
            api_version=application.webhook_api_version,
            timeout_s=float(application.webhook_timeout_secs or 2),
            retries_s=None if retries_ms is None else tuple(ms / 1000 for ms in retries_ms),
        )
