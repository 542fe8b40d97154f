"""Compares the board with Telnyx's records and journals what the board did not know (VOICE (g)).

1. `active_calls` of the connection, to the last page: the legs that live.
2. `call_events` of every listed leg: what webhooks did not bring, through the same reducer.
3. Legs that the board has alive and the list has not: `GET /calls/{id}`, then their `call_events`. A leg ends only when
   Telnyx says so; one that is not listed and not known any more is marked stale.

Where Telnyx does not answer nothing changes. Entries are written only for what the board does not know.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState
from console.domain.values import text
from console.engine.dispatch import ApiState
from console.engine.recorder import Recorder
from console.errors import ApiError, JournalError, Unreachable
from console.journal.records import checked_draft, not_listed_draft, record_draft
from console.operator import Reconciled
from console.telnyx.client import TelnyxClient
from console.telnyx.requests import Request

AT_ONCE = 4
"""Requests under way at the same time; Telnyx counts them against the same limit as the operator's commands."""
MAX_COMPARED = 250
"""Legs that are known already and whose events are compared all the same, the latest first."""
PAGE = "250"
HANGUP = "call.hangup"
UNKNOWN_TO_TELNYX = frozenset({404, 422})
"""Also what a call that ended more than ten minutes ago gets (VOICE (g)), so it does not say that the call ended."""

NO_API_KEY = "not compared with Telnyx: no API key is set"
NO_CONNECTION = "not compared with Telnyx: no connection_id is set in the configuration"

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


@dataclass(slots=True)
class _Findings:
    active: int = 0
    found: list[LegKey] = field(default_factory=list)
    ended: list[LegKey] = field(default_factory=list)
    stale: list[LegKey] = field(default_factory=list)
    missed: int = 0
    """Events that no webhook had brought."""
    unanswered: int = 0
    """Questions about single legs that got no usable answer."""
    not_compared: int = 0
    problem: str = ""


