"""What Telnyx's records say, put into the journal where webhooks did not bring it: the questions of VOICE (g).

Entries are written only for what the journal lacks; where Telnyx does not answer nothing changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol
from urllib.parse import quote

from console.domain.entries import Draft, Micros
from console.domain.legs import Leg
from console.domain.times import iso
from console.domain.values import mapping, text
from console.engine.line import Line, Rank
from console.engine.poll.intake import Intake
from console.engine.poll.reading import (
    PAGE,
    deliveries_query,
    delivery_drafts,
    event_draft,
    event_drafts,
    events_query,
    in_order,
    latest,
)
from console.engine.recorder import Recorder
from console.errors import ApiError
from console.journal.records import checked_draft
from console.telnyx.requests import Request

AT_ONCE = 4
"""Requests under way at the same time; Telnyx counts them against the same limit as the operator's commands."""
HANGUP = "call.hangup"
UNKNOWN_TO_TELNYX = frozenset({404, 422})
"""Also what a call that ended more than ten minutes ago gets (VOICE (g)), so it does not say that the call ended."""
MAX_DELIVERIES = 2_000
"""Failed deliveries that are looked at; more are left to the events of the legs they are about."""

MAX_READ = 20_000
"""Items of one stretch that are read; more are said to be missing."""

Item = Mapping[str, object]


class Picture(Protocol):
    """The board as the engine keeps it."""

    def catch_up(self) -> None:
        """Takes in everything that was committed so far."""
        ...

    def live_legs(self) -> Sequence[Leg]: ...

    def leg(self, any_id: str) -> Leg | None: ...

    def knows(self, event_key: bytes) -> bool:
        """Whether the journal has this event."""
        ...


class Missed(NamedTuple):
    """What a look at a leg's events brought."""

    new: int
    """Events that no webhook had brought."""
    has_hung_up: bool
    """Whether a hang-up is among all of its events."""


class Stretch(NamedTuple):
    """What a stretch of time brought."""

    new: Sequence[Draft]
    """What the journal had lacked."""
    latest: Micros | None
    """When the last of what was read happened."""
    requests: int
    is_whole: bool
    """Whether it was read to its end."""


class Lookup:
    """Asks in the rank it is given. Methods raise `JournalError`, and `ApiError` unless they say otherwise."""

    def __init__(
        self,
        line: Line,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        rank: Rank = Rank.OWN,
        keeps_commands: bool = False,
        intake: Intake | None = None,
    ) -> None:
        """`keeps_commands` puts on record which commands Telnyx lists: an application behind us sends its own.

        `intake` is shared by all who may read the same at the same time.
        """
        self._intake = Intake(recorder, picture) if intake is None else intake
        self._keeps_commands = keeps_commands
        self._line = line
        self._recorder = recorder
        self._clock = clock
        self._rank = rank
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def active_calls(self, connection_id: str) -> list[Item]:
        """Every leg that Telnyx lists as living on a connection."""
        path = f"/connections/{quote(connection_id, safe='')}/active_calls"
        pages = self._line.items(path, {"page[limit]": PAGE}, self._rank)
        return [item async for item in pages]

    async def status_of(self, call_control_id: str) -> Item | None:
        """What `GET /calls/{id}` says; empty when Telnyx does not know the leg, None when it did not say."""
        request = Request(method="GET", path=f"/calls/{quote(call_control_id, safe='')}")
        try:
            async with self._gate:
                answer = await self._line.send(request, self._rank)
        except ApiError:
            return None
        if answer.ok:
            return answer.fields
        return {} if answer.status in UNKNOWN_TO_TELNYX else None

    async def missed_events(self, call_leg_id: str) -> Missed | None:
        """Journals the events of a leg that the journal lacks. None when Telnyx did not answer."""
        query = {"filter[leg_id]": call_leg_id, "page[size]": PAGE}
        try:
            async with self._gate:
                pages = self._line.items("/call_events", query, self._rank)
                items = [item async for item in pages]
        except ApiError:
            return None
        new, has_hung_up = 0, False
        for item in items:
            if text(item, "type") == "command":
                continue
            draft = self._draft_of(item)
            if draft is not None:
                has_hung_up |= draft.event_type == HANGUP
                new += await self._intake.keep(draft)
        await self._intake.keep_all(self._commands(items))
        return Missed(new, has_hung_up)

    async def events_since(self, since: Micros, connection_id: str | None) -> Stretch:
        """Journals what happened since then and the journal lacks, of every leg, in order."""
        items = await self._items("/call_events", events_query(connection_id, since))
        at = self._clock()
        events = event_drafts(items, at)
        drafts = in_order([*events, *self._commands(items)])
        return _stretch(await self._intake.keep_all(drafts), events, items)

    async def deliveries_since(self, since: Micros, connection_id: str | None) -> Stretch:
        """Journals what was delivered since then, with what the application answered, as far as the journal lacks it."""
        items = await self._items("/webhook_deliveries", deliveries_query(connection_id, since))
        drafts = delivery_drafts(items, connection_id, self._clock())
        return _stretch(await self._intake.keep_all(drafts), drafts, items)

    async def _items(self, path: str, query: Mapping[str, str]) -> list[Item]:
        items: list[Item] = []
        async with self._gate:
            async for item in self._line.items(path, query, self._rank):
                items.append(item)
                if len(items) >= MAX_READ:
                    break
        return items

    def _commands(self, items: Sequence[Item]) -> list[Draft]:
        if not self._keeps_commands:
            return []
        from console.engine.forward.commands import command_notes

        return command_notes(items, self._clock())

    async def failed_deliveries(self, since: Micros, connection_id: str) -> int:
        """Journals the events whose webhooks failed since then; how many the journal lacked."""
        query = {
            "filter[status][eq]": "failed",
            "filter[started_at][gte]": iso(since),
            "page[size]": PAGE,
        }
        new = seen = 0
        async with self._gate:
            async for item in self._line.items("/webhook_deliveries", query, self._rank):
                seen += 1
                if seen > MAX_DELIVERIES:
                    break
                payload = mapping(mapping(item, "webhook"), "payload")
                if text(payload, "connection_id") not in (None, connection_id):
                    continue
                draft = self._draft_of(item)
                if draft is not None and (draft.call_control_id or draft.call_leg_id):
                    new += await self._intake.keep(draft)
        return new

    async def record_status(self, item: Item, *, listed: bool | None) -> None:
        """Journals what Telnyx said of a leg's life."""
        await self._recorder.append(checked_draft(dict(item), self._clock(), listed=listed))

    def _draft_of(self, item: Item) -> Draft | None:
        return event_draft(item, self._clock())


def lookups(
    line: Line | None,
    recorder: Recorder,
    picture: Picture,
    clock: Callable[[], Micros],
    *,
    keeps_commands: bool,
) -> tuple[Lookup | None, Lookup | None]:
    """One for our own comparing, one for somebody who asked, keeping nothing twice; none while no API key is set."""
    if line is None:
        return None, None
    make = partial(
        Lookup,
        line,
        recorder,
        picture,
        clock,
        keeps_commands=keeps_commands,
        intake=Intake(recorder, picture),
    )
    return make(rank=Rank.OWN), make(rank=Rank.QUESTION)


def _stretch(new: Sequence[Draft], read: Sequence[Draft], items: Sequence[Item]) -> Stretch:
    return Stretch(new, latest(read), len(items) // int(PAGE) + 1, len(items) < MAX_READ)
