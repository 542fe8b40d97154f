"""What the simulator remembers of the past: events for /call_events, attempts for /webhook_deliveries. Bounded."""

import operator
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import iso, parse_iso
from console.simulator import errors, payloads
from console.simulator.world import Event

MAX_LEGS = 5_000
MAX_DELIVERIES = 10_000
DAY: Micros = 24 * 3600 * 1_000_000

Json = dict[str, object]

_COMPARISONS: Mapping[str, Callable[[Micros, Micros], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Attempt(NamedTuple):
    """One attempt to hand over an event."""

    url: str
    started_at: Micros
    finished_at: Micros
    headers: Mapping[str, str]
    status: int | None
    """HTTP status of the answer; None when there was none."""
    code: int | None
    """Telnyx's code of the failure; None when it was delivered."""
    answer: str

    def as_json(self) -> Json:
        """An item of `attempts`."""
        shown: Json = {
            "status": "failed" if self.code else "delivered",
            "started_at": iso(self.started_at),
            "finished_at": iso(self.finished_at),
            "http": {
                "request": {"url": self.url, "headers": [list(h) for h in self.headers.items()]},
                "response": None
                if self.status is None
                else {"status": self.status, "headers": [], "body": self.answer},
            },
        }
        if self.code is not None:
            shown["errors"] = [self.code]
        return shown


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """Everything that was tried to hand over one event."""

    id: str
    event: Event
    started_at: Micros
    url: str = ""
    """Where it went last, or is going."""
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def delivered(self) -> bool:
        """Whether any attempt succeeded."""
        return any(attempt.code is None for attempt in self.attempts)

    @property
    def finished_at(self) -> Micros | None:
        """When the last answer came."""
        return self.attempts[-1].finished_at if self.attempts else None

    def as_json(self) -> Json:
        """An item of /webhook_deliveries."""
        return {
            "record_type": "webhook_delivery",
            "id": self.id,
            "status": "delivered" if self.delivered else "failed",
            "started_at": iso(self.started_at),
            "finished_at": None if self.finished_at is None else iso(self.finished_at),
            "webhook": payloads.record(self.event),
            "attempts": [attempt.as_json() for attempt in reversed(self.attempts)],
        }

    def as_call_event(self) -> Json:
        """An item of /call_events (VOICE g): `metadata` holds the raw event."""
        event = self.event
        return {
            "record_type": "call_event",
            "call_leg_id": event.call_leg_id,
            "call_session_id": event.call_session_id,
            "event_timestamp": iso(event.occurred_at),
            "name": event.type,
            "type": "webhook",
            "metadata": {
                "event": payloads.record(event),
                "attempt": max(1, len(self.attempts)),
                "delivered_to": self.url,
                "status": "delivered" if self.delivered else "failed",
            },
        }


class Command(NamedTuple):
    """A command that was taken, as /call_events lists it. What Telnyx puts into its metadata is not documented."""

    name: str
    at: Micros
    call_leg_id: str
    call_session_id: str
    connection_id: str

    def as_call_event(self) -> Json:
        """An item of /call_events."""
        return {
            "record_type": "call_event",
            "call_leg_id": self.call_leg_id,
            "call_session_id": self.call_session_id,
            "event_timestamp": iso(self.at),
            "name": self.name,
            "type": "command",
            "metadata": {},
        }


class Records:
    """Deliveries by leg and in order; the oldest legs are forgotten first."""

    def __init__(self) -> None:
        self._legs: OrderedDict[str, list[Delivery]] = OrderedDict()
        self._sessions: dict[str, list[str]] = {}
        self._recent: deque[Delivery] = deque(maxlen=MAX_DELIVERIES)
        self._commands: deque[Command] = deque(maxlen=MAX_DELIVERIES)

    def add(self, delivery: Delivery) -> None:
        """Remembers an event from now on, whatever becomes of its delivery."""
        event = delivery.event
        if event.call_leg_id not in self._legs:
            self._legs[event.call_leg_id] = []
            self._sessions.setdefault(event.call_session_id, []).append(event.call_leg_id)
            if len(self._legs) > MAX_LEGS:
                self._forget_oldest()
        self._legs[event.call_leg_id].append(delivery)
        self._recent.append(delivery)

    def deliveries(self) -> list[Delivery]:
        """Newest first."""
        return list(reversed(self._recent))

    def call_events(self, query: Mapping[str, str], now: Micros) -> list[Delivery]:
        """In order of occurred_at; without a leg or a session only those of the last 24 hours (VOICE g)."""
        leg_id = query.get("filter[leg_id]")
        session_id = query.get("filter[application_session_id]")
        chosen: Iterable[Delivery]
        if leg_id is not None:
            chosen = self._legs.get(leg_id, ())
        elif session_id is not None:
            legs = self._sessions.get(session_id, ())
            chosen = (each for leg in legs for each in self._legs.get(leg, ()))
        else:
            chosen = (each for each in self._recent if each.event.occurred_at >= now - DAY)
        wanted = [each for each in chosen if _is_wanted(each, query)]
        return sorted(wanted, key=lambda each: each.event.occurred_at)

    def add_command(self, command: Command) -> None:
        """Remembers a command from now on."""
        self._commands.append(command)

    def listed(self, query: Mapping[str, str], now: Micros) -> list[Delivery | Command]:
        """Events and commands, in order; the filters of /call_events hold for both."""
        leg_id, session_id = (query.get(f"filter[{name}]") for name in _WHOSE)
        begin = now - DAY if leg_id is None and session_id is None else 0
        commands = [
            each
            for each in self._commands
            if each.at >= begin
            and leg_id in (None, each.call_leg_id)
            and _is_wanted_command(each, query)
        ]
        found: list[Delivery | Command] = [*self.call_events(query, now), *commands]
        return sorted(found, key=_happened)

    def _forget_oldest(self) -> None:
        leg_id, oldest = self._legs.popitem(last=False)
        session_id = oldest[0].event.call_session_id
        legs = self._sessions[session_id]
        legs.remove(leg_id)
        if not legs:
            del self._sessions[session_id]


_WHOSE = ("leg_id", "application_session_id")
"""Filters with which /call_events goes back further than a day."""


def _happened(each: Delivery | Command) -> Micros:
    return each.at if isinstance(each, Command) else each.event.occurred_at


def _is_wanted_command(command: Command, query: Mapping[str, str]) -> bool:
    """Nobody delivers a command, and who calls whom its record does not say."""
    exact = {
        "filter[application_session_id]": command.call_session_id,
        "filter[connection_id]": command.connection_id,
        "filter[name]": command.name,
        "filter[type]": "command",
        "filter[product]": "call_control",
        "filter[from]": None,
        "filter[to]": None,
        "filter[failed]": None,
    }
    if any(query[name] != value for name, value in exact.items() if name in query):
        return False
    return _is_in_time(command.at, query, "filter[occurred_at]")


def _is_wanted(delivery: Delivery, query: Mapping[str, str]) -> bool:
    event = delivery.event
    exact = {
        "filter[application_session_id]": event.call_session_id,
        "filter[connection_id]": event.connection_id,
        "filter[name]": event.type,
        "filter[type]": "webhook",
        "filter[product]": "call_control",
        "filter[from]": event.payload.get("from"),
        "filter[to]": event.payload.get("to"),
        "filter[failed]": "false" if delivery.delivered else "true",
    }
    if any(query.get(name, value) != value for name, value in exact.items() if name in query):
        return False
    return _is_in_time(event.occurred_at, query, "filter[occurred_at]")


def _is_in_time(at: Micros | None, query: Mapping[str, str], name: str) -> bool:
    for word, holds in _COMPARISONS.items():
        given = query.get(f"{name}[{word}]")
        if given is None:
            continue
        limit = parse_iso(given)
        if limit is None:
            raise errors.bad_request(f"{name}[{word}] is no ISO 8601 time.", f"/{name}[{word}]")
        if at is None or not holds(at, limit):
            return False
    return True


def matching(deliveries: Iterable[Delivery], query: Mapping[str, str]) -> list[Delivery]:
    """The deliveries that the filters of /webhook_deliveries let through."""
    status = query.get("filter[status][eq]")
    types = query.get("filter[event_type]", "").split(",")
    contains = query.get("filter[webhook][contains]", "")
    attempts = query.get("filter[attempts][contains]", "")
    return [
        each
        for each in deliveries
        # Of what is on its way, or that nobody wants to hear, there is no attempt to tell.
        if each.attempts
        and (status is None or status == ("delivered" if each.delivered else "failed"))
        and (types == [""] or each.event.type in types)
        and contains in str(payloads.record(each.event))
        and (not attempts or any(attempts in attempt.url for attempt in each.attempts))
        and _is_in_time(each.started_at, query, "filter[started_at]")
        and _is_in_time(each.finished_at, query, "filter[finished_at]")
    ]