class Reconciler:
    """One comparison at a time; whoever asks meanwhile gets the result of the one under way."""

    def __init__(
        self,
        client: TelnyxClient | None,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        connection_id: str | None,
        api: ApiState | None = None,
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._picture = picture
        self._clock = clock
        self._connection_id = connection_id
        self._api = api or ApiState()
        self._running: asyncio.Task[Reconciled] | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> Reconciled:
        """What the comparison found; `ok` is False when there was none, or it is incomplete. Never raises."""
        if self._client is None:
            return Reconciled(ok=False, message=NO_API_KEY)
        if not self._connection_id:
            return Reconciled(ok=False, message=NO_CONNECTION)
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(
                self._compare(self._client, self._connection_id), name="reconcile"
            )
        return await asyncio.shield(self._running)

    async def aclose(self) -> None:
        """Gives up what is under way."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _compare(self, client: TelnyxClient, connection_id: str) -> Reconciled:
        self._picture.catch_up()
        before = {leg.key: leg for leg in self._picture.live_legs()}
        findings = _Findings()
        try:
            listed = await self._listed(client, connection_id)
            findings.active = len(listed)
            self._picture.catch_up()
            await self._take_listed(client, listed, findings)
            missing = self._missing(before, listed, connection_id)
            await _all(self._look_after(client, leg, ours, findings) for leg, ours in missing)
        except ApiError as error:
            self._api.failed(error)
            why = f"could not be compared with Telnyx, nothing was changed: {error.user_message}"
            return Reconciled(ok=False, message=why)
        except JournalError as error:
            return Reconciled(
                ok=False, message=f"the comparison could not be recorded: {error.user_message}"
            )
        return _result(findings)

    async def _listed(self, client: TelnyxClient, connection_id: str) -> list[Item]:
        path = f"/connections/{quote(connection_id, safe='')}/active_calls"
        return [item async for item in client.items(path, {"page[limit]": PAGE})]

    async def _take_listed(
        self, client: TelnyxClient, listed: Sequence[Item], findings: _Findings
    ) -> None:
        unknown: list[Item] = []
        known: list[tuple[Micros, Item]] = []
        for item in listed:
            leg = self._leg_of(item)
            if leg is None or leg.state is LegState.UNKNOWN:
                unknown.append(item)
            elif leg.is_live:
                known.append((leg.last_at or 0, item))
        known.sort(key=lambda pair: pair[0], reverse=True)
        findings.not_compared = max(0, len(known) - MAX_COMPARED)
        compared = [item for _, item in known[:MAX_COMPARED]]
        await _all(self._look_at(client, item, findings) for item in [*unknown, *compared])

    async def _look_at(self, client: TelnyxClient, item: Item, findings: _Findings) -> None:
        """A leg that Telnyx lists: what happened to it, and that it lives."""
        leg = self._leg_of(item)
        call_leg_id = text(item, "call_leg_id")
        if call_leg_id is not None:
            await self._missed_events(client, call_leg_id, findings)
        if leg is None or leg.stale:
            await self._recorder.append(checked_draft(dict(item), self._clock(), listed=True))
        if leg is None:
            findings.found.append(text(item, "call_control_id") or call_leg_id or "?")

    async def _look_after(
        self, client: TelnyxClient, leg: Leg, is_ours: bool, findings: _Findings
    ) -> None:
        """A leg that the board has alive and Telnyx does not list: ended only when Telnyx says so."""
        item = await self._status_of(client, leg)
        if item is None:
            findings.unanswered += 1
            return
        if item.get("is_alive") is True:
            if leg.stale:
                await self._recorder.append(checked_draft(dict(item), self._clock(), listed=False))
            return
        has_hung_up: bool | None = False
        if leg.call_leg_id is not None:
            has_hung_up = await self._missed_events(client, leg.call_leg_id, findings)
        if has_hung_up:
            findings.ended.append(leg.key)
        elif item.get("is_alive") is False:
            await self._recorder.append(checked_draft(dict(item), self._clock(), listed=False))
            findings.ended.append(leg.key)
        elif has_hung_up is not None and is_ours:
            findings.stale.append(leg.key)
            if not leg.stale and leg.call_control_id is not None:
                await self._recorder.append(not_listed_draft(leg.call_control_id, self._clock()))

    async def _status_of(self, client: TelnyxClient, leg: Leg) -> Item | None:
        """What `GET /calls/{id}` says; empty when Telnyx does not know the leg, None when it did not say."""
        if leg.call_control_id is None:
            return {}
        request = Request(method="GET", path=f"/calls/{quote(leg.call_control_id, safe='')}")
        try:
            async with self._gate:
                answer = await client.send(request)
        except Unreachable as error:
            self._api.failed(error)
            return None
        self._api.answered(answer)
        if answer.ok:
            return answer.fields
        return {} if answer.status in UNKNOWN_TO_TELNYX else None

    async def _missed_events(
        self, client: TelnyxClient, call_leg_id: str, findings: _Findings
    ) -> bool | None:
        """Journals the events of a leg that the journal lacks. Whether a hang-up is among all of its events.

        None when Telnyx did not answer.
        """
        query = {"filter[leg_id]": call_leg_id, "page[size]": PAGE}
        try:
            async with self._gate:
                items = [item async for item in client.items("/call_events", query)]
        except ApiError as error:
            self._api.failed(error)
            findings.unanswered += 1
            return None
        has_hung_up = False
        for item in items:
            if text(item, "type") == "command":
                continue
            draft = record_draft(json.dumps(item).encode(), self._clock())
            has_hung_up |= draft.event_type == HANGUP
            if draft.event_key is not None and self._picture.knows(draft.event_key):
                continue
            findings.missed += not (await self._recorder.append(draft)).duplicate
        return has_hung_up

    def _leg_of(self, item: Item) -> Leg | None:
        for name in ("call_control_id", "call_leg_id"):
            found = text(item, name)
            leg = self._picture.leg(found) if found is not None else None
            if leg is not None:
                return leg
        return None

    def _missing(
        self, before: Mapping[LegKey, Leg], listed: Iterable[Item], connection_id: str
    ) -> list[tuple[Leg, bool]]:
        """Legs that lived before we asked, still do, and are not listed; with whether the list would name them."""
        names = {text(item, name) for item in listed for name in ("call_control_id", "call_leg_id")}
        return [
            (leg, leg.connection_id in (None, connection_id))
            for key, leg in before.items()
            if leg.is_live and not names & {key, leg.call_control_id or key, leg.call_leg_id or key}
        ]


async def _all(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Runs them all; the first error ends the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except* (ApiError, JournalError) as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None


def _result(findings: _Findings) -> Reconciled:
    return Reconciled(
        ok=findings.unanswered == 0,
        message=_sentence(findings),
        active=findings.active,
        found=tuple(findings.found),
        ended=tuple(findings.ended),
        stale=tuple(findings.stale),
        extra={"missed": findings.missed, "unanswered": findings.unanswered},
    )


def _sentence(findings: _Findings) -> str:
    parts = [f"{_count(findings.active, 'active call')} at Telnyx"]
    if findings.found:
        parts.append(f"{len(findings.found)} of them new here")
    if findings.missed:
        parts.append(f"{_count(findings.missed, 'missed event')} read")
    if findings.ended:
        parts.append(f"{len(findings.ended)} had ended")
    if findings.stale:
        parts.append(f"{len(findings.stale)} not known at Telnyx any more, marked stale")
    if findings.not_compared:
        parts.append(f"events of {findings.not_compared} older calls not compared")
    if findings.unanswered:
        questions = _count(findings.unanswered, "question")
        parts.append(f"{questions} not answered, those calls are left as they are")
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
